r"""||hess L(x) - hess L(y)|| <= (0.909 + ||b|| / 2) ||A||^3 ||x - y|| for softmax and any b: constants from cumulants, for every n.

$f$ is a probability vector, and the derivatives of $\log \sum_i e^{s_i}$ are the cumulants of $z_1, \dots, z_n$ under $f$.  For a unit
vector $z$ the third is at most $\sqrt 6/9$ and the fourth at most $1/2$; products and sums do the rest.
"""

from resmax_sym.judge import Claim, Status
from resmax_sym.models import SOFTMAX, Model

SOFT = Model(SOFTMAX)
MASS = "norm1(b) <= 1"
STEP, HESSIANS = "norm(x - y)", "opnorm(hess(L) - at(hess(L), y))"
TILTED = "diag(f * psi) - (outer(f, f * psi) + outer(f * psi, f))"

CLAIMS = (
    Claim(
        id="cumulants-covariance",
        title="The covariance of softmax is Lipschitz",
        statement=f"opnorm(J - at(J, y)) <= sqrt(6) / 9 * opnorm(A) * {STEP}",
        model=SOFT,
        prose=r"Along $w$ the form of $J$ changes by the third cumulant of $z, z, w$, at most $\max_v v \sqrt{2 - 4v} = \sqrt 6/9$ for unit vectors.",
    ),
    Claim(
        id="cumulants-covariance-sharp",
        title="2 % less is not enough for the covariance",
        statement=f"opnorm(J - at(J, y)) <= 0.2667 * opnorm(A) * {STEP}",
        model=SOFT,
        expect=(Status.REFUTED,),
        prose=r"$\sqrt 6/9 = 0.2722$ is attained in the limit of small steps for $n = 2$.",
    ),
    Claim(
        id="cumulants-split",
        title="B as a Gram matrix and a third cumulant",
        statement=f"B == J.T @ J + ({TILTED})",
        model=SOFT,
        prose=r"The second term has the form $E[(c - Ec)(z - Ez)^2]$ under $f$: it carries the residual $c$ and vanishes with it.",
    ),
    Claim(
        id="cumulants-tilted",
        title="The part of B that carries the residual",
        statement=f"opnorm({TILTED}) <= sqrt(6) / 9 * norm(c)",
        model=SOFT,
        prose=r"The third cumulant of $c, z, z$ for a unit vector $z$.",
    ),
    Claim(
        id="cumulants-b",
        title="The Hessian in t, without dimension",
        statement="opnorm(B) <= 0.795",
        model=SOFT,
        assume=(MASS,),
        prose=r"$\|J\|^2 \le \tfrac14$ and $\|c\| \le 2$: $\tfrac14 + \tfrac{2 \sqrt 6}{9} = 0.7943$.",
        depends=("cumulants-split",),
    ),
    Claim(
        id="cumulants-gradient",
        title="The gradient is Lipschitz, constant 0.795",
        statement=f"norm(grad(L) - at(grad(L), y)) <= 0.795 * opnorm(A)**2 * {STEP}",
        model=SOFT,
        assume=(MASS,),
        prose=r"The mean value inequality along the segment with the bound of $B$, which holds at each of its points.",
        depends=("cumulants-b",),
    ),
    Claim(
        id="cumulants-hessian-any",
        title="The Hessian is Lipschitz, any b",
        statement=f"{HESSIANS} <= (0.909 + norm(b) / 2) * opnorm(A)**3 * {STEP}",
        model=SOFT,
        prose=r"$J^\top J$ contributes $\sqrt 6/9$, the change of $c$ half of that, and the fourth cumulant $\tfrac12 \|c\|$ with "
        r"$\|c\| \le 1 + \|b\|$: nothing has to be assumed of $b$. For $\|b\|_1 \le 1$ the best constant is that of `sharp-lipschitz-hessian`.",
        depends=("cumulants-split", "cumulants-covariance"),
    ),
)

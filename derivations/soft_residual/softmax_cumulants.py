r"""||hess L(x) - hess L(y)|| <= 1.41 ||A||^3 ||x - y|| for softmax and norm1(b) <= 1: Lipschitz constants from cumulants, for every n.

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
        id="cumulants-hessian",
        title="The Hessian is Lipschitz, constant 1.41",
        statement=f"{HESSIANS} <= 1.41 * opnorm(A)**3 * {STEP}",
        model=SOFT,
        assume=(MASS,),
        prose=r"$J^\top J$ contributes $\sqrt 6/9$, the change of $c$ half of that, and the fourth cumulant $\tfrac12 \|c\| \le 1$: "
        r"$1 + \sqrt 6/6 = 1.4082$.",
        depends=("cumulants-split", "cumulants-covariance"),
    ),
    Claim(
        id="cumulants-hessian-simplex",
        title="The Hessian is Lipschitz, b on the simplex",
        statement=f"{HESSIANS} <= 1.116 * opnorm(A)**3 * {STEP}",
        model=SOFT,
        assume=("simplex(b)",),
        prose=r"Now $\|c\| \le \sqrt 2$, which gives $\sqrt 2/2 + \sqrt 6/6 = 1.1154$.",
        depends=("cumulants-split", "cumulants-covariance"),
    ),
    Claim(
        id="cumulants-hessian-any",
        title="The Hessian is Lipschitz, any b",
        statement=f"{HESSIANS} <= (0.909 + norm(b) / 2) * opnorm(A)**3 * {STEP}",
        model=SOFT,
        prose=r"$\|c\| \le 1 + \|b\|$ in the same sum, so nothing has to be assumed of $b$.",
        depends=("cumulants-split", "cumulants-covariance"),
    ),
    Claim(
        id="cumulants-hessian-needs-softmax",
        title="The constant is a fact about softmax",
        statement=f"{HESSIANS} <= 1.41 * opnorm(A)**3 * {STEP}",
        assume=(MASS,),
        expect=(Status.REFUTED,),
        prose=r"For $\varphi(s) = e^s + s$ the normaliser may vanish between $x$ and $y$.",
    ),
    Claim(
        id="cumulants-hessian-needs-mass",
        title="The constant needs a bound of b",
        statement=f"{HESSIANS} <= 1.41 * opnorm(A)**3 * {STEP}",
        model=SOFT,
        expect=(Status.REFUTED,),
        prose=r"The Hessian is affine in $b$.",
    ),
    Claim(
        id="cumulants-hessian-open",
        title="The best Lipschitz constant found",
        statement=f"{HESSIANS} <= 0.5715 * opnorm(A)**3 * {STEP}",
        model=SOFT,
        assume=(MASS,),
        expect=(Status.UNREFUTED,),
        prose=r"The best value found is $0.57141$, for $n = 2$ to $8$ alike; whether it is the supremum is open.",
    ),
)

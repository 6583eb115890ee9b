r"""hess L = A^T B A with B = diag(delta) - alpha^-2 (p v^T + v p^T - kappa v v^T): diagonal plus rank at most 2.

$\delta = \alpha^{-1} w \odot \psi + \alpha^{-2} v \odot v$, $p = v \odot (c + f)$ and $\kappa = 2 \sigma + \langle f, f \rangle$.  So a
Hessian costs one product $A^\top \operatorname{diag}(\delta) A$ and two vectors $A^\top v$, $A^\top p$, never an $n \times n$ array.
"""

from resmax_sym.judge import Claim, Status
from resmax_sym.models import LOW_RANK, SOFTMAX, Model

CLAIMS = (
    Claim(
        id="hessian-t",
        title="Hessian with respect to t",
        statement="hess(L, t) == B",
        prose=r"Differentiating $q$ once more; $\sigma$ and $\alpha$ move with every $t_j$ and give the terms of low rank.",
        depends=("gradient-t",),
    ),
    Claim(
        id="hessian",
        title="Hessian of the loss",
        statement="hess(L) == A.T @ B @ A",
        prose=r"$t$ is linear in $x$, so the Hessian in $x$ is that in $t$ between $A^\top$ and $A$.",
        depends=("gradient", "hessian-t"),
    ),
    Claim(
        id="hessian-one-row",
        title="One row",
        statement="B == 0 * B",
        sizes={"n": (1,)},
        prose=r"For $n = 1$ the normalised vector is the number 1, whatever $x$ is, and the loss is constant.",
        depends=("hessian-t",),
    ),
    Claim(
        id="hessian-symmetric",
        title="Symmetry of the Hessian",
        statement="hess(L) == hess(L).T",
        prose=r"Derived from the second derivatives themselves, not read off the closed form.",
    ),
    Claim(
        id="b-symmetric",
        title="Symmetry of B",
        statement="B == B.T",
        prose=r"The closed form is symmetric term by term.",
    ),
    Claim(
        id="low-rank-minors",
        title="The low-rank part has rank two",
        statement="trace(M)**2 - trace(M @ M) == 2 * (inner(p, v)**2 - inner(p, p) * inner(v, v))",
        let={"M": LOW_RANK},
        prose=r"The left side is twice the sum of the principal $2 \times 2$ minors of $M = p v^\top + v p^\top - \kappa v v^\top$. "
        r"By Cauchy-Schwarz the right side is negative unless $p$ and $v$ are parallel: then, and only then, one term would do.",
    ),
    Claim(
        id="rank-one-fails",
        title="Rank one is not enough",
        statement="trace(M)**2 == trace(M @ M)",
        let={"M": LOW_RANK},
        assume=("n >= 2",),
        expect=(Status.REFUTED,),
        prose=r"A symmetric matrix of rank one has all its $2 \times 2$ minors zero, hence this equality. It fails at $n = 2$ already, "
        r"so beside $\operatorname{diag}(\delta)$ two terms are needed. With another diagonal one term can do for $n = 2$, where a "
        r"single entry lies off the diagonal, and for $n = 3$ wherever the three entries off the diagonal are not zero; "
        r"from $n = 4$ on the entries off the diagonal of a rank-one matrix satisfy $M_{12} M_{34} = M_{13} M_{24}$, which $B$ does not.",
        depends=("low-rank-minors",),
    ),
    Claim(
        id="gauss-newton-split",
        title="Gauss-Newton split",
        statement="B == J.T @ J + diag(psi * w) / alpha - (outer(v, psi * v) + outer(psi * v, v)) / alpha**2",
        prose=r"$J^\top J$ is positive semidefinite; what is left carries the residual $\psi$ and vanishes with it.",
        depends=("jacobian-t", "hessian-t"),
    ),
    Claim(
        id="softmax-congruence",
        title="Congruence for the softmax unit",
        statement="B == P.T @ diag(f * (f + c - sigma)) @ P",
        let={"P": "eye(n) - outer(ones(n), f)"},
        model=Model(SOFTMAX),
        prose=r"For $\varphi = \exp$ alone, where $u = v = w$, the matrix $B$ is congruent to a diagonal one, "
        r"which has as many negative entries as $f \odot (f + \psi)$.",
    ),
    Claim(
        id="congruence-needs-softmax",
        title="The congruence is a fact about softmax",
        statement="B == P.T @ diag(f * (f + c - sigma)) @ P",
        let={"P": "eye(n) - outer(ones(n), f)"},
        expect=(Status.REFUTED,),
        prose=r"For $\varphi(s) = \exp(s) + s$ the same statement fails.",
    ),
)

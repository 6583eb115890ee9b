r"""hess L = G^T B G, and + A1^T diag((A2^T q) * rho''(A1 x)) A1 for a curved layer: diagonal plus rank two in t, between G^T and G.

Off the kinks $\max(s, 0)$ has no curvature, and the Hessian is that of the linear model with $A = G$. A smooth layer adds a term of its
own, a diagonal matrix of size $m$ between $A_1^\top$ and $A_1$, weighted by the gradient in $\rho(A_1 x)$.
"""

from derivations.softmax_relu.gradient import LOGISTIC, SECH
from derivations.softmax_relu.names import LAYER, LAYERED, SOFTPLUS, TANH
from resmax_sym.judge import Claim, Status

CLAIMS = (
    Claim(
        id="relu-hessian-t",
        title="Hessian with respect to t",
        statement="hess(L, t) == B",
        prose=r"The same matrix as in the linear model, at every point.",
        model=LAYERED,
        depends=("relu-gradient-t",),
    ),
    Claim(
        id="relu-hessian",
        title="Hessian of the loss",
        statement="hess(L) == G.T @ B @ G",
        let=LAYER,
        prose=r"$G$ does not change near a point off the kinks, so that only $q$ is differentiated.",
        model=LAYERED,
        depends=("relu-gradient", "relu-hessian-t"),
    ),
    Claim(
        id="relu-hessian-plain",
        title="Inactive units do not count",
        statement="hess(L) == (A2 @ A1).T @ B @ (A2 @ A1)",
        prose=r"The steps cannot be left out.",
        model=LAYERED,
        expect=(Status.REFUTED,),
        depends=("relu-hessian",),
    ),
    Claim(
        id="relu-hessian-symmetric",
        title="Symmetry of the Hessian",
        statement="hess(L) == hess(L).T",
        prose=r"Derived from the second derivatives themselves, not read off the closed form.",
        model=LAYERED,
    ),
    Claim(
        id="relu-hessian-low-rank",
        title="Diagonal plus low rank, between G^T and G",
        statement="hess(L) == G.T @ diag(delta) @ G - (outer(a, g) + outer(g, a) - kappa * outer(g, g)) / alpha**2",
        let=LAYER | {"a": "G.T @ p", "g": "G.T @ v"},
        prose=r"A Hessian costs a product $G^\top \operatorname{diag}(\delta) G$ and two vectors, never an array of size $n \times n$ or $m \times m$.",
        model=LAYERED,
        depends=("relu-hessian",),
    ),
    Claim(
        id="relu-hessian-diagonal",
        title="The diagonal alone is not enough",
        statement="hess(L) == G.T @ diag(delta) @ G",
        let=LAYER,
        prose=r"The normaliser couples the rows.",
        model=LAYERED,
        expect=(Status.REFUTED,),
        depends=("relu-hessian-low-rank",),
    ),
    Claim(
        id="relu-regulariser-hessian",
        title="Hessian of the regulariser",
        statement="hess(L_reg) == G.T @ diag(omega**2) @ G",
        let=LAYER,
        prose=r"Constant in a cell, and as large as $G$ allows.",
        model=LAYERED,
        depends=("relu-regulariser-gradient",),
    ),
    Claim(
        id="relu-hessian-softplus",
        title="Hessian for a softplus layer",
        statement="hess(L) == G.T @ B @ G + A1.T @ diag((A2.T @ q) * r * (1 - r)) @ A1",
        let=LOGISTIC,
        prose=r"The logistic slope has the derivative $r (1 - r)$.",
        model=SOFTPLUS,
        depends=("relu-gradient-softplus",),
    ),
    Claim(
        id="relu-hessian-softplus-plain",
        title="The extra term is there",
        statement="hess(L) == G.T @ B @ G",
        let=LOGISTIC,
        prose=r"Without the curvature of the layer the closed form is wrong.",
        model=SOFTPLUS,
        expect=(Status.REFUTED,),
        depends=("relu-hessian-softplus",),
    ),
    Claim(
        id="relu-hessian-tanh",
        title="Hessian for a tanh layer",
        statement="hess(L) == G.T @ B @ G - A1.T @ diag(2 * (A2.T @ q) * tanh(A1 @ x) * r) @ A1",
        let=SECH,
        prose=r"$\rho'' = -2 \tanh \cdot (1 - \tanh^2)$.",
        model=TANH,
        depends=("relu-gradient-tanh",),
    ),
)

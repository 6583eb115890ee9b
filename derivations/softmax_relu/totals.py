r"""grad L_tot = G^T (q + omega^2 t), hess L_tot = G^T (B + diag(omega^2)) G + A1^T diag(A2^T (q + omega^2 t) * rho''(A1 x)) A1.

$G = A_2 \operatorname{diag}(\rho'(A_1 x)) A_1$ is the Jacobian of $t = A_2 \rho(A_1 x)$.  Where $\rho$ is piecewise linear, as
$\max(s, 0)$ is, the last term is not there.  The claims say nothing of points where an entry of $A_1 x$ lies on a kink of $\rho$.
"""

from resmax_sym.judge import Claim
from resmax_sym.lang import S
from resmax_sym.lang.slopes import slopes, spell
from resmax_sym.models import RELU, SOFTMAX, Model

Ids = tuple[str, ...]

GRADIENT = "q + omega**2 * t"
"""The gradient of the regularised loss in t."""


def total_claims(model: Model, depends: tuple[Ids, Ids] = ((), ())) -> tuple[Claim, Claim]:
    """Gradient and Hessian of the regularised loss of any model with an inner layer.

    Parameters
    ----------
    depends
        What the one and the other rest on.
    """
    slope, bend = slopes(model.rho)
    column = spell(slope) if slope.has(S) else f"({spell(slope)}) * ones(m)"
    let = {"s": "A1 @ x", "G": f"A2 @ diag({column}) @ A1"}
    layer = "" if bend == 0 else f" + A1.T @ diag((A2.T @ ({GRADIENT})) * ({spell(bend)})) @ A1"
    return (
        Claim(
            id="relu-total-gradient",
            title="Gradient of the regularised loss",
            statement=f"grad(L_tot) == G.T @ ({GRADIENT})",
            model=model,
            let=let,
            prose=r"The chain rule through $G$, and the regulariser is quadratic in $t$.",
            depends=depends[0],
        ),
        Claim(
            id="relu-total-hessian",
            title="Hessian of the regularised loss",
            statement=f"hess(L_tot) == G.T @ (B + diag(omega**2)) @ G{layer}",
            model=model,
            let=let,
            prose=r"Between kinks $G$ is constant if $\rho$ is piecewise linear, and the Hessian is that of the linear model with $A = G$. "
            r"A smooth $\rho$ adds its own curvature, weighted by the gradient in $\rho(A_1 x)$.",
            depends=depends[1],
        ),
    )


CLAIMS = total_claims(
    Model(SOFTMAX, inner_layer=RELU),
    (("relu-gradient", "relu-regulariser-gradient"), ("relu-hessian", "relu-regulariser-hessian")),
)

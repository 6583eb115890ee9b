r"""grad L = G^T q with G = A2 diag(rho'(A1 x)) A1: the gradient passes back through both layers.

$q$ is the gradient in $t$, the same vector as without a layer. For a smooth layer $G$ has the slopes $\rho'(A_1 x)$ in place of the steps,
and there are no kinks.
"""

from derivations.softmax_relu.names import LAYER, LAYERED, SOFTPLUS, TANH
from resmax_sym.judge import Claim, Status

LOGISTIC = {"r": "1 / (1 + exp(-(A1 @ x)))", "G": "A2 @ diag(r) @ A1"}
"""The slope of log(1 + exp(s)), and the Jacobian of t for it."""
SECH = {"r": "1 - tanh(A1 @ x)**2", "G": "A2 @ diag(r) @ A1"}
"""The slope of tanh, and the Jacobian of t for it."""

CLAIMS = (
    Claim(
        id="relu-gradient-jacobian",
        title="Gradient as a Jacobian product",
        statement="grad(L) == D(c).T @ c",
        prose=r"The chain rule on half a squared norm.",
        model=LAYERED,
        depends=("relu-derivative-c",),
    ),
    Claim(
        id="relu-gradient-t",
        title="Gradient with respect to t",
        statement="grad(L, t) == q",
        prose=r"In $t$ there are no kinks: this holds at every point.",
        model=LAYERED,
    ),
    Claim(
        id="relu-gradient",
        title="Gradient of the loss",
        statement="grad(L) == G.T @ q",
        let=LAYER,
        prose=r"The linear model's gradient with $G$ in place of $A$. At a kink it is undefined, and nothing is said there.",
        model=LAYERED,
        depends=("relu-gradient-jacobian", "relu-gradient-t"),
    ),
    Claim(
        id="relu-gradient-back",
        title="The gradient layer by layer",
        statement="grad(L) == A1.T @ (step(A1 @ x) * (A2.T @ q))",
        prose=r"Three products with vectors; $G$ is not formed.",
        model=LAYERED,
        depends=("relu-gradient",),
    ),
    Claim(
        id="relu-gradient-sign",
        title="Signs are no steps",
        statement="grad(L) == A1.T @ (sign(A1 @ x) * (A2.T @ q))",
        prose=r"An inactive unit passes nothing back, not the opposite.",
        model=LAYERED,
        expect=(Status.REFUTED,),
        depends=("relu-gradient-back",),
    ),
    Claim(
        id="relu-regulariser-gradient",
        title="Gradient of the regulariser",
        statement="grad(L_reg) == G.T @ (omega**2 * t)",
        let=LAYER,
        prose=r"$L_{\mathrm{reg}}$ is quadratic in $t$.",
        model=LAYERED,
        depends=("relu-jacobian-t",),
    ),
    Claim(
        id="relu-gradient-softplus",
        title="Gradient for a softplus layer",
        statement="grad(L) == G.T @ q",
        let=LOGISTIC,
        prose=r"$\rho(s) = \log(1 + e^s)$ is the smooth neighbour of $\max(s, 0)$; its slope is the logistic function.",
        model=SOFTPLUS,
        depends=("relu-gradient-t",),
    ),
    Claim(
        id="relu-gradient-tanh",
        title="Gradient for a tanh layer",
        statement="grad(L) == G.T @ q",
        let=SECH,
        prose=r"$\rho' = 1 - \tanh^2$.",
        model=TANH,
        depends=("relu-gradient-t",),
    ),
    Claim(
        id="relu-gradient-tanh-step",
        title="Each layer has its own slope",
        statement="grad(L) == G.T @ q",
        let=LAYER,
        prose=r"The steps of $\max(s, 0)$ are wrong for $\tanh$.",
        model=TANH,
        expect=(Status.REFUTED,),
        depends=("relu-gradient-tanh",),
    ),
)

r"""t == G @ x with G = A2 diag(step(A1 x)) A1: off the kinks the layer is linear, and every derivative passes through G.

An entry of $A_1 x$ that is positive is passed on, one that is negative is not, and at 0, on a kink, there is no slope.  Where no entry
is 0 the signs stay the same nearby, so that $t$ is a linear map there, and $G$ is its matrix.
"""

from derivations.softmax_relu.names import LAYER, LAYERED
from resmax_sym.judge import Claim, Status

SCALED = {"r": "exp(A1 @ y)", "inverse": "exp(-(A1 @ y))"}
"""A positive factor for each inner unit: with two columns or more A1 gives A1 x and the logarithms of r any two values."""

MAP = (
    Claim(
        id="relu-jacobian-t",
        title="Jacobian of the map",
        statement="D(t) == G",
        let=LAYER,
        prose=r"The slope of $\max(s, 0)$ is 1 above 0 and 0 below.",
        model=LAYERED,
    ),
    Claim(
        id="relu-jacobian-plain",
        title="Inactive units have no slope",
        statement="D(t) == A2 @ A1",
        prose=r"The steps cannot be left out.",
        model=LAYERED,
        expect=(Status.REFUTED,),
        depends=("relu-jacobian-t",),
    ),
    Claim(
        id="relu-parts",
        title="Positive part and negative part",
        statement="max(A1 @ x, 0) - max(-(A1 @ x), 0) == A1 @ x",
        prose=r"What one sign takes away the other one gives back; this holds on the kinks, too.",
        model=LAYERED,
    ),
    Claim(
        id="relu-homogeneous",
        title="The map is linear in its cell",
        statement="t == G @ x",
        let=LAYER,
        prose=r"$\max(s, 0) = s \operatorname{step}(s)$ for $s \ne 0$: the constant term of the linear map is 0.",
        model=LAYERED,
        depends=("relu-jacobian-t",),
    ),
    Claim(
        id="relu-euler",
        title="Euler's identity",
        statement="inner(grad(L_reg), x) == 2 * L_reg",
        prose=r"$t$ is positively homogeneous of degree 1, hence $L_{\mathrm{reg}}$ of degree 2.",
        model=LAYERED,
        depends=("relu-homogeneous",),
    ),
    Claim(
        id="relu-not-linear",
        title="It is not linear beyond its cell",
        statement="t == A2 @ A1 @ x",
        prose=r"One inactive unit is enough.",
        model=LAYERED,
        expect=(Status.REFUTED,),
    ),
    Claim(
        id="relu-scaling",
        title="A unit may be scaled",
        statement="A2 @ (inverse * max(r * (A1 @ x), 0)) == t",
        let=SCALED,
        prose=r"Row $i$ of $A_1$ times $r_i > 0$ and column $i$ of $A_2$ over $r_i$ leave $t$ as it is, and with it the loss: the two layers are "
        r"never determined by the data.",
        model=LAYERED,
    ),
    Claim(
        id="relu-scaling-sign",
        title="Not by a negative factor",
        statement="A2 @ (-inverse * max(-r * (A1 @ x), 0)) == t",
        let=SCALED,
        prose=r"A factor below 0 turns active units into inactive ones.",
        model=LAYERED,
        expect=(Status.REFUTED,),
        depends=("relu-scaling",),
    ),
)

DERIVATIVES = (
    Claim(
        id="relu-derivative-u",
        title="Derivative of the unit",
        statement="D(u) == diag(v) @ G",
        let=LAYER,
        prose=r"The chain rule through $G$.",
        model=LAYERED,
        depends=("relu-jacobian-t",),
    ),
    Claim(
        id="relu-derivative-alpha",
        title="Derivative of the normaliser",
        statement="grad(alpha) == G.T @ v",
        let=LAYER,
        prose=r"The column sums of $\operatorname{diag}(v) G$.",
        model=LAYERED,
        depends=("relu-derivative-u",),
    ),
    Claim(
        id="relu-derivative-f",
        title="Jacobian of the normalised vector",
        statement="D(f) == J @ G",
        let=LAYER,
        prose=r"$J$ is the Jacobian in $t$.",
        model=LAYERED,
        depends=("relu-derivative-u", "relu-derivative-alpha"),
    ),
    Claim(
        id="relu-derivative-c",
        title="Jacobian of the residual",
        statement="D(c) == J @ G",
        let=LAYER,
        prose=r"$c = f - b$ differs from $f$ by a constant.",
        model=LAYERED,
        depends=("relu-derivative-f",),
    ),
)

NORMS = (
    Claim(
        id="relu-step-norm",
        title="The steps do not enlarge",
        statement="opnorm(diag(step(A1 @ x))) <= 1",
        prose=r"A diagonal matrix of zeros and ones.",
        model=LAYERED,
    ),
    Claim(
        id="relu-layer-norm",
        title="The norm of G",
        statement="opnorm(G) <= opnorm(A2) * opnorm(A1)",
        let=LAYER,
        prose=r"One bound for every cell.",
        model=LAYERED,
        depends=("relu-step-norm",),
    ),
    Claim(
        id="relu-layer-norm-product",
        title="The norm of the product is no bound",
        statement="opnorm(G) <= opnorm(A2 @ A1)",
        let=LAYER,
        prose=r"Terms that cancel in $A_2 A_1$ need not cancel where a unit is inactive.",
        model=LAYERED,
        expect=(Status.REFUTED,),
        depends=("relu-layer-norm",),
    ),
    Claim(
        id="relu-lipschitz-t",
        title="The map is Lipschitz across kinks",
        statement="norm(t - at(t, y)) <= opnorm(A2) * opnorm(A1) * norm(x - y)",
        prose=r"$\max(s, 0)$ does not expand distances, whatever lies between the two points.",
        model=LAYERED,
    ),
    Claim(
        id="relu-lipschitz-t-sharp",
        title="The constant cannot be lowered",
        statement="norm(t - at(t, y)) <= 0.99 * opnorm(A2) * opnorm(A1) * norm(x - y)",
        prose=r"Attained wherever $n = m = d = 1$ and the unit is active.",
        model=LAYERED,
        expect=(Status.REFUTED,),
        depends=("relu-lipschitz-t",),
    ),
)

CLAIMS = (*MAP, *DERIVATIVES, *NORMS)

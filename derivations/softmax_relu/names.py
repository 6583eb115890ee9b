r"""t == A2 @ max(A1 @ x, 0): what each name means in the model with an inner layer, read off the model.

Only the map $t$ depends on the layer $\rho$; every other quantity is made of $t$ as in the linear model. For $\rho(s) = \max(s, 0)$ the
model is softmax-ReLU regression; two smooth layers stand beside it, and $\rho(s) = s$, the linear model as a product $A_2 A_1$.
"""

from derivations.soft_residual.names import MEANINGS, SLOPES
from resmax_sym.judge import Claim
from resmax_sym.lang import eq, parse, to_text
from resmax_sym.models import RELU, SOFTMAX, Model

LAYERED = Model(SOFTMAX, inner_layer=RELU)
SOFTPLUS = Model(SOFTMAX, inner_layer="log(1 + exp(s))")
TANH = Model(SOFTMAX, inner_layer="tanh(s)")
IDENTITY = Model(SOFTMAX, inner_layer="s")
LINEAR = Model(SOFTMAX)
MAPS = {
    RELU: "relu-definition-t",
    SOFTPLUS.inner_layer: "relu-definition-t-softplus",
    TANH.inner_layer: "relu-definition-t-tanh",
    IDENTITY.inner_layer: "relu-definition-t-product",
}
"""Inner layer -> the definition of t."""

LAYER = {"G": "A2 @ diag(step(A1 @ x)) @ A1"}
"""The Jacobian of t off the kinks."""
SMALL_B = "norm1(b) <= 1"


def map_written_out(model: Model) -> Claim:
    """t == A2 @ rho(A1 @ x)."""
    return Claim(
        id=MAPS[model.inner_layer],
        title="The map of two layers",
        statement=to_text(model.definition("t")),
        prose=r"The data act on $x$ through $t = A_2 \rho(A_1 x)$ alone; $\rho$ is applied to each entry.",
        model=model,
    )


def definition(name: str, title: str, prose: str) -> Claim:
    """A name and what it stands for; it is made of t as it is without a layer."""
    statement = SLOPES.get(name) or to_text(LAYERED.definition(name))
    return Claim(id=f"relu-definition-{name}", title=title, statement=statement, prose=prose, model=LAYERED)


UNIT = Claim(
    id="relu-definition-u",
    title="The unit",
    statement=to_text(eq(LAYERED["u"], parse(SOFTMAX, {"s": LAYERED["t"]}))),
    prose=r"The exponential of each entry of $t$.",
    model=LAYERED,
)
CLAIMS = (
    *(map_written_out(model) for model in (LAYERED, SOFTPLUS, TANH, IDENTITY)),
    UNIT,
    *(definition(name, *words) for name, words in MEANINGS.items() if name != "t"),
)

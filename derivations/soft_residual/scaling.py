r"""f(k phi) = f(phi): scaling u, v, w and with them alpha by one factor changes nothing.

This is what lets the generated code multiply $u$, $v$, $w$ by $e^{-m}$, with $m$ taken from the unit's own exponents, so that nothing
overflows.  The statements are built from the definitions: $k u$, $k v$, $k w$ are put for $u$, $v$, $w$.
"""

from resmax_sym.judge import Claim
from resmax_sym.lang import Expr, symbol, to_text
from resmax_sym.models import Model

MODEL = Model()
K = symbol("k")


def scaled(name: str) -> str:
    """The definition of a quantity with k u, k v, k w for u, v, w."""

    def change(e: Expr) -> Expr | None:
        return K * e if e.op == "named" and e.data in ("u", "v", "w") else None

    return to_text(MODEL[name].rebuild(change))


QUANTITIES = {
    "f": "the normalised vector",
    "L": "the loss",
    "q": "the gradient in t",
    "delta": "the diagonal of the Hessian in t",
    "B": "the Hessian in t",
}

CLAIMS = tuple(
    Claim(
        id=f"scaling-{name}",
        title=f"Scaling leaves {what} alone",
        statement=f"{scaled(name)} == {name}",
        parameters={"k": "k > 0"},
        prose=rf"Every term of ${name if len(name) == 1 else chr(92) + name}$ has as many of $u, v, w$ above as $\alpha$ below the bar.",
    )
    for name, what in QUANTITIES.items()
)

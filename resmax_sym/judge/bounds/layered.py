"""A -> A2 @ diag(rho'(A1 @ x)) @ A1: derivatives in x of the linear model, put into the form that they have after an inner layer."""

from __future__ import annotations

import re
from functools import lru_cache

from resmax_sym.lang import S
from resmax_sym.lang.slopes import slopes, spell
from resmax_sym.models import Model

MATRIX = re.compile(r"\bA\b")
VARIABLE = re.compile(r"\bs\b")


def through_layer(model: Model, text: str, gradient: str | None = None) -> str:
    """A formula with A in it, for the model: as it stands without an inner layer, else with the Jacobian G of t in place of A.

    Parameters
    ----------
    gradient : str, optional
        For the Hessian of a function of t, its gradient g in t: a curved layer adds A1.T @ diag((A2.T @ g) * rho'') @ A1.
    """
    if model.rho is None:
        return text
    jacobian, second = layer_texts(model)
    result = MATRIX.sub(f"({jacobian})", text)
    flat = gradient is None or second == "0"
    return result if flat else f"{result} + A1.T @ diag((A2.T @ ({gradient})) * ({second})) @ A1"


@lru_cache(maxsize=64)
def layer_texts(model: Model) -> tuple[str, str]:
    """G, and rho'' at A1 @ x, as text."""
    first, second = slopes(model.rho)
    at_x = [VARIABLE.sub("(A1 @ x)", spell(part)) for part in (first, second)]
    if first == 1:
        return "A2 @ A1", at_x[1]
    return f"A2 @ diag({at_x[0] if first.has(S) else f'({at_x[0]}) * ones(m)'}) @ A1", at_x[1]

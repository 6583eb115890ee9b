"""eigmin(B) >= -g for t = A x, hence for t = A2 rho(A1 x): what is proved of every vector t holds of the t of any inner layer.

In the linear model t = A x and t' = A y, and for d = 2 any two vectors t, t' arise so: A = (t, t'), x = e1, y = e2.  A statement that
knows A, x, y and d through t and t' alone is therefore a statement about every pair of vectors of size n, and says the same in a model
with the same unit and head that makes t in another way.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from resmax_sym.judge.claim import Claim
from resmax_sym.lang import Expr, LanguageError, Relation, parse_relations
from resmax_sym.models import Model

POINTS = ("A", "x", "y")


def carried(base: Claim, model: Model, where: Iterable[str] = ()) -> Claim:
    """The same claim about `model` where it speaks of t alone and differs in the inner layer alone, else the claim as it is.

    Parameters
    ----------
    where : str
        The guards under which it was shown; they have to speak of t alone, too.
    """
    linear = base.model.inner_layer is None and model.inner_layer is not None
    if not linear or dataclasses.replace(model, inner_layer=None) != base.model or "d" in base.sizes:
        return base
    try:
        there = dataclasses.replace(base, model=model, proof=(), depends=())
        said = [base.relation, *base.assumptions, *(read(guard, base) for guard in where)]
        _ = there.relation, there.assumptions
    except LanguageError:  # a name of the claim is taken in the other model
        return base
    return there if all(about_t(relation) for relation in said) else base


def read(guard: str, base: Claim) -> Relation:
    """`subject != 0` as a relation over the names of the claim; whether it is an inequality does not matter here."""
    (relation,) = parse_relations(guard.replace("!=", "=="), base.names)
    return relation


def about_t(part: Relation | Expr) -> bool:
    """Whether a formula or relation of the linear model knows A, x, y and d through t and its value at y alone."""
    if isinstance(part, Relation):
        return part.op != "on_segment" and all(map(about_t, part.args))
    if part.op == "named" and part.data == "t":
        return True
    moved = (part.op == "D" and part.data != "t") or (part.op == "at" and part.data != "y")
    own = part.op == "symbol" and part.data in POINTS
    sized = "d" in part.shape or (part.op == "size" and part.data == "d")
    return not (moved or own or sized) and all(map(about_t, part.args))

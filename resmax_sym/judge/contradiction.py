"""a <= b shown impossible: assumptions that contradict each other, or the domain of the statement."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge import bounds
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.guards import Guard, conditions
from resmax_sym.judge.identity import symmetric
from resmax_sym.judge.points import Point
from resmax_sym.judge.truth import defined, holds
from resmax_sym.lang import Expr, LanguageError, Relation, eq
from resmax_sym.lang.expr import as_expr
from resmax_sym.lang.relation import compare

OPPOSITE = {"<=": (">",), ">=": ("<",), "<": (">=",), ">": ("<=",), "==": ("<", ">")}


def contradiction(claim: Claim) -> dict[str, Any] | None:
    """Why no point meets the assumptions of a claim at which its statement is defined; None where that is not shown."""
    given = claim.given
    if claim.sizes and all(_fails(claim, sizes, given) for sizes in claim.each_size()):
        return {"contradiction": "the assumptions exclude every size that the claim is about"}
    for k, relation in enumerate(given):
        shown = _shown(claim, negations(relation), [*given[:k], *given[k + 1 :]])
        if shown is not None:
            return {"contradiction": f"{relation!r}, yet {shown['shown']} by what else is assumed", **shown}
    for guard in conditions(claim.relation, claim.model):
        shown = _shown(claim, _negated_guard(guard), given)
        if shown is not None:
            return {"contradiction": f"the statement is defined only where {guard}, yet {shown['shown']}", **shown}
    return None


def inhabited(claim: Claim, sizes: Mapping[str, int], values: Mapping[str, NDArray]) -> bool:
    """Whether a point near these floats is shown to meet every assumption where the statement is defined."""

    def exact(value: float, denominator: int) -> Fraction:
        return Fraction(math.trunc(value * denominator), denominator)  # towards 0, where norms are smaller

    for denominator in (2**10, 2**30, 2**50):
        rounded = {
            name: np.vectorize(partial(exact, denominator=denominator), otypes=[object])(value)[()]
            for name, value in values.items()
        }
        point = Point(dict(sizes), rounded)
        known = partial(symmetric, claim.model)
        if all(holds(claim.model, relation, point, symmetric=known) is True for relation in claim.assumptions):
            return defined(claim.model, claim.relation, point)
    return False


def negations(relation: Relation) -> Iterator[Relation]:
    """Statements of which each makes the relation fail everywhere."""
    try:
        match relation.op:
            case "psd":
                yield compare("<", Expr("eigmax", relation.args, ()), 0)
            case "simplex":
                (v,) = relation.args
                total = Expr("sum", (v,), ())
                yield from (compare("<", v, 0), compare("<", total, 1), compare(">", total, 1))
            case "on_segment":
                yield from negations(relation.args[0])
            case op:
                yield from (compare(other, *relation.args) for other in OPPOSITE[op])
    except LanguageError:  # matrices are not compared
        return


def _negated_guard(guard: Guard) -> Iterator[Relation]:
    """The same for what a statement needs in order to be defined."""
    if not guard.needed:
        return
    zero = as_expr(0)
    if guard.op == "!=":
        if guard.subject.ndim < 2:
            yield eq(guard.subject, zero)
    else:
        yield from negations(compare(guard.op, guard.subject, zero))


def _fails(claim: Claim, sizes: dict[str, int], given: Sequence[Relation]) -> bool:
    """Whether an assumption about sizes alone fails at these."""
    point = Point(sizes, {})
    bare = [r for r in given if not any(isinstance(e, Relation) or _speaks_of_data(e, sizes) for e in r.args)]
    return any(holds(claim.model, relation, point) is False for relation in bare)


def _speaks_of_data(e: Expr, sizes: dict[str, int]) -> bool:
    known = [node.op != "symbol" and (node.op != "size" or node.data in sizes) for node in e.walk()]
    return bool(e.shape) or not all(known)


def _shown(claim: Claim, statements: Iterator[Relation], given: Sequence[Relation]) -> dict[str, Any] | None:
    """The first of the statements that the bounds prove."""
    for statement in statements:
        found = bounds.prove(claim.model, statement, list(given))
        if isinstance(found, bounds.Bounded):
            return {"shown": repr(statement), "rules": found.rules(), "bounds": found.to_json()}
    return None

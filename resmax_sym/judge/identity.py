"""lhs == rhs for every n and d: equal, different with a point, or undecided."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sympy as sp

from resmax_sym.judge.arithmetic import Balls
from resmax_sym.judge.points import Point, random_point
from resmax_sym.lang import Expr, LanguageError, Relation, is_zero, normal
from resmax_sym.models import Model

SIZES = ((1, 1), (2, 1), (1, 2), (2, 2), (3, 2), (2, 3), (4, 3), (5, 2))
TRIES = 200
GUARD_POINTS = 4


class Defect(RuntimeError):
    """Two routes of the suite contradict each other: neither may be trusted until it is understood."""


@dataclass(frozen=True)
class Equal:
    """The normal form of lhs - rhs is zero.

    Attributes
    ----------
    every_unit : bool
        It is zero with phi abstract, so the identity holds for every smooth unit.
    unfolded : bool
        t had to be written out as A x.
    """

    every_unit: bool
    unfolded: bool


@dataclass(frozen=True)
class Undecided:
    """Neither shown equal nor different."""

    reason: str


@lru_cache(maxsize=512)
def difference(model: Model, relation: Relation, abstract: bool) -> sp.Expr:
    """A component of lhs - rhs over free indices i, j."""
    lowering = model.lowering(abstract)
    indices = sp.symbols("i j", integer=True)[: max(relation.lhs.ndim, relation.rhs.ndim)]
    lhs, rhs = (lowering(side, *(indices if side.shape else ())) for side in relation.args)
    return lhs - rhs


def equal(model: Model, relation: Relation) -> Equal | Undecided:
    """Whether lhs == rhs by the normal form: first for every smooth unit, then for the model's own, then with t = A x."""
    reason = "the normal form of the difference is not zero"
    for unfolded in (False, True):
        for abstract in (True, False):
            try:
                expr = difference(model, relation, abstract)
                if unfolded:
                    expr = model.lowering(abstract).unfold(expr)
                if is_zero(normal(expr)):
                    return Equal(abstract, unfolded)
            except LanguageError as error:
                reason = str(error)
    return Undecided(reason)


def holds(model: Model, relation: Relation, point: Point, digits: int = 60) -> bool | None:
    """Whether the relation holds at the point, in balls: True, False (both rigorous) or None (undefined, or too close).

    An equality is never shown True by balls; None then means that the two sides overlap.
    """
    if relation.op not in ("==", "<=", ">=", "<", ">"):
        return None
    evaluator = point.evaluator(model, Balls(digits))
    try:
        lhs, rhs = (np.asarray(evaluator(side), dtype=object) for side in relation.args)
    except (LanguageError, ZeroDivisionError):
        return None
    gap = np.atleast_1d(lhs - rhs).ravel()
    if not all(entry.is_finite() for entry in gap):
        return None
    tests = {"==": (lambda z: False, lambda z: z > 0 or z < 0)}
    tests |= {"<=": (lambda z: z <= 0, lambda z: z > 0), ">=": (lambda z: z >= 0, lambda z: z < 0)}
    tests |= {"<": (lambda z: z < 0, lambda z: z >= 0), ">": (lambda z: z > 0, lambda z: z <= 0)}
    true, false = tests[relation.op]
    if any(false(entry) for entry in gap):
        return False
    return True if all(true(entry) for entry in gap) else None


def counterexample(
    model: Model, relation: Relation, symbols: list[Expr], assumptions: list[Relation], enough: int, seed: int
) -> tuple[Point | None, int]:
    """The first random rational point, small sizes first, where balls show the relation false and every assumption true.

    Stops after `enough` valid points, or `TRIES` points in all.

    Returns
    -------
    point, valid
        None where nothing was found; the number of points at which the statement was defined and the assumptions held.
    """
    rng = np.random.default_rng(seed)
    valid = 0
    for k in range(TRIES):
        if valid >= enough:
            break
        n, d = SIZES[k % len(SIZES)]
        sizes = {"n": n, "d": d} if model.inner_layer is None else {"n": n, "d": d, "m": int(rng.integers(1, 4))}
        point = random_point(symbols, sizes, rng, denominator=int(rng.choice([1, 2, 4])))
        if not all(holds(model, assumption, point) for assumption in assumptions):
            continue
        truth = holds(model, relation, point)
        if truth is False:
            return point, valid + 1
        valid += truth is not None or relation.op == "=="
    return None, valid

"""holds(relation, point): true, false or open at one exact point, in balls, with rationals where balls only touch."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge import spectrum
from resmax_sym.judge.arithmetic import Rationals
from resmax_sym.judge.balls import Balls
from resmax_sym.judge.points import Point
from resmax_sym.lang import Expr, LanguageError, Relation, eq
from resmax_sym.models import Model

DIGITS = 60
SEGMENT_DEPTH = 12
SEGMENT_PIECES, SEGMENT_REST = 400, 10

TRUE: dict[str, Callable[[Any], bool]] = {
    "==": lambda z: z == 0, "<=": lambda z: z <= 0, ">=": lambda z: z >= 0, "<": lambda z: z < 0, ">": lambda z: z > 0,
}  # fmt: skip
FALSE: dict[str, Callable[[Any], bool]] = {
    "==": lambda z: z > 0 or z < 0, "<=": lambda z: z > 0, ">=": lambda z: z < 0, "<": lambda z: z >= 0, ">": lambda z: z <= 0,
}  # fmt: skip
"""What must be sure of lhs - rhs; a ball compares only if every point in it does."""


def holds(
    model: Model,
    relation: Relation,
    point: Point,
    digits: int = DIGITS,
    symmetric: Callable[[Expr], bool] | None = None,
) -> bool | None:
    """Whether the relation holds at the point: True, False (both rigorous) or None (undefined there, or too close to tell).

    Parameters
    ----------
    symmetric : callable, optional
        Whether a matrix is known to be symmetric everywhere; of others it is checked at the point.
    """
    unknown = [matrix for matrix in spectral_matrices(relation) if not (symmetric and symmetric(matrix))]
    if unknown and relation.op == "on_segment":
        return None  # symmetric at one point is not symmetric all the way
    try:
        here = [holds(model, is_symmetric(matrix), point, digits) for matrix in unknown]
        if not all(equal is True for equal in here):  # psd(M) fails where M != M.T; eigenvalues are undefined there
            return False if relation.op == "psd" and here[0] is False else None
        truth = _in_balls(model, relation, point, Balls(digits))
        if truth is None and relation.op in TRUE | {"simplex": None}:
            truth = _in_rationals(model, relation, point)
    except (LanguageError, ZeroDivisionError):
        return None
    return truth


def defined(model: Model, relation: Relation, point: Point) -> bool:
    """Whether both sides have a value at the point, shown in balls."""
    evaluator = point.evaluator(model, Balls(DIGITS))
    sides = relation.args[0].args if relation.op == "on_segment" else relation.args
    try:
        values = [np.asarray(evaluator(side), dtype=object) for side in sides]
    except (LanguageError, ZeroDivisionError):
        return False
    return all(entry.is_finite() for value in values for entry in value.reshape(-1))


def spectral_matrices(relation: Relation) -> list[Expr]:
    """The matrices whose eigenvalues the relation speaks of, each at the point at which it does."""
    found = [relation.args[0]] if relation.op == "psd" else []
    for part in relation.args:
        found += spectral_matrices(part) if isinstance(part, Relation) else _spectral(part)
    return found


@lru_cache(maxsize=4096)
def _spectral(e: Expr) -> tuple[Expr, ...]:
    """The same for a formula, each matrix once."""
    found = [matrix for arg in e.args for matrix in _spectral(arg)]
    if e.op == "at":
        found = [Expr("at", (matrix,), matrix.shape, e.data) for matrix in found]
    return tuple(dict.fromkeys([*found, e.args[0]] if e.op in ("eigmin", "eigmax") else found))


def is_symmetric(matrix: Expr) -> Relation:
    """M == M.T."""
    return eq(matrix, matrix.T)


def _in_balls(model: Model, relation: Relation, point: Point, balls: Balls) -> bool | None:
    if relation.op == "on_segment":
        return _on_segment(model, relation.args[0], point, balls)
    evaluator = point.evaluator(model, balls)
    values = [evaluator(side) for side in relation.args]
    with balls.precision():
        return truth_of(relation.op, values)


def truth_of(op: str, values: list[Any]) -> bool | None:
    """The truth of a relation between ball values: True, False or None."""
    entries = [z for value in values for z in np.asarray(value, dtype=object).reshape(-1)]
    if not all(z.is_finite() for z in entries):
        return None
    if op == "psd":
        return _psd(np.asarray(values[0], dtype=object))
    if op == "simplex":
        total = sum(entries, flint.arb(-1))
        if any(z < 0 for z in entries) or total > 0 or total < 0:
            return False
        return True if all(z >= 0 for z in entries) and total == 0 else None
    gap = np.atleast_1d(np.asarray(values[0] - values[1], dtype=object)).ravel()
    if any(FALSE[op](z) for z in gap):
        return False
    return True if all(TRUE[op](z) for z in gap) else None


def _psd(matrix: NDArray) -> bool | None:
    if spectrum.positive_definite(matrix):
        return True
    vector = np.linalg.eigh(spectrum.midpoint(matrix))[1][:, 0]
    z = np.array([flint.arb(v) for v in vector], dtype=object)
    return False if z @ matrix @ z < 0 else None


def _in_rationals(model: Model, relation: Relation, point: Point) -> bool | None:
    """The same in exact rational arithmetic, which decides ties; None where the relation needs more than that."""
    evaluator = point.evaluator(model, Rationals())
    try:
        values = [np.atleast_1d(np.asarray(evaluator(side), dtype=object)).ravel() for side in relation.args]
    except (ArithmeticError, NotImplementedError):
        return None
    if relation.op == "simplex":
        return bool(all(z >= 0 for z in values[0]) and sum(values[0]) == 1)
    return all(bool(TRUE[relation.op](z)) for z in values[0] - values[1])


def _on_segment(model: Model, relation: Relation, point: Point, balls: Balls) -> bool | None:
    """Whether the relation holds on the whole segment from x to y, by bisection of the segment."""
    x, y = point.values["x"], point.values["y"]
    pieces, undecided, left = [(Fraction(0), Fraction(1), 0)], False, SEGMENT_PIECES
    while pieces and left:
        left -= 1
        low, high, depth = pieces.pop()
        middle, half = (low + high) / 2, (high - low) / 2
        with balls.precision():
            s = balls.number(middle) + flint.arb(0, float(half) * (1 + 1e-9))
            ball_x = np.array(
                [balls.number(a) + s * balls.number(b - a) for a, b in zip(x, y, strict=True)], dtype=object
            )
        evaluator = point.evaluator(model, balls)
        evaluator.point = {**evaluator.point, "x": ball_x[None]}
        values = [evaluator(side) for side in relation.args]
        with balls.precision():
            truth = truth_of(relation.op, values)
        if truth is False:
            return False
        if truth is None and depth == SEGMENT_DEPTH:
            undecided, left = True, min(left, SEGMENT_REST)  # no longer True, at most False
        elif truth is None:
            pieces += [(low, middle, depth + 1), (middle, high, depth + 1)]
    return None if undecided or pieces else True

"""Value in the layered model == value in the linear model with A = D(t): a second route to what `cell` reads off the formulas.

Both sides of every relation that is carried over are evaluated at points of one cell, each in its own model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from resmax_sym.judge.balls import Balls
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.identity import Defect
from resmax_sym.judge.points import Point, free_symbols, random_point
from resmax_sym.lang import D, Expr, LanguageError, Relation
from resmax_sym.models import Model

SIZES = ({"n": 3, "d": 2, "m": 4}, {"n": 2, "d": 3, "m": 2}, {"n": 2, "d": 1, "m": 1})
TRIES, DIGITS, SMALL = 2, 30, 8
"""Points for each size, decimal digits of the balls, and the denominator of the entries: these are of order 1/2, parameters below 1."""


def agree(claim: Claim, linear: Model, pairs: Sequence[tuple[Relation, Relation]], seed: int = 0) -> bool:
    """Whether each relation of the linear model has the values of its image, wherever the image has one; one place at least.

    Parameters
    ----------
    pairs : relations of the linear model, each with its image in the model of `claim`

    Raises
    ------
    Defect
        Two values differ: the image is wrong.
    """
    formulas = [pair for a, b in pairs for pair in sides(a, b)]
    symbols = free_symbols(claim.model, [claim.relation, *claim.assumptions, *(image for _, image in pairs)])
    seen, rng = [False] * len(formulas), np.random.default_rng(seed)
    for k in range(TRIES * len(SIZES)):
        sizes = {**SIZES[k % len(SIZES)], **{name: min(values) for name, values in claim.sizes.items()}}
        here = Point(sizes, point_in_cell(claim.model, symbols, sizes, rng)).evaluator(claim.model, Balls(DIGITS))
        point = {name: value[0] for name, value in here.point.items()}
        there = Evaluator(linear, sizes, {**point, "A": here(D(claim.model.names["t"]))}, Balls(DIGITS))
        for number, (a, b) in enumerate(formulas):
            same = overlap(there, a, here, b)
            if same is False:
                raise Defect(f"{b!r} was read as {a!r} with A = D(t), yet their values differ")
            seen[number] |= same is True
    return all(seen)


def sides(a: Relation, b: Relation) -> Iterator[tuple[Expr, Expr]]:
    """The formulas of two relations, side by side."""
    for p, q in zip(a.args, b.args, strict=True):
        if isinstance(p, Relation):
            yield from sides(p, q)
        else:
            yield p, q


def point_in_cell(
    model: Model, symbols: Sequence[Expr], sizes: Mapping[str, int], rng: np.random.Generator
) -> dict[str, Any]:
    """Random rational data and parameters, with y in the cell of x."""
    every = {s.data: s for s in (*symbols, *(model.variables[name] for name in ("A1", "A2", "x", "y")))}
    while True:
        point = dict(random_point(every.values(), sizes, rng, SMALL, 0.5).values)
        point |= {name: Fraction(int(rng.integers(1, 64)), 64) for name, s in every.items() if not s.shape}
        x, A1 = point["x"], point["A1"]
        for y in (point["y"], *(x + point["y"] * scale for scale in (Fraction(1, 3), Fraction(1, 30)))):
            if any(x != y) and all(p * q > 0 for p, q in zip(A1 @ x, A1 @ y, strict=True)):
                return {**point, "y": y}


def overlap(there: Evaluator, a: Expr, here: Evaluator, b: Expr) -> bool | None:
    """Whether the balls of two values meet; None where one of them is not known to be defined."""
    try:
        gap = np.asarray(here(b) - there(a), dtype=object).reshape(-1)
    except (LanguageError, ArithmeticError):
        return None
    if not all(entry.is_finite() for entry in gap):
        return None
    return not any(entry > 0 or entry < 0 for entry in gap)

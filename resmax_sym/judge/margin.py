"""(lhs - rhs) / (|lhs| + |rhs| + floor): how far relations are from holding, in float64 over a batch of points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge.arithmetic import Floats, SearchFloats
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.lang import LanguageError, Relation
from resmax_sym.models import Model

SEGMENT = (0.0, 0.25, 0.5, 0.75, 1.0)
ROUNDING = 1e-9
"""How far an assumption may be missed that holds by construction; a witness has to meet it exactly."""

TIE = 1e-8
"""The violation of a strict relation whose sides are equal."""

DULL = -0.999
"""That of 0 <= 0, from which there is nothing to learn."""

SMALLEST = 1e-300
FLOOR = 1e-5
"""Added to every scale: what is smaller is rounding for data of order 1, and no violation can hide there for scalable claims."""


class Margins:
    """Violations of relations over a batch: positive where a relation fails, NaN where it is undefined.

    Attributes
    ----------
    cost : int
        Operations done so far, the unit of a budget.
    """

    def __init__(self, model: Model, sizes: Mapping[str, int]) -> None:
        self.model, self.sizes, self.cost = model, sizes, 0

    def violation(self, relation: Relation, batch: Mapping[str, NDArray]) -> NDArray:
        """Relative violation in [-1, 1] of one relation at each point."""
        if relation.op == "on_segment":
            return self.segment(relation.args[0], batch)
        count = max(map(len, batch.values()), default=1)
        evaluator = Evaluator(self.model, self.sizes, batch, SearchFloats(), batched=True)
        try:
            values = [evaluator(side) for side in relation.args]
        except LanguageError:  # no number is a value of it: sqrt(-1), 1/0, a derivative without a closed form
            return np.full(count, np.nan)
        self.cost += evaluator.operations
        with np.errstate(all="ignore"):
            return np.broadcast_to(_violation(relation.op, values), (count,))

    def segment(self, relation: Relation, batch: Mapping[str, NDArray]) -> NDArray:
        """The worst violation on a few points between x and y."""
        x, y = batch["x"], batch["y"]
        return np.max([self.violation(relation, {**batch, "x": x + s * (y - x)}) for s in SEGMENT], axis=0)

    def measure(self, statement: Relation, batch: Mapping[str, NDArray]) -> NDArray:
        """What a search raises: the violation of the statement."""
        return self.violation(statement, batch)

    def objective(self, statement: Relation, assumptions: Sequence[Relation], batch: Mapping[str, NDArray]) -> NDArray:
        """The violation of the statement where every assumption holds; below -1 where one fails; -10 where undefined."""
        value = self.measure(statement, batch)
        for assumption in assumptions:
            excess = self.violation(assumption, batch)
            value = np.where(
                excess <= ROUNDING, value, np.where(np.isnan(excess), np.nan, np.minimum(value, -1) - excess)
            )
        return np.nan_to_num(value, nan=-10.0, posinf=1.0, neginf=-1.0)


class Tightness(Margins):
    """Raises lhs / rhs towards 1 and beyond instead, for bounds that are far from the truth."""

    def measure(self, statement: Relation, batch: Mapping[str, NDArray]) -> NDArray:
        """g / (1 + |g|) with g = (lhs - rhs) / |rhs|, or its negative for a lower bound; rhs is not tiny."""
        evaluator = Evaluator(self.model, self.sizes, batch, SearchFloats(), batched=True)
        found, claimed = (evaluator(side) for side in statement.args)
        self.cost += evaluator.operations
        with np.errstate(all="ignore"):
            gap = _gap(statement.op, found, claimed) / np.where(np.abs(claimed) > FLOOR, np.abs(claimed), np.nan)
            return np.broadcast_to(gap / (1 + np.abs(gap)), (max(map(len, batch.values()), default=1),))


def ratio(op: str, a: NDArray, b: NDArray) -> float | None:
    """a / b in the entry with the largest violation of `a op b`; None where that is not a number."""
    with np.errstate(all="ignore"):
        gaps = _gap(op, a, b) / (np.abs(a) + np.abs(b) + FLOOR)
        quotient = np.broadcast_to(a / b, gaps.shape)[np.unravel_index(np.argmax(gaps), gaps.shape)]
    return float(quotient) if np.isfinite(quotient) else None


def _gap(op: str, a: NDArray, b: NDArray) -> NDArray:
    return {"<=": a - b, "<": a - b, ">=": b - a, ">": b - a, "==": np.abs(a - b)}[op]


def _violation(op: str, values: list[NDArray]) -> NDArray:
    if op == "psd":
        (M,) = values
        least = Floats().spectral("eigmin", (M + M.swapaxes(1, 2)) / 2)
        size = np.abs(M).max(axis=(1, 2)) + FLOOR
        lopsided = np.abs(M - M.swapaxes(1, 2)).max(axis=(1, 2)) / size
        return np.where(lopsided > 1e-9, lopsided, -least / size)
    if op == "simplex":
        (v,) = values
        return np.maximum(-v.min(axis=1), np.abs(v.sum(axis=1) - 1) - 1e-12)
    a, b = values
    ndim = max(a.ndim, b.ndim)
    a, b = (v.reshape(v.shape + (1,) * (ndim - v.ndim)) for v in (a, b))
    gap = _gap(op, a, b)
    scale = np.abs(a) + np.abs(b)
    relative = np.where(gap > 0, gap / (scale + FLOOR), gap / (scale + SMALLEST))
    if op != "==":
        relative = np.where(gap == 0, TIE if op in ("<", ">") else np.where(scale == 0, DULL, 0.0), relative)
    return relative.reshape(len(relative), -1).max(axis=1)

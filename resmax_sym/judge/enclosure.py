"""phi(box) <= 0: a statement certified over boxes in ball arithmetic, by adaptive bisection, for every one of its sizes."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge.arithmetic import Balls
from resmax_sym.judge.budget import BALL_COST
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.truth import spectral_matrices, truth_of
from resmax_sym.lang import Expr, LanguageError, Relation
from resmax_sym.models import Model

DIGITS = 20
WIDTH = 1e-9
"""A box narrower than this in every coordinate is not split again."""

Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Enclosure:
    """The statement holds on every box.

    Attributes
    ----------
    boxes : int
        How many pieces were needed, over all sizes.
    skipped : int
        Pieces on which an assumption fails everywhere.
    """

    sizes: tuple[dict[str, int], ...]
    boxes: int
    skipped: int
    digits: int


@dataclass(frozen=True)
class Open:
    """The boxes did not decide; `reason` says where it stuck."""

    reason: str


@dataclass
class Box:
    """A claim's variables with an interval for every entry."""

    model: Model
    statement: Relation
    assumptions: list[Relation]
    intervals: Mapping[str, Interval]
    symbols: list[Expr]
    symmetric: Callable[[Expr], bool]
    left: float = 0.0

    def variables(self) -> list[Expr]:
        """What has to be boxed: the free variables, or t in place of A and x where they occur through t alone."""
        found: dict[Expr, None] = {}

        def visit(e: Expr) -> None:
            if e.op == "symbol" or (e.op == "named" and e.data in self.intervals):
                found[e] = None
            elif e.op in ("D", "at"):
                found.update(dict.fromkeys(self.symbols))
            for arg in () if e in found else e.args:
                visit(arg)

        for relation in (self.statement, *self.assumptions):
            for part in relation.args:
                if isinstance(part, Expr):
                    visit(part)
        return list(found)

    def certify(self, all_sizes: list[dict[str, int]], operations: float) -> Enclosure | Open:
        """Whether the statement holds on the whole box for every one of these sizes, within so many operations."""
        self.left = operations
        variables = self.variables()
        missing = [v.data for v in variables if v.data not in self.intervals]
        if missing:
            return Open(f"box has no interval for {', '.join(missing)}")
        if any(not self.symmetric(matrix) for matrix in spectral_matrices(self.statement)):
            return Open("a matrix whose eigenvalues are taken is not known to be symmetric")
        boxes = skipped = 0
        for sizes in all_sizes:
            result = self._one_size(variables, sizes)
            if isinstance(result, Open):
                return result
            boxes, skipped = boxes + result[0], skipped + result[1]
        return Enclosure(tuple(all_sizes), boxes, skipped, DIGITS)

    def _one_size(self, variables: list[Expr], sizes: dict[str, int]) -> tuple[int, int] | Open:
        shapes = {v.data: tuple(k if isinstance(k, int) else sizes[k] for k in v.shape) for v in variables}
        names = [name for name, shape in shapes.items() for _ in range(int(np.prod(shape)))]
        start = tuple(self.intervals[name] for name in names)
        order = itertools.count()
        queue = [(0.0, next(order), start)]
        done = skipped = 0
        while queue:
            _, _, box = heapq.heappop(queue)
            verdict = self._decide(box, shapes, sizes)
            if verdict == "skip":
                skipped += 1
                continue
            if verdict == "holds":
                done += 1
                continue
            widths = [float(high - low) for low, high in box]
            k = int(np.argmax(widths)) if widths else 0
            if verdict == "fails" or not widths or widths[k] < WIDTH or self.left < 0:
                place = {
                    name: f"[{float(low):.6g}, {float(high):.6g}]" for name, (low, high) in zip(names, box, strict=True)
                }
                return Open(f"undecided at {sizes} near {place}")
            low, high = box[k]
            middle = (low + high) / 2
            for part in ((low, middle), (middle, high)):
                piece = (*box[:k], part, *box[k + 1 :])
                heapq.heappush(queue, (-max(float(b - a) for a, b in piece), next(order), piece))
        return done, skipped

    def _decide(self, box: tuple[Interval, ...], shapes: Mapping[str, tuple[int, ...]], sizes: dict[str, int]) -> str:
        """'holds' on the whole box, 'fails' on the whole box, 'skip' (an assumption fails) or 'open'."""
        balls = Balls(DIGITS)
        point, k = {}, 0
        with balls.precision():
            for name, shape in shapes.items():
                size = int(np.prod(shape))
                entries = [balls.number(low).union(balls.number(high)) for low, high in box[k : k + size]]
                point[name] = _array(entries, shape)
                k += size
        evaluator = Evaluator(self.model, sizes, point, balls)
        skip = any(_truth(evaluator, assumption) is False for assumption in self.assumptions)
        truth = None if skip else _truth(evaluator, self.statement)
        self.left -= BALL_COST * evaluator.operations
        if skip:
            return "skip"
        return {True: "holds", False: "fails", None: "open"}[truth]


def _array(entries: list[flint.arb], shape: tuple[int, ...]) -> Any:
    if not shape:
        return entries[0]
    result: NDArray = np.empty(len(entries), dtype=object)
    result[:] = entries
    return result.reshape(shape)


def _truth(evaluator: Evaluator, relation: Relation) -> bool | None:
    """The truth of a relation for all values within the balls; None where open or undefined."""
    if relation.op == "on_segment":
        return None
    try:
        values = [evaluator(side) for side in relation.args]
    except (LanguageError, ZeroDivisionError):
        return None
    with evaluator.arithmetic.precision():
        return truth_of(relation.op, values)

"""max (lhs - rhs): random starts, ascent with gradients, and the step from a float64 violation to an exact witness."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from resmax_sym.judge.arithmetic import SearchFloats
from resmax_sym.judge.budget import OPERATIONS_PER_SECOND
from resmax_sym.judge.domain import Batch, Domain
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.margin import Margins
from resmax_sym.judge.points import Point
from resmax_sym.judge.truth import holds
from resmax_sym.lang import Expr, Relation
from resmax_sym.models import Model

BATCH = 256
THRESHOLD = 1e-11
"""A relative violation below this is rounding."""

DENOMINATORS = (
    1,
    2,
    3,
    4,
    5,
    6,
    8,
    10,
    12,
    16,
    24,
    32,
    60,
    100,
    128,
    256,
    1000,
    1024,
    10**4,
    2**17,
    10**6,
    2**30,
    2**40,
)
PLAIN = tuple(
    Fraction(k, q)
    for q, k in ((1, 0), (1, 1), (1, -1), (2, 1), (2, -1), (1, 2), (1, -2), (3, 1), (3, -1), (1, 3), (1, -3))
)
PLAIN_VIOLATION = 1e-6
"""A plainer witness must not be a thinner one."""

DIFFERENCE = 1e-6
LONGEST_GRADIENT = 400
"""Points of more entries climb by random steps alone."""


class Late(Exception):
    """The clock stops a search that its operations have not."""


@dataclass(frozen=True)
class Closest:
    """The point that came closest to a violation, or that violates most, in float64; a batch of one."""

    sizes: dict[str, int]
    batch: Batch

    def values(self, model: Model, *formulas: Expr) -> list[NDArray]:
        """Formulas evaluated there."""
        evaluator = Evaluator(model, self.sizes, self.batch, SearchFloats(), batched=True)
        return [evaluator(formula)[0] for formula in formulas]


@dataclass(frozen=True)
class Search:
    """What a search found.

    Attributes
    ----------
    witness : Point or None
        Exact, confirmed in balls to break the statement and to meet every assumption.
    points : int
        Points at which the statement was defined and every assumption held, in float64.
    best : float
        Largest relative violation seen there; negative where the statement held with room to spare.
    closest : Closest or None
        That point.
    """

    witness: Point | None
    points: int
    sizes: tuple[dict[str, int], ...]
    best: float
    closest: Closest | None
    operations: int
    stopped_by_clock: bool


class Falsifier:
    """Searches for a point where `statement` fails and every assumption holds.

    Parameters
    ----------
    symmetric : callable
        Whether a matrix is known to be symmetric; eigenvalues of others are undefined.
    margins : type
        What is raised.
    """

    def __init__(
        self,
        domain: Domain,
        statement: Relation,
        symmetric: Callable[[Expr], bool],
        seed: int = 0,
        margins: type[Margins] = Margins,
    ) -> None:
        self.domain, self.statement, self.symmetric = domain, statement, cache(symmetric)
        self.model, self.margins = domain.model, margins
        self.rng = np.random.default_rng(seed)
        self.points, self.best, self.closest, self.operations = 0, -np.inf, None, 0
        self.tried: dict[tuple, dict[str, int]] = {}
        self.failures: dict[tuple, int] = {}
        self.deadline = np.inf

    def run(self, seconds: float, patience: float | None = None) -> Search:
        """Searches for about that many seconds, counted in operations; the clock stops it at `patience`, or three times that."""
        self.deadline = time.perf_counter() + (patience or 3 * seconds)
        witness, late = None, False
        try:
            witness = self._rounds(seconds * OPERATIONS_PER_SECOND)
        except Late:
            late = True
        return Search(
            witness, self.points, tuple(self.tried.values()), float(self.best), self.closest, self.operations, late
        )

    def _rounds(self, budget: float) -> Point | None:
        """Size after size, at first without ascent, until a witness is found or the operations are used up."""
        sizes = list(self.domain.sizes())
        for number in range(
            int(budget) if self.domain.symbols and sizes else 1
        ):  # without variables a size is one point
            for size in sizes:
                witness = self.round(size, ascend=number > 0)
                if witness is not None or self.operations >= budget:
                    return witness
        return None

    def round(self, sizes: dict[str, int], ascend: bool) -> Point | None:
        """A batch of random points of one size; with `ascend` the best of them climb."""
        self.tried[tuple(sizes.values())] = sizes
        margins = self.margins(self.model, sizes)
        z = self.domain.random(sizes, BATCH, self.rng)
        values = self.evaluate(z, sizes, margins)
        valid = values >= -1
        self.points += int(valid.sum())
        top = np.argsort(-values)[:3]
        found = self.confirm(z[top], values[top], sizes, margins)
        if found is None and ascend:
            climbed = np.array([self.climb(z[k], sizes, margins) for k in top[values[top] > -10]]).reshape(
                -1, z.shape[1]
            )
            if len(climbed):
                found = self.confirm(climbed, self.evaluate(climbed, sizes, margins), sizes, margins)
        self.operations += margins.cost + self.domain.cost
        self.domain.cost = 0
        return found

    def evaluate(self, z: NDArray, sizes: dict[str, int], margins: Margins) -> NDArray:
        """The objective at decoded points; keeps the record."""
        if time.perf_counter() > self.deadline:
            raise Late
        batch = self.domain.decode(z, sizes)
        values = margins.objective(self.statement, self.domain.checked, batch)
        k = int(values.argmax())
        if values[k] > self.best and values[k] >= -1:
            self.best = values[k]
            self.closest = Closest(sizes, {name: value[k : k + 1] for name, value in batch.items()})
        return values

    def climb(self, start: NDArray, sizes: dict[str, int], margins: Margins) -> NDArray:
        """Quasi-Newton ascent with central differences, then random steps across kinks."""

        def downhill(z: NDArray) -> tuple[float, NDArray]:
            step = DIFFERENCE * np.eye(len(z))
            values = self.evaluate(np.concatenate([z[None], z + step, z - step]), sizes, margins)
            ahead, behind = np.split(values[1:], 2)
            return -values[0], -(ahead - behind) / (2 * DIFFERENCE)

        if len(start) > LONGEST_GRADIENT:
            return self.stroll(start, sizes, margins)
        z = minimize(downhill, start, jac=True, method="L-BFGS-B", options={"maxiter": 40}).x
        return self.stroll(z, sizes, margins)

    def stroll(self, z: NDArray, sizes: dict[str, int], margins: Margins) -> NDArray:
        """The best of random steps of shrinking length."""
        for length in (0.1, 0.03, 0.01, 0.003, 0.001):
            around = z + length * self.rng.standard_normal((BATCH // 4, len(z))) * (1 + np.abs(z))
            around[0] = z
            z = around[np.argmax(self.evaluate(around, sizes, margins))]
        return z

    def confirm(self, z: NDArray, values: NDArray, sizes: dict[str, int], margins: Margins) -> Point | None:
        """The first rounding of a candidate that is an exact witness."""
        key = tuple(sizes.values())
        for candidate in z[(values > THRESHOLD)]:
            if self.failures.get(key, 0) >= 6:  # violations at this size are rounding, or too thin to be made exact
                return None
            batch = self.domain.decode(candidate[None], sizes)
            shifts = (0.0, 0.51, -0.51) if any(not s.shape for s in self.domain.symbols) else (0.0,)
            rounded = [self.rounded(batch, q, shift) for q in DENOMINATORS for shift in shifts]
            stacked = {name: np.stack([_floats(r[name]) for r in rounded]) for name in batch}
            everything = [*self.domain.assumptions]
            scores = margins.objective(self.statement, [a for a in everything if _numeric(a)], stacked)
            for k in np.flatnonzero(scores > THRESHOLD)[:4]:
                point = Point(sizes, rounded[k])
                margins.cost += 1000
                if self.is_witness(point):
                    return self.simplified(point, margins)
            self.failures[key] = self.failures.get(key, 0) + 1
        return None

    def rounded(self, batch: Batch, denominator: int, shift: float = 0.0) -> dict[str, NDArray | Fraction]:
        """The point with entries of one denominator; toward 0 where a norm is bounded, summing to 1 on the simplex.

        `shift` rounds parameters up (0.51) or down (-0.51), off a border as well, where an assumption leaves room on one side only.
        """
        result: dict[str, NDArray | Fraction] = {}
        for s in self.domain.symbols:
            value = batch[s.data][0]
            kinds = {what for what, _, _ in self.domain.rules[s.data]}
            scaled = value * denominator + (0.0 if s.shape else shift)
            whole = np.trunc(scaled + 1e-9 * np.sign(scaled)) if kinds - {"entries"} else np.rint(scaled)
            if "simplex" in kinds:
                whole = np.floor(scaled)
                short = int(denominator - whole.sum())
                whole[np.argsort(whole - scaled)[: max(short, 0)]] += 1
            entries = np.array([Fraction(int(k), denominator) for k in np.ravel(whole)], dtype=object)
            result[s.data] = entries.reshape(value.shape) if s.shape else entries[0]
        return result

    def simplified(self, point: Point, margins: Margins) -> Point:
        """A witness with entries as plain as a greedy pass over them can make them."""
        for name in sorted(point.values):
            for place in np.ndindex(np.shape(point.values[name])):
                plainer = [
                    self.replaced(point, name, place, value) for value in PLAIN if value != _entry(point, name, place)
                ]
                plainer = [p for p in plainer if _cost(_entry(p, name, place)) < _cost(_entry(point, name, place))]
                if not plainer:
                    continue
                stacked = {key: np.stack([_floats(p.values[key]) for p in plainer]) for key in point.values}
                scores = margins.objective(self.statement, [a for a in self.domain.assumptions if _numeric(a)], stacked)
                promising = [p for p, score in zip(plainer, scores, strict=True) if score > PLAIN_VIOLATION]
                point = next((p for p in promising[:2] if self.is_witness(p)), point)
        return point

    def replaced(self, point: Point, name: str, place: tuple[int, ...], value: Fraction) -> Point:
        """The point with one entry changed."""
        old = point.values[name]
        if not place:
            return Point(point.sizes, {**point.values, name: value})
        new = old.copy()
        new[place] = value
        return Point(point.sizes, {**point.values, name: new})

    def is_witness(self, point: Point) -> bool:
        """Rigorously: every assumption holds here and the statement does not."""
        if time.perf_counter() > self.deadline:
            raise Late
        if holds(self.model, self.statement, point, symmetric=self.symmetric) is not False:
            return False
        return all(holds(self.model, a, point, symmetric=self.symmetric) is True for a in self.domain.assumptions)


def _entry(point: Point, name: str, place: tuple[int, ...]) -> Fraction:
    return point.values[name][place] if place else point.values[name]


def _cost(value: Fraction) -> int:
    """How much there is to read."""
    return 2 * abs(value.numerator) + 3 * (value.denominator - 1)


def _floats(value: NDArray | Fraction) -> NDArray:
    return np.array(value, dtype=float)


def _numeric(relation: Relation) -> bool:
    """Whether float64 may reject a point because of it: ties of equalities are left to exact arithmetic."""
    return relation.op != "=="

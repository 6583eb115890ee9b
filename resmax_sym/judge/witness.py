"""From a float64 violation to an exact witness: entries of one small denominator, confirmed in balls, then made plain."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge.domain import Batch, Domain
from resmax_sym.judge.margin import Margins
from resmax_sym.judge.points import Point
from resmax_sym.judge.truth import holds
from resmax_sym.lang import Expr, Relation

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

THIN = 6
"""Violations of one size that could not be made exact before the rest of that size is given up."""


class Witnesses:
    """Exact points where `statement` fails and every assumption holds.

    Parameters
    ----------
    symmetric : callable
        Whether a matrix is known to be symmetric; eigenvalues of others are undefined.
    in_time : callable
        Raises where the clock has stopped the search.
    """

    def __init__(
        self, domain: Domain, statement: Relation, symmetric: Callable[[Expr], bool], in_time: Callable[[], None]
    ) -> None:
        self.domain, self.statement, self.model = domain, statement, domain.model
        self.symmetric, self.in_time = cache(symmetric), in_time
        self.failures: dict[tuple, int] = {}

    def confirm(self, z: NDArray, values: NDArray, sizes: dict[str, int], margins: Margins) -> Point | None:
        """The first rounding of a candidate that is an exact witness."""
        key = tuple(sizes.values())
        for candidate in z[(values > THRESHOLD)]:
            if self.failures.get(key, 0) >= THIN:
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
        self.in_time()
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

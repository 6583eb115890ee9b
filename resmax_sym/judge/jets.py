"""An arithmetic of jets: every operation of the language over a box, with slopes for the entries of the box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge import spectrum
from resmax_sym.judge.arithmetic import Arithmetic
from resmax_sym.judge.balls import BALL_FUNCTIONS, NAN, Balls
from resmax_sym.judge.jet import EITHER, SLOPES, ZERO, Jet, Offsets

Ball = flint.arb
SECOND_ORDER = 6
"""So many entries have second slopes too; their number grows with the square."""


class Jets(Arithmetic):
    """Jets over a box: an arithmetic like `Balls`, with a slope for each entry of the box.

    Parameters
    ----------
    halves : entry -> ball
        Half the widths of the entries, those of a single value left out.
    """

    dtype = object

    def __init__(self, balls: Balls, halves: Mapping[int, Ball]) -> None:
        first = {i: half.union(-half) for i, half in halves.items()}
        pairs = {(i, j): first[i] * first[j] for i in first for j in first if i < j}
        squares = {(i, i): (half * half / 2).union(ZERO) for i, half in halves.items()}
        self.balls, self.offsets, self.second = balls, Offsets(first, pairs | squares), len(first) <= SECOND_ORDER
        self.nan = self.constant(NAN)
        self.weight = 1 + (len(first) + len(pairs) * self.second) / 6  # time against balls

    @contextmanager
    def precision(self) -> Iterator[None]:
        with self.balls.precision():
            yield

    def constant(self, ball: Ball) -> Jet:
        return Jet(self.offsets, ball, ball, {})

    def entry(self, i: int, low: Fraction, high: Fraction) -> Jet:
        """The entry i of the box itself; one without an offset takes any value between its ends, and has no slope."""
        ball = self.balls.entry(i, low, high)
        if i not in self.offsets.first:
            return self.constant(ball)
        slopes = {i: Ball(1)}
        return Jet(self.offsets, self.balls.number((low + high) / 2), ball, slopes, slopes, {} if self.second else None)

    def number(self, value: Fraction) -> Jet:
        return self.constant(self.balls.number(value))

    def pi(self) -> Jet:
        return self.constant(self.balls.pi())

    def finite(self, value: NDArray) -> NDArray:
        """Where the value is defined on the whole box."""
        return np.frompyfunc(lambda jet: jet.value.is_finite(), 1, 1)(value).astype(bool)

    def call(self, name: str, *args: Any) -> Any:
        if name in ("max", "min"):
            return np.frompyfunc(_larger if name == "max" else lambda a, b: -_larger(-a, -b), 2, 1)(*args)
        rule = (BALL_FUNCTIONS[name], *SLOPES[name])
        return np.frompyfunc(lambda jet: jet.through(*rule), 1, 1)(*args)

    def power(self, base: Any, exponent: Fraction) -> Any:
        """p z^(p - 1) and p (p - 1) z^(p - 2) are the slopes of z^p."""

        def slope(order: int) -> Any:
            """The derivative of that order; a whole power has none beyond its own."""
            factor = Fraction(1)
            for k in range(order):
                factor *= exponent - k
            with self.precision():
                ball = self.balls.number(factor)
            return lambda z: ball * self.balls.power(z, exponent - order) if factor else ZERO

        rule = (lambda z: self.balls.power(z, exponent), slope(1), slope(2))
        return np.frompyfunc(lambda jet: jet.through(*rule), 1, 1)(base)

    def norm(self, entries: NDArray) -> NDArray:
        """The norm of each row; at 0 its slope in z_i is at most the norm of the entries' slopes."""
        result = np.empty(len(entries), dtype=object)
        for k, row in enumerate(entries):
            squares = sum(row[1:] * row[1:], row[0] * row[0])
            norm = BALL_FUNCTIONS["norm"]
            root = squares.through(norm, *SLOPES["norm"])
            slopes = {
                i: norm(sum((_square(jet.slopes.get(i, ZERO)) for jet in row), ZERO)).upper() for i in root.slopes
            }
            crude = {i: EITHER * bound for i, bound in slopes.items()}
            both = {i: _common(slope, crude[i]) for i, slope in root.slopes.items()}
            result[k] = Jet(self.offsets, root.centre, root.value, both, root.tilt, root.bends)
        return result

    def spectral(self, name: str, matrices: NDArray) -> NDArray:
        """eigmin, eigmax, opnorm: slopes q^T (dM/dz_i) q and u^T (dM/dz_i) v for unit vectors q, u, v."""
        result = np.empty(len(matrices), dtype=object)
        for k, matrix in enumerate(matrices):
            slopes = {}
            for i in _entries(matrix):
                partials = _partials(matrix, i)
                if name == "opnorm":
                    slopes[i] = EITHER * spectrum.opnorm(partials).upper()
                else:
                    even = (partials + partials.T) / Ball(2)
                    slopes[i] = spectrum.eigmin(even).union(spectrum.eigmax(even))
            centre, value = (getattr(spectrum, name)(part) for part in (centres(matrix), values(matrix)))
            result[k] = Jet(self.offsets, centre, value, slopes)
        return result

    def solve(self, matrices: NDArray, right: NDArray) -> NDArray:
        """M^{-1} r, with slopes M^{-1} (dr/dz_i - dM/dz_i M^{-1} r)."""
        found = []
        for k in range(max(len(matrices), len(right))):
            M, r = matrices[min(k, len(matrices) - 1)], right[min(k, len(right) - 1)]
            box = values(M)
            centre, value = spectrum.solve(centres(M), centres(r)), spectrum.solve(box, values(r))
            slopes = {i: spectrum.solve(box, _partials(r, i) - _partials(M, i) @ value) for i in _entries(M, r)}
            solution = np.empty(r.shape, dtype=object)
            for place in np.ndindex(r.shape):
                own = {i: partials[place] for i, partials in slopes.items()}
                solution[place] = Jet(self.offsets, centre[place], value[place], own)
            found.append(solution)
        return np.stack(found)


def values(array: Any) -> Any:
    """The enclosures over the box."""
    return np.frompyfunc(lambda jet: jet.value, 1, 1)(array)


def centres(array: Any) -> Any:
    """The enclosures at the centre."""
    return np.frompyfunc(lambda jet: jet.centre, 1, 1)(array)


def _partials(array: NDArray, i: int) -> NDArray:
    return np.frompyfunc(lambda jet: jet.slopes.get(i, ZERO), 1, 1)(array)


def _entries(*arrays: NDArray) -> list[int]:
    return sorted({i for array in arrays for jet in array.flat for i in jet.slopes})


def _larger(a: Jet, b: Jet) -> Jet:
    """max(a, b); where both may be the larger one its slopes are in the hull of theirs."""
    difference = (a - b).value
    if difference >= 0 or difference <= 0:  # both are defined
        return a if difference >= 0 else b
    slopes = {i: a.slopes.get(i, ZERO).union(b.slopes.get(i, ZERO)) for i in {**a.slopes, **b.slopes}}
    larger = BALL_FUNCTIONS["max"]
    return Jet(a.offsets, larger(a.centre, b.centre), larger(a.value, b.value), slopes)


def _square(z: Ball) -> Ball:
    return BALL_FUNCTIONS["abs"](z) ** 2


def _common(slope: Ball, crude: Ball) -> Ball:
    """What both enclosures hold, or the one that is finite."""
    if slope.is_finite() and crude.is_finite():
        return slope.intersection(crude)
    return slope if slope.is_finite() else crude

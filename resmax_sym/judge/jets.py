"""f(z) in f(c) + sum_i (df/dz_i)(Z) (Z_i - c_i): values over a box with their slopes, and the mean value form after every step.

A jet holds three enclosures: of the value at the centre c, of the value over the box Z, and of the slopes over the box.  A slope
is such that along every segment in the box a value changes, almost everywhere, at a rate sum_i G_i e_i with every G_i in its ball
and e the direction: where the function has a derivative it holds the derivative, at a kink the slopes of both sides.  Integrated
along a segment this is the mean value form, which asks that the function be defined and Lipschitz on the whole box: a value
that is not defined everywhere is not finite, and a slope that is not bounded (a root at 0, a jump) is not finite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge import spectrum
from resmax_sym.judge.arithmetic import BALL_FUNCTIONS, NAN, Arithmetic, Balls

Ball = flint.arb
Slopes = dict[int, Ball]
ZERO, EITHER = Ball(0), Ball(0, 1)


class Jet:
    """A number that depends on the entries of a box; an entry without a slope does not occur in it."""

    __slots__ = ("centre", "ring", "slopes", "value")

    def __init__(self, ring: Jets, centre: Ball, value: Ball, slopes: Slopes) -> None:
        self.ring, self.centre, self.value, self.slopes = ring, centre, value, slopes
        if not value.is_finite():  # undefined somewhere: no mean value form may hide it
            return
        for i, slope in slopes.items():
            centre = centre + slope * ring.offsets[i]
        if centre.is_finite():
            self.value = value.intersection(centre)

    def __add__(self, other: Jet) -> Jet:
        if not isinstance(other, Jet):
            return NotImplemented
        return Jet(self.ring, self.centre + other.centre, self.value + other.value, _plus(self.slopes, other.slopes))

    def __sub__(self, other: Jet) -> Jet:
        if not isinstance(other, Jet):
            return NotImplemented
        slopes = _plus(self.slopes, {i: -slope for i, slope in other.slopes.items()})
        return Jet(self.ring, self.centre - other.centre, self.value - other.value, slopes)

    def __mul__(self, other: Jet) -> Jet:
        if not isinstance(other, Jet):
            return NotImplemented
        if other is self:
            return self.ring.power(self, Fraction(2))
        a, b = self.value, other.value
        slopes = {i: slope * b for i, slope in self.slopes.items()}
        slopes = _plus(slopes, {i: a * slope for i, slope in other.slopes.items()})
        return Jet(self.ring, self.centre * other.centre, a * b, slopes)

    def __truediv__(self, other: Jet) -> Jet:
        if not isinstance(other, Jet):
            return NotImplemented
        quotient, b = self.value / other.value, other.value
        slopes = _plus(self.slopes, {i: -quotient * slope for i, slope in other.slopes.items()})
        return Jet(self.ring, self.centre / other.centre, quotient, {i: slope / b for i, slope in slopes.items()})

    def __neg__(self) -> Jet:
        return Jet(self.ring, -self.centre, -self.value, {i: -slope for i, slope in self.slopes.items()})

    def through(self, function: Callable[[Ball], Ball], slope: Callable[[Ball], Ball]) -> Jet:
        """function(self) for a function whose slopes on a ball are in `slope` of the ball."""
        if not self.slopes:
            return Jet(self.ring, function(self.centre), function(self.value), {})
        outer = slope(self.value)
        slopes = {i: outer * inner for i, inner in self.slopes.items()}
        return Jet(self.ring, function(self.centre), function(self.value), slopes)


def _plus(a: Slopes, b: Slopes) -> Slopes:
    total = dict(a)
    for i, slope in b.items():
        total[i] = total[i] + slope if i in total else slope
    return total


class Jets(Arithmetic):
    """Jets over a box: an arithmetic like `Balls`, with a slope for each entry of the box.

    Parameters
    ----------
    offsets : entry -> ball
        How far the entries go from the centre of the box, those of a single value left out.
    """

    dtype = object

    def __init__(self, balls: Balls, offsets: Mapping[int, Ball]) -> None:
        self.balls, self.offsets = balls, offsets
        self.nan = self.constant(NAN)
        self.weight = 2 + len(offsets)  # ball operations per operation

    @contextmanager
    def precision(self) -> Iterator[None]:
        with self.balls.precision():
            yield

    def constant(self, ball: Ball) -> Jet:
        return Jet(self, ball, ball, {})

    def entry(self, i: int, low: Fraction, high: Fraction) -> Jet:
        """The entry i of the box itself."""
        centre = self.balls.number((low + high) / 2)
        slopes = {i: Ball(1)} if i in self.offsets else {}
        return Jet(self, centre, self.balls.entry(i, low, high), slopes)

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
        function, slope = BALL_FUNCTIONS[name], SLOPES[name]
        return np.frompyfunc(lambda jet: jet.through(function, slope), 1, 1)(*args)

    def power(self, base: Any, exponent: Fraction) -> Any:
        """base^exponent with slope exponent * base^(exponent - 1)."""
        with self.precision():
            factor = self.balls.number(exponent)

        def slope(z: Ball) -> Ball:
            return factor * self.balls.power(z, exponent - 1) if exponent else ZERO

        return np.frompyfunc(lambda jet: jet.through(lambda z: self.balls.power(z, exponent), slope), 1, 1)(base)

    def norm(self, entries: NDArray) -> NDArray:
        """The norm of each row; at 0 its slope in z_i is at most the norm of the entries' slopes."""
        result = np.empty(len(entries), dtype=object)
        for k, row in enumerate(entries):
            squares = sum(row[1:] * row[1:], row[0] * row[0])
            root, norm = squares.through(BALL_FUNCTIONS["norm"], SLOPES["norm"]), BALL_FUNCTIONS["norm"]
            slopes = {
                i: norm(sum((_square(jet.slopes.get(i, ZERO)) for jet in row), ZERO)).upper() for i in root.slopes
            }
            crude = {i: EITHER * bound for i, bound in slopes.items()}
            both = {i: _common(slope, crude[i]) for i, slope in root.slopes.items()}
            result[k] = Jet(self, root.centre, root.value, both)
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
            result[k] = Jet(self, centre, value, slopes)
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
                solution[place] = Jet(self, centre[place], value[place], own)
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
    return Jet(a.ring, larger(a.centre, b.centre), larger(a.value, b.value), slopes)


def _square(z: Ball) -> Ball:
    return BALL_FUNCTIONS["abs"](z) ** 2


def _common(slope: Ball, crude: Ball) -> Ball:
    """What both enclosures hold, or the one that is finite."""
    if slope.is_finite() and crude.is_finite():
        return slope.intersection(crude)
    return slope if slope.is_finite() else crude


def _even(function: Callable[[Ball], Ball]) -> Callable[[Ball], Ball]:
    """An even function that is monotone on either side of 0, from its values where |z| is least and greatest."""

    def at_ends(z: Ball) -> Ball:
        size = BALL_FUNCTIONS["abs"](z)
        return function(size.lower()).union(function(size.upper())) if z.is_finite() else NAN

    return at_ends


def _root_slope(z: Ball) -> Ball:
    return 1 / (2 * z.sqrt()) if z > 0 else NAN


SLOPES: dict[str, Callable[[Ball], Ball]] = {
    "exp": Ball.exp, "sinh": _even(Ball.cosh), "cosh": Ball.sinh, "tanh": _even(lambda z: 1 / z.cosh() ** 2),
    "log": lambda z: 1 / z, "sqrt": _root_slope, "norm": _root_slope,
    "abs": lambda z: Ball(1) if z >= 0 else Ball(-1) if z <= 0 else EITHER if z.is_finite() else NAN,
    "sign": BALL_FUNCTIONS["flat"], "step": BALL_FUNCTIONS["flat"], "flat": BALL_FUNCTIONS["flat"],
}  # fmt: skip
"""Elementwise function -> its slopes on a ball."""

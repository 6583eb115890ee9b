"""f(c) + f'(c) e + e^T f''(Z) e / 2: a number over a box with its slopes and second slopes, cut by its mean value forms.

A jet holds enclosures of the value at the centre c, of the value over the box Z and of the slopes over the box; for few entries
also of the slopes at the centre and of the second derivatives over the box.  A slope is such that along every segment in the box
the value changes, almost everywhere, at a rate sum_i G_i e_i with every G_i in its ball and e the direction: where the function
has a derivative it holds the derivative, at a kink the slopes of both sides.  Integrated along a segment this is the mean value
form, which asks that the function be defined and Lipschitz on the whole box: a value that is not defined everywhere is not
finite, and a slope that is not bounded (a root at 0, a jump) is not finite.  Second slopes are kept only where there is no kink.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import flint

from resmax_sym.judge.balls import BALL_FUNCTIONS, NAN

Ball = flint.arb
Slopes = dict[int, Ball]
Bends = dict[tuple[int, int], Ball]
Function = Callable[[Ball], Ball]
ZERO, EITHER = Ball(0), Ball(0, 1)


class Offsets(NamedTuple):
    """e and e_i e_j (half of it where i = j): how far the entries of a box go from its centre."""

    first: Mapping[int, Ball]
    second: Mapping[tuple[int, int], Ball]


class Jet:
    """A number that depends on the entries of a box; an entry without a slope does not occur in it."""

    __slots__ = ("bends", "centre", "offsets", "slopes", "tilt", "value")

    def __init__(
        self,
        offsets: Offsets,
        centre: Ball,
        value: Ball,
        slopes: Slopes,
        tilt: Slopes | None = None,
        bends: Bends | None = None,
    ) -> None:
        self.offsets, self.centre, self.value, self.slopes, self.tilt, self.bends = (
            offsets,
            centre,
            value,
            slopes,
            tilt,
            bends,
        )
        if not slopes:
            self.tilt, self.bends = {}, {}
        if not value.is_finite():  # undefined somewhere: no mean value form may hide it
            self.bends = None
            return
        if slopes and bends is not None:
            self._second()
        for i, slope in self.slopes.items():
            centre = centre + slope * offsets.first[i]
        if centre.is_finite():
            self.value = _cut(self.value, centre)

    def _second(self) -> None:
        """Cuts the slopes and the value by their Taylor forms."""
        if not all(bend.is_finite() for bend in (*self.bends.values(), *self.tilt.values(), *self.slopes.values())):
            self.bends = None
            return
        linear, total = dict(self.tilt), self.centre
        for (i, j), bend in self.bends.items():
            linear[i] = linear[i] + bend * self.offsets.first[j]
            if i != j:
                linear[j] = linear[j] + bend * self.offsets.first[i]
            total = total + bend * self.offsets.second[i, j]
        for i, slope in self.tilt.items():
            total = total + slope * self.offsets.first[i]
        self.slopes = {i: slope.intersection(linear[i]) for i, slope in self.slopes.items()}
        if total.is_finite():
            self.value = _cut(self.value, total)

    def _with(
        self, centre: Ball, value: Ball, slopes: Slopes, second: Callable[[], tuple[Slopes, Bends]], *others: Jet
    ) -> Jet:
        """A jet with second slopes where all that it is made of have them."""
        if any(jet.bends is None for jet in (self, *others)):
            return Jet(self.offsets, centre, value, slopes)
        return Jet(self.offsets, centre, value, slopes, *second())

    def __add__(self, other: Jet) -> Jet:
        if not isinstance(other, Jet):
            return NotImplemented
        slopes = plus(self.slopes, other.slopes)
        second = lambda: (plus(self.tilt, other.tilt), plus(self.bends, other.bends))  # noqa: E731
        return self._with(
            self.centre + other.centre, _positive(self.value + other.value, self, other), slopes, second, other
        )

    def __sub__(self, other: Jet) -> Jet:
        return self + -other if isinstance(other, Jet) else NotImplemented

    def __neg__(self) -> Jet:
        return self._with(
            -self.centre,
            -self.value,
            times(MINUS, self.slopes),
            lambda: (times(MINUS, self.tilt), times(MINUS, self.bends)),
        )

    def __mul__(self, other: Jet) -> Jet:
        if not isinstance(other, Jet):
            return NotImplemented
        if other is self:
            return self.through(*SQUARE)
        a, b = self.value, other.value

        def second() -> tuple[Slopes, Bends]:
            bends = plus(plus(times(b, self.bends), times(a, other.bends)), _mixed(self.slopes, other.slopes))
            return plus(times(other.centre, self.tilt), times(self.centre, other.tilt)), bends

        slopes = plus(times(b, self.slopes), times(a, other.slopes))
        return self._with(self.centre * other.centre, _positive(a * b, self, other), slopes, second, other)

    def __truediv__(self, other: Jet) -> Jet:
        if not isinstance(other, Jet):
            return NotImplemented
        quotient, b, centre = self.value / other.value, other.value, self.centre / other.centre
        slopes = over(plus(self.slopes, times(-quotient, other.slopes)), b)

        def second() -> tuple[Slopes, Bends]:
            bends = plus(plus(self.bends, times(-quotient, other.bends)), times(MINUS, _mixed(slopes, other.slopes)))
            return over(plus(self.tilt, times(-centre, other.tilt)), other.centre), over(bends, b)

        return self._with(centre, _positive(quotient, self, other), slopes, second, other)

    def through(self, function: Function, slope: Function, bend: Function) -> Jet:
        """function(self), where on a ball its slopes are in `slope` and its second derivatives in `bend` of the ball."""
        outer = slope(self.value) if self.slopes else ZERO

        def second() -> tuple[Slopes, Bends]:
            curved, entries = bend(self.value), list(self.slopes.items())
            bends = times(outer, self.bends)
            own = {
                (min(i, j), max(i, j)): curved * (_square(s) if i == j else s * r)
                for k, (i, s) in enumerate(entries)
                for j, r in entries[k:]
            }
            return times(slope(self.centre), self.tilt), plus(bends, own)

        return self._with(function(self.centre), function(self.value), times(outer, self.slopes), second)


def _cut(value: Ball, form: Ball) -> Ball:
    """What both hold, on one side of 0 where `value` is: the square root of a rounding error below 0 is undefined."""
    both = value.intersection(form)
    if value >= 0:
        return both.nonnegative_part()
    return -(-both).nonnegative_part() if value <= 0 else both


def _positive(value: Ball, *parts: Jet) -> Ball:
    """A sum, product or quotient, not below 0 by a rounding error where no part is."""
    return value.nonnegative_part() if all(jet.value >= 0 for jet in parts) else value


def plus(a: dict, b: dict) -> dict:
    """The sum of two sets of slopes."""
    total = dict(a)
    for i, slope in b.items():
        total[i] = total[i] + slope if i in total else slope
    return total


def times(factor: Ball, slopes: dict) -> dict:
    """The product with a number."""
    return {i: factor * slope for i, slope in slopes.items()}


def over(slopes: dict, divisor: Ball) -> dict:
    """The quotient by a number."""
    return {i: slope / divisor for i, slope in slopes.items()}


def _mixed(a: Slopes, b: Slopes) -> Bends:
    """a_i b_j + a_j b_i."""
    total: Bends = {}
    for i, slope in a.items():
        for j, other in b.items():
            term, pair = slope * other, (min(i, j), max(i, j))
            term = 2 * term if i == j else term
            total[pair] = total[pair] + term if pair in total else term
    return total


def _square(z: Ball) -> Ball:
    return (BALL_FUNCTIONS["abs"](z) ** 2).nonnegative_part()


def _even(function: Function) -> Function:
    """An even function that is monotone on either side of 0, from its values where |z| is least and greatest."""

    def at_ends(z: Ball) -> Ball:
        size = BALL_FUNCTIONS["abs"](z)
        return function(size.lower()).union(function(size.upper())) if z.is_finite() else NAN

    return at_ends


def root_slope(z: Ball) -> Ball:
    """1 / (2 sqrt z)."""
    return 1 / (2 * z.sqrt()) if z > 0 else NAN


def _root_bend(z: Ball) -> Ball:
    return -1 / (4 * z * z.sqrt()) if z > 0 else NAN


MINUS = Ball(-1)
SQUARE = (lambda z: _square(z) if z.is_finite() else NAN, lambda z: 2 * z, lambda z: Ball(2))
FLAT = BALL_FUNCTIONS["flat"]
_sech2 = _even(lambda z: 1 / z.cosh() ** 2)

SLOPES: dict[str, tuple[Function, Function]] = {
    "exp": (Ball.exp, Ball.exp), "sinh": (_even(Ball.cosh), Ball.sinh), "cosh": (Ball.sinh, _even(Ball.cosh)),
    "tanh": (_sech2, lambda z: -2 * BALL_FUNCTIONS["tanh"](z) * _sech2(z)),
    "log": (lambda z: 1 / z, lambda z: -1 / _square(z)),
    "sqrt": (root_slope, _root_bend), "norm": (root_slope, _root_bend),
    "abs": (lambda z: Ball(1) if z >= 0 else Ball(-1) if z <= 0 else EITHER if z.is_finite() else NAN,
            lambda z: ZERO if z >= 0 or z <= 0 else NAN),
    "sign": (FLAT, FLAT), "step": (FLAT, FLAT), "flat": (FLAT, FLAT),
}  # fmt: skip
"""Elementwise function -> its slopes and its second derivatives on a ball."""

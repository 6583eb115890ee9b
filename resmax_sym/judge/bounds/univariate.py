"""p (1 - p^2) <= 0.385 for 0 <= p <= 1: bounds of a formula in one entry, by the sign of a polynomial in it and in its exponential.

Interval arithmetic loses where an entry occurs more than once.  Here the entry is a = l + s with s >= 0 (or a = h - s), and the
formula a quotient of two polynomials in s and exp(s), the lower one positive.  A polynomial is nonnegative on an interval if
`Ranges` sees it so on each of finitely many pieces.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from resmax_sym.judge.bounds.engine import Engine, rule
from resmax_sym.judge.bounds.entrywise import ARITHMETIC, Entry, Quotient, entry_of
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.positivity import Interval, Ranges
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.lang import Expr

ENTRY = ("par", "an entry")
"""No parameter has this name, which is no identifier."""
EXCESS = ("par", "an excess")
STEP = Poly.atom(ENTRY)
EXP = STEP.exp()
DEPTH, PIECES, MAX_TERMS = 14, 60, 40
NOWHERE, HALF = Fraction(-1), Fraction(1, 2)
MARGINS = (Fraction(1, 10**6), Fraction(1, 10**3))
ORDER = 4
FAR = 64.0


@dataclass(frozen=True)
class Range:
    """a = base + sign s with 0 <= s <= width (None: unbounded)."""

    base: Poly
    sign: int
    width: Fraction | None
    premises: tuple[Fact, ...]

    def nonnegative(
        self, ranges: Ranges, entry: Entry, c: Fraction, sign: int, strict: bool = False, cut: Fraction = NOWHERE
    ) -> bool:
        """Whether sign (above - c below) >= 0 throughout, also where it may vanish at s = cut; with `strict` whether below > 0."""

        def polynomial(start: Fraction) -> Poly:
            q = entry.at(self.base + Poly.number(self.sign * start) + Poly.number(self.sign) * STEP)
            return q.below if strict else Poly.number(sign) * (q.above - Poly.number(c) * q.below)

        left = [PIECES]

        def holds(start: Fraction, width: Fraction | None, depth: int) -> bool:
            left[0] -= 1
            local = Ranges({**ranges.intervals, ENTRY: Interval(Fraction(0), width)}, dict(ranges.above))
            p = polynomial(start)
            if local.nonnegative(p, strict) or (
                width is not None and width <= HALF and expanded(local, p, width, strict)
            ):
                return True
            if not depth or left[0] < 0 or self._fails(p, width):
                return False
            if width is None:
                near = start or Fraction(1)
                return holds(start, near, depth - 1) and holds(start + near, None, depth - 1)
            return holds(start, width / 2, depth - 1) and holds(start + width / 2, width / 2, depth - 1)

        if cut > 0 and (self.width is None or cut < self.width):
            rest = None if self.width is None else self.width - cut
            return holds(Fraction(0), cut, DEPTH) and holds(cut, rest, DEPTH)
        return holds(Fraction(0), self.width, DEPTH)

    def _fails(self, p: Poly, width: Fraction | None) -> bool:
        """Whether p is seen to be negative somewhere, in float64: it saves time."""
        if any(a[0] in ("par", "size", "norm") and a != ENTRY for a in p.atoms()):
            return False
        return any(numeric(p, s) < -1e-9 * (1 + size(p, s)) for s in grid(width, 9))


def expanded(ranges: Ranges, p: Poly, width: Fraction, strict: bool) -> bool:
    """p >= 0 for 0 <= s <= width <= 1/2, exp(s) being 1 + s + s^2/2 + s^3/6 + r with 0 <= r <= exp(1/2) s^4/24 <= width^4/12."""
    ((monomial, _),) = EXP.items
    ((atom, _),) = monomial
    powers = [dict(m).get(atom, 0) for m in p.terms]
    if any(Fraction(k).denominator > 1 for k in powers) or not any(powers):
        return False
    if max(powers) - min(powers) > ORDER or len(powers) > MAX_TERMS // 2:
        return False  # powers of the series would have too many terms
    series = sum((STEP.power(k) * Poly.number(Fraction(1, math.factorial(k))) for k in range(ORDER)), Poly.atom(EXCESS))
    least, total = min(powers), Poly.number(0)  # exp(s) is positive: its least power is divided out
    for (m, c), k in zip(p.terms.items(), powers, strict=True):
        rest = Poly.of({frozenset((a, e) for a, e in m if a != atom): c})
        total = total + rest * series.power(k - least)
    ranges.intervals[EXCESS] = Interval(Fraction(0), width**ORDER / 12)
    return (not strict or not least) and ranges.nonnegative(total, strict) is not None


def grid(width: Fraction | None, count: int) -> list[float]:
    """Values of s, closer to 0 where there is no end."""
    shares = [k / (count - 1) for k in range(count)]
    return [float(width) * r for r in shares] if width is not None else [FAR ** (2 * r) - 1 for r in shares]


def numeric(p: Poly, s: float) -> float:
    """A value in float64."""

    def value(atom: tuple) -> float:
        match atom:
            case ("exp", m):
                return math.exp(min(math.prod(value(a) ** float(k) for a, k in m), 600.0))
            case ("pi",):
                return math.pi
            case ("num", n):
                return float(n)
        return s

    return p.numeric(value)


def size(p: Poly, s: float) -> float:
    """The sum of the absolute values of the terms."""
    return sum(abs(numeric(Poly.of({m: c}), s)) for m, c in p.items)


@rule(*ARITHMETIC)
def one_variable(engine: Engine, e: Expr) -> Iterator[Fact]:
    """e_i = F(a_i) with l <= a <= h: bounds of F on [l, h], F being a quotient of polynomials in a_i and exp(a_i)."""
    entry = entry_of(engine, e) if e.ndim <= 1 else None
    room = range_of(engine, entry.a) if entry is not None else None
    if room is None:
        return
    q = entry.at(room.base + Poly.number(room.sign) * STEP)
    if max(len(q.above.items), len(q.below.items)) > MAX_TERMS:
        return
    if not room.nonnegative(engine.ranges, entry, Fraction(0), 1, strict=True):
        return
    fixed = not any(a[0] in ("par", "size", "norm") and a != ENTRY for p in (q.above, q.below) for a in p.atoms())
    for kind, sign in (("lo", 1), ("hi", -1)):
        for c, cut in candidates(q, room.width, sign) if fixed else ((Fraction(0), NOWHERE),):
            if room.nonnegative(engine.ranges, entry, c, sign, cut=cut):
                yield Fact(kind, e, Poly.number(c), "formula in one entry", room.premises)
                break


def range_of(engine: Engine, a: Expr) -> Range | None:
    """The known interval of the entries of a: rational ends where there are some."""
    low, high = (
        max((p for p in engine.get(a, kind) if p.bound.value is not None), key=lambda p: sign * p.bound.value, default=None)
        for kind, sign in (("lo", 1), ("hi", -1))
    )  # fmt: skip
    if low is not None and high is not None and low.bound.value <= high.bound.value:
        return Range(low.bound, 1, high.bound.value - low.bound.value, (low, high))
    if low is not None:
        return Range(low.bound, 1, None, (low,))
    if high is not None:
        return Range(high.bound, -1, None, (high,))
    for p in engine.get(a, "lo")[:1]:
        return Range(p.bound, 1, None, (p,))
    return None


def candidates(q: Quotient, width: Fraction | None, sign: int) -> Iterator[tuple[Fraction, Fraction]]:
    """Bounds near the extreme value of q, found in float64, and where it is: a simple fraction, others with margins, 0."""

    def value(s: float) -> float:
        below = numeric(q.below, s)
        result = sign * numeric(q.above, s) / below if below > 0 else math.nan
        return result if math.isfinite(result) else math.inf

    points = grid(width, 400)
    values = [value(s) for s in points]
    k = min(range(len(points)), key=values.__getitem__)
    left, right = points[max(k - 1, 0)], points[min(k + 1, len(points) - 1)]
    for _ in range(80):  # golden section would save half; this is a fraction of a millisecond
        third = (right - left) / 3
        left, right = (left, right - third) if value(left + third) <= value(right - third) else (left + third, right)
    least = min(values[k], value(left), value(right))
    if not math.isfinite(least) or abs(least) > 1e9:
        return
    simple, where = Fraction(least).limit_denominator(1000), Fraction(left).limit_denominator(100)
    if abs(float(simple) - least) <= 1e-9 * (1 + abs(least)):  # within rounding: what is tried is checked
        yield sign * simple, where
    for margin in MARGINS:
        yield sign * (Fraction(math.floor(least * 10**6), 10**6) - margin * (1 + math.ceil(abs(least)))), NOWHERE
    if least > 0:
        yield Fraction(0), NOWHERE

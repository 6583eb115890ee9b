"""p >= 0 for all sizes and parameter values: bounds compared soundly, by substitutions after which no coefficient is negative.

A symbol a >= l becomes l + s, a symbol l <= a <= h becomes (l + h s)/(1 + s), with s >= 0.  exp(m) with m >= k becomes
e^k (1 + (m - k) + (m - k)^2/2 + ...) + s, the Taylor polynomial being a lower bound.  Constants become rational bounds taken from balls.
A polynomial in the s whose coefficients are all nonnegative is nonnegative; anything else is left undecided.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import flint

from resmax_sym.judge.bounds.poly import Atom, Monomial, Poly, times
from resmax_sym.judge.bounds.rational import exp_bound, power_below, rational, root_bound, without_constants

MAX_DEGREE = 120
TAYLOR = (0, 1, 2, 4)
MAX_TERMS = 4000
MAX_ESTIMATE = 20_000
MAX_POWER = 24


class Oversized(Exception):
    """A product that may have too many terms: this attempt is given up."""


@dataclass(frozen=True)
class Interval:
    """low <= a <= high for a symbol (high None: unbounded); `positive` where a > 0 is known."""

    low: Fraction = Fraction(0)
    high: Fraction | None = None
    positive: bool = False


@dataclass
class Ranges:
    """What is known of the symbols: constant intervals, and upper bounds by other symbols."""

    intervals: dict[Atom, Interval] = field(default_factory=dict)
    above: dict[Atom, list[Poly]] = field(default_factory=dict)
    known: dict[tuple[Poly, bool], str | None] = field(default_factory=dict)

    def interval(self, atom: Atom) -> Interval:
        """The constant interval of an atom."""
        if atom[0] == "size":
            return self.intervals.get(atom, Interval(Fraction(1), None, True))
        return self.intervals.get(atom, Interval())

    def positive(self, atom: Atom) -> bool:
        interval = self.interval(atom)
        return atom[0] in ("size", "exp", "pi") or interval.positive or interval.low > 0

    def nonnegative(self, p: Poly, strict: bool = False) -> str | None:
        """How p >= 0 (or p > 0) is seen to hold for all values in range; None where it is not."""
        if (p, strict) not in self.known:
            self.known[p, strict] = self._decide(p, strict)
        return self.known[p, strict]

    def _decide(self, p: Poly, strict: bool) -> str | None:
        if strict:
            if p.plainly_nonnegative and self._some_positive(p):
                return "no coefficient is negative, and a term is positive"
            # A constant margin, since the substitutions reach the upper end of an interval only in the limit.
            margins = (Poly.number(Fraction(1, k)) for k in (1, 16, 4096))
            return next((f"{how} (margin {q})" for q in margins if (how := self.nonnegative(p - q))), None)
        if p.plainly_nonnegative:
            return "no coefficient is negative"
        for q, how in ((p, ""), (self.lowered(p), "larger symbols put for smaller ones in negative terms; ")):
            if how and q == p:
                continue
            for order in TAYLOR if any(a[0] == "exp" for a in q.atoms()) else (0,):
                if Shifted(self, q, order).holds():
                    taylor = f", exponentials above their Taylor polynomials of degree {order}" if order else ""
                    return f"{how}every symbol as its least value plus a nonnegative one{taylor}: no coefficient is negative"
        return None

    def _some_positive(self, p: Poly) -> bool:
        return any(all(self.positive(a) for a, _ in m) for m in p.terms)

    def lowered(self, p: Poly) -> Poly:
        """A lower bound of p: symbols replaced by their upper bounds where a negative term grows with them."""
        total = Poly.number(0)
        for m, c in p.terms.items():
            term = Poly.of({m: c})
            if c < 0:
                for a, e in m:
                    if a in self.above and e > 0 and e.denominator == 1:
                        term = term * Poly.atom(a, -e) * self.above[a][0].power(e)
            total = total + term
        return total

    def less(self, p: Poly, q: Poly) -> bool:
        """Whether p <= q is seen to hold."""
        return p == q or self.nonnegative(q - p) is not None


class Shifted:
    """One attempt: p in the variables s, for exponentials bounded by Taylor polynomials of the given order."""

    def __init__(self, ranges: Ranges, p: Poly, order: int) -> None:
        self.ranges, self.order = ranges, order
        self.terms = without_constants(p)
        self.roots: dict[Atom, int] = {}
        for m in self.terms:
            self._roots(m)
        self.exponentials = [a for a in self.roots if a[0] == "exp"]
        self.plain = [a for a in self.roots if a[0] != "exp"]

    def _roots(self, m: Monomial) -> None:
        for a, e in m:
            self.roots[a] = math.lcm(self.roots.get(a, 1), e.denominator)
            if a[0] == "exp":
                self._roots(a[1])

    def holds(self) -> bool:
        """Whether no coefficient is negative."""
        least = {a: min((dict(m).get(a, Fraction(0)) for m in self.terms), default=Fraction(0)) for a in self.roots}
        if any(e < 0 and not self.ranges.positive(a) for a, e in least.items()):
            return False
        # Multiplied by symbols that are positive where p is defined; a symbol common to all terms is divided out.
        scale = frozenset((a, -e) for a, e in least.items() if e)
        terms = {times(m, scale): c for m, c in self.terms.items()}
        degrees = {a: max((dict(m).get(a, Fraction(0)) for m in terms), default=0) * self.roots[a] for a in self.roots}
        if sum(degrees.values()) > MAX_DEGREE:
            return False
        try:
            return all(c >= 0 for c in self._expanded(terms, degrees).values())
        except Oversized:
            return False

    def _expanded(self, terms: Mapping[Monomial, Fraction], degrees: Mapping[Atom, Fraction]) -> dict:
        """Coefficients of the polynomial in s, times powers of (1 + s) for symbols bounded above."""
        order = [*self.plain, *self.exponentials]
        context = flint.fmpq_mpoly_ctx.get(tuple(f"s{k}" for k in range(max(len(order), 1))), "degrevlex")
        gens = dict(zip(order, context.gens(), strict=False))
        one = context.constant(1)
        above, below = {}, {}
        for a in self.plain:
            above[a], below[a] = self._symbol(a, gens[a], one)
        for a in self.exponentials:
            value = self._exponential(a, gens[a], one, above, below)
            above[a], below[a] = value, one
        total = context.constant(0)
        for m, c in terms.items():
            product, present = context.constant(flint.fmpq(c.numerator, c.denominator)), dict(m)
            for a in order:
                k = int(present.get(a, 0) * self.roots[a])
                product = multiplied(multiplied(product, above[a], k), below[a], int(degrees[a]) - k)
            total = total + product
            if len(total) > MAX_TERMS:
                raise Oversized
        return total.to_dict()

    def _symbol(self, a: Atom, s: object, one: object) -> tuple:
        """Numerator and denominator of a^(1/q) in terms of s."""
        interval, q = self.ranges.interval(a), self.roots[a]
        low = root_bound(interval.low, q, below=True)
        if interval.high is None:
            return one * low + s, one
        return one * low + s * root_bound(interval.high, q, below=False), one + s

    def _exponential(self, a: Atom, s: object, one: object, above: Mapping, below: Mapping) -> object:
        """exp(m/q) >= e^(k/q) (1 + (m - k)/q + ...), with k the least value of m."""
        q, m = self.roots[a], a[1]
        whole = all(b[0] != "exp" and 0 < e * self.roots[b] <= MAX_POWER and below[b] == one for b, e in m)
        low = Fraction(1)
        for b, e in m:
            interval = self.ranges.interval(b)
            if e > 0 and b[0] != "exp":
                low *= power_below(interval.low, e)
            elif e < 0 and interval.high:
                low *= power_below(1 / interval.high, -e)
            elif e < 0 or b[0] != "exp":  # exp(m') >= 1 itself
                low = Fraction(0)
        low = min(low, Fraction(1000))  # any value below m will do
        scale = exp_bound(low / q, below=True)
        value, power, excess = one, one, None
        if self.order and whole:
            product = one
            for b, e in m:
                product = multiplied(product, above[b], int(e * self.roots[b]))
            excess = (product - one * rational(low)) * rational(Fraction(1, q))
            for k in range(1, self.order + 1):
                power = multiplied(power, excess, 1)
                value = value + power * rational(Fraction(1, math.factorial(k)))
        return value * scale + s


def multiplied(product: flint.fmpq_mpoly, base: flint.fmpq_mpoly, exponent: int) -> flint.fmpq_mpoly:
    """product * base^exponent.

    Raises
    ------
    Oversized
        The number of terms, estimated from above, exceeds MAX_ESTIMATE.
    """
    by_count = math.comb(exponent + max(len(base), 1) - 1, exponent)
    by_degree = math.prod(exponent * k + 1 for k in base.degrees())
    if len(product) * min(by_count, by_degree) > MAX_ESTIMATE:
        raise Oversized
    return product * base**exponent

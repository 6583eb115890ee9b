"""l <= a <= h gives F(a) >= c: a second statement for formulas in one entry, read by SymPy and decided by Sturm where there is no exp."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.positivity import Interval, Ranges
from resmax_sym.judge.bounds.recheck.case import Case, Fails, states
from resmax_sym.judge.bounds.recheck.terms import expanded
from resmax_sym.lang import Expr, S

ENTRY, REMAINDER = ("par", "the entry"), ("par", "the remainder")
A, E = sp.Symbol("a", real=True), sp.Symbol("E", positive=True)
HALVINGS, PIECES = 16, 1000
"""How finely an interval is cut before the sign of a polynomial counts as not seen."""
MAX_WEIGHT, MAX_POWER = 5000, 12


@states("formula in one entry")
def one_entry(c: Case) -> None:
    """F(a) - bound = p/q with q of one sign on the range of a, and p of the sign that the conclusion asks for."""
    kind = c.among("lo", "hi")
    c.count(1, 2)
    a = c.step.premises[0].subject
    c.need(a.shape == c.e.shape and a.ndim <= 1, "the premises are about another shape")
    kinds = [c.kind_of(k) for k in range(len(c.step.premises))]
    c.need(kinds in (["lo"], ["hi"], ["lo", "hi"]), "the premises are no ends of an interval")
    ends = dict(zip(kinds, (c.premise(k, kinds[k], a) for k in range(len(kinds))), strict=True))
    c.need(c.bound.value is not None, "the bound is no number")
    subject = expanded(c.e)
    c.need(subject.weight <= MAX_WEIGHT, "the formula is too large")
    room = Room(c, expanded(a), ends)
    above, below = sp.fraction(sp.together(exponentials(room.value(subject) - rational(c.bound.value))))
    for sign in (1, -1):
        if room.positive(sign * below):
            c.need(
                room.nonnegative((sign if kind == "lo" else -sign) * above), "the sign of the difference is not seen"
            )
            return
    raise Fails("the sign of the divisor is not seen")


def rational(value: Fraction) -> sp.Rational:
    value = Fraction(value)
    return sp.Rational(value.numerator, value.denominator)


def exponentials(e: sp.Expr) -> sp.Expr:
    """exp(k a + c) as exp(c) E^k."""

    def turned(x: sp.Expr) -> sp.Expr:
        k = sp.expand(x).coeff(A, 1)
        rest = sp.expand(x - k * A)
        if not k.is_Integer or rest.has(A, E):
            raise Fails(f"exp({x}) is not covered")
        return E**k * sp.exp(rest)

    return e.replace(sp.exp, turned)


class Room:
    """The range of an entry a, and formulas in it as SymPy expressions; scalars that a bound may name are symbols of their own."""

    def __init__(self, case: Case, a: Expr, ends: dict[str, Poly]) -> None:
        self.case, self.a, self.ends = case, a, ends
        self.scalars: dict[sp.Symbol, Poly] = {}
        values = [end.value for end in ends.values()]
        case.need(len(ends) == 1 or None not in values, "the ends are no numbers")
        case.need(len(ends) == 1 or values[0] <= values[1], "the interval is empty")
        self.width = values[1] - values[0] if len(ends) == 2 else None
        self.low, self.high = (
            rational(ends[kind].value) if kind in ends and ends[kind].value is not None else None
            for kind in ("lo", "hi")
        )

    def value(self, e: Expr) -> sp.Expr:
        """The expression that a formula is."""
        if e == self.a:
            return A
        match e.op:
            case "number":
                return rational(e.data)
            case "ones":
                return sp.Integer(1)
            case "symbol" | "size" if not e.shape:
                name = sp.Symbol(f"{e.op} {e.data}", real=True)
                self.scalars[name] = self.case.context.value(e)
                return name
            case "phi":
                slope = self.case.context.model.phi.diff(S, e.data)
                return slope.subs(S, self.value(e.args[0])) if slope.has(S) else slope
            case "neg" | "add" | "sub" | "mul" | "div" | "pow" | "call":
                return self.operation(e, *map(self.value, e.args))
        raise Fails(f"{e.op} is not entry by entry")

    def operation(self, e: Expr, x: sp.Expr, *rest: sp.Expr) -> sp.Expr:
        match e.op:
            case "neg":
                return -x
            case "add":
                return x + rest[0]
            case "sub":
                return x - rest[0]
            case "mul":
                return x * rest[0]
            case "div":
                return x / rest[0]
            case "pow" if rest[0].is_Integer and 0 < abs(int(rest[0])) <= MAX_POWER:
                return x ** rest[0]
            case "call" if e.data == "exp":
                return sp.exp(x)
        raise Fails(f"{e!r} is no arithmetic of an entry")

    def polynomial(self, e: sp.Expr) -> sp.Poly:
        """In the entry, its exponential and the scalars, with rational coefficients."""
        try:
            return sp.Poly(e, A, E, *sorted(self.scalars, key=str), domain="QQ")
        except BasePolynomialError as error:
            raise Fails(f"no polynomial: {error}") from None

    def alone(self, p: sp.Poly) -> sp.Poly | None:
        """The same in the entry alone, if nothing else occurs and its range has rational ends."""
        plain = all(not any(m[1:]) for m in p.monoms()) and all(end.value is not None for end in self.ends.values())
        return sp.Poly({(m[0],): k for m, k in p.terms()}, A, domain="QQ") if plain else None

    def positive(self, e: sp.Expr) -> bool:
        """e > 0 on the range: no root there, and positive at one point; or seen with a margin."""
        p = self.polynomial(e)
        q = self.alone(p)
        if q is None:
            return self.seen(p, strict=True)
        return not q.is_zero and not q.count_roots(self.low, self.high) and bool(q.eval(self.points(1)[0]) > 0)

    def nonnegative(self, e: sp.Expr) -> bool:
        """e >= 0 on the range: no root of odd multiplicity inside, and nonnegative at points that are not all roots."""
        p = self.polynomial(e)
        q = self.alone(p)
        if q is None:
            return self.seen(p, strict=False)
        for factor, power in () if q.is_zero else q.sqf_list()[1]:
            at_ends = sum(factor.eval(end) == 0 for end in {self.low, self.high} - {None})
            if power % 2 and factor.count_roots(self.low, self.high) > at_ends:
                return False
        if self.low is not None and self.low == self.high:
            return bool(q.eval(self.low) >= 0)
        values = [q.eval(x) for x in self.points(max(q.degree(), 0) + 1)]
        return q.is_zero or (all(v >= 0 for v in values) and any(v > 0 for v in values))

    def points(self, count: int) -> list[sp.Rational]:
        """Points of the interval, its ends left out unless it is one point."""
        if self.low is not None and self.high is not None:
            return [self.low + (self.high - self.low) * sp.Rational(k, count + 1) for k in range(1, count + 1)]
        return [self.low + k if self.low is not None else self.high - k for k in range(1, count + 1)]

    def seen(self, p: sp.Poly, strict: bool) -> bool:
        """The entry as an end of its range and a step s >= 0: nonnegative on each of the pieces that the range is cut into."""
        todo, count = [(Fraction(0), self.width, 0)], 0
        while todo:
            start, size, depth = todo.pop()
            count += 1
            if self.on_piece(p, start, size, strict):
                continue
            if depth == HALVINGS or count > PIECES:
                return False
            cut = size / 2 if size is not None else max(start, Fraction(1))
            todo += [(start + cut, None if size is None else cut, depth + 1), (start, cut, depth + 1)]
        return True

    def on_piece(self, p: sp.Poly, start: Fraction, size: Fraction | None, strict: bool) -> bool:
        """p >= 0 (> 0) for steps start + s, 0 <= s <= size; on short pieces exp(s) lies in 1 + s + s^2/2 + s^3/6 + [0, size^4/12]."""
        ranges = self.case.context.ranges
        known = {**ranges.intervals, ENTRY: Interval(Fraction(0), size)}
        step = Poly.atom(ENTRY)
        exact = Ranges(dict(known), dict(ranges.above))
        if exact.nonnegative(self.combined(p, start, step.exp()), strict) is not None:
            return True
        if size is None or size > Fraction(1, 2):
            return False
        cubic = (
            Poly.number(1)
            + step
            + step.power(2) * Poly.number(Fraction(1, 2))
            + step.power(3) * Poly.number(Fraction(1, 6))
        )
        known[REMAINDER] = Interval(Fraction(0), size**4 / 12)  # exp(1/2)/24 < 1/12
        enclosed = Ranges(known, dict(ranges.above))
        return enclosed.nonnegative(self.combined(p, start, cubic + Poly.atom(REMAINDER)), strict) is not None

    def combined(self, p: sp.Poly, start: Fraction, growth: Poly) -> Poly:
        """p at an entry, `growth` standing for exp(s); times a power of exp(s), where the entry falls as s grows."""
        sign = 1 if "lo" in self.ends else -1
        base = self.ends["lo" if sign > 0 else "hi"] + Poly.number(sign * start)
        entry, scale = base + Poly.number(sign) * Poly.atom(ENTRY), base.exp()
        most, total = max(m[1] for m in p.monoms()), Poly.number(0)
        for (i, j, *rest), k in p.terms():
            term = Poly.number(Fraction(int(k.p), int(k.q))) * entry.power(i) * scale.power(j)
            term = term * growth.power(j if sign > 0 else most - j)
            for name, exponent in zip(sorted(self.scalars, key=str), rest, strict=True):
                term = term * self.scalars[name].power(exponent)
            total = total + term
        return total

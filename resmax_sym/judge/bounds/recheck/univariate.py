"""l <= a <= h gives F(a) >= c: a second statement for formulas in one entry, read by SymPy and decided by Sturm where there is no exp."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.positivity import Interval, Ranges
from resmax_sym.judge.bounds.recheck.case import Case, Fails, states
from resmax_sym.judge.bounds.recheck.terms import expanded
from resmax_sym.lang import S, Expr

ENTRY, REMAINDER = ("par", "the entry"), ("par", "the remainder")
A, E = sp.Symbol("a", real=True), sp.Symbol("E", positive=True)
HALVINGS, PIECES = 16, 1000
"""How finely an interval is cut before the sign of a polynomial counts as not seen."""


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
    value = Reading(c, expanded(a)).value(expanded(c.e)) - rational(c.bound.value)
    above, below = sp.fraction(sp.together(exponentials(value)))
    for sign in (1, -1):
        if positive(c, sign * below, ends):
            if not nonnegative(c, (sign if kind == "lo" else -sign) * above, ends):
                raise Fails("the sign of the difference is not seen")
            return
    raise Fails("the sign of the divisor is not seen")


def rational(value: Fraction) -> sp.Rational:
    value = Fraction(value)
    return sp.Rational(value.numerator, value.denominator)


class Reading:
    """An expanded formula as a SymPy expression in one real symbol; scalars that a bound may name are symbols of their own."""

    def __init__(self, case: Case, a: Expr) -> None:
        self.case, self.a = case, a
        self.scalars: dict[sp.Symbol, Poly] = {}
        case.scalars = self.scalars

    def value(self, e: Expr) -> sp.Expr:
        if e == self.a:
            return A
        if e.op == "number":
            return rational(e.data)
        if e.op == "ones":
            return sp.Integer(1)
        if e.op in ("symbol", "size") and not e.shape:
            name = sp.Symbol(f"{e.op} {e.data}", real=True)
            self.scalars[name] = self.case.context.value(e)
            return name
        if e.op == "phi":
            return self.case.context.model.phi.diff(S, e.data).subs(S, self.value(e.args[0]))
        self.case.need(e.op in ("neg", "add", "sub", "mul", "div", "pow", "call"), f"{e.op} is not entry by entry")
        x, *rest = (self.value(arg) for arg in e.args)
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
            case "pow" if rest[0].is_Integer:
                return x ** rest[0]
            case "call" if e.data == "exp":
                return sp.exp(x)
        raise Fails(f"{e!r} is no arithmetic of an entry")


def exponentials(e: sp.Expr) -> sp.Expr:
    """exp(k a + c) as exp(c) E^k."""

    def turned(x: sp.Expr) -> sp.Expr:
        k = sp.expand(x).coeff(A, 1)
        rest = sp.expand(x - k * A)
        if not k.is_Integer or rest.has(A):
            raise Fails(f"exp({x}) is not covered")
        return E**k * sp.exp(rest)

    return e.replace(sp.exp, turned)


def polynomial(c: Case, e: sp.Expr) -> sp.Poly:
    """In the entry, its exponential and the scalars, with rational coefficients."""
    try:
        p = sp.Poly(e, A, E, *sorted(c.scalars, key=str), domain="QQ")
    except BasePolynomialError as error:
        raise Fails(f"no polynomial: {error}") from None
    return p


def positive(c: Case, e: sp.Expr, ends: dict[str, Poly]) -> bool:
    """e > 0 on the range: no root there, and positive at one point; or seen with a margin."""
    p = polynomial(c, e)
    if sturmian(p, ends):
        q = in_entry(p)
        low, high = numbers(ends)
        return not q.count_roots(low, high) and bool(q.eval(inner_points(low, high)[0]) > 0)
    return seen(c, p, ends, strict=True)


def nonnegative(c: Case, e: sp.Expr, ends: dict[str, Poly]) -> bool:
    """e >= 0 on the range: no root of odd multiplicity inside, and nonnegative at points that are not all roots."""
    p = polynomial(c, e)
    if not sturmian(p, ends):
        return seen(c, p, ends, strict=False)
    q = in_entry(p)
    if q.is_zero:
        return True
    low, high = numbers(ends)
    for factor, power in q.sqf_list()[1]:
        if power % 2:
            at_ends = sum(factor.eval(end) == 0 for end in {low, high} - {None})
            if factor.count_roots(low, high) > at_ends:
                return False
    values = [q.eval(x) for x in inner_points(low, high, q.degree() + 1)]
    return all(v >= 0 for v in values) and any(v > 0 for v in values)


def sturmian(p: sp.Poly, ends: dict[str, Poly]) -> bool:
    """Whether the polynomial is in the entry alone, and its range has rational ends."""
    return all(not any(m[1:]) for m in p.monoms()) and all(end.value is not None for end in ends.values())


def in_entry(p: sp.Poly) -> sp.Poly:
    return sp.Poly({(m[0],): k for m, k in p.terms()}, A, domain="QQ")


def numbers(ends: dict[str, Poly]) -> tuple[sp.Rational | None, sp.Rational | None]:
    low, high = (rational(ends[kind].value) if kind in ends else None for kind in ("lo", "hi"))
    if low is not None and high is not None and low > high:
        raise Fails("the interval is empty")
    return low, high


def inner_points(low: sp.Rational | None, high: sp.Rational | None, count: int = 1) -> list[sp.Rational]:
    """Different points of the interval, its ends left out unless it is one point."""
    if low is not None and high is not None:
        return [low + (high - low) * sp.Rational(k, count + 1) for k in range(1, count + 1)]
    return [low + k if low is not None else high - k for k in range(1, count + 1)]


def seen(c: Case, p: sp.Poly, ends: dict[str, Poly], strict: bool) -> bool:
    """The entry as an end of its range and a step s >= 0; the polynomial in s and exp(s) is nonnegative on pieces of it."""
    sign = 1 if "lo" in ends else -1
    base = ends["lo" if sign > 0 else "hi"]
    width = None
    if len(ends) == 2:
        low, high = ends["lo"].value, ends["hi"].value
        c.need(low is not None and high is not None and low <= high, "the ends are no numbers in order")
        width = high - low
    todo, count = [(Fraction(0), width, 0)], 0
    while todo:
        start, size, depth = todo.pop()
        count += 1
        if on_piece(c, p, (base + Poly.number(sign * start), sign), size, strict):
            continue
        if depth == HALVINGS or count > PIECES:
            return False
        cut = size / 2 if size is not None else max(start, Fraction(1))
        todo += [(start + cut, None if size is None else cut, depth + 1), (start, cut, depth + 1)]
    return True


def on_piece(c: Case, p: sp.Poly, end: tuple[Poly, int], size: Fraction | None, strict: bool) -> bool:
    """p >= 0 (> 0) for entries end +- s, 0 <= s <= size; on short pieces exp(s) is enclosed by 1 + s + s^2/2 + s^3/6 + [0, size^4/12]."""
    ranges = c.context.ranges
    known = {**ranges.intervals, ENTRY: Interval(Fraction(0), size)}
    step = Poly.atom(ENTRY)
    exact = Ranges(dict(known), dict(ranges.above))
    if exact.nonnegative(combined(c, p, end, step.exp()), strict) is not None:
        return True
    if size is None or size > Fraction(1, 2):
        return False
    cubic = Poly.number(1) + step + step * step * Poly.number(Fraction(1, 2)) + step.power(3) * Poly.number(Fraction(1, 6))
    known[REMAINDER] = Interval(Fraction(0), size**4 / 12)  # exp(1/2)/24 < 1/12
    enclosed = Ranges(known, dict(ranges.above))
    return enclosed.nonnegative(combined(c, p, end, cubic + Poly.atom(REMAINDER)), strict) is not None


def combined(c: Case, p: sp.Poly, end: tuple[Poly, int], growth: Poly) -> Poly:
    """p at the entry end +- s with `growth` for exp(s); times a power of exp(s), where the entry falls as s grows."""
    base, sign = end
    entry = base + Poly.number(sign) * Poly.atom(ENTRY)
    scale, names = base.exp(), sorted(c.scalars, key=str)
    most = max(m[1] for m in p.monoms())
    total = Poly.number(0)
    for (i, j, *rest), k in p.terms():
        term = Poly.number(Fraction(int(k.p), int(k.q))) * entry.power(i) * scale.power(j)
        term = term * growth.power(j if sign > 0 else most - j)
        for name, exponent in zip(names, rest, strict=True):
            term = term * c.scalars[name].power(exponent)
        total = total + term
    return total

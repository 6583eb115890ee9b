"""|1/b| <= 1/l, a / b, a^k: second statements of the rules for quotients and powers."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import OF_NDIM, SIZE, VECTOR, ZERO, Case, either, states
from resmax_sym.lang import Expr


@states("reciprocal")
def reciprocal(c: Case) -> None:
    """b >= l or |b| >= l, and l >= m > 0, give |1/b| <= 1/m: the conclusion is 1/m for a product m."""
    c.among("inv")
    c.count(1)
    size = Expr("call", (c.e,), c.e.shape, "abs")
    least = either(c.e, size, lambda e, _: c.premise(0, "lo", e))
    c.nonnegative(least - c.positive_product(c.bound.power(-1)))


@states("quotient")
def quotient(c: Case) -> Poly:
    """||a / b|| <= ||a|| max |1/b|, entry by entry."""
    a, b = c.operands("div")
    c.count(2)
    kind = c.among(*OF_NDIM[c.e.ndim])
    c.need(a.shape == c.e.shape and (c.e.ndim < 2 or not b.shape), "the shapes are not covered")
    return c.premise(0, kind, a) * c.premise(1, "inv", b)


@states("quotient of nonnegative by positive", "quotient of positive by positive")
def sign_of_quotient(c: Case) -> Poly | None:
    """a >= 0 (or > 0) and b >= 0, which is not 0 where a/b is defined, give a/b >= 0 (or > 0)."""
    a, b = c.operands("div")
    c.count(2)
    c.nonnegative(c.premise(1, "lo", b))
    if c.among("lo", "pos") == "pos":
        c.premise(0, "pos", a)
        return None
    c.nonnegative(c.premise(0, "lo", a))
    return ZERO


@states("quotient of intervals")
def ends_of_quotient(c: Case) -> Poly:
    """b > 0, 1/b <= s: l <= a with l <= 0 gives a/b >= l s, a <= h with h >= 0 gives a/b <= h s; 0 <= l <= a, b <= t give a/b >= l/t."""
    a, b = c.operands("div")
    c.count(3)
    kind = c.among("lo", "hi")
    p, sign = c.premise(0, kind, a), c.premise(1, "lo", b)
    c.nonnegative(sign)
    if c.kind_of(2) == "hi":
        c.among("lo")
        return c.nonnegative(p) * c.positive_product(c.premise(2, "hi", b)).power(-1)
    c.nonnegative(-p if kind == "lo" else p)
    return p * c.premise(2, "inv", b)


@states("power of reciprocal", "power", "power of interval", "power of positive", "an even power is nonnegative")
def power(c: Case) -> Poly | None:
    """|a^-k| <= |1/a|^k, ||a^k|| <= |a|^(k-1) ||a||, l^p <= a^p <= h^p for 0 <= l <= a <= h, a > 0 gives a^p > 0."""
    a, exponent = c.operands("pow")
    c.need(exponent.op == "number" and a.shape == c.e.shape, "the exponent is no number")
    k: Fraction = exponent.data
    name, size = c.step.rule, SIZE[c.e.ndim]
    c.need(k > 0 or name == "power of reciprocal", "the exponent is not positive")
    if name == "an even power is nonnegative":
        c.among("lo")
        c.count(0)
        c.need(k.denominator == 1 and k % 2 == 0, "the exponent is not even")
        return ZERO
    if name == "power of positive":
        c.among("pos")
        c.count(1)
        c.premise(0, "pos", a)
        return None
    if name == "power of interval":
        c.count(2)
        c.nonnegative(c.premise(0, "lo", a))
        p = c.premise(1, c.among("lo", "hi"), a)
        return (c.nonnegative(p) if c.kind == "lo" else p).power(k)
    c.need(k.denominator == 1, "the exponent is no integer")
    if name == "power of reciprocal":
        c.count(1)
        c.among(size)
        c.need(k < 0, "the exponent is not negative")
        return c.premise(0, "inv", a).power(-k)
    c.count(1, 2)
    p = c.premise(0, size, a)
    if len(c.step.premises) == 1:
        c.among(size)
        return p.power(k)
    return p.power(k - 1) * c.premise(1, c.among(*VECTOR), a)

"""q <= 2^(1/2), q <= e: rational bounds of the real constants in a bound, taken from balls."""

from __future__ import annotations

from fractions import Fraction

import flint

from resmax_sym.judge.bounds.poly import ONE, Monomial, Poly, Unbounded

LARGEST = 10**1000


def rational(value: Fraction) -> flint.fmpq:
    return flint.fmpq(value.numerator, value.denominator)


def ball(value: flint.arb, below: bool) -> Fraction:
    """A rational below (or above) a ball of small radius."""
    if value == 0:
        return Fraction(0)
    if not value.is_finite() or not abs(value) < LARGEST or not abs(value) * LARGEST > 1:
        raise Unbounded("a constant is too large or too small")
    man, exp = (value.lower() if below else value.upper()).man_exp()
    return Fraction(int(man)) * Fraction(2) ** int(exp)


def root_bound(value: Fraction, order: int, below: bool) -> flint.fmpq:
    """A rational bound of value^(1/order); exact for 0 and 1."""
    if order == 1 or value in (0, 1):
        return rational(value)
    root = flint.arb(rational(value)).root(order)
    return rational(max(ball(root, below), Fraction(0)))


def power_below(value: Fraction, exponent: Fraction) -> Fraction:
    """A rational lower bound of value^exponent."""
    if exponent.denominator == 1 or value in (0, 1):
        return value ** int(exponent) if exponent.denominator == 1 else value
    root = root_bound(value, exponent.denominator, below=True)
    return Fraction(int(root.p), int(root.q)) ** exponent.numerator


def exp_bound(value: Fraction, below: bool) -> flint.fmpq:
    """A rational bound of exp(value); exact at 0."""
    return rational(Fraction(1) if value == 0 else ball(flint.arb(rational(value)).exp(), below))


def without_constants(p: Poly) -> dict[Monomial, Fraction]:
    """A lower bound of p without pi and exp(1): each coefficient times a rational bound of its constants."""
    result: dict[Monomial, Fraction] = {}
    for m, c in p.terms.items():
        constants = {a: e for a, e in m if a == ("exp", ONE) or a[0] in ("pi", "num")}
        rest = frozenset((a, e) for a, e in m if a not in constants)
        value = flint.arb(rational(c))
        for a, e in constants.items():
            power = flint.arb(rational(e))
            value = (
                value
                * {"exp": flint.arb(1).exp(), "pi": flint.arb.pi(), "num": flint.arb(a[-1] if a[0] == "num" else 1)}[
                    a[0]
                ]
                ** power
            )
        exact = ball(value, below=True) if constants else Fraction(c)
        result[rest] = result.get(rest, Fraction(0)) + exact
    return {m: c for m, c in result.items() if c}

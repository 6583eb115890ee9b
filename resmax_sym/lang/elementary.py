"""cosh(p) = (e^p + e^-p)/2, |-p| = |p|, ...: elementary functions of a polynomial in atoms, each in one form."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from sympy import QQ

from resmax_sym.lang import special
from resmax_sym.lang.polynomial import (
    UNIT,
    Polynomial,
    add,
    atom,
    common,
    constant,
    key,
    leading,
    merge,
    multiply,
    negate,
    reciprocal,
)
from resmax_sym.lang.summation import exponential


def root(p: Polynomial, q: int) -> Polynomial:
    """p^(1/q), with the rational content taken out."""
    if not p:
        return {}
    lead = p[leading(p)]
    content = abs(lead)
    outside = sp.Rational(int(content.numerator), int(content.denominator)) ** sp.Rational(1, q)
    monic = {m: c / content for m, c in p.items()}
    inside = {UNIT: QQ(1)} if monic == {UNIT: QQ(1)} else atom(("root", key(monic), q))
    if outside.is_Rational:
        return multiply(constant(QQ(outside.p, outside.q)), inside)
    return multiply(atom(("root", key({UNIT: content}), q)), inside)


def _oriented(p: Polynomial) -> tuple[Polynomial, bool]:
    """p or -p, whichever has a positive leading coefficient, and whether it was turned."""
    turned = bool(p) and p[leading(p)] < 0
    return (negate(p), True) if turned else (p, False)


def _without_exponentials(p: Polynomial) -> tuple[Polynomial, Polynomial]:
    """q and p / q for the product q of exponentials that p has in common: it is positive."""
    shared = frozenset((a, e) for a, e in common(p) if a[0] == "exp")
    inverse = frozenset((a, -e) for a, e in shared)
    return {shared: QQ(1)}, {merge(m, inverse): c for m, c in p.items()}


def _abs(p: Polynomial) -> Polynomial:
    if set(p) <= {UNIT}:
        return {m: abs(c) for m, c in p.items()}
    positive, p = _without_exponentials(p)
    if set(p) <= {UNIT}:
        return multiply(positive, _abs(p))
    lead = p[leading(p)]
    monic = {m: c / lead for m, c in p.items()}
    return multiply(multiply({UNIT: abs(lead)}, positive), atom(("fn", "abs", key(monic))))


def _sign(p: Polynomial) -> Polynomial:
    p, turned = _oriented(_without_exponentials(p)[1])
    value = {UNIT: QQ(1)} if set(p) == {UNIT} else {} if not p else atom(("fn", "sign", key(p)))
    return negate(value) if turned else value


def _step(p: Polynomial) -> Polynomial:
    p, turned = _oriented(_without_exponentials(p)[1])
    value = {UNIT: QQ(1)} if set(p) == {UNIT} else atom(("fn", "step", key(p)))
    return add({UNIT: QQ(1)}, value, -1) if turned else value


def _extreme(sign: int) -> Callable[[Polynomial, Polynomial], Polynomial]:
    def rule(a: Polynomial, b: Polynomial) -> Polynomial:
        both = add(add(a, b), _abs(add(a, b, -1)), sign)
        return multiply(both, {UNIT: QQ(1, 2)})

    return rule


def _log(p: Polynomial) -> Polynomial:
    if set(p) == {UNIT} and p[UNIT] == 1:
        return {}
    return atom(("fn", "log", key(p)))


def _hyperbolic(sign: int) -> Callable[[Polynomial], Polynomial]:
    def rule(p: Polynomial) -> Polynomial:
        return multiply(add(exponential(p), exponential(negate(p)), sign), {UNIT: QQ(1, 2)})

    return rule


def _tanh(p: Polynomial) -> Polynomial:
    return multiply(_hyperbolic(-1)(p), reciprocal(_hyperbolic(1)(p)))


RULES: dict[type, Callable[..., Polynomial]] = {
    sp.log: _log,
    sp.cosh: _hyperbolic(1),
    sp.sinh: _hyperbolic(-1),
    sp.tanh: _tanh,
    sp.Abs: _abs,
    special.absolute: _abs,
    special.sign: _sign,
    special.step: _step,
    special.flat: lambda p: {},
    special.larger: _extreme(1),
    special.smaller: _extreme(-1),
    special.Phi: lambda order, argument: atom(("phi", int(order[UNIT]) if order else 0, key(argument))),
}
"""SymPy function -> its polynomial, given the polynomials of its arguments."""

"""phi([lo, hi]): the natural interval extension of a unit, as a pair of SymPy expressions in lo and hi."""

from __future__ import annotations

import sympy as sp

from resmax_sym.codegen.stable import log
from resmax_sym.lang import LanguageError, S
from resmax_sym.lang.special import absolute, larger, sign, smaller, step

LO, HI = sp.symbols("lo hi", real=True)
Range = tuple[sp.Expr, sp.Expr]
INCREASING = (sp.exp, sp.sinh, sp.tanh)


def extension(e: sp.Expr) -> Range:
    """Bounds of `e` over s in [lo, hi]; tight where s occurs once in each monotone term.

    Raises
    ------
    LanguageError
        A function without a rule.
    """
    if not e.has(S):
        return e, e
    if e == S:
        return LO, HI
    if e.is_Add:
        parts = [extension(arg) for arg in e.args]
        return sp.Add(*(low for low, _ in parts)), sp.Add(*(high for _, high in parts))
    if e.is_Mul:
        constant, rest = e.as_independent(S)
        factors = [extension(arg) for arg in sp.Mul.make_args(rest)]
        total = factors[0]
        for factor in factors[1:]:
            total = _product(total, factor)
        low, high = total
        return (constant * low, constant * high) if constant > 0 else (constant * high, constant * low)
    if e.is_Pow and e.exp.is_Rational:
        return _power(extension(e.base), e.exp)
    if isinstance(e, INCREASING):
        low, high = extension(e.args[0])
        return e.func(low), e.func(high)
    if isinstance(e, sp.log):
        return _log(e.args[0])
    if isinstance(e, sp.cosh):
        least, most = _magnitude(extension(e.args[0]))
        return sp.cosh(least), sp.cosh(most)
    if isinstance(e, larger | smaller):
        (a, b), (c, d) = map(extension, e.args)
        return e.func(a, c), e.func(b, d)
    if isinstance(e, absolute):
        return _magnitude(extension(e.args[0]))
    if isinstance(e, step | sign):
        low, high = extension(e.args[0])
        return (step(low), 1 - step(-high)) if isinstance(e, step) else (e.func(low), e.func(high))
    raise LanguageError(f"no interval rule for {e}; a unit is made of exp, log, sqrt, cosh, sinh, tanh and arithmetic")


def _log(argument: sp.Expr) -> Range:
    """Of a monotone argument the logarithm at its ends, made so that it cannot overflow."""
    low, high = extension(argument)
    for ends in ((LO, HI), (HI, LO)):
        if (low, high) == tuple(argument.xreplace({S: end}) for end in ends):
            return tuple(log(argument).xreplace({S: end}) for end in ends)
    return sp.log(_finite(low)), sp.log(high)


def _finite(low: sp.Expr) -> sp.Expr:
    """A lower bound that a root or a logarithm brings back from an overflow: inf is above the true value, 1e308 is not."""
    return sp.Min(low, sp.Float(1e308)) if low.has(sp.exp, sp.cosh, sp.sinh) else low


def _product(a: Range, b: Range) -> Range:
    corners = [x * y for x in a for y in b]
    return sp.Min(*corners, evaluate=False), sp.Max(*corners, evaluate=False)


def _magnitude(a: Range) -> Range:
    """Bounds of |s| over the interval."""
    low, high = a
    return sp.Max(low, -high, 0), sp.Max(-low, high)


def _power(a: Range, exponent: sp.Rational) -> Range:
    low, high = a
    if exponent < 0:
        # An interval that holds 0 has an infinite reciprocal: 1/low and 1/high then have the wrong order, which the
        # comparison with low * high > 0 reveals.
        below, above = _power(a, -exponent)
        valid = sp.Piecewise((1, below * above > 0), (sp.nan, True))
        return valid / above, valid / below
    if exponent.q > 1:
        return _finite(low) ** exponent, high**exponent
    if exponent.p % 2:
        return low**exponent, high**exponent
    least, most = _magnitude(a)
    return least**exponent, most**exponent

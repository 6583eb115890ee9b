r"""phi(s) = sum_k g_k(s) exp(l_k(s)): a unit split into tame factors and exponents, so that exp never overflows.

For float64 the unit is multiplied by exp(-shift), where shift = max over the rows of max_k l_k(t): every exponential is then at
most 1.  (That the common factor changes nothing is proved by the claims `scaling-*`.)  A quotient of exponentials, such as the
derivative of log(1 + exp(s)), is scaled by its own denominator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import sympy as sp

from resmax_sym.lang import S
from resmax_sym.lang.special import absolute, larger, sign, smaller, step


class sech2(sp.Function):
    """1 / cosh(a)^2, the slope of tanh, without the cancellation of 1 - tanh(a)^2."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return -2 * _tanh(self.args[0]) * self


class _tanh(sp.Function):
    """tanh with `sech2` as its slope."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sech2(self.args[0])


OPAQUE = (sp.tanh, sech2, absolute, larger, sign, smaller, step)
"""Functions that do not grow faster than their arguments."""


class expm1(sp.Function):
    """exp(s) - 1 without cancellation."""

    nargs = 1


class logaddexp(sp.Function):
    """log(exp(a) + exp(b)) without overflow."""

    nargs = 2


class undecayed(sp.Function):
    """log(1 + exp(a + k)) / exp(min(a, 0)): softplus without its decay, exp(k) where a is far below 0 and never 0/0."""

    nargs = 2


@dataclass(frozen=True)
class Ramp:
    """The exponent `right` s for s > 0 and `left` s for s < 0: it grows in proportion to s."""

    right: sp.Rational
    left: sp.Rational

    def expr(self) -> sp.Expr:
        a, b = self.right * S, self.left * S
        return a if self.right == self.left else sp.Max(a, b) if self.right > self.left else sp.Min(a, b)


Exponent: TypeAlias = Ramp | sp.Expr
FLAT = Ramp(sp.Integer(0), sp.Integer(0))


@dataclass(frozen=True)
class Stable:
    """u, v, w in S and `shift`, none of which overflows where the mathematics is finite.

    Attributes
    ----------
    exponent : SymPy expression in S, or None
        shift = max over the rows of it; None where no term grows exponentially, and shift is then 0.
    derivatives : tuple of SymPy expressions
        exp(-shift) phi, exp(-shift) phi', exp(-shift) phi''.
    """

    exponent: sp.Expr | None
    derivatives: tuple[sp.Expr, ...]


SHIFT = sp.Symbol("shift", real=True)


def stabilise(unit: sp.Expr) -> Stable:
    """The unit and its first two derivatives in scaled form."""
    split = [_terms(derivative(unit, order)) for order in range(3)]
    envelope = _envelope([exponent for terms in split for exponent, _ in terms])
    shift = sp.Integer(0) if envelope == FLAT else SHIFT
    derivatives = tuple(sp.Add(*(g * _exp(exponent, shift) for exponent, g in terms)) for terms in split)
    return Stable(None if envelope == FLAT else _expr(envelope), derivatives)


def derivative(e: sp.Expr, order: int) -> sp.Expr:
    """The derivative in S of this order, in which slopes of tanh are `sech2`."""
    return e.replace(sp.tanh, _tanh).diff(S, order).replace(_tanh, sp.tanh)


def settle(e: sp.Expr) -> sp.Expr:
    """`e` in a form of which no part overflows where the whole does not: the scaled form without the shift."""
    found = sp.Add(*(g * _exp(exponent) for exponent, g in _terms(e)))
    found = found.xreplace({f: f.func(*map(settle, f.args)) for f in found.atoms(*OPAQUE)})
    # Without a shift to share, softplus keeps its decay.
    return found.replace(undecayed, lambda a, k: logaddexp(0, a + k) * sp.exp(-sp.Min(0, a)))


def _terms(e: sp.Expr) -> list[tuple[Exponent, sp.Expr]]:
    """The terms of a sum as (exponent, tame factor)."""
    if any(p.base.is_Add and p.exp.is_negative for p in e.atoms(sp.Pow)):
        e = sp.factor(e)  # one quotient, instead of several that cancel
    return [_split(term) for term in sp.Add.make_args(e)]


def _split(e: sp.Expr) -> tuple[Exponent, sp.Expr]:
    """(l, g) with e = g exp(l) and g of at most polynomial growth."""
    if isinstance(e, sp.exp):
        slope = e.args[0].coeff(S)
        constant = e.args[0] - slope * S
        if slope.is_Rational and not constant.has(S):
            return Ramp(slope, slope), sp.exp(constant)
        return e.args[0], sp.Integer(1)
    if e.is_Mul:
        parts = [_split(factor) for factor in e.args]
        return _total([exponent for exponent, _ in parts]), sp.Mul(*(g for _, g in parts))
    if e.is_Pow and e.exp.is_Rational:
        exponent, g = _split(e.base)
        return _scale(exponent, e.exp), g**e.exp
    if e.is_Add and e.has(sp.exp, sp.cosh, sp.sinh):
        parts = [_split(term) for term in e.args]
        top = _envelope([exponent for exponent, _ in parts])
        return top, sp.Add(*(g * _exp(_total([exponent, _scale(top, sp.Integer(-1))])) for exponent, g in parts))
    if isinstance(e, sp.cosh | sp.sinh):
        argument = e.args[0]
        size = _size(argument)
        decay = sp.exp(-2 * _expr(size)) if isinstance(e, sp.cosh) else expm1(-2 * _expr(size))
        return size, (1 + decay) / 2 if isinstance(e, sp.cosh) else -sp.sign(argument) * decay / 2
    if isinstance(e, sp.log):
        one, rest = e.args[0].as_coeff_Add()
        exponent, g = _split(rest)
        if one == 1 and isinstance(exponent, Ramp) and g.is_positive:
            decay = Ramp(sp.Min(exponent.right, 0), sp.Max(exponent.left, 0))
            if decay != FLAT:  # log(1 + z) is as small as z
                return decay, undecayed(exponent.expr(), sp.log(g))
        return FLAT, log(e.args[0])
    return FLAT, e


def log(e: sp.Expr) -> sp.Expr:
    """log(e) from the exponents of e, none of which is exponentiated where it is large."""
    terms = [_split(term) for term in sp.Add.make_args(e)]
    if len(terms) == 2 and all(g.is_positive for _, g in terms):
        return logaddexp(*(_expr(exponent) + sp.log(g) for exponent, g in terms))
    exponent, g = _split(e)
    return _expr(exponent) + sp.log(g)


def _size(argument: sp.Expr) -> Exponent:
    """|argument|."""
    slope = argument.coeff(S)
    if slope.is_Rational and argument == slope * S:
        return Ramp(abs(slope), -abs(slope))
    return sp.Abs(argument)


def _expr(exponent: Exponent) -> sp.Expr:
    return exponent.expr() if isinstance(exponent, Ramp) else exponent


def _exp(exponent: Exponent, shift: sp.Expr = sp.S.Zero) -> sp.Expr:
    return sp.exp(_expr(exponent) - shift)


def _scale(exponent: Exponent, factor: sp.Rational) -> Exponent:
    if isinstance(exponent, Ramp):
        return Ramp(exponent.right * factor, exponent.left * factor)
    return exponent * factor


def _total(exponents: list[Exponent]) -> Exponent:
    if all(isinstance(e, Ramp) for e in exponents):
        return Ramp(sum(e.right for e in exponents), sum(e.left for e in exponents))
    return sp.Add(*map(_expr, exponents))


def _envelope(exponents: list[Exponent]) -> Exponent:
    """The pointwise maximum."""
    if all(isinstance(e, Ramp) for e in exponents):
        return Ramp(max(e.right for e in exponents), min(e.left for e in exponents))
    return sp.Max(*map(_expr, exponents))

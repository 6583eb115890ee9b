"""L(t) = sum_i l_i(t_i, alpha(t)): Taylor coefficients of the rows of a loss, straight from its definition.

Nothing here reads a closed form.  Given alpha the loss is a sum over rows of l_i = (phi(t_i) / alpha - b_i)^2 / 2 + (omega_i t_i)^2 / 2.
Its Taylor coefficients in t_i and alpha, up to third order, come from arithmetic on truncated power series; alpha = sum phi(t_i)
couples the rows.
Along s with a_1 = <phi_1, s>, a_2 = <phi_2, s^2>, a_3 = <phi_3, s^3> (phi_k Taylor coefficients) and L_k the sums of the l_{0k} the
coefficients of L(t + tau s) are
tau:   <l_10, s> + L_1 a_1
tau^2: <l_20, s^2> + <l_11, s> a_1 + L_2 a_1^2 + L_1 a_2
tau^3: <l_30, s^3> + <l_21, s^2> a_1 + <l_12, s> a_1^2 + L_3 a_1^3 + <l_11, s> a_2 + 2 L_2 a_1 a_2 + L_1 a_3.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import flint

from resmax_sym.judge.certificate import Invalid
from resmax_sym.lang import Expr

__all__ = ["Rows", "working"]

Ball, Series = flint.arb, flint.arb_series
ORDER = 4
"""Coefficients up to third order."""

INDICES = [(j, k) for j in range(ORDER) for k in range(ORDER - j)]


@contextmanager
def working(bits: int) -> Iterator[None]:
    before = flint.ctx.prec, flint.ctx.cap
    flint.ctx.prec, flint.ctx.cap = bits, ORDER
    try:
        yield
    finally:
        flint.ctx.prec, flint.ctx.cap = before


def _series(e: Expr, s: Series) -> Series:
    """The unit at a power series: every coefficient of it, and of all that it is made of, is a number.

    A product with 0 would hide what is undefined, so that each operation is looked at.

    Raises
    ------
    Invalid
        The unit, or a part of it, is not defined or not smooth on the ball.
    """
    try:
        value = _step(e, s)
    except Invalid:
        raise
    except (ValueError, ZeroDivisionError):
        value = None
    if value is None or value.prec < ORDER or not all(value[k].is_finite() for k in range(ORDER)):
        raise Invalid(f"{e!r} is not defined on the ball")
    return value


def _step(e: Expr, s: Series) -> Series:
    """The last operation of `_series`."""
    args = [_series(arg, s) for arg in e.args] if e.op != "pow" or e.args[1].op != "number" else [_series(e.args[0], s)]
    match e.op:
        case "number":
            return Series([Ball(flint.fmpq(e.data.numerator, e.data.denominator))])
        case "pi":
            return Series([Ball.pi()])
        case "symbol":
            return s
        case "add":
            return args[0] + args[1]
        case "sub":
            return args[0] - args[1]
        case "mul":
            return args[0] * args[1]
        case "div":
            return _quotient(args[0], args[1])
        case "neg":
            return -args[0]
        case "pow":
            return _power(args[0], e.args[1]) if len(args) == 1 else (args[1] * _log(args[0])).exp()
        case "call":
            return _call(e.data, args[0])
    raise Invalid(f"the unit has an operation without a power series: {e!r}")


def _quotient(a: Series, b: Series) -> Series:
    """a / b, where b is not 0: 0 / b is not taken for 0 elsewhere, nor b / b for 1."""
    if b[0].contains(0):
        raise ZeroDivisionError
    return a / b


def _log(s: Series) -> Series:
    """log(s), where s is positive: in s^p = exp(p log(s)) a p = 0 does not hide what is undefined."""
    if not s[0] > 0:
        raise ValueError
    return s.log()


def _power(base: Series, exponent: Expr) -> Series:
    p = exponent.data
    if p.denominator != 1:
        return (_log(base) * Series([Ball(flint.fmpq(p.numerator, p.denominator))])).exp()
    result = Series([1])
    for _ in range(abs(p.numerator)):
        result = result * base
    return result if p >= 0 else _quotient(Series([1]), result)


def _call(name: str, s: Series) -> Series:
    match name:
        case "exp":
            return s.exp()
        case "log":
            return _log(s)
        case "sqrt":
            return s.sqrt()
        case "cosh":
            return (s.exp() + (-s).exp()) / 2
        case "sinh":
            return (s.exp() - (-s).exp()) / 2
        case "tanh":
            return 1 - 2 / ((2 * s).exp() + 1)
    raise Invalid(f"the unit has a function without a power series: {name}")


class Rows:
    """Taylor coefficients of the unit and of every l_i at balls t, as columns over the rows."""

    def __init__(self, unit: Expr, t: list[Ball], b: list[float], omega: list[float]) -> None:
        series = [_series(unit, Series([value, 1])) for value in t]
        self.phi = [[s[k] for s in series] for k in range(ORDER)]
        alpha = sum(self.phi[0], Ball(0))
        if not alpha.is_finite() or alpha.contains(0):
            raise Invalid("alpha = 0 cannot be excluded on the ball")
        reciprocal = 1 / Series([alpha, 1])
        rows = [
            _loss_of_row([s[k] for k in range(ORDER)], reciprocal, Ball(target), Ball(weight) ** 2 / 2, value)
            for s, target, weight, value in zip(series, b, omega, t, strict=True)
        ]
        self.l = {index: [row[index] for row in rows] for index in INDICES}
        self.sums = [sum(self.l[0, k], Ball(0)) for k in range(ORDER)]

    def diagonal(self, order: int) -> list[Ball]:
        """l_{k0} + L_1 phi_k."""
        return [a + self.sums[1] * p for a, p in zip(self.l[order, 0], self.phi[order], strict=True)]


def _loss_of_row(phi: list[Ball], reciprocal: Series, b: Ball, half_square: Ball, t: Ball) -> dict:
    """Taylor coefficients of (phi(t) / alpha - b)^2 / 2 + half_square t^2 in t and alpha."""
    c = {(j, k): phi[j] * reciprocal[k] for j, k in INDICES}
    c[0, 0] = c[0, 0] - b
    square = dict.fromkeys(INDICES, Ball(0))
    for (j, k), value in c.items():
        for (i, m), other in c.items():
            if i + j + k + m < ORDER:
                square[i + j, k + m] += value * other
    loss = {index: value / 2 for index, value in square.items()}
    for order, part in enumerate((t**2, 2 * t, Ball(1))):
        loss[order, 0] += half_square * part
    return loss

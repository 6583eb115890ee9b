"""exp, log, ... over exact balls or float64: the numbers a formula is evaluated with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

NAN = flint.arb("nan")


class Balls:
    """Real numbers as python-flint balls: every result encloses the true value, at `digits` decimal digits.

    A value that is undefined (a division by a ball that holds 0, step at 0) is not finite.
    """

    dtype = object

    def __init__(self, digits: int = 50) -> None:
        self.bits = int(digits * 3.3219280948873626) + 8

    @contextmanager
    def precision(self) -> Iterator[None]:
        """python-flint's working precision is global; it is set here and put back."""
        before = flint.ctx.prec
        flint.ctx.prec = self.bits
        try:
            yield
        finally:
            flint.ctx.prec = before

    def number(self, value: Fraction) -> flint.arb:
        return flint.arb(flint.fmpq(value.numerator, value.denominator))

    def pi(self) -> flint.arb:
        return flint.arb.pi()

    def call(self, name: str, *args: Any) -> Any:
        """The elementwise function `name` of the language."""
        return np.frompyfunc(BALL_FUNCTIONS[name], len(args), 1)(*args)

    def power(self, base: Any, exponent: Fraction) -> Any:
        """base^exponent; 0^0 = 1, and a fractional power is undefined below 0."""
        if exponent.denominator == 1:
            k = int(exponent)
            return np.frompyfunc(lambda z: z**k if k >= 0 else 1 / z**-k, 1, 1)(base)
        p = self.number(exponent)

        def real_power(z: flint.arb) -> flint.arb:
            if z > 0:
                return z**p
            return flint.arb(0) if z == 0 and exponent > 0 else NAN

        return np.frompyfunc(real_power, 1, 1)(base)


def _sign(z: flint.arb) -> flint.arb:
    return flint.arb(1) if z > 0 else flint.arb(-1) if z < 0 else flint.arb(0) if z == 0 else flint.arb(0, 1)


def _step(z: flint.arb) -> flint.arb:
    return flint.arb(1) if z > 0 else flint.arb(0) if z < 0 else NAN


BALL_FUNCTIONS: dict[str, Callable[..., flint.arb]] = {
    "exp": flint.arb.exp, "cosh": flint.arb.cosh, "sinh": flint.arb.sinh, "tanh": flint.arb.tanh,
    "log": lambda z: z.log() if z > 0 else NAN,
    "sqrt": lambda z: z.sqrt() if z >= 0 else NAN,
    "abs": abs, "sign": _sign, "step": _step,
    "flat": lambda z: flint.arb(0) if z > 0 or z < 0 else NAN,
    "max": flint.arb.max, "min": flint.arb.min,
}  # fmt: skip


class Floats:
    """Real numbers as float64."""

    dtype = float

    @contextmanager
    def precision(self) -> Iterator[None]:
        with np.errstate(all="ignore"):
            yield

    def number(self, value: Fraction) -> float:
        return float(value)

    def pi(self) -> float:
        return float(np.pi)

    def call(self, name: str, *args: Any) -> Any:
        return FLOAT_FUNCTIONS[name](*args)

    def power(self, base: Any, exponent: Fraction) -> Any:
        return base ** (int(exponent) if exponent.denominator == 1 else float(exponent))


def _off_zero(z: NDArray, value: NDArray) -> NDArray:
    return np.where(z == 0, np.nan, value)


FLOAT_FUNCTIONS: dict[str, Callable[..., NDArray]] = {
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "cosh": np.cosh, "sinh": np.sinh, "tanh": np.tanh,
    "abs": np.abs, "sign": np.sign, "max": np.maximum, "min": np.minimum,
    "step": lambda z: _off_zero(z, (z > 0) * 1.0),
    "flat": lambda z: _off_zero(z, z * 0.0),
}  # fmt: skip

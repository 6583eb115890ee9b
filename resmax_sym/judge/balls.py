"""exp, log, ... over python-flint balls: every value encloses the true one, or is not finite where that is undefined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge import spectrum
from resmax_sym.judge.arithmetic import Arithmetic

NAN = flint.arb("nan")


class Balls(Arithmetic):
    """Real numbers as python-flint balls: every result encloses the true value, at `digits` decimal digits.

    A value that is undefined (a division by a ball that holds 0, step at 0) is not finite.
    """

    dtype = object
    nan = NAN
    weight = 1

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

    def entry(self, i: int, low: Fraction, high: Fraction) -> flint.arb:
        """The entry i of a box, from its ends; not below 0 by a rounding error."""
        ball = self.number(low).union(self.number(high))
        return ball.nonnegative_part() if low >= 0 else ball

    def pi(self) -> flint.arb:
        return flint.arb.pi()

    def finite(self, value: NDArray) -> NDArray:
        """Where the value is defined."""
        return np.frompyfunc(flint.arb.is_finite, 1, 1)(value).astype(bool)

    def call(self, name: str, *args: Any) -> Any:
        """The elementwise function `name` of the language."""
        return np.frompyfunc(BALL_FUNCTIONS[name], len(args), 1)(*args)

    def power(self, base: Any, exponent: Fraction) -> Any:
        """base^exponent; 0^0 = 1, and a fractional power is undefined below 0."""
        if exponent.denominator == 1:
            return np.frompyfunc(_integer_power(int(exponent)), 1, 1)(base)
        p = self.number(exponent)

        def real_power(z: flint.arb) -> flint.arb:
            if z > 0:
                return z**p
            return flint.arb(0) if z == 0 and exponent > 0 else NAN

        return np.frompyfunc(real_power, 1, 1)(base)

    def spectral(self, name: str, matrices: NDArray) -> NDArray:
        """eigmin, eigmax or opnorm of each matrix."""
        result = np.empty(len(matrices), dtype=object)
        for k, matrix in enumerate(matrices):
            result[k] = getattr(spectrum, name)(matrix)
        return result

    def solve(self, matrices: NDArray, right: NDArray) -> NDArray:
        """M^{-1} r for each pair; not finite where M is not shown to be invertible."""
        pairs = [
            (matrices[min(k, len(matrices) - 1)], right[min(k, len(right) - 1)])
            for k in range(max(len(matrices), len(right)))
        ]
        return np.stack([spectrum.solve(M, r) for M, r in pairs])


def _integer_power(k: int) -> Callable[[flint.arb], flint.arb]:
    if k == 0:
        return lambda z: flint.arb(1) if z.is_finite() else NAN  # python-flint has nan**0 = 1
    if k < 0:
        positive = _integer_power(-k)
        return lambda z: 1 / positive(z)
    rising = _rising(lambda z: z**k)
    return rising if k % 2 else lambda z: rising(_abs(z)).nonnegative_part()


def _rising(function: Callable[[flint.arb], flint.arb]) -> Callable[[flint.arb], flint.arb]:
    """An increasing function from its values at the ends; python-flint is far wider for some functions of wide balls."""
    return lambda z: function(z.lower()).union(function(z.upper())) if z.is_finite() else NAN


def _abs(z: flint.arb) -> flint.arb:
    """|z|, never below 0: python-flint keeps the radius, and has |0 +- 1| = 0 +- 1."""
    return abs(z) if z >= 0 or z <= 0 else z.nonnegative_part().union((-z).nonnegative_part()).nonnegative_part()


def _larger(a: flint.arb, b: flint.arb) -> flint.arb:
    """max(a, b), which is not below 0 by a rounding error where a or b is not."""
    larger = a.max(b)
    return larger.nonnegative_part() if a >= 0 or b >= 0 else larger


def _sign(z: flint.arb) -> flint.arb:
    if not z.is_finite():
        return NAN
    return flint.arb(1) if z > 0 else flint.arb(-1) if z < 0 else flint.arb(0) if z == 0 else flint.arb(0, 1)


def _norm(squares: flint.arb) -> flint.arb:
    """The root of a sum of squares, which is not negative whatever its ball says."""
    low, high = squares.lower(), squares.upper()
    if not squares.is_finite():
        return NAN
    ends = [end.sqrt() if end > 0 else flint.arb(0) for end in (low, high)]
    return ends[0].union(ends[1]).nonnegative_part()


def _step(z: flint.arb) -> flint.arb:
    return flint.arb(1) if z > 0 else flint.arb(0) if z < 0 else NAN


BALL_FUNCTIONS: dict[str, Callable[..., flint.arb]] = {
    "exp": flint.arb.exp, "cosh": flint.arb.cosh, "sinh": flint.arb.sinh, "tanh": _rising(flint.arb.tanh),
    "log": lambda z: z.log() if z > 0 else NAN,
    "sqrt": lambda z: z.sqrt().nonnegative_part() if z >= 0 else NAN,
    "norm": _norm,
    "abs": _abs, "sign": _sign, "step": _step,
    "flat": lambda z: flint.arb(0) if z > 0 or z < 0 else NAN,
    "max": _larger, "min": flint.arb.min,
}  # fmt: skip

"""exp, log, ... over exact fractions or float64: numbers a formula is evaluated with; `balls` holds those that enclose."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_BITS = 100_000
"""Of a fraction: longer powers are not multiplied out."""


class Arithmetic:
    """What the arithmetics share."""

    call: Callable[..., Any]

    def norm(self, entries: NDArray) -> NDArray:
        """The norm of each row."""
        return self.call("norm", (entries * entries).sum(axis=1))


class Rationals(Arithmetic):
    """Real numbers as exact fractions; what leaves the rationals raises NotImplementedError."""

    dtype = object
    nan = None

    @contextmanager
    def precision(self) -> Iterator[None]:
        yield

    def finite(self, value: NDArray) -> NDArray:
        """Everywhere: what is undefined raises ZeroDivisionError."""
        return np.ones(np.shape(value), dtype=bool)

    def number(self, value: Fraction) -> Fraction:
        return value

    def pi(self) -> Fraction:
        raise NotImplementedError("pi")

    def call(self, name: str, *args: Any) -> Any:
        if name not in RATIONAL_FUNCTIONS:
            raise NotImplementedError(name)
        return np.frompyfunc(RATIONAL_FUNCTIONS[name], len(args), 1)(*args)

    def power(self, base: Any, exponent: Fraction) -> Any:
        if exponent.denominator != 1:
            raise NotImplementedError("a root")
        return np.frompyfunc(partial(_whole_power, k=int(exponent)), 1, 1)(base)

    def spectral(self, name: str, matrices: NDArray) -> NDArray:
        raise NotImplementedError(name)

    def solve(self, matrices: NDArray, right: NDArray) -> NDArray:
        raise NotImplementedError("solve")


def _whole_power(z: Fraction, k: int) -> Fraction:
    if max(z.numerator.bit_length(), z.denominator.bit_length()) * abs(k) > MAX_BITS:
        raise NotImplementedError(f"a power of more than {MAX_BITS} binary digits")
    return Fraction(z) ** k


def _root(z: Fraction) -> Fraction:
    root = Fraction(math.isqrt(max(z.numerator, 0)), math.isqrt(z.denominator))
    if root * root != z:
        raise NotImplementedError("an irrational root")
    return root


RATIONAL_FUNCTIONS: dict[str, Callable[..., Fraction]] = {
    "abs": abs, "max": max, "min": min, "sqrt": _root, "norm": _root, "sign": lambda z: Fraction((z > 0) - (z < 0)),
    "flat": lambda z: 0 / z,
}  # fmt: skip


class Floats(Arithmetic):
    """Real numbers as float64."""

    dtype = float
    nan = np.nan

    @contextmanager
    def precision(self) -> Iterator[None]:
        with np.errstate(all="ignore"):
            yield

    def finite(self, value: NDArray) -> NDArray:
        return np.isfinite(value)

    def number(self, value: Fraction) -> float:
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf

    def pi(self) -> float:
        return float(np.pi)

    def call(self, name: str, *args: Any) -> Any:
        return FLOAT_FUNCTIONS[name](*args)

    def power(self, base: Any, exponent: Fraction) -> Any:
        if not exponent:
            return np.where(np.isfinite(base), 1.0, np.nan)  # NumPy has nan**0 = 1
        return base ** (int(exponent) if exponent.denominator == 1 else float(exponent))

    def spectral(self, name: str, matrices: NDArray) -> NDArray:
        if name == "opnorm":
            return _where_finite(matrices, lambda M: np.linalg.norm(M, 2, axis=(1, 2)))
        return _where_finite(matrices, lambda M: np.linalg.eigvalsh(M)[:, 0 if name == "eigmin" else -1])

    def solve(self, matrices: NDArray, right: NDArray) -> NDArray:
        try:
            return (
                np.linalg.solve(matrices, right[..., None])[..., 0]
                if right.ndim == 2
                else np.linalg.solve(matrices, right)
            )
        except np.linalg.LinAlgError:  # one of them is singular
            if len(matrices) == len(right) == 1:
                return np.full(right.shape, np.nan)
            count = max(len(matrices), len(right))
            pairs = zip(*(np.broadcast_to(a, (count, *a.shape[1:])) for a in (matrices, right)), strict=True)
            return np.concatenate([self.solve(M[None], r[None]) for M, r in pairs])


class SearchFloats(Floats):
    """float64 for a search: exponentials beyond exp(150) count as undefined, so that no violation is made of underflow."""

    def call(self, name: str, *args: Any) -> Any:
        value = super().call(name, *args)
        return np.where(np.abs(args[0]) > 150, np.nan, value) if name in ("exp", "cosh", "sinh") else value


def _where_finite(matrices: NDArray, function: Callable[[NDArray], NDArray]) -> NDArray:
    """`function` of a batch of matrices, NaN for those that are not finite."""
    finite = np.isfinite(matrices).all(axis=(1, 2))
    result = np.full(len(matrices), np.nan)
    if finite.any():
        result[finite] = function(matrices[finite])
    return result


def _off_zero(z: NDArray, value: NDArray) -> NDArray:
    return np.where(z == 0, np.nan, value)


FLOAT_FUNCTIONS: dict[str, Callable[..., NDArray]] = {
    "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "norm": np.sqrt, "cosh": np.cosh, "sinh": np.sinh, "tanh": np.tanh,
    "abs": np.abs, "sign": np.sign, "max": np.maximum, "min": np.minimum,
    "step": lambda z: _off_zero(z, (z > 0) * 1.0),
    "flat": lambda z: _off_zero(z, z * 0.0),
}  # fmt: skip

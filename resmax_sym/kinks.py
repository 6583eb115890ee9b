"""sign(A1[i] x), exactly: the hyperplanes on which max(A1 x, 0) has its kinks, for doubles taken as the numbers they are.

A float product decides the sign where it exceeds its error bound; what is left, and every number that is returned, is computed in
rational arithmetic.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import flint
import numpy as np
import scipy.sparse as sps
from numpy.typing import ArrayLike, NDArray

from resmax_sym.doubles import real_array, real_matrix

__all__ = ["Crossing", "Kinks", "NearestKink"]

UNIT = 2.0**-53
TINY = 2.0**-1021
"""An absolute error that covers every product that underflows, flushed to 0 or not."""

ROOT_BITS = 64


@dataclass(frozen=True)
class NearestKink:
    """min_i |A1[i] x| / norm(A1[i]) over the rows that are not 0.

    Attributes
    ----------
    rows : tuple of int
        The rows that attain it.
    square : Fraction
        Its square, exactly.
    """

    rows: tuple[int, ...]
    square: Fraction

    @cached_property
    def distance(self) -> float:
        """The root of `square`, correctly rounded."""
        return rounded_root(self.square)


@dataclass(frozen=True)
class Crossing:
    """x + t (y - x) lies on the kinks of `rows`, which the segment passes or ends on but does not lie in."""

    t: Fraction
    rows: tuple[int, ...]


class Kinks:
    """The hyperplanes {x : A1[i] x = 0}, one for each row that is not 0.

    Parameters
    ----------
    A1 : array_like or sparse matrix, shape (m, d)
        Finite real numbers; doubles are taken as exact.

    Raises
    ------
    ValueError
        A1 is no such matrix.
    """

    def __init__(self, A1: ArrayLike | sps.sparray | sps.spmatrix) -> None:
        self.A1 = real_matrix(A1, "A1", "(m, d)").copy()
        (self.A1.data if sps.issparse(self.A1) else self.A1).flags.writeable = False

    @property
    def m(self) -> int:
        """Rows of A1."""
        return self.A1.shape[0]

    @property
    def d(self) -> int:
        """Columns of A1."""
        return self.A1.shape[1]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of A1, the same for a dense and a sparse matrix with the same entries."""
        total = hashlib.sha256(repr(self.A1.shape).encode())
        for i in range(self.m):
            columns, values = self.row(i)
            keep = values != 0
            # The count says where a row ends: other rows have other bytes.
            total.update(int(keep.sum()).to_bytes(8, "little"))
            total.update(columns[keep].astype("<i8").tobytes() + values[keep].astype("<f8").tobytes())
        return total.hexdigest()

    @cached_property
    def largest(self) -> NDArray:
        """Largest absolute value in each row, shape (m,)."""
        largest = abs(self.A1).max(axis=1)
        return np.asarray(largest.todense() if sps.issparse(largest) else largest).ravel()

    @cached_property
    def is_zero(self) -> NDArray:
        """The rows that are 0 and have no kink, shape (m,)."""
        return self.largest == 0

    @cached_property
    def norms(self) -> NDArray:
        """The norms of the rows of A1 in floating point, shape (m,)."""
        with np.errstate(all="ignore"):
            return np.sqrt(np.asarray((self.A1 * self.A1).sum(axis=1)).ravel())

    @cached_property
    def is_usual(self) -> NDArray:
        """The rows whose norm is far from an underflow or overflow, shape (m,)."""
        return np.isfinite(self.norms) & (self.norms > 1e-100)

    def point(self, x: ArrayLike, name: str = "x") -> NDArray:
        """x as d finite doubles.

        Raises
        ------
        ValueError
            It is not.
        """
        x = real_array(x, name)
        if x.shape != (self.d,) or not np.isfinite(x).all():
            raise ValueError(
                f"{name}: expected {self.d} finite numbers, the columns of A1, got shape {x.shape}: {x!r:.60}"
            )
        return x

    def row(self, i: int) -> tuple[NDArray, NDArray]:
        """The columns and values of row i, zeros of a sparse matrix left out."""
        if sps.issparse(self.A1):
            part = slice(self.A1.indptr[i], self.A1.indptr[i + 1])
            return self.A1.indices[part], self.A1.data[part]
        return np.arange(self.d), self.A1[i]

    def exact(self, i: int, x: NDArray) -> flint.fmpq:
        """A1[i] x."""
        columns, values = self.row(i)
        return _dot(values, x[columns])

    def square(self, i: int) -> flint.fmpq:
        """norm(A1[i])^2."""
        _, values = self.row(i)
        return _dot(values, values)

    def products(self, x: NDArray) -> tuple[NDArray, NDArray]:
        """A1 x in floating point, in any order of summation, and a bound of its error: infinite where nothing is known.

        The error is at most 2 d u sum_j |A1[i,j]| |x_j|, and the sum at most norm(A1[i]) sqrt(d) max |x_j|.
        """
        with np.errstate(all="ignore"):
            found = self.A1 @ x
            size = self.norms * (np.sqrt(self.d) * np.abs(x).max())
            error = (self.d + 4) * (4 * UNIT * size + TINY)
        known = self.is_usual & np.isfinite(found) & np.isfinite(error)
        return np.where(known, found, 0.0), np.where(known, error, np.inf)

    def signs(self, x: ArrayLike) -> NDArray:
        """sign(A1 x), shape (m,), each shown: 0 is exactly 0."""
        x = self.point(x)
        found, error = self.products(x)
        signs = np.where(np.abs(found) > error, np.sign(found), 0).astype(np.int8)
        for i in np.flatnonzero((signs == 0) & ~self.is_zero):
            value = self.exact(i, x)
            signs[i] = (value > 0) - (value < 0)
        return signs

    def nearest(self, x: ArrayLike) -> NearestKink | None:
        """The distance from x to the nearest kink, exactly; None where every row of A1 is 0."""
        x = self.point(x)
        found, error = self.products(x)
        with np.errstate(all="ignore"):
            slack = 1 + 4 * (self.d + 4) * UNIT
            low = np.where(self.is_usual, np.maximum(np.abs(found) - error, 0) / self.norms / slack, 0)
            high = np.where(self.is_usual, (np.abs(found) + error) / self.norms * slack, np.inf)
        high[self.is_zero] = np.inf
        close = np.flatnonzero((low <= high.min()) & ~self.is_zero)
        squares = {int(i): self.exact(i, x) ** 2 / self.square(i) for i in close}
        if not squares:
            return None
        least = min(squares.values())
        return NearestKink(tuple(i for i, square in squares.items() if square == least), _fraction(least))

    def crossings(self, x: ArrayLike, y: ArrayLike) -> tuple[Crossing, ...]:
        """Where the segment from x to y meets kinks, in order of t in [0, 1]; a kink that holds all of it is left out."""
        x, y = self.point(x), self.point(y, "y")
        met: dict[flint.fmpq, list[int]] = {}
        for i in np.flatnonzero(self.signs(x) * self.signs(y) <= 0):
            start, end = self.exact(i, x), self.exact(i, y)
            if start != end:  # else both are 0
                met.setdefault(start / (start - end), []).append(int(i))
        return tuple(Crossing(_fraction(t), tuple(met[t])) for t in sorted(met))

    @cached_property
    def hyperplanes(self) -> tuple[tuple[int, ...], ...]:
        """The rows by kink: those in one tuple are multiples of each other."""
        found: dict[tuple, list[int]] = {}
        for i in np.flatnonzero(~self.is_zero):
            columns, values = self.row(i)
            entries = [(int(k), _rational(v)) for k, v in zip(columns, values.tolist(), strict=True) if v]
            found.setdefault(tuple((k, v / entries[0][1]) for k, v in entries), []).append(int(i))
        return tuple(map(tuple, found.values()))


def rounded_root(square: Fraction) -> float:
    """sqrt(square), correctly rounded: a root with more bits than a double has, and one more that says whether it is exact."""
    p, q = square.numerator, square.denominator
    shift = max(0, ROOT_BITS - (p.bit_length() - q.bit_length()) // 2)
    scaled, rest = divmod(p << 2 * shift, q)
    root = math.isqrt(scaled)
    inexact = bool(rest) or root * root != scaled
    return float(Fraction(2 * root + inexact, 2 << shift))


def _rational(value: float) -> flint.fmpq:
    return flint.fmpq(*value.as_integer_ratio())


def _fraction(value: flint.fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _dot(a: NDArray, b: NDArray) -> flint.fmpq:
    terms = (_rational(p) * _rational(q) for p, q in zip(a.tolist(), b.tolist(), strict=True) if p and q)
    return sum(terms, flint.fmpq(0))

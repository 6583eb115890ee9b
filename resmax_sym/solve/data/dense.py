"""A in memory or in a memory-mapped file, as an ndarray: blocks are views, or float64 copies of a few megabytes."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import scipy.sparse as sps

from resmax_sym.solve.data.base import Data, row_slices
from resmax_sym.solve.data.checks import as_real, check_finite, check_shape, is_dask
from resmax_sym.solve.kernels import Kernel

__all__ = ["DenseData", "column_maxima"]

KEPT = (np.float16, np.float32, np.float64)
CACHE_BYTES = 1 << 20


class DenseData(Data):
    """An ndarray, in memory or mapped.

    Parameters
    ----------
    A : array_like, shape (n, d)
        float64 in C or F order is used in place. float32 and float16 are kept as they are: each row block is converted when it is
        used, so that every sum is one of float64 numbers. Other real types, and strides that BLAS does not take (no unit step,
        reversed rows or columns, rows that overlap), are converted once if they are in memory, and block by block if they are
        memory-mapped, as mapped data may not fit.
    scheduler : None
        Only for dask arrays.

    Notes
    -----
    A mapped file must keep its length while it is in use: the system ends a process that reads beyond its end.
    """

    def __init__(self, A: Any, scheduler: Any = None) -> None:
        super().__init__(A, scheduler)
        array = as_real(A, "A")
        check_shape(array.shape)
        self.mapped = is_mapped(array)
        if not self.mapped:
            if array.dtype not in KEPT or not array.dtype.isnative:
                with np.errstate(over="ignore"):
                    array = array.astype(np.float64)
            if not _has_leading_dimension(array):
                # Products would copy it each time, and run many times slower.
                array = np.ascontiguousarray(array)
        self.A = array
        self.n, self.d = array.shape
        # Products of the whole array in one call; they would copy a mapped array that BLAS cannot take as it is.
        self._at_once = not self.mapped and _suits_blas(array)
        self.largest = np.zeros(self.d)
        for rows in self.row_blocks():
            block = self.dense_block(rows)
            maxima = column_maxima(block)
            if not np.isfinite(maxima).all():
                check_finite(block, "A", rows.start)
            np.maximum(self.largest, maxima, out=self.largest)

    @staticmethod
    def accepts(A: Any) -> bool:
        return not sps.issparse(A) and not is_dask(A)

    def dense_block(self, rows: slice) -> np.ndarray:
        block = self.A[rows]
        if _suits_blas(block):
            return block
        with np.errstate(over="ignore"):
            return block.astype(np.float64, order="K")

    def rows(self, indices: np.ndarray) -> np.ndarray:
        return np.asarray(self.A[indices], dtype=np.float64)

    def map_rows(
        self,
        function: Callable,
        vectors: tuple[np.ndarray, ...] = (),
        args: tuple[Any, ...] = (),
        *,
        square: bool = False,
    ) -> Iterator[Any]:
        # A block met twice, as in A.T (delta * (A z)), is still in the cache the second time; and products as small as these
        # are not spread over the threads of BLAS, which would wait for each other at every block.
        thin = row_slices(0, self.n, max(1, CACHE_BYTES // (8 * self.d)))
        for rows in self.row_blocks() if square else thin:
            yield function(self.dense_block(rows), *(vector[rows] for vector in vectors), *args)

    def matvec(self, x: np.ndarray) -> np.ndarray:
        return self.A @ x if self._at_once else super().matvec(x)

    def rmatvec(self, q: np.ndarray) -> np.ndarray:
        return self.A.T @ q if self._at_once else super().rmatvec(q)

    def gradient_map(
        self, kernel: Kernel, t: np.ndarray, b: np.ndarray, omega: np.ndarray, scalars: tuple[float, ...]
    ) -> np.ndarray:
        if not self._at_once:
            return super().gradient_map(kernel, t, b, omega, scalars)
        return self.A.T @ slopes(kernel, t, b, omega, scalars)


def slopes(kernel: Kernel, t: np.ndarray, b: np.ndarray, omega: np.ndarray, scalars: tuple[float, ...]) -> np.ndarray:
    """The kernel's q, shape (n,)."""
    q = np.empty(len(t))
    for rows in row_slices(0, len(t)):
        q[rows] = kernel.gradient_rows(t[rows], b[rows], omega[rows], *scalars)
    return q


def column_maxima(block: np.ndarray) -> np.ndarray:
    """Largest absolute value in each column, shape (d,); NaN or infinite exactly where the column is not finite."""
    return np.maximum(block.max(axis=0), -block.min(axis=0))


def is_mapped(array: np.ndarray) -> bool:
    """Whether the memory of an array belongs to a mapped file, through however many views."""
    owner: Any = array
    while owner is not None:
        if isinstance(owner, np.memmap | mmap.mmap):
            return True
        owner = owner.obj if isinstance(owner, memoryview) else getattr(owner, "base", None)
    return False


def _suits_blas(array: np.ndarray) -> bool:
    """Whether products take the array as it is: native float64, aligned, with strides that BLAS knows."""
    return array.dtype == np.float64 and array.dtype.isnative and array.flags.aligned and _has_leading_dimension(array)


def _has_leading_dimension(array: np.ndarray) -> bool:
    """Whether one axis has unit stride, and the other a positive one that leaps over it: a multiple of the size of an entry."""
    size = array.itemsize
    for unit, other in ((0, 1), (1, 0)):
        step = array.strides[other] if array.shape[other] > 1 else size * array.shape[unit]
        next_entry = array.strides[unit] if array.shape[unit] > 1 else size
        if next_entry == size and step >= size * array.shape[unit] and step % size == 0:
            return True
    return False

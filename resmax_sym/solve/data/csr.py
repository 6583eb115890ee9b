"""A as a sparse matrix: products in time proportional to its nonzeros."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import scipy.sparse as sps

from resmax_sym.solve.data.base import BLOCK_BYTES, Data, row_slices
from resmax_sym.solve.data.checks import check_finite, check_kind, check_shape
from resmax_sym.solve.data.dense import slopes
from resmax_sym.solve.kernels import Kernel

__all__ = ["CsrData"]


class CsrData(Data):
    """A scipy.sparse array or matrix of any format, kept as float64 CSR with each entry stored once.

    Parameters
    ----------
    A : scipy.sparse array or matrix, shape (n, d)
        Float64 CSR without duplicates is used in place, never written to.
    scheduler : None
        Only for dask arrays.
    """

    def __init__(self, A: Any, scheduler: Any = None) -> None:
        super().__init__(A, scheduler)
        check_kind(A.dtype, "A")
        check_shape(A.shape)
        with np.errstate(over="ignore"):
            # before entries at one place are added: their sum need not fit into a narrow type
            matrix = sps.csr_array(A.astype(np.float64, copy=False))
        if not matrix.has_canonical_format:
            # sum_duplicates works in place, and csr_array may share memory with the caller's matrix
            matrix = matrix.copy()
            matrix.sum_duplicates()
        check_finite(matrix.data, "stored entries of A")
        self.A = matrix
        self.n, self.d = matrix.shape
        self.largest = np.zeros(self.d)
        np.maximum.at(self.largest, matrix.indices, np.abs(matrix.data))

    @staticmethod
    def accepts(A: Any) -> bool:
        return sps.issparse(A)

    def dense_block(self, rows: slice) -> np.ndarray:
        return self.A[rows].toarray()

    def rows(self, indices: np.ndarray) -> np.ndarray:
        return self.A[indices].toarray()

    def map_rows(
        self,
        function: Callable,
        vectors: tuple[np.ndarray, ...] = (),
        args: tuple[Any, ...] = (),
        *,
        square: bool = False,
    ) -> Iterator[Any]:
        for rows in self.row_blocks():
            yield function(self.dense_block(rows), *(vector[rows] for vector in vectors), *args)

    def matvec(self, x: np.ndarray) -> np.ndarray:
        return self.A @ x

    def rmatvec(self, q: np.ndarray) -> np.ndarray:
        return self.A.T @ q

    def gram(self, delta: np.ndarray) -> np.ndarray:
        total = np.zeros((self.d, self.d))
        # At least d rows at a time, since each block costs a pass over the d x d total.
        for rows in row_slices(0, self.n, max(BLOCK_BYTES // (8 * self.d), self.d)):
            block = self.A[rows]
            scaled = block.copy()
            scaled.data = scaled.data * np.repeat(delta[rows], np.diff(scaled.indptr))
            total += (block.T @ scaled).toarray()
        return total

    def gradient_map(
        self, kernel: Kernel, t: np.ndarray, b: np.ndarray, omega: np.ndarray, scalars: tuple[float, ...]
    ) -> np.ndarray:
        return self.A.T @ slopes(kernel, t, b, omega, scalars)

    def hessian_map(
        self, kernel: Kernel, t: np.ndarray, b: np.ndarray, omega: np.ndarray, scalars: tuple[float, ...]
    ) -> tuple[np.ndarray, np.ndarray]:
        delta, U = self.curvature_map(kernel, t, b, omega, scalars)
        return self.gram(delta), U

    def curvature_map(
        self, kernel: Kernel, t: np.ndarray, b: np.ndarray, omega: np.ndarray, scalars: tuple[float, ...]
    ) -> tuple[np.ndarray, np.ndarray]:
        parts = (kernel.hessian_rows(t[rows], b[rows], omega[rows], *scalars) for rows in row_slices(0, self.n))
        delta, W = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return delta, self.A.T @ W

    def product_map(self, kernel: Kernel, delta: np.ndarray, z: np.ndarray) -> np.ndarray:
        return kernel.product_map(self.A, delta, z)

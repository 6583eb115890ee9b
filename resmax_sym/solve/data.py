"""t = A x: the data, checked once, seen through the few products the solver needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.sparse as sps
from numpy.typing import ArrayLike

from resmax_sym.solve.kernels import Kernel

__all__ = ["Data", "as_vector", "as_weights"]

BLOCK_BYTES = 1 << 22


def _real(value: ArrayLike, name: str) -> np.ndarray:
    """`value` as a float64 array, without a copy where it already is one."""
    if np.ma.isMaskedArray(value):
        raise ValueError(f"{name}: expected a plain array, got a masked array; fill or drop the masked entries")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected a rectangular array of numbers, got rows of unequal length") from None
    _check_kind(array.dtype, name)
    return np.asarray(array, dtype=np.float64)


def _check_kind(dtype: np.dtype, name: str) -> None:
    if dtype.kind == "c":
        raise ValueError(f"{name}: expected real numbers, got dtype {dtype}; pass the real part or the modulus")
    if dtype.kind not in "biuf":
        raise ValueError(f"{name}: expected real numbers, got dtype {dtype}; convert it with astype(float)")


def _check_finite(array: np.ndarray, name: str, first_row: int = 0) -> None:
    finite = np.isfinite(array)
    if not finite.all():
        where = np.argwhere(~finite)[0]
        bad = array[tuple(where)]
        where[:1] += first_row
        index = ", ".join(str(i) for i in where)
        raise ValueError(f"{name}: expected finite numbers, got {bad} at index ({index}); drop or impute such rows")


def as_vector(value: ArrayLike, length: int, name: str, axis: str) -> np.ndarray:
    """`value` as a finite float64 vector of shape (length,).

    Parameters
    ----------
    value : array_like, shape (length,)
        Integers, booleans and other real types are converted.
    length : int
        The required length.
    name, axis : str
        For the error message: what the vector is called, and what its length must match.

    Raises
    ------
    ValueError
        On another shape, a complex or non-numeric type, NaN or infinity.
    """
    array = _real(value, name)
    if array.ndim != 1:
        remedy = f"; pass {name}.ravel()" if array.size == length else ""
        raise ValueError(f"{name}: expected shape ({length},), got {array.shape}{remedy}")
    if array.size != length:
        raise ValueError(f"{name}: expected length {length} ({axis}), got {array.size}")
    _check_finite(array, name)
    return array


def as_weights(value: ArrayLike, length: int, name: str = "omega") -> np.ndarray:
    """A number or a vector as a read-only float64 vector of shape (length,); errors as in `as_vector`."""
    if np.ndim(value) == 0:
        number = _real(value, name)
        if not np.isfinite(number):
            raise ValueError(f"{name}: expected a finite number, got {number}")
        return np.broadcast_to(number, (length,))
    return as_vector(value, length, name, "the rows of A")


class Data:
    """The matrix A, dense or CSR, as a linear map.

    Parameters
    ----------
    A : array_like or scipy.sparse array, shape (n, d)
        A float64 ndarray in C or F order is used in place, never copied; other real types are converted to float64, and
        any sparse format to CSR.

    Raises
    ------
    ValueError
        On n = 0 or d = 0, a number of dimensions other than 2, a complex or non-numeric type, NaN or infinity.
    """

    def __init__(self, A: Any) -> None:
        self.sparse = sps.issparse(A)
        if self.sparse:
            _check_kind(A.dtype, "A")
            matrix = sps.csr_array(A, dtype=np.float64)
            if not matrix.has_canonical_format:
                # sum_duplicates works in place, and csr_array may share memory with the caller's matrix
                matrix = matrix.copy()
                matrix.sum_duplicates()
        else:
            matrix = _real(A, "A")
        if matrix.ndim != 2:
            raise ValueError(f"A: expected a matrix of shape (n, d), got shape {matrix.shape}; use A.reshape(n, d)")
        self.n, self.d = matrix.shape
        if self.n == 0 or self.d == 0:
            raise ValueError(f"A: expected at least one row and one column, got shape {matrix.shape}")
        if not self.sparse and matrix.itemsize not in matrix.strides:
            # BLAS needs unit stride along one axis; products with anything else run many times slower.
            matrix = np.ascontiguousarray(matrix)
        self.A = matrix
        if self.sparse:
            _check_finite(matrix.data, "stored entries of A")
        else:
            for rows in self.row_blocks():
                _check_finite(matrix[rows], "A", rows.start)

    def row_blocks(self) -> Iterator[slice]:
        """Slices of rows, in order, each of a few megabytes as a dense block."""
        size = max(1, min(self.n, max(BLOCK_BYTES // (8 * self.d), self.d)))
        for start in range(0, self.n, size):
            yield slice(start, min(start + size, self.n))

    def dense_block(self, rows: slice) -> np.ndarray:
        """``A[rows]`` as an ndarray; a view where A is dense."""
        block = self.A[rows]
        return block.toarray() if self.sparse else block

    def rows(self, indices: np.ndarray) -> np.ndarray:
        """``A[indices]`` as an ndarray, shape (k, d), for a few rows in any order."""
        block = self.A[indices]
        return block.toarray() if self.sparse else block

    def matvec(self, x: np.ndarray) -> np.ndarray:
        """``A @ x``, shape (n,)."""
        return self.A @ x

    def rmatvec(self, q: np.ndarray) -> np.ndarray:
        """``A.T @ q``, shape (d,), or (d, r) for q of shape (n, r)."""
        return self.A.T @ q

    def gram(self, delta: np.ndarray) -> np.ndarray:
        """``A.T @ diag(delta) @ A``, shape (d, d), by row blocks: the scratch memory does not grow with n."""
        total = np.zeros((self.d, self.d))
        for rows in self.row_blocks():
            block = self.A[rows]
            if self.sparse:
                scaled = block.copy()
                scaled.data = scaled.data * np.repeat(delta[rows], np.diff(scaled.indptr))
                total += (block.T @ scaled).toarray()
            else:
                total += block.T @ (delta[rows, None] * block)
        return total

    def hessian_map(
        self, kernel: Kernel, t: np.ndarray, b: np.ndarray, omega: np.ndarray, scalars: tuple[float, ...]
    ) -> tuple[np.ndarray, np.ndarray]:
        """The kernel's ``(A.T diag(delta) A, A.T W)``, shapes (d, d) and (d, r), for dense and CSR alike."""
        if not self.sparse:
            return kernel.hessian_map(self.A, t, b, omega, *scalars)
        delta, W = kernel.hessian_rows(t, b, omega, *scalars)
        return self.gram(delta), self.A.T @ W

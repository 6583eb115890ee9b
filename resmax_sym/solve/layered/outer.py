"""t = A2 rho(A1 x): the two matrices, checked once, seen through the products that the solver needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import scipy.sparse as sps
from numpy.typing import NDArray
from scipy.linalg import norm

from resmax_sym.solve.data import CsrData, Data, row_slices
from resmax_sym.solve.data.base import BLOCK_BYTES, FEWEST_ROWS
from resmax_sym.solve.data.checks import is_dask

__all__ = ["InnerMatrix", "OuterMatrix"]

EPS = np.finfo(float).eps


@contextmanager
def _named(name: str) -> Iterator[None]:
    """What `Data` says of A, said of the matrix that it is."""
    try:
        yield
    except ValueError as error:
        sizes = {"A1": "(m, d)", "A2": "(n, m)"}[name]
        text = str(error).replace("entries of A:", f"entries of {name}:").replace("use A.", f"use {name}.")
        text = text.replace("(n, d)", sizes)
        raise ValueError(f"{name}:{text[2:]}" if text.startswith("A:") else text) from None


class InnerMatrix:
    """A1 in memory or mapped, dense or sparse.

    Attributes
    ----------
    matrix : ndarray or csr_array, shape (m, d)
        float64; as it was given where it is that already.
    largest : ndarray, shape (d,)
        Largest absolute value in each column.
    """

    def __init__(self, A1: Any) -> None:
        if is_dask(A1):
            raise ValueError("A1: expected an array in memory or mapped, got a dask collection; pass A1.compute()")
        with _named("A1"):
            data = Data(A1)
        self.largest = data.largest
        self.matrix = data.A if isinstance(data, CsrData) else data.dense_block(slice(0, data.n))
        self.shape = data.n, data.d

    def dense(self) -> NDArray:
        """The matrix as an ndarray."""
        return self.matrix.toarray() if sps.issparse(self.matrix) else self.matrix

    def weighted(self, weights: NDArray) -> NDArray | sps.csr_array:
        """diag(weights) A1."""
        with np.errstate(over="ignore", invalid="ignore"):
            if sps.issparse(self.matrix):
                product = sps.csr_array(sps.diags_array(weights) @ self.matrix)
                finite = np.isfinite(product.data).all()
            else:
                product = weights[:, None] * self.matrix
                finite = np.isfinite(product).all()
        if not finite:
            raise ValueError("A1, A2: expected entries with products that are numbers, got an overflow; rescale them")
        return product

    def row_sizes(self, x: NDArray) -> NDArray:
        """d (|A1| |x|), shape (m,): the terms that may cancel inside s, over the rounding of one of them."""
        return self.shape[1] * (abs(self.matrix) @ np.abs(x))


class OuterMatrix:
    """A2 as `Data`, with the products that pass through A1.

    Attributes
    ----------
    data : Data
    n, m : int
    """

    def __init__(self, A2: Any, scheduler: Any = None) -> None:
        self.data = A2
        with _named("A2"):
            self.data = A2 if isinstance(A2, Data) else Data(A2, scheduler)
        self._own = self.data is not A2
        self.n, self.m = self.data.n, self.data.d

    def close(self) -> None:
        """Let go of what was opened here."""
        if self._own:
            self.data.close()

    def _blocks(self, width: int, function: Callable, vectors: tuple[NDArray, ...], args: tuple) -> Iterator[Any]:
        """function(A2[rows], *vectors[rows], *args) by row blocks; sparse blocks stay sparse."""
        if not isinstance(self.data, CsrData):
            yield from self.data.map_rows(function, vectors, args, square=True)
            return
        for rows in row_slices(0, self.n, max(BLOCK_BYTES // (8 * max(width, 1)), FEWEST_ROWS)):
            yield function(self.data.A[rows], *(vector[rows] for vector in vectors), *args)

    def column_norms(self) -> NDArray:
        """Norms of the columns, shape (m,)."""
        largest = np.where(self.data.largest == 0, 1.0, self.data.largest)
        squares = sum(self._blocks(self.m, _squares, (), (largest,)))
        return np.sqrt(squares) * self.data.largest

    def hessian_map(
        self, kernel: Any, basis: NDArray, slopes: NDArray, vectors: tuple[NDArray, ...], scalars: tuple[float, ...]
    ) -> tuple[NDArray, NDArray]:
        """The kernel's (G.T diag(delta) G, G.T W) for G = A2 diag(slopes) basis."""
        args = (kernel.hessian_rows, kernel.jacobian_products, basis, slopes, *scalars)
        gram: Any = 0.0
        U: Any = 0.0
        for more, columns in self._blocks(basis.shape[1], _hessian, vectors, args):
            gram, U = gram + more, U + columns
        return gram, U

    def jacobian(self, kernel: Any, A1: Any, slopes: NDArray) -> Any:
        """The kernel's G = A2 diag(slopes) A1."""
        if isinstance(self.data, CsrData):
            return kernel.jacobian(A1, self.data.A, slopes)
        return np.vstack(list(self.data.map_rows(_jacobian, (), (kernel.jacobian, A1, slopes))))

    def matrix(self) -> NDArray | sps.csr_array:
        """A2 as one array, dense or sparse."""
        return self.data.A if isinstance(self.data, CsrData) else self.data.dense_block(slice(0, self.n))

    def boxes(self, low: NDArray, high: NDArray) -> Iterator[tuple[NDArray, NDArray]]:
        """(lo, hi) of row blocks with lo <= A2 r <= hi for every r with low <= r <= high, rounding included."""
        args = ((low + high) / 2, (high - low) / 2, self.m)
        yield from self._blocks(self.m, _box, (), args)


def _squares(block: Any, largest: NDArray) -> NDArray:
    if sps.issparse(block):
        block = block.copy()
        block.data = (block.data / largest[block.indices]) ** 2
        return np.asarray(block.sum(axis=0)).ravel()
    return norm(block / largest, axis=0) ** 2


def _hessian(block: Any, t: NDArray, b: NDArray, omega: NDArray, hessian_rows: Callable, jacobian_products: Callable,
             basis: NDArray, slopes: NDArray, *scalars: float) -> tuple[NDArray, NDArray]:  # fmt: skip
    return jacobian_products(basis, block, slopes, *hessian_rows(t, b, omega, *scalars))


def _jacobian(block: Any, jacobian: Callable, A1: Any, slopes: NDArray) -> NDArray:
    G = jacobian(A1, block, slopes)
    return G.toarray() if sps.issparse(G) else G


def _box(block: Any, middle: NDArray, radius: NDArray, m: int) -> tuple[NDArray, NDArray]:
    size = abs(block)
    centre, reach = block @ middle, size @ radius
    reach = reach + (m + 8) * EPS * (size @ np.abs(middle) + reach)
    return centre - reach, centre + reach

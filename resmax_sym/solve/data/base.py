"""t = A x: the data, checked once, seen through the few sums over its rows that the solver needs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

import numpy as np

from resmax_sym.solve.kernels import Kernel

__all__ = ["Data", "DataLost", "ordered_sum", "row_slices"]

BLOCK_BYTES = 1 << 22
FEWEST_ROWS = 1024
VECTOR_ROWS = 1 << 14


class DataLost(RuntimeError):
    """A can no longer be read: its cluster, its workers or its storage are gone.

    Every product with A raises it, whichever the kind of data. No result is wrong: a product is whole or it is not there, so
    the points reached before stay valid.
    """


def row_slices(start: int, stop: int, size: int = VECTOR_ROWS) -> Iterator[slice]:
    """Slices of `size` rows that cover start to stop in order; the last may be shorter.

    The default suits formulas in quantities by row: their temporaries stay in the cache, which makes them five times as fast.
    """
    for first in range(start, stop, size):
        yield slice(first, min(first + size, stop))


class Data(ABC):
    """The matrix A as a linear map.

    ``Data(A)`` picks the subclass for the kind of `A`. A subclass says how a function meets the row blocks
    (`map_rows`); every product follows from that, and a subclass overrides those that it can do faster.

    Parameters
    ----------
    A : array_like, numpy.memmap, scipy.sparse array or dask array, shape (n, d)
        The data; see the subclasses for what is used in place and what is converted.
    scheduler : str, distributed.Client or cluster, optional
        Where the blocks of a dask array are computed.

    Attributes
    ----------
    n, d : int
        Number of rows and of columns.
    largest : ndarray, shape (d,)
        Largest absolute value in each column.

    Raises
    ------
    ValueError
        On n = 0 or d = 0, a number of dimensions other than 2, a complex or non-numeric type, NaN or infinity.
    """

    kinds: tuple[type[Data], ...] = ()
    scheduled = False

    n: int
    d: int
    largest: np.ndarray

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Data.kinds += (cls,)

    def __new__(cls, A: Any = None, scheduler: Any = None) -> Self:
        # As pathlib.Path does: the plain name makes the object that fits.
        kind = next(kind for kind in Data.kinds if kind.accepts(A)) if cls is Data else cls
        return super().__new__(kind)

    def __init__(self, A: Any, scheduler: Any = None) -> None:
        if scheduler is not None and not self.scheduled:
            raise ValueError(
                f"scheduler: expected a dask array to go with it, got A of type {type(A).__name__}; leave it out, or pass "
                "dask.array.from_array(A, chunks=(rows, -1))"
            )

    @staticmethod
    @abstractmethod
    def accepts(A: Any) -> bool:
        """Whether `A` is data of this kind."""

    @abstractmethod
    def map_rows(
        self,
        function: Callable,
        vectors: tuple[np.ndarray, ...] = (),
        args: tuple[Any, ...] = (),
        *,
        square: bool = False,
    ) -> Iterator[Any]:
        """``function(A[rows], *(v[rows] for v in vectors), *args)`` for one row block after the other.

        Parameters
        ----------
        function : callable
            Gets a block of A as a float64 ndarray (m, d), not to be written to. With dask it runs elsewhere, so that it must be
            importable.
        vectors : tuple of ndarray, shape (n,) or (n, r)
            Quantities by row.
        args : tuple
            Further arguments, the same for every block.
        square : bool
            Whether the result of a block has d x d entries or costs as much as d products: such blocks had better be larger.

        Raises
        ------
        DataLost
            If a block cannot be read any more.
        """

    @abstractmethod
    def dense_block(self, rows: slice) -> np.ndarray:
        """``A[rows]`` as a float64 ndarray; a view where that is possible, so do not write to it."""

    @abstractmethod
    def rows(self, indices: np.ndarray) -> np.ndarray:
        """``A[indices]`` as a float64 ndarray, shape (k, d), for a few rows in any order."""

    def row_blocks(self) -> Iterator[slice]:
        """Slices of rows, in order, each of a few megabytes as a dense block."""
        return row_slices(0, self.n, max(BLOCK_BYTES // (8 * self.d), min(self.d, FEWEST_ROWS)))

    def matvec(self, x: np.ndarray) -> np.ndarray:
        """``A @ x``, shape (n,)."""
        t = np.empty(self.n)
        filled = 0
        for part in self.map_rows(_image, args=(x,)):
            t[filled : filled + len(part)] = part
            filled += len(part)
        return t

    def rmatvec(self, q: np.ndarray) -> np.ndarray:
        """``A.T @ q``, shape (d,), or (d, r) for q of shape (n, r)."""
        return ordered_sum(self.map_rows(_adjoint, (q,)))

    def gram(self, delta: np.ndarray) -> np.ndarray:
        """``A.T @ diag(delta) @ A``, shape (d, d), by row blocks: the scratch memory does not grow with n."""
        return ordered_sum(self.map_rows(_gram, (delta,), square=True))

    def gradient_map(
        self, kernel: Kernel, t: np.ndarray, b: np.ndarray, omega: np.ndarray, scalars: tuple[float, ...]
    ) -> np.ndarray:
        """The kernel's ``A.T q``, shape (d,), in one pass over A."""
        return ordered_sum(self.map_rows(kernel.gradient_map, (t, b, omega), scalars))

    def hessian_map(
        self, kernel: Kernel, t: np.ndarray, b: np.ndarray, omega: np.ndarray, scalars: tuple[float, ...]
    ) -> tuple[np.ndarray, np.ndarray]:
        """The kernel's ``(A.T diag(delta) A, A.T W)``, shapes (d, d) and (d, r), in one pass over A."""
        return _sum_pairs(self.map_rows(kernel.hessian_map, (t, b, omega), scalars, square=True))

    def scaled_hessian_map(
        self,
        kernel: Kernel,
        S: np.ndarray,
        t: np.ndarray,
        b: np.ndarray,
        omega: np.ndarray,
        scalars: tuple[float, ...],
    ) -> tuple[np.ndarray, np.ndarray]:
        """`hessian_map` of the matrix A S, shapes (r, r) and (r, 2): each block of A is multiplied by S, shape (d, r), first."""
        return _sum_pairs(self.map_rows(_scaled_hessian, (t, b, omega), (kernel.hessian_map, S, *scalars), square=True))

    def curvature_map(
        self, kernel: Kernel, t: np.ndarray, b: np.ndarray, omega: np.ndarray, scalars: tuple[float, ...]
    ) -> tuple[np.ndarray, np.ndarray]:
        """The kernel's ``(delta, A.T W)``, shapes (n,) and (d, r), in one pass over A; W is never stored."""
        delta, U, filled = np.empty(self.n), 0.0, 0
        for part, more in self.map_rows(_curvature, (t, b, omega), (kernel.hessian_rows, *scalars)):
            delta[filled : filled + len(part)] = part
            filled, U = filled + len(part), U + more
        return delta, U

    def product_map(self, kernel: Kernel, delta: np.ndarray, z: np.ndarray) -> np.ndarray:
        """The kernel's ``A.T diag(delta) A z``, shape (d,), in one pass over A."""
        return ordered_sum(self.map_rows(kernel.product_map, (delta,), (z,)))

    def close(self) -> None:  # noqa: B027 (most kinds hold nothing)
        """Let go of the connections that were opened for this data."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def _image(block: np.ndarray, x: np.ndarray) -> np.ndarray:
    return block @ x


def _adjoint(block: np.ndarray, q: np.ndarray) -> np.ndarray:
    return block.T @ q


def _gram(block: np.ndarray, delta: np.ndarray) -> np.ndarray:
    return block.T @ (delta[:, None] * block)


def _scaled_hessian(
    block: np.ndarray,
    t: np.ndarray,
    b: np.ndarray,
    omega: np.ndarray,
    hessian_map: Callable,
    S: np.ndarray,
    *scalars: float,
) -> tuple[np.ndarray, np.ndarray]:
    return hessian_map(block @ S, t, b, omega, *scalars)


def _curvature(
    block: np.ndarray, t: np.ndarray, b: np.ndarray, omega: np.ndarray, hessian_rows: Callable, *scalars: float
) -> tuple[np.ndarray, np.ndarray]:
    delta, W = hessian_rows(t, b, omega, *scalars)
    # BLAS is slow for two columns at once, and the block is in the cache for the second.
    return delta, np.column_stack([block.T @ column for column in W.T])


def ordered_sum(parts: Iterable[np.ndarray]) -> np.ndarray:
    """The sum in the order of the rows, so that it never depends on which part was ready first."""
    total = None
    for part in parts:
        # A part may be read-only, or still belong to whoever made it.
        total = np.array(part) if total is None else np.add(total, part, out=total)
    return total


def _sum_pairs(parts: Iterable[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    left = right = None
    for one, other in parts:
        left = np.array(one) if left is None else np.add(left, one, out=left)
        right = np.array(other) if right is None else np.add(right, other, out=right)
    return left, right

"""A as a dask array chunked by rows: each chunk is met where it lies, only sums and quantities by row travel."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from resmax_sym.solve.data.base import Data
from resmax_sym.solve.data.checks import check_kind, check_shape, is_dask, refuse_entry
from resmax_sym.solve.data.cluster import Job, optional
from resmax_sym.solve.data.dense import column_maxima
from resmax_sym.solve.data.scheduler import runner_for

__all__ = ["DaskData"]


class DaskData(Data):
    """A dask array, one task per chunk of rows.

    The parts are added in the order of the rows and each task computes with one BLAS thread, so that the result is the same to the
    last bit on threads, on any number of workers, and after the death of some.

    Parameters
    ----------
    A : dask.array.Array, shape (n, d)
        Real, made of NumPy arrays, all chunk sizes known. Columns in several chunks are brought together.
    scheduler : str, distributed.Client or cluster, optional
        See `runner_for`.

    Raises
    ------
    ValueError
        On another kind of dask object or array, unknown chunk sizes, chunks that are not as announced, or NaN and infinity.
    DataLost
        If a chunk cannot be computed.

    Notes
    -----
    Each pass computes the chunks again. ``A.persist()`` keeps them in the memory of the workers, where that is enough; what
    dies with a worker is computed once more. Vectors by row stay here, and a task is sent those of its chunk.
    """

    scheduled = True

    def __init__(self, A: Any, scheduler: Any = None) -> None:
        super().__init__(A, scheduler)
        self.A = _row_chunked(A)
        self.n, self.d = self.A.shape
        self.runner = runner_for(scheduler)
        self.edges = np.cumsum([0, *self.A.chunks[0]])
        # Chunks without rows have nothing to say, and no maximum.
        self.chunks = [k for k, size in enumerate(self.A.chunks[0]) if size]
        self._delayed = self.A.to_delayed().ravel()
        try:
            self.largest = self._survey()
        except BaseException:
            self.close()
            raise

    @staticmethod
    def accepts(A: Any) -> bool:
        return is_dask(A)

    def row_blocks(self) -> Iterator[slice]:
        """Slices of rows, in order, one per chunk that is not empty."""
        for k in self.chunks:
            yield slice(int(self.edges[k]), int(self.edges[k + 1]))

    def map_rows(
        self,
        function: Callable,
        vectors: tuple[np.ndarray, ...] = (),
        args: tuple[Any, ...] = (),
        *,
        square: bool = False,
    ) -> Iterator[Any]:
        blocks = zip(self.chunks, self.row_blocks(), strict=True)
        pieces = ((k, [_light(vector[rows]) for vector in vectors]) for k, rows in blocks)
        return self._run(_on_chunk, pieces, (function, *args))

    def dense_block(self, rows: slice) -> np.ndarray:
        start, stop, step = rows.indices(self.n)
        if step != 1:
            return self.rows(np.arange(self.n)[rows])
        pieces = (
            (k, [slice(max(start - self.edges[k], 0), stop - self.edges[k])])
            for k in self.chunks
            if start < self.edges[k + 1] and self.edges[k] < stop
        )
        return np.concatenate([np.zeros((0, self.d)), *self._run(_take, pieces)])

    def rows(self, indices: np.ndarray) -> np.ndarray:
        indices = np.asarray(indices)
        if indices.dtype == bool:
            indices = np.flatnonzero(indices)
        home = np.searchsorted(self.edges, indices, side="right") - 1
        wanted = np.unique(home).tolist()
        found = np.empty((len(indices), self.d))
        parts = self._run(_take, ((k, [indices[home == k] - self.edges[k]]) for k in wanted))
        for k, part in zip(wanted, parts, strict=True):
            found[home == k] = part
        return found

    def close(self) -> None:
        self.runner.close()

    def _run(self, function: Callable, pieces: Iterable[tuple[int, list]], args: tuple[Any, ...] = ()) -> Iterator[Any]:
        """``function(chunk k, arrays, args)`` for each piece (k, arrays), in order."""
        delayed = optional("dask").delayed
        task = delayed(function, pure=False)
        # One node of the graph, so that large arguments travel once for many chunks.
        shared = delayed(args, pure=False, traverse=False)
        return self.runner.run(
            Job(
                task(self._delayed[k], arrays, shared),
                f"rows {self.edges[k]}:{self.edges[k + 1]}",
                sum(getattr(array, "nbytes", 0) for array in arrays),
            )
            for k, arrays in pieces
        )

    def _survey(self) -> np.ndarray:
        """One look at every entry: the largest of each column, and whether all are finite numbers as announced."""
        largest = np.zeros(self.d)
        pieces = ((k, []) for k in self.chunks)
        for rows, (found, maxima, bad) in zip(self.row_blocks(), self._run(_inspect, pieces), strict=True):
            expected = (rows.stop - rows.start, self.d)
            if found != expected:
                said = f"a chunk of shape {expected}" if isinstance(found, tuple) else "an ndarray of real numbers"
                raise ValueError(
                    f"A: expected {said} at row {rows.start}, as announced, got {found}; call A.compute_chunk_sizes() or "
                    "repair what made it"
                )
            if bad is not None:
                value, (i, j) = bad
                refuse_entry(value, (rows.start + i, j), "A")
            np.maximum(largest, maxima, out=largest)
        return largest


def _row_chunked(A: Any) -> Any:
    """`A` with all columns in one chunk, if it is an array that can be worked with."""
    array = optional("dask.array")
    if not isinstance(A, array.Array):
        raise ValueError(
            f"A: expected a dask array, got {type(A).__module__}.{type(A).__name__}; use to_dask_array(lengths=True), or "
            "dask.array.from_delayed"
        )
    check_kind(A.dtype, "A")
    if any(math.isnan(size) for size in A.shape) or any(math.isnan(size) for axis in A.chunks for size in axis):
        raise ValueError(
            "A: expected known chunk sizes, got unknown ones, as after a boolean mask; call A.compute_chunk_sizes()"
        )
    check_shape(A.shape)
    if type(A._meta) is not np.ndarray:
        raise ValueError(
            f"A: expected a dask array of NumPy arrays, got one of {type(A._meta).__name__}; convert its chunks with "
            "A.map_blocks"
        )
    return A if A.numblocks[1] == 1 else A.rechunk({0: "auto", 1: -1})


def _light(vector: np.ndarray) -> np.ndarray:
    """The rows of a vector; of one number repeated, only that number, as a copy of it per row would have to travel."""
    return vector[:1] if vector.strides[0] == 0 else vector


def _as_block(chunk: Any) -> np.ndarray:
    # What came over the network may lie at any address and in another order, where NumPy would sum in another way.
    return np.require(chunk, np.float64, ["C", "A"])


def _on_chunk(chunk: Any, vectors: list[np.ndarray], args: tuple[Any, ...]) -> Any:
    """A function of `Data.map_rows` on one chunk."""
    function, *others = args
    aligned = (np.require(vector, np.float64, "A") for vector in vectors)
    rows = [np.broadcast_to(vector, (len(chunk), *vector.shape[1:])) for vector in aligned]
    # The caller's error state stays behind in the caller's thread.
    with np.errstate(all="ignore"):
        return function(_as_block(chunk), *rows, *others)


def _take(chunk: Any, picks: list[Any], args: tuple[Any, ...]) -> np.ndarray:
    """Some rows of a chunk, by a slice or by indices."""
    return _as_block(chunk[picks[0]])


def _inspect(chunk: Any, arrays: list, args: tuple) -> tuple[tuple[int, ...] | str, np.ndarray, tuple | None]:
    """Shape and largest entries of a chunk, and its first entry that is not finite; the type of what is no chunk of numbers."""
    # what a subclass masks or multiplies in its own way would be lost, and so would an imaginary part or a unit of time
    if type(chunk) not in (np.ndarray, np.memmap) or chunk.dtype.kind not in "biuf":
        return f"{type(chunk).__name__} of {getattr(chunk, 'dtype', 'objects')}", np.zeros(0), None
    with np.errstate(all="ignore"):
        block = _as_block(chunk)
    if block.ndim != 2 or 0 in block.shape:
        return block.shape, np.zeros(0), None
    maxima = column_maxima(block)
    if np.isfinite(maxima).all():
        return block.shape, maxima, None
    i, j = np.argwhere(~np.isfinite(block))[0]
    return block.shape, maxima, (float(block[i, j]), (int(i), int(j)))

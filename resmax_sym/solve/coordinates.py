"""p = S y with norm(A p) = norm(y): coordinates in which every linear reparametrisation of x looks the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from resmax_sym.solve.data import Data, row_slices

__all__ = ["Coordinates", "coordinates_of", "metric_basis"]

EPS = np.finfo(float).eps
RANGE = 1e152


@dataclass(frozen=True)
class Coordinates:
    """A basis of the row space of A that A maps to orthonormal vectors.

    Attributes
    ----------
    basis : ndarray, shape (d, r)
        S, with ``(A S).T (A S) = I``; r is the numerical rank of A.
    column_scale : ndarray, shape (d,)
        Euclidean norms of the columns of A.
    singular : ndarray, shape (r,)
        Singular values of A with its columns scaled to norm 1, largest first.
    """

    basis: np.ndarray
    column_scale: np.ndarray
    singular: np.ndarray

    @property
    def condition(self) -> float:
        """Ratio of the largest to the least retained singular value."""
        return float(self.singular[0] / self.singular[-1]) if self.singular.size else 1.0


def coordinates_of(data: Data) -> Coordinates:
    """Coordinates for a data matrix.

    R of ``A D^-1 = Q R`` comes from the R of row blocks, stacked and factorised again; its singular values are
    those of ``A D^-1`` to full precision, where ``A.T @ A`` would square the condition number. Directions below
    ``max(n, d) eps`` of the largest singular value are left out: A maps them to rounding noise, so neither the loss nor
    any derivative can tell how far to go along them.

    Raises
    ------
    ValueError
        If the norm of a column is so large or small that its square is no floating-point number.
    """
    # Two steps, since the square of an entry may overflow where the entry does not.
    zero = data.largest == 0
    largest = np.where(zero, 1.0, data.largest)
    triangle = _combined(data.map_rows(_triangle, args=(largest,), square=True), data.d)
    norms = np.linalg.norm(triangle, axis=0)
    norms[zero] = 1.0
    _, singular, right = np.linalg.svd(triangle / norms, full_matrices=False)
    keep = singular > max(data.n, data.d) * EPS * singular[0]
    with np.errstate(over="ignore"):  # a column that is too long is an error below
        scale = largest * norms
    extreme = ~zero & ~((scale >= 1 / RANGE) & (scale <= RANGE))
    if extreme.any():
        j = int(np.argmax(extreme))
        raise ValueError(
            f"A: expected columns with a norm between {1 / RANGE:g} and {RANGE:g}, whose squares are numbers, got {scale[j]:g} "
            f"in column {j}; rescale it"
        )
    basis = (right[keep].T / singular[keep]) / scale[:, None]
    return Coordinates(basis, np.where(zero, 0.0, scale), singular[keep])


def _triangle(block: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """R of a block with its columns divided by `scale`, or the divided block where it has not more rows than R."""
    d = block.shape[1]
    return _combined((block[rows] / scale for rows in row_slices(0, len(block), _height(d))), d)


def _combined(parts: Iterable[np.ndarray], d: int) -> np.ndarray:
    """R of all rows, from the rows themselves or the R of some: stacked below the last R, and factorised when they are many."""
    stack: list[np.ndarray] = []
    for part in parts:
        stack.append(part)
        if len(stack) > 1 and sum(map(len, stack)) > _height(d):
            stack = [np.linalg.qr(np.vstack(stack), mode="r")]
    rows = np.vstack(stack)
    return np.linalg.qr(rows, mode="r") if len(rows) > d else rows


def _height(d: int) -> int:
    """Rows of a QR factorisation that stays in the cache, but does not work on little more than the last R."""
    return max(16 * d, 256)


def metric_basis(metric: np.ndarray) -> np.ndarray:
    """S, shape (d, d), with ``S.T M S = I`` for a positive semidefinite metric M, shape (d, d).

    M is first scaled to unit diagonal. Eigenvalues below ``d eps`` of the largest are raised to that floor, so that a
    direction of length zero in the metric still gets a finite step.

    Raises
    ------
    ValueError
        If M is not a finite symmetric matrix or has a significantly negative eigenvalue.
    """
    metric = np.asarray(metric, dtype=float)
    if metric.ndim != 2 or metric.shape[0] != metric.shape[1] or not np.isfinite(metric).all():
        raise ValueError(f"metric: expected a finite square matrix, got shape {metric.shape}")
    if np.abs(metric - metric.T).max() > 1e-8 * np.abs(metric).max():
        raise ValueError("metric: expected a symmetric matrix; pass (M + M.T) / 2")
    diagonal = metric.diagonal()
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    values, vectors = eigh(metric / np.outer(scale, scale))
    if values[0] < -1e-8 * max(values[-1], 1.0):
        raise ValueError("metric: expected a positive semidefinite matrix, got a negative eigenvalue; pass A.T @ A")
    floor = metric.shape[0] * EPS * max(values[-1], 1.0)
    return vectors / np.sqrt(np.maximum(values, floor)) / scale[:, None]

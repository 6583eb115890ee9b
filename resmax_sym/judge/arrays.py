"""a @ b, <a, a>: products of arrays whose first axis runs over a batch of points."""

from __future__ import annotations

from numpy.typing import NDArray


def squares(a: NDArray) -> NDArray:
    """The sum of the squared entries."""
    return (a * a).reshape(len(a), -1).sum(axis=1)


def matmul(a: NDArray, b: NDArray) -> NDArray:
    """a @ b for vectors and matrices."""
    if a.ndim == b.ndim == 2:
        return (a * b).sum(axis=1)
    if b.ndim == 2:
        return (a @ b[:, :, None])[:, :, 0]
    return (a[:, None, :] @ b)[:, 0, :] if a.ndim == 2 else a @ b

"""A (x + p) = A x + A p: the images of a point that moves, each with as few passes over A as there can be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from resmax_sym.solve.data import Data, row_slices
from resmax_sym.solve.kernels import Kernel

__all__ = ["MovingPoint", "PointData"]


@dataclass
class PointData:
    """What is known at one x."""

    x: np.ndarray
    t: np.ndarray
    scalars: tuple[float, ...]
    hess: np.ndarray | None = None
    factors: tuple[np.ndarray, np.ndarray] | None = None


class MovingPoint:
    """The present point of a problem, the one before it, and the last step.

    Parameters
    ----------
    data : Data
    b, omega : ndarray, shape (n,)
    kernel : Kernel
    """

    def __init__(self, data: Data, b: np.ndarray, omega: np.ndarray, kernel: Kernel) -> None:
        self.data, self.b, self.omega, self.kernel = data, b, omega, kernel
        self.n, self.d = data.n, data.d
        self._last: PointData | None = None
        self._step: tuple[np.ndarray, np.ndarray] | None = None
        self._before: PointData | None = None

    def _at(self, x: ArrayLike) -> PointData:
        x = np.asarray(x, dtype=float)
        if self._last is None or not np.array_equal(x, self._last.x):
            if x.shape != (self.d,):
                raise ValueError(f"x: expected shape ({self.d},), got {x.shape}")
            if self._before is not None and np.array_equal(x, self._before.x):
                self._last, self._before = self._before, self._last
            else:
                self._last = None  # its vectors make room for the new ones
                with np.errstate(all="ignore"):
                    self._last = self._point(x.copy(), self.data.matvec(x))
        return self._last

    def _point(self, x: np.ndarray, t: np.ndarray) -> PointData:
        blocks = [(t[rows], self.b[rows], self.omega[rows]) for rows in row_slices(0, self.n)]
        return PointData(x, t, self.kernel.reduce(blocks))

    def move(self, x: ArrayLike, p: ArrayLike) -> np.ndarray:
        """x + p, with A (x + p) taken as A x + A p: no pass over A if the image of p is at hand. `back` undoes it."""
        before, p = self._at(x), np.asarray(p, dtype=float)
        with np.errstate(all="ignore"):
            self._last, self._before = self._point(before.x + p, before.t + self._image(p)), before
        return self._last.x.copy()

    def leap(self, x: ArrayLike, p: ArrayLike) -> np.ndarray:
        """x + p, with A (x + p) computed anew and A p taken as A (x + p) - A x: one pass over A for both. `back` undoes it."""
        before, p = self._at(x), np.array(p, dtype=float)
        self._step = self._before = None  # room for the new vectors
        with np.errstate(all="ignore"):
            end = before.x + p
            t = self.data.matvec(end)
            self._last, self._before, self._step = self._point(end, t), before, (p, t - before.t)
        return end.copy()

    def back(self) -> None:
        """The point before the last `move` is the present one again, with all that was known there."""
        self._last, self._before = self._before, None

    def forget(self) -> None:
        """Drop what is known at points: the next function computes A x anew, without the rounding that `move` added up."""
        self._last = self._before = None

    def displacement(self, p: ArrayLike) -> float:
        """max |A p|: how far a step moves any row."""
        image = self._image(np.asarray(p, dtype=float))
        return float(np.maximum(image.max(), -image.min()))

    def _image(self, p: np.ndarray) -> np.ndarray:
        """A p, remembered for the last p: the stop test and the guard ask for the same step."""
        if self._last is not None and np.array_equal(p, self._last.x):
            return self._last.t
        if self._step is None or not np.array_equal(p, self._step[0]):
            self._step = None
            self._step = p.copy(), self.data.matvec(p)
        return self._step[1]

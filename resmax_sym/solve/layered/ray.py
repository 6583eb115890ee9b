"""min over tau in (0, 1] of L(x + tau p), locally: the kink or the place between two where the slope along p changes its sign."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resmax_sym.solve.layered.corner import Geometry
from resmax_sym.solve.layered.point import LayeredPoint
from resmax_sym.solve.layered.sides import Held

__all__ = ["descend"]

DECREASE = 1e-4
FLATTER = 0.5
TRIALS = 60


class _Ray:
    """x + tau p with the loss and its one-sided slopes."""

    def __init__(self, geometry: Geometry, point: LayeredPoint, held: Held, p: NDArray) -> None:
        self.geometry, self.point, self.p = geometry, point, p
        self.ds = geometry.problem.inner.matrix @ p
        # A held unit whose kink contains the segment does not leave it.
        self.ds[held.units[np.abs(self.ds[held.units]) <= 1e-12 * np.abs(self.ds).max(initial=0.0)]] = 0.0
        tau, unit = geometry.sides.crossings(point.s, self.ds, held)
        keep = geometry.reached[unit]
        self.taus, self.units = tau[keep], unit[keep]

    def at(self, tau: float, unit: int | None = None) -> tuple[LayeredPoint, float, float]:
        """The point, and the slopes of the loss before and after it; exactly on the kink of a unit."""
        geometry, problem = self.geometry, self.geometry.problem
        x = self.point.x + tau * self.p
        if unit is not None:
            s = problem.inner.matrix[[unit]] @ x
            x = geometry.onto(x, Held(np.array([unit]), s + geometry.sides.gaps(s)))
        point = problem.at(x)
        return point, *self.slopes(point, geometry.held(point, self.point.x))

    def slopes(self, point: LayeredPoint, held: Held) -> tuple[float, float]:
        """The slopes of the loss along p before and after a point on these kinks."""
        back, sides = self.geometry.problem.back(point), self.geometry.sides
        side = np.where(self.ds[held.units] >= 0, 1, -1)
        before, after = (float(back @ (sides.slopes(point.s, held, sign * side)[0] * self.ds)) for sign in (-1, 1))
        return before, after


def descend(geometry: Geometry, point: LayeredPoint, held: Held, p: NDArray) -> LayeredPoint | None:
    """A point lower than the first by a part of what the first slope promises, where the slope along p changes its sign.

    Parameters
    ----------
    geometry : Geometry
    point : LayeredPoint
        Where the ray starts.
    held : Held
        The kinks that it is on.
    p : ndarray, shape (d,)
        Direction and greatest length.

    Returns
    -------
    LayeredPoint or None
        None if the loss does not fall along p at first, or not by more than rounding.
    """
    ray = _Ray(geometry, point, held, p)
    _, first = ray.slopes(point, held)
    if not first < 0:
        return None
    low, high, best = 0.0, 1.0, None
    i, j = 0, len(ray.taus)
    for _ in range(TRIALS):
        # Halve the kinks between the ends, then the piece between two of them.
        k = (i + j) // 2
        tau, unit = (ray.taus[k], int(ray.units[k])) if i < j else ((low + high) / 2, None)
        new, before, after = ray.at(tau, unit)
        falls = np.isfinite(new.fun) and new.fun < point.fun + DECREASE * tau * first
        if falls and (best is None or new.fun < best.fun):
            best = new
        if falls and before <= 0 <= after:
            return new
        if not falls or before > 0:
            high, j = tau, (k if i < j else j)
            if unit is None and falls and before < -FLATTER * first:
                return best
        else:
            if unit is None and after > FLATTER * first:
                return best
            low, i = tau, (k + 1 if i < j else i)
        if high - low <= 1e-3 * high and best is not None and i >= j:
            return best
        if high <= 1e-14:
            break
    return best

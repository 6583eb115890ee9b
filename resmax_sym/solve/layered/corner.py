"""A point of the run on its kinks: the shortest gradient, the manifold that descent does not leave, and the model on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sps
from numpy.typing import NDArray
from scipy.linalg import norm

from resmax_sym.kinks import Kinks
from resmax_sym.solve.layered.point import LayeredPoint
from resmax_sym.solve.layered.problem import LayeredProblem
from resmax_sym.solve.layered.sides import Held, Sides
from resmax_sym.solve.layered.stationary import shortest_gradient

__all__ = ["Corner", "Geometry"]

EPS = np.finfo(float).eps
RANK = 1e-10
LOOK = 1e3
"""Times the tolerance: what is longer shows a way down, what is shorter is looked at on all sides of the kinks."""


@dataclass(frozen=True)
class Corner:
    """A point, seen on the kinks that hold it.

    Attributes
    ----------
    point : LayeredPoint
    near : Held
        The kinks that it is on, or that it is seen on.
    held : Held
        Those that descent does not leave.
    slopes, bends : ndarray, shape (m,)
        rho' as the shortest gradient takes it, and rho'' (None where rho is piecewise linear).
    jac : ndarray, shape (d,)
        That gradient in x; the gradient where the point is on no kink.
    shortest : ndarray, shape (r,)
        The same in scaled coordinates.
    free : ndarray, shape (r, k)
        Orthonormal basis of the directions in which the held kinks stay what they are.
    complete : bool
        As in `Shortest`.
    kinks : int
        How many kinks the point is on across which the gradient jumps by more than the tolerance.
    """

    point: LayeredPoint
    near: Held
    held: Held
    slopes: NDArray
    bends: NDArray | None
    jac: NDArray
    shortest: NDArray
    free: NDArray
    complete: bool
    kinks: int


class Geometry:
    """The kinks of a problem in its scaled coordinates y of x + S y, where a unit's kink has the normal ``reduced[i]``."""

    def __init__(self, problem: LayeredProblem, sides: Sides) -> None:
        self.problem, self.sides = problem, sides
        self.normals = problem.reduced
        self.lengths = row_norms(self.normals)
        # A unit that x or t does not reach has no kink.
        self.reached = (self.lengths > 0) & (problem.weights > 0)

    @np.errstate(all="ignore")
    def error(self, point: LayeredPoint, before: NDArray | float = 0.0) -> NDArray:
        """The rounding of s, shape (m,), also that of a step from `before`, a larger x, taken in the coordinates of the metric."""
        largest = self.problem.inner.largest
        size = float((np.maximum(np.abs(point.x), np.abs(before)) * largest).max())
        return 4 * EPS * self.problem.inner.row_sizes(np.where(largest > 0, size / largest, 0.0))

    @np.errstate(all="ignore")
    def held(self, point: LayeredPoint, before: NDArray | float = 0.0, error: NDArray | None = None) -> Held:
        """The kinks that the point is on within the error of s."""
        found = self.sides.held(point.s, self.error(point, before) if error is None else error)
        return found.those(self.reached[found.units])

    @np.errstate(all="ignore")
    def near(self, point: LayeredPoint, radius: float, most: int) -> Held:
        """At most `most` kinks within a radius, the nearest ones."""
        distance = np.where(self.reached, np.abs(self.sides.gaps(point.s)) / self.lengths, np.inf)
        units = np.argsort(distance, kind="stable")[:most]
        units = np.sort(units[distance[units] <= radius])
        return Held(units, self.sides.gaps(point.s)[units] + point.s[units])

    @np.errstate(all="ignore")
    def corner(self, point: LayeredPoint, near: Held, tolerance: float) -> Corner:
        """The shortest gradient over the slopes of the units `near`, and what follows from it."""
        problem = self.problem
        back = problem.back(point)
        if not np.isfinite(self.normals.T @ back).all():
            near = near.those(np.zeros(len(near), dtype=bool))  # the run ends here, kinks or not
        low, _ = self.sides.slopes(point.s, near, -1)
        high, bends = self.sides.slopes(point.s, near, 1)
        rise = (high - low) * back
        lower = self.normals.T @ (low * back)
        units = near.units
        jumps = self.normals[units].T * rise[units]
        found = shortest_gradient(lower, jumps, rise[units] >= 0, LOOK * tolerance)
        slopes = low.copy()
        slopes[units] += found.shares * (high - low)[units]
        kept = near.those(found.stays)
        if bends is not None:
            left = near.those(~found.stays)
            _, bends = self.sides.slopes(point.s, left, found.side[~found.stays])
        jac = problem.gradient(point, slopes)
        sharp = int((norm(jumps, axis=0) > tolerance).sum())
        return Corner(point, near, kept, slopes, bends, jac, found.gradient, self.free(kept), found.complete, sharp)

    def free(self, held: Held) -> NDArray:
        """Orthonormal basis of the y with ``normals[held] y = 0``, shape (r, r - rank)."""
        r = self.normals.shape[1]
        if not len(held):
            return np.eye(r)
        rows = self.normals[held.units] / self.lengths[held.units, None]
        _, singular, right = np.linalg.svd(rows, full_matrices=True)
        rank = int((singular > RANK * singular[0]).sum())
        return right[rank:].T

    @np.errstate(all="ignore")
    def onto(self, x: NDArray, held: Held) -> NDArray:
        """The nearest point to x on the held kinks, in the metric; twice, against the rounding of the first."""
        if len(held):
            rows, scale = self.normals[held.units], self.lengths[held.units]
            for _ in range(2):
                gap = held.places - self.problem.inner.matrix[held.units] @ x
                y = np.linalg.lstsq(rows / scale[:, None], gap / scale, rcond=RANK)[0]
                x = x + self.problem.coordinates.basis @ y
        return x

    def is_dead(self, point: LayeredPoint) -> bool:
        """Whether every unit that counts has slope 0."""
        with np.errstate(all="ignore"):
            return not self.sides.kernel.layer(point.s)[1][self.reached].any()

    def crossed(self, one: LayeredPoint, two: LayeredPoint, held: Held) -> int:
        """The number of units on different sides of a kink at two points, without those held at it."""
        changed = self.reached & (self.sides.cells(one.s) != self.sides.cells(two.s))
        changed[held.units] = False
        return int(changed.sum())

    def report(self, corner: Corner) -> dict[str, Any]:
        """What a result says of the cell: units alive, units on a kink, Euclidean distance to the nearest other kink."""
        others = self.reached.copy()
        others[corner.near.units] = False
        return {
            "alive": int(np.count_nonzero(corner.slopes)),
            "on_kinks": corner.near.units,
            "kink_distance": self._distance(corner.point, np.flatnonzero(others)),
        }

    def _distance(self, point: LayeredPoint, units: NDArray) -> float:
        """To the nearest kink of some units: correctly rounded where the only kinks are at s = 0."""
        if not units.size:
            return float("inf")
        rows = self.problem.inner.matrix[units]
        if self.sides.places.tolist() == [0.0]:
            nearest = Kinks(rows).nearest(point.x)
            return float("inf") if nearest is None else nearest.distance
        return float((np.abs(self.sides.gaps(point.s[units])) / row_norms(rows)).min())


@np.errstate(all="ignore")
def row_norms(matrix: NDArray | sps.csr_array) -> NDArray:
    """Norms of the rows, shape (m,), also of those whose squares are no numbers."""
    if not matrix.shape[1]:
        return np.zeros(matrix.shape[0])
    largest = abs(matrix).max(axis=1)
    largest = np.asarray(largest.todense() if sps.issparse(largest) else largest).ravel()
    scale = np.where(largest > 0, largest, 1.0)  # divided by: the inverse of 1e-320 is no number
    if sps.issparse(matrix):
        rows = matrix.copy()
        rows.data = rows.data / np.repeat(scale, np.diff(rows.indptr))
    else:
        rows = matrix / scale[:, None]
    return largest * np.sqrt(np.asarray((rows * rows).sum(axis=1)).ravel())

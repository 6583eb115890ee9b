"""Kinks nearer than a run can tell: which units stand on one, and what lies behind those that it stops short of.

A step is rounded in proportion to the point that it started from, so that the end of a long step to a kink, or of one to where
several meet, is off them by more than the rounding of where it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import norm

from resmax_sym.solve.layered.corner import Corner, Geometry
from resmax_sym.solve.layered.move import NEAREST, Move
from resmax_sym.solve.layered.point import LayeredPoint
from resmax_sym.solve.layered.ray import descend
from resmax_sym.solve.layered.sides import Held

__all__ = ["Standing", "past_nearby"]

SMALLER = 0.5


class Standing:
    """Who stands on a kink, from one point of a run to the next: within rounding, or as nearly as when they got there."""

    def __init__(self, geometry: Geometry) -> None:
        self.geometry = geometry
        self._error = np.zeros(geometry.problem.m)

    @np.errstate(all="ignore")
    def at(self, point: LayeredPoint, before: NDArray | float) -> Held:
        """The kinks that the point is on after a step from `before`."""
        error = np.maximum(self.geometry.error(point, before), self._error)
        held = self.geometry.held(point, error=error)
        self._error[:] = 0.0
        self.put(held, point)
        return held

    def put(self, held: Held, point: LayeredPoint) -> None:
        """Units that count as standing on their kinks at a point, and after it for as long as they are not much farther off."""
        self._error[held.units] = 2 * np.abs(point.s[held.units] - held.places)


@np.errstate(all="ignore")
def past_nearby(
    geometry: Geometry, corner: Corner, distance: float, radius: float, tolerance: float, noise: float
) -> tuple[Move | None, Held | None]:
    """A lower point behind kinks that are nearer than the loss tells, or those kinks, if the gradient shrinks where they meet.

    Parameters
    ----------
    geometry : Geometry
    corner : Corner
        Where a run would end.
    distance : float
        In the metric; what is nearer is nearby.
    radius : float
        Longest step.
    tolerance : float
        Length of a scaled gradient that counts as 0.
    noise : float
        Rounding level of a difference of losses.
    """
    point, problem = corner.point, geometry.problem
    near = geometry.near(point, distance, 2 * geometry.normals.shape[1] + NEAREST)
    if len(near) <= len(corner.near):
        return None, None
    meeting = problem.at(geometry.onto(point.x, near))
    if not meeting.fun <= point.fun + noise:
        return None, None
    there = geometry.corner(meeting, near, tolerance)
    size = norm(there.shortest, check_finite=False)
    if size > tolerance:
        p = problem.coordinates.basis @ (there.shortest * (-radius / size))
        p = p * problem.safe_fraction(meeting.x, p)
        new = descend(geometry, meeting, near, p)
        if new is not None and new.fun < point.fun - noise:
            length = float(norm(problem.weights * (new.s - point.s), check_finite=False))
            return Move(new.x, length, radius, 2 * length, np.nan, False, 1, 0, "corner"), None
    smaller = size <= max(tolerance, SMALLER * norm(corner.shortest, check_finite=False))
    return None, near if smaller else None

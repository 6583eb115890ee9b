"""Where every unit is dead, or phi saturated, derivatives say nothing: only the loss of other cells can show a way down."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import norm

from resmax_sym.solve.layered.corner import Geometry
from resmax_sym.solve.layered.move import Move
from resmax_sym.solve.layered.point import LayeredPoint
from resmax_sym.solve.layered.start import draws

__all__ = ["lower_cell"]

SCALES = 12


@np.errstate(all="ignore")
def lower_cell(geometry: Geometry, point: LayeredPoint, margin: float, radius: float) -> Move | None:
    """The lowest of some points in other cells, if it is lower by more than `margin`; for a dead cell else the origin, if no higher.

    Tried are points on the line through x and the origin, on whose other side those units are alive that are dead here, and the draws
    of `default_start` at several lengths; only segments on which the loss is certainly defined count. The origin is on the border
    of every cell of max(s, 0), and there the shortest gradient tells whether any of them leads down.

    Parameters
    ----------
    geometry : Geometry
    point : LayeredPoint
        Where the derivatives lead no further.
    margin : float
        Rounding level of a difference of losses.
    radius : float
        Trust radius to go on with.
    """
    problem = geometry.problem
    found = None
    for x in _probes(geometry, point.x):
        if problem.safe_fraction(point.x, x - point.x) < 1:
            continue
        new = problem.at(x)
        if new.fun < point.fun - margin and (found is None or new.fun < found.fun):
            found = new
    if found is None and point.x.any() and geometry.is_dead(point) and problem.safe_fraction(point.x, -point.x) == 1:
        origin = problem.at(np.zeros(problem.d))
        found = origin if origin.fun <= point.fun + margin and len(geometry.held(origin)) else None
    if found is None:
        return None
    length = float(norm(problem.weights * (found.s - point.s), check_finite=False))
    return Move(found.x, length, radius, radius, np.nan, False, 1, 0, "probe")


def _probes(geometry: Geometry, x: NDArray) -> Iterator[NDArray]:
    if x.any():
        for k in range(SCALES):
            yield 4.0**-k * x
            yield -(4.0**-k) * x
    for draw in draws(geometry.problem, 0):
        for k in range(0, SCALES, 2):
            yield 4.0**-k * draw
            yield -(4.0**-k) * draw

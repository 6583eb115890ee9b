"""Where gradient and Hessian are both rounding noise, only the loss itself can show a way down.

A saturated start, far out in t, looks exactly like a minimum to every derivative.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.linalg import norm

from resmax_sym.solve.iterate import Iterate, View

__all__ = ["lower_point"]


def lower_point(view: View, point: Iterate, margin: float) -> Iterate | None:
    """A point off the plateau that is lower by more than `margin`, or None if none is found.

    Tried are points on the way to the origin, where no unit is saturated, and along the negative gradient, whose direction
    is often right where its size is noise; only segments on which the loss is certainly defined count. Of the lower ones
    the steepest is taken: the lowest may lie on the next plateau.

    Parameters
    ----------
    view : View
    point : Iterate
        Finite.
    margin : float
        Rounding level of a difference of losses.
    """
    found, steepest = None, -1.0
    for p in _probes(view, point):
        if view.fraction(point, p) < 1:
            continue
        fun = view.objective.fun(point.x + p)
        if not fun < point.fun - margin:
            continue
        probe = view.at(point.x + p, fun)
        if probe.finite and norm(probe.scaled) > steepest:
            found, steepest = probe, norm(probe.scaled)
    return found


def _probes(view: View, point: Iterate) -> Iterator[np.ndarray]:
    if point.x.any():
        for k in range(1, 25):
            yield (4.0**-k - 1) * point.x
        yield -point.x
    size = norm(point.scaled)
    if size > 0:
        downhill = view.basis @ (point.scaled / -size)
        for k in range(12):
            yield 4.0**k * downhill

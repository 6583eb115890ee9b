"""min norm(g + D u) over 0 <= u <= 1: the shortest gradient next to kinks, 0 exactly where no direction descends.

At a point on kinks the derivative of the loss in the direction p is g.p + sum_i max(D_i.p, 0) over the convex kinks, where the slope
times the gradient in the unit rises, for g the gradient on their lower sides and D_i its jump. It is the support function of
{g + D u : 0 <= u <= 1}, so it is nowhere negative iff 0 lies in that set; else the shortest element v is the steepest descent,
with derivative -norm(v)^2 along -v. At a concave kink max is min: nothing descends iff that holds on both of its sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import norm
from scipy.optimize import lsq_linear

__all__ = ["Shortest", "shortest_gradient"]

SELECTIONS = 1 << 10
INSIDE = 1e-9
FLOOR = 1e-13


@dataclass(frozen=True)
class Shortest:
    """The shortest gradient at a point on k kinks.

    Attributes
    ----------
    gradient : ndarray, shape (r,)
        v; the loss falls along -v unless v = 0.
    shares : ndarray, shape (k,)
        u in [0, 1]: how far between the slopes of the lower and of the upper side of a kink.
    stays : ndarray of bool, shape (k,)
        The kinks that descent does not leave: convex, and u inside.
    side : ndarray of int, shape (k,)
        -1 or 1, the side to which a kink is left.
    complete : bool
        Whether all sides of concave kinks were looked at, so that nothing descends if v = 0.
    """

    gradient: NDArray
    shares: NDArray
    stays: NDArray
    side: NDArray
    complete: bool


def shortest_gradient(lower: NDArray, jumps: NDArray, convex: NDArray, tolerance: float) -> Shortest:
    """The shortest gradient for one choice of sides at concave kinks: the first where it is longer than `tolerance`, else the longest.

    Parameters
    ----------
    lower : ndarray, shape (r,)
        Gradient with every kink on its lower side.
    jumps : ndarray, shape (r, k)
        What a kink adds on its upper side.
    convex : ndarray of bool, shape (k,)
        Whether the slope of the loss across the kink rises.
    tolerance : float
        Length of a gradient that shows a way down, whatever the other sides say; at least the rounding of these sums.
    """
    sizes = norm(jumps, axis=0) if jumps.size else np.zeros(1)
    tolerance = max(tolerance, FLOOR * (norm(lower, check_finite=False) + sizes.sum()))
    concave = int((~convex).sum())
    found: list[Shortest] = []
    for upper in islice(_selections(lower, jumps, convex), SELECTIONS):
        found.append(_for_sides(lower, jumps, convex, upper, concave == 0))
        if not norm(found[-1].gradient, check_finite=False) <= tolerance:
            return found[-1]
    longest = max(found, key=lambda one: norm(one.gradient))
    return replace(longest, complete=1 << concave <= SELECTIONS)


def _selections(lower: NDArray, jumps: NDArray, convex: NDArray) -> Iterator[NDArray]:
    """Sides of the concave kinks, first those to which the mean gradient leads down: D_i points to the lower side there."""
    concave = np.flatnonzero(~convex)
    downhill = jumps[:, concave].T @ (lower + jumps.sum(axis=1) / 2) > 0
    for flips in product((False, True), repeat=len(concave)):
        upper = np.zeros(len(convex), dtype=bool)
        upper[concave] = downhill ^ np.array(flips, dtype=bool)
        yield upper


def _for_sides(lower: NDArray, jumps: NDArray, convex: NDArray, upper: NDArray, complete: bool) -> Shortest:
    shares = upper.astype(float)
    fixed = lower + jumps[:, upper].sum(axis=1)
    free = np.flatnonzero(convex & (np.abs(jumps).max(axis=0, initial=0.0) > 0))
    v = fixed
    if free.size:
        columns = jumps[:, free]
        sizes = norm(columns, axis=0)
        scale = max(norm(fixed), sizes.max())
        solved = lsq_linear(
            columns / sizes,
            -fixed / scale,
            bounds=(0, sizes / scale),
            method="bvls",
            tol=1e-15,
            max_iter=10 * len(free) + 10,
        )
        shares[free] = np.clip(solved.x * scale / sizes, 0, 1)
        v = fixed + columns @ shares[free]
    stays = convex & (shares > INSIDE) & (shares < 1 - INSIDE)
    return Shortest(v, shares, stays, np.where(shares > 0.5, 1, -1), complete)

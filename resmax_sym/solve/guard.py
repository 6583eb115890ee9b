"""sign(alpha(s)) is constant on [0, 1], by interval bounds: alpha(s) = sum phi(t + s dt).

Equal signs at both ends prove nothing: for phi(s) = exp(s) + s alpha is convex in s and can run 15, -4.8, 15.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from resmax_sym.solve.data import row_slices

__all__ = ["certified_fraction", "certified_sign", "sign_in_boxes", "walk"]

EPS = np.finfo(float).eps
UnitRange = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def certified_sign(unit_range: UnitRange, lo: np.ndarray, hi: np.ndarray) -> int:
    """Sign of ``sum phi(t)``, the same for every t with ``lo <= t <= hi``; 0 if the bounds do not tell.

    Parameters
    ----------
    unit_range : callable
        Natural interval extension of phi: ``(lo, hi) -> (low, high)``.
    lo, hi : ndarray, shape (n,)
        The box. Infinite bounds are used as such, NaN certifies nothing.
    """
    return sign_in_boxes(unit_range, [(lo, hi)])


def sign_in_boxes(unit_range: UnitRange, boxes: Iterable[tuple[np.ndarray, np.ndarray]]) -> int:
    """`certified_sign` for a box given as pairs (lo, hi) of row blocks, of which one at a time is held."""
    below = above = size_below = size_above = 0.0
    rows = blocks = 0
    with np.errstate(over="ignore", invalid="ignore"):
        for lo, hi in boxes:
            low, high = unit_range(lo, hi)
            below, above = below + low.sum(), above + high.sum()
            size_below, size_above = size_below + np.abs(low).sum(), size_above + np.abs(high).sum()
            rows, blocks = max(rows, low.size), blocks + 1
        # On the rounding error of sums of correctly rounded terms up to a few ulp each: pairwise in a block, then one by one.
        slop = (16 + np.log2(rows) + blocks) * EPS
        # The slop is NaN or infinite with the bound itself, where a lower bound of +inf still means positive.
        if below > 0 and (np.isinf(below) or below > slop * size_below):
            return 1
        if above < 0 and (np.isinf(above) or -above > slop * size_above):
            return -1
    return 0


def certified_fraction(
    unit_range: UnitRange,
    t: np.ndarray,
    dt: np.ndarray,
    sign: int,
    *,
    margin: float = 0.0,
    pieces: int = 128,
    resolution: float = 0.125,
) -> float:
    """Largest fraction of the segment from t to t + dt on which alpha certainly keeps its sign.

    The segment is walked from t in pieces: a piece that is not certified is halved, after one that is the next is twice
    as long. Each piece costs O(n).

    Parameters
    ----------
    unit_range : callable
        Natural interval extension of phi.
    t, dt : ndarray, shape (n,)
        Start and direction.
    sign : int
        1 or -1, the sign of alpha at t.
    margin : float
        How far any row of t or of t + dt may be from the true one, beyond a few ulp of it.
    pieces : int
        Largest number of pieces examined.
    resolution : float
        The walk ends when the next piece is shorter than this part of what is certified.

    Returns
    -------
    float
        In [0, 1]; 1.0 if the whole segment is certified, 0.0 if nothing is.
    """

    def certain(start: float, stop: float) -> bool:
        return sign_in_boxes(unit_range, _boxes(t, dt, start, stop, margin)) == sign

    return walk(certain, pieces, resolution)


def walk(certain: Callable[[float, float], bool], pieces: int = 128, resolution: float = 0.125) -> float:
    """How far ``certain(start, stop)`` holds on the pieces of [0, 1], walked as in `certified_fraction`."""
    done, width = 0.0, 1.0
    for _ in range(pieces):
        reach = min(done + width, 1.0)
        if certain(done, reach):
            if reach == 1.0:
                return 1.0
            done, width = reach, 2 * width
        else:
            width /= 2
            if width < max(resolution * done, 2.0**-40):
                break
    return done


def _boxes(
    t: np.ndarray, dt: np.ndarray, start: float, stop: float, beyond: float
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Boxes around the piece of the segment from start to stop, by row blocks: its temporaries stay small."""
    for rows in row_slices(0, len(t)):
        origin, change = t[rows], dt[rows]
        margin = 4 * EPS * (np.abs(origin) + np.abs(change)) + beyond
        first, last = origin + start * change, origin + stop * change
        yield np.minimum(first, last) - margin, np.maximum(first, last) + margin

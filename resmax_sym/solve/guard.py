"""sign(alpha(s)) is constant on [0, 1], by interval bounds: alpha(s) = sum phi(t + s dt).

Equal signs at both ends prove nothing: for phi(s) = exp(s) + s alpha is convex in s and can run 15, -4.8, 15.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["certified_fraction", "certified_sign"]

EPS = np.finfo(float).eps
UnitRange = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def _slop(bounds: np.ndarray) -> float:
    """Bound on the rounding error of ``bounds.sum()`` with correctly rounded terms up to a few ulp each."""
    return (16 + np.log2(bounds.size)) * EPS * np.abs(bounds).sum()


def certified_sign(unit_range: UnitRange, lo: np.ndarray, hi: np.ndarray) -> int:
    """Sign of ``sum phi(t)``, the same for every t with ``lo <= t <= hi``; 0 if the bounds do not tell.

    Parameters
    ----------
    unit_range : callable
        Natural interval extension of phi: ``(lo, hi) -> (low, high)``.
    lo, hi : ndarray, shape (n,)
        The box. Infinite bounds are used as such, NaN certifies nothing.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        low, high = unit_range(lo, hi)
        below, above = low.sum(), high.sum()
        # The slop is NaN or infinite with the bound itself, where a lower bound of +inf still means positive.
        if below > 0 and (np.isinf(below) or below > _slop(low)):
            return 1
        if above < 0 and (np.isinf(above) or -above > _slop(high)):
            return -1
    return 0


def certified_fraction(
    unit_range: UnitRange, t: np.ndarray, dt: np.ndarray, sign: int, *, pieces: int = 128, resolution: float = 0.125
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
    pieces : int
        Largest number of pieces examined.
    resolution : float
        The walk ends when the next piece is shorter than this part of what is certified.

    Returns
    -------
    float
        In [0, 1]; 1.0 if the whole segment is certified, 0.0 if nothing is.
    """
    margin = 4 * EPS * (np.abs(t) + np.abs(dt))
    done, width = 0.0, 1.0
    start = t
    for _ in range(pieces):
        reach = min(done + width, 1.0)
        end = t + reach * dt
        lo, hi = np.minimum(start, end) - margin, np.maximum(start, end) + margin
        if certified_sign(unit_range, lo, hi) == sign:
            if reach == 1.0:
                return 1.0
            done, start, width = reach, end, 2 * width
        else:
            width /= 2
            if width < max(resolution * done, 2.0**-40):
                break
    return done

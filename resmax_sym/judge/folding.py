"""value -> a value that meets its bounds: entries folded into an interval, a whole scaled to a norm; batches of points at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def tightest(op: str, bound: NDArray, ndim: int) -> NDArray:
    """Of a vector that bounds a number, the entry that matters: g <= omega for every entry of omega."""
    if bound.ndim <= ndim:
        return bound
    entries = bound.reshape(len(bound), -1)
    return entries.min(axis=1) if op in ("<=", "<") else entries.max(axis=1)


def fold(value: NDArray, bounds: list[tuple[str, NDArray]], parameter: bool) -> NDArray:
    """The value moved into the intersection of the bounds on its entries."""
    low, high = -np.inf, np.inf
    for op, bound in bounds:
        bound = bound.reshape(bound.shape + (1,) * (value.ndim - bound.ndim))
        low = np.maximum(low, bound) if op in (">=", ">", "==") else low
        high = np.minimum(high, bound) if op in ("<=", "<", "==") else high
    if not bounds:
        return value
    both = np.isfinite(low) & np.isfinite(high)
    strict = any(op in ("<", ">") for op, _ in bounds)  # the boundary itself is worth a visit only where it is allowed
    away = np.where(value == 0, 1.0, np.abs(value)) if strict else np.maximum(value, 0) if parameter else np.abs(value)
    with np.errstate(invalid="ignore"):
        inside = low + (high - low) * (0.5 + 0.5 * np.sin(value))
        return np.where(both, inside, np.where(np.isfinite(low), low + away, high - away))


def scale(value: NDArray, norm: Callable[[NDArray], NDArray], op: str, bound: NDArray) -> NDArray:
    """The value scaled so that its norm meets the bound; 0 becomes a unit vector where it must grow."""
    size = norm(value)
    if op in (">=", ">", "=="):
        value = value.copy()
        value.reshape(len(value), -1)[size < 1e-12, 0] = 1.0
        size = norm(value)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.nan_to_num(bound / size, nan=1.0, posinf=1.0)
    if op in ("<=", "<"):
        factor = np.minimum(factor, 1.0)
    elif op in (">=", ">"):
        factor = np.maximum(factor, 1.0)
    return value * factor.reshape(factor.shape + (1,) * (value.ndim - 1))

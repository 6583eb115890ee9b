"""ratio = median time of ours / median time of a floor or a peer, the two called in turn in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["REPEATS", "Row", "ratio", "side_by_side"]

REPEATS = 9


@dataclass(frozen=True)
class Row:
    """A measured ratio beside its target.

    Attributes
    ----------
    name : str
        What is divided by what, with its sizes.
    ratio : float
        Smaller is better unless the name says otherwise; NaN if there was nothing to divide by.
    target : float
        What was to be reached.
    met : bool
    detail : str
        The figures behind the ratio.
    """

    name: str
    ratio: float
    target: float
    met: bool
    detail: str


def side_by_side(*calls: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Median seconds of each call; the calls take turns, so that what slows the machine slows them all."""
    times: list[list[float]] = [[] for _ in calls]
    for run in range(repeats + 1):
        for call, measured in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            if run:  # the first round warms caches and compilers
                measured.append(time.perf_counter() - start)
    return [statistics.median(measured) for measured in times]


def ratio(
    name: str, target: float, ours: Callable[[], object], other: Callable[[], object], repeats: int = REPEATS
) -> Row:
    """Median time of `ours` over that of `other`."""
    a, b = side_by_side(ours, other, repeats=repeats)
    return Row(name, a / b, target, a / b <= target, f"{1e3 * a:.1f} ms against {1e3 * b:.1f} ms, {repeats} rounds")

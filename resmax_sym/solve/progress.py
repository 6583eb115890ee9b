"""steps left = log(gtol / relative) / log(relative / before): a line for each step, with the time left where that can be told."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scipy.optimize import OptimizeResult

from resmax_sym.solve.result import progress_line

__all__ = ["TimeLeft", "progress"]


class TimeLeft:
    """How long a run goes on if its gradient keeps falling as it last did.

    Newton's method gains more in later steps, so that this is an upper estimate near the end, and none where the gradient grew.

    Parameters
    ----------
    gtol : float
        Tolerance for the gradient relative to the first one.
    clock : callable
        Seconds.
    """

    def __init__(self, gtol: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.gtol, self.clock = gtol, clock
        self.before, self.then = 1.0, clock()

    def __call__(self, relative: float) -> float | None:
        """Seconds left after a step that ends at a relative gradient; None where nothing can be said."""
        before, then = self.before, self.then
        self.before, self.then = relative, self.clock()
        if not 0 < relative < before or not self.gtol > 0:
            return None
        steps = math.log(self.gtol / relative) / math.log(relative / before)
        return max(0.0, math.ceil(steps) * (self.then - then))


@contextmanager
def progress(wanted: bool, gtol: float) -> Iterator[Callable | None]:
    """A callback that reports each step on standard error: a live line on a terminal, plain lines elsewhere."""
    if not wanted:
        yield None
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _print
        return
    left = TimeLeft(gtol)
    with console.status("starting") as status:

        def update(intermediate_result: OptimizeResult) -> None:
            seconds = left(intermediate_result.relative_gradient)
            estimate = "" if seconds is None else f"  about {seconds:.0f} s left"
            status.update(_line(intermediate_result) + estimate)

        yield update


def _print(intermediate_result: OptimizeResult) -> None:
    print(_line(intermediate_result), file=sys.stderr)


def _line(result: OptimizeResult) -> str:
    return progress_line(result.nit, result.fun, result.relative_gradient)

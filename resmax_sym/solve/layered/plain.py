"""x <- x - H^-1 g in whichever cell x is: Newton's method without a safeguard, which may cycle between cells for ever."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import norm
from scipy.optimize import OptimizeResult

from resmax_sym.solve.iterate import Iterate
from resmax_sym.solve.layered.problem import LayeredProblem
from resmax_sym.solve.layered.record import RegionRecord
from resmax_sym.solve.layered.sides import Sides
from resmax_sym.solve.options import Options
from resmax_sym.solve.result import MESSAGES, Status

__all__ = ["PlainCells"]

REMEMBERED = 32
CLOSE = 1e-9
NOT_CONVEX = (
    "no descent: the gradient is within tolerance, but no Newton step says more there; method='exact' would go on"
)


class PlainCells:
    """One run, to be held against the safeguarded one; where H is singular its step is the shortest of those that solve H p = -g.

    Attributes
    ----------
    point : Iterate or None
        The present one; None before the first.
    """

    def __init__(self, problem: LayeredProblem, sides: Sides, options: Options, report: Callable) -> None:
        self.problem, self.sides, self.options, self.report = problem, sides, options, report
        self.history: list[RegionRecord] = []
        self.point: Iterate | None = None
        self.first = np.nan
        self.last: deque[NDArray] = deque(maxlen=REMEMBERED)

    def go(self, x: NDArray) -> OptimizeResult:
        """Run from x until the gradient is small, a value is not finite, or the steps are used up."""
        cells = None
        while True:
            jac = self.problem.jac(x)
            point = self.problem.at(x)
            before, cells = cells, self.sides.cells(point.s)
            self.point = Iterate(x, point.fun, jac, jac)
            if before is None:
                self.first = norm(jac)
            H = self.problem.hess(x) if self.point.finite else np.array(np.nan)
            if not np.isfinite(H).all():
                return self.result(Status.NON_FINITE)
            values = np.linalg.eigvalsh(H)
            self._record(0 if before is None else int((cells != before).sum()), values[0])
            if before is not None and self._reported():
                return self.result(Status.STOPPED_BY_CALLBACK)
            if self._relative() <= self.options.tolerance:
                proper = values[0] > 0
                return self.result(Status.CONVERGED if proper else Status.NO_DESCENT, None if proper else NOT_CONVEX)
            if len(self.history) > self.options.maxiter:
                return self.result(Status.ITERATION_LIMIT, self._cycle())
            self.last.append(x)
            x = x - np.linalg.lstsq(H, jac, rcond=None)[0]

    def _relative(self) -> float:
        size = norm(self.point.jac)
        return float(size / self.first) if self.first > 0 else 0.0

    def _cycle(self) -> str | None:
        """What is to be said of a run that has come back, over kinks, to where it was; None if it has not."""
        x = self.point.x
        periods = (k for k, old in enumerate(reversed(self.last), 1) if norm(x - old) <= CLOSE * norm(x))
        period = next(periods, 0)
        crossed = sum(record.crossed for record in self.history[len(self.history) - period :])
        if not crossed:
            return None
        return (
            f"cycle: the steps come back to the same points with period {period}, over {crossed} kink crossings; method='exact' judges "
            "them by the loss"
        )

    def _record(self, crossed: int, least: float) -> None:
        point = self.point
        step = norm(point.x - self.last[-1]) if self.last else 0.0
        slopes = self.sides.kernel.layer(self.problem.at(point.x).s)[1]
        self.history.append(
            RegionRecord(len(self.history), point.fun, float(norm(point.jac)), self._relative(), np.inf, float(step), np.nan,
                         float(least), False, 1, 0, crossed=crossed, alive=int(np.count_nonzero(slopes)), way="model")
        )  # fmt: skip

    def _reported(self) -> bool:
        point = self.point
        summary = {
            "nit": len(self.history) - 1,
            "grad_norm": float(norm(point.jac)),
            "relative_gradient": self._relative(),
        }
        try:
            self.report(OptimizeResult(x=point.x.copy(), fun=point.fun, jac=point.jac, **summary))
        except StopIteration:
            return True
        return False

    def stopped(self, status: Status) -> OptimizeResult:
        """The result at the present point."""
        return self.result(status)

    def result(self, status: Status, message: str | None = None) -> OptimizeResult:
        """The result at the present point."""
        point, count = self.point, len(self.history)
        return OptimizeResult(
            x=point.x,
            fun=point.fun,
            jac=point.jac,
            nit=max(count - 1, 0),
            nfev=count,
            njev=count,
            nhev=count,
            grad_norm=float(norm(point.jac)),
            relative_gradient=self._relative(),
            status=status,
            success=status is Status.CONVERGED,
            message=message or MESSAGES[status],
            history=self.history,
        )

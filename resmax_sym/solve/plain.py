"""x <- x - H~^{-1} g: the approximate Newton method of the theorem, a fixed step with a fresh sample at each point.

It has no safeguard: from a start that is not near a minimum it may diverge, or end at a saddle point. It is here to be
held against the theorem; `InexactNewton` is the method to use.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import norm
from scipy.optimize import OptimizeResult

from resmax_sym.solve.krylov import FLAT, least_curvature
from resmax_sym.solve.result import MESSAGES, Status
from resmax_sym.solve.sampled_run import Point, SampledRun
from resmax_sym.solve.stopping import LEAST_STEP

__all__ = ["PlainNewton"]

STALLED = 3
"""Short steps without a gradient smaller than all before, after which it is taken to be at its rounding level, if H agrees."""
FALLS = 0.9

NOT_CONVEX = (
    "no descent: the gradient is within tolerance, but the Hessian is not shown to be positive definite there; it may be a saddle "
    "point, which method='sampled' would leave"
)
SINGULAR = (
    "no step: the sampled Hessian is singular, as where columns of A depend on each other, the rows drawn are too few, or the curvature "
    "has vanished; pass method='sampled', which needs no inverse"
)
CROSSES = (
    "boundary alpha = 0: the next step cannot be shown to stay away from the set where the loss is undefined, and this method does "
    "not shorten steps; pass method='sampled', which does"
)


class PlainNewton(SampledRun):
    """One run; parameters as in `SampledRun`.

    Attributes
    ----------
    best : Point or None
        The point of lowest loss so far, and `steps_to_best` how many steps led there: losses may rise.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.best: Point | None = None
        self.steps_to_best = self.stalled = 0
        self.lowest = np.inf

    def go(self, x: np.ndarray) -> OptimizeResult:
        """Run from x until the gradient is small, there is no step, or the steps are used up."""
        self._start(x)
        self._keep_best()
        while True:
            if not self.point.finite:
                return self.at_best(Status.NON_FINITE)
            if not self._sample():
                return self._without_sample()
            end = self._end()
            if end is None and len(self.history) > self.options.maxiter:
                end = self.at_best(Status.ITERATION_LIMIT)
            end = end or self._step()
            if end is not None:
                return end
            if self._reported():
                return self.result(Status.STOPPED_BY_CALLBACK)

    def stopped(self, status: Status) -> OptimizeResult:
        """The result at the best point so far, without another look at the data."""
        return self.at_best(status)

    def at_best(self, status: Status, message: str = "") -> OptimizeResult:
        """The outcome where the loss was lowest, with a word about it if that is not the last point."""
        message, last = message or MESSAGES[status], len(self.history) - 1
        if self.best is not None and self.steps_to_best < last:
            self.point = self.best
            message += (
                f"; of {last} steps without a safeguard, x is the point of lowest loss, after {self.steps_to_best}"
            )
        return self._said(status, message)

    def _said(self, status: Status, message: str) -> OptimizeResult:
        result = self.result(status)
        result.message = message
        return result

    def _keep_best(self) -> None:
        if self.point.finite and (self.best is None or self.point.fun < self.best.fun):
            self.best, self.steps_to_best = self.point, len(self.history) - 1

    @np.errstate(all="ignore")
    def _without_sample(self) -> OptimizeResult:
        """The end where there is no sampled Hessian: the curvature is not finite, or all of it has underflown."""
        delta, U, K = self.problem.factors(self.point.x)
        finite = all(np.isfinite(part).all() for part in (delta, U, K)) and np.isfinite(np.abs(delta).sum())
        vanished = finite and not delta.any()
        return self.at_best(Status.NO_DESCENT, SINGULAR) if vanished else self.at_best(Status.NON_FINITE)

    @np.errstate(all="ignore")
    def _end(self) -> OptimizeResult | None:
        """The end if the gradient is within tolerance, or at its rounding level as far as the steps show."""
        within = self.relative() <= self.options.tolerance
        if not within and self.stalled < STALLED:
            return None
        C = self.sampled.basis
        least, _, _ = least_curvature(self._product, C.shape[1], self.rng)
        proper = least > FLAT and C.shape[1] == self.problem.d
        if within:
            return self.result(Status.CONVERGED) if proper else self._said(Status.NO_DESCENT, NOT_CONVEX)
        self.stalled = 0
        # H >= least M: the Newton step of the exact Hessian is at most 1 / least as long as that of M.
        short = proper and self.meter.image_length(C @ (C.T @ self.point.jac)) <= least * self._short()
        return self.result(Status.CONVERGED) if short else None

    def _short(self) -> float:
        return LEAST_STEP * (1 + self.problem.displacement(self.point.x))

    @np.errstate(all="ignore")
    def _step(self) -> OptimizeResult | None:
        """The step of the theorem; the end if there is none, or it leads nowhere finite."""
        q = self.sampled.solve(self.point.jac)
        if q is None:
            return self.at_best(Status.NO_DESCENT, SINGULAR)
        p = -q
        before = self.point.x
        self.lowest = min(self.lowest, float(norm(self.point.jac)))
        x = self.meter.leap(before, p)
        if np.isfinite(p).all() and self.problem.safe_fraction(before, p) < 1:
            return self.at_best(Status.BOUNDARY, CROSSES)
        point = Point(x, self.meter.fun(x), self.meter.jac(x))
        if not point.finite:
            return self.at_best(Status.NON_FINITE)
        self.point = point
        falls = norm(point.jac) <= FALLS * self.lowest
        self.stalled = 0 if falls or self.problem.displacement(p) > self._short() else self.stalled + 1
        gram_length = float(np.sqrt(p @ self.sampled.gram @ p)) / self.sampled.size
        self._record(radius=np.inf, step_norm=gram_length * np.sqrt(self.problem.n))
        self._keep_best()
        return None

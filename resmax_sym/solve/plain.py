"""x <- x - H~^{-1} g: the approximate Newton method of the theorem, a fixed step with a fresh sample at each point.

It has no safeguard: from a start that is not near a minimum it may diverge, or end at a saddle point. It is here to be
held against the theorem; `InexactNewton` is the method to use.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import OptimizeResult

from resmax_sym.solve.krylov import FLAT, least_curvature
from resmax_sym.solve.result import Status
from resmax_sym.solve.sampled_run import Point, SampledRun

__all__ = ["PlainNewton"]

NOT_CONVEX = (
    "no descent: the gradient is within tolerance, but the Hessian is not positive definite there; it may be a saddle point, which "
    "method='sampled' would leave"
)


class PlainNewton(SampledRun):
    """One run; parameters as in `SampledRun`."""

    def go(self, x: np.ndarray) -> OptimizeResult:
        """Run from x until the gradient is small, a value is not finite, or the steps are used up."""
        self._start(x)
        while True:
            if not self.point.finite or not self._sample():
                return self.result(Status.NON_FINITE)
            if self.relative() <= self.options.tolerance:
                r = self.sampled.basis.shape[1]
                least, _, _ = least_curvature(self._product, r, self.rng)
                proper = least > FLAT and r == self.problem.d
                result = self.result(Status.CONVERGED if proper else Status.NO_DESCENT)
                result.message = result.message if proper else NOT_CONVEX
                return result
            if len(self.history) > self.options.maxiter:
                return self.result(Status.ITERATION_LIMIT)
            if not self._step():
                return self.result(Status.NON_FINITE)
            if self._reported():
                return self.result(Status.STOPPED_BY_CALLBACK)

    @np.errstate(all="ignore")
    def _step(self) -> bool:
        """The step of the theorem; False if it leads nowhere finite."""
        try:
            p = -np.linalg.solve(self.sampled.matrix, self.point.jac)
        except np.linalg.LinAlgError:
            return False
        if not np.isfinite(p).all():
            return False
        x = self.point.x + p
        point = Point(x, *self.meter.at(x))
        if not point.finite:
            return False
        self.point = point
        gram_length = float(np.sqrt(p @ self.sampled.gram @ p)) / self.sampled.size
        self._record(radius=np.inf, step_norm=gram_length * np.sqrt(self.problem.n))
        return True

"""x <- x + S y, y the minimiser of the quadratic model in a ball of the metric: a trust-region Newton method."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import norm
from scipy.optimize import OptimizeResult

from resmax_sym.solve.iterate import Iterate, View
from resmax_sym.solve.objective import Objective, intermediate_callback, refuse_constraints
from resmax_sym.solve.options import Options
from resmax_sym.solve.plateau import lower_point
from resmax_sym.solve.problem import Rounding
from resmax_sym.solve.result import MESSAGES, IterationRecord, Status, progress_line
from resmax_sym.solve.search import Taken, next_point
from resmax_sym.solve.stopping import StopTest
from resmax_sym.solve.subproblem import QuadraticModel, Step

__all__ = ["NewtonRun", "approximate_newton"]

NEARBY = 1e-3


def approximate_newton(
    fun: Callable,
    x0: ArrayLike,
    args: tuple = (),
    jac: Callable | None = None,
    hess: Callable | None = None,
    hessp: Callable | None = None,
    bounds: Any = None,
    constraints: Any = (),
    callback: Callable | None = None,
    **options: Any,
) -> OptimizeResult:
    """Minimise a smooth function by Newton steps in a trust region, with negative curvature.

    Use it by itself or as ``scipy.optimize.minimize(fun, x0, jac=jac, hess=hess, method=approximate_newton)``.

    Parameters
    ----------
    fun, jac, hess, hessp : callable
        Loss, gradient (d,), Hessian (d, d), or the product of the Hessian with a vector. `jac` and one of `hess` and
        `hessp` are required.
    x0 : array_like, shape (d,)
        Start.
    args : tuple
        Further arguments of the functions.
    bounds, constraints
        Must be absent: the method is unconstrained.
    callback : callable, optional
        ``callback(xk)`` or ``callback(intermediate_result=...)`` after each step; StopIteration ends the run.
    gtol : float, default 1e-9
        Tolerance for norm(gradient) relative to the first one (``tol`` is an alias). The Newton step must shrink to a tenth
        of it, too, or no longer improve the gradient.
    maxiter : int, default 200
        Largest number of steps.
    initial_radius : float, default 1.0
        First trust radius, in the metric.
    metric : array_like, shape (d, d), optional
        Positive semidefinite M; steps are measured by ``sqrt(p.M p)``. Default: identity. With M = A.T A the run is the
        same for every linear change of the variables.
    basis : ndarray, shape (d, r), optional
        S with ``S.T M S = I``, in place of `metric`. Steps stay in its span.
    scaled_hess : callable, optional
        ``x -> S.T H(x) S``, where that can be had more accurately than by multiplication.
    safe_fraction : callable, optional
        ``(x, p) -> s`` in [0, 1]: the part of the segment from x to x + p on which the loss is certainly defined.
    displacement : callable, optional
        ``p -> length`` for the stop test, linear up to sign; default: the norm in the metric.
    rounding : callable, optional
        ``(x, S.T H(x) S) -> Rounding``; default: estimates from the values.
    loss_scale : float, optional
        Natural size of the loss, if smaller than its absolute value at the start.
    disp, verbose : bool, default False
        Print a line per step to standard error.

    Returns
    -------
    OptimizeResult
        x, fun, jac, hess, nit, nfev, njev, nhev, status (a `Status`), success, message, history (list of
        `IterationRecord`), grad_norm, relative_gradient.

    Raises
    ------
    ValueError
        On a missing derivative, constraints, a start that is not a finite vector, or an option out of range.
    """
    refuse_constraints(bounds, constraints)
    start = np.array(x0, dtype=float).reshape(-1)
    if start.size == 0 or not np.isfinite(start).all():
        raise ValueError("x0: expected a finite vector with at least one entry; replace NaN and infinite entries")
    settings = Options.read(options)
    view = View(Objective(fun, args, jac, hess, hessp), settings, start.size)
    return NewtonRun(view, settings, intermediate_callback(callback)).go(start)


class NewtonRun:
    """One minimisation; with the history of another method, its continuation.

    Attributes
    ----------
    point : Iterate or None
        The best so far, at any time; None before the first.
    """

    def __init__(self, view: View, options: Options, report: Callable, history: Sequence[IterationRecord] = ()) -> None:
        self.view, self.options, self.report = view, options, report
        self.first = self.scale = np.nan
        self.history = list(history)
        self.point: Iterate | None = None

    def go(self, x: np.ndarray) -> OptimizeResult:
        """Run from x."""
        self.point = point = self.view.at(x)
        radius, taken = self.options.initial_radius, None
        first = self.history[0].grad_norm if self.history else 0.0
        # What another method left at a critical or non-finite start gives no scale.
        self.first = first if first > 0 else norm(point.jac) if point.finite else np.nan
        scale = self.options.loss_scale
        self.scale = abs(point.fun) if scale is None else min(scale, abs(point.fun))
        stop = StopTest(self.options.tolerance, self.options.maxiter, self.scale)
        while True:
            hessian = self.view.hessian(point) if point.finite else np.array(np.nan)
            if not np.isfinite(hessian).all():
                return self.result(point, Status.NON_FINITE)
            noise = self.view.noise(point, hessian)
            model = QuadraticModel(point.scaled, hessian, noise.gradient, noise.hessian)
            if not self.history:
                self.record(point, model, None, radius)
            measures = self.view.measures(point, model, noise, self.relative(point))
            status = stop(measures, len(self.history) - 1)
            if measures.at_floor and model.is_noise and status in (None, Status.CONVERGED):
                taken = self.leave_plateau(point, noise, radius)
            else:
                taken = None
            if taken is None and status is None:
                taken = next_point(self.view, point, model, noise, radius)
                if isinstance(taken, Status):
                    status = stop.no_further(taken)
                    taken = self.leave_plateau(point, noise, radius) if status is Status.NO_DESCENT else None
            if taken is None:
                return self.result(point, self.explain(status, point, model))
            self.point = point = taken.point
            radius = taken.next_radius
            self.record(point, model, taken, taken.radius)
            try:
                self.report(OptimizeResult(x=point.x.copy(), fun=point.fun, jac=point.jac, **self.summary(point)))
            except StopIteration:
                return self.result(point, Status.STOPPED_BY_CALLBACK)

    def leave_plateau(self, point: Iterate, noise: Rounding, radius: float) -> Taken | None:
        """A step that only the loss can justify; None if there is none, or no loss to gain."""
        if len(self.history) > self.options.maxiter or abs(point.fun) <= 1e-10 * self.scale:
            return None
        found = lower_point(self.view, point, 100 * noise.fun)
        if found is None:
            return None
        # The gradient left behind was noise; tolerances relative to it would mean nothing.
        self.first = norm(found.jac)
        return Taken(found, Step(np.zeros(0), np.nan, False), radius, radius, np.nan, 1, 0)

    def explain(self, status: Status, point: Iterate, model: QuadraticModel) -> Status:
        """Next to alpha = 0 rounding swallows every descent: there an end without a proper minimum has one cause."""
        proper = self.relative(point) <= self.options.tolerance and model.least_eigenvalue >= -10 * model.noise
        if status not in (Status.CONVERGED, Status.NO_DESCENT) or (status is Status.CONVERGED and proper):
            return status
        p = self.view.basis @ point.scaled
        length = self.view.displacement(p)
        if length == 0:
            return status
        nearby = p * (NEARBY / length)
        cut = min(self.view.fraction(point, nearby), self.view.fraction(point, -nearby)) < 1
        return Status.BOUNDARY if cut else status

    def relative(self, point: Iterate) -> float:
        size = norm(point.jac) if point.finite else np.nan
        # At a critical start 0/0 stands for a gradient as small as asked.
        return 0.0 if size == 0 else float(size / self.first) if self.first != 0 else np.inf

    def summary(self, point: Iterate) -> dict[str, Any]:
        return {
            "nit": max(len(self.history) - 1, 0),
            "grad_norm": float(norm(point.jac)) if point.finite else np.nan,
            "relative_gradient": self.relative(point),
        }

    def record(self, point: Iterate, model: QuadraticModel, taken: Taken | None, radius: float) -> None:
        record = IterationRecord(
            nit=len(self.history),
            fun=point.fun,
            grad_norm=float(norm(point.jac)),
            relative_gradient=self.relative(point),
            radius=radius,
            step_norm=float(norm(taken.step.p)) if taken else 0.0,
            ratio=taken.ratio if taken else np.nan,
            least_eigenvalue=model.least_eigenvalue,
            on_boundary=taken.step.on_boundary if taken else False,
            trials=taken.trials if taken else 0,
            cuts=taken.cuts if taken else 0,
        )
        self.history.append(record)
        if self.options.disp or self.options.verbose:
            print(progress_line(record.nit, record.fun, record.relative_gradient), file=sys.stderr)

    def stopped(self, status: Status) -> OptimizeResult:
        """The result at the best point so far, without another look at the data."""
        return self.result(self.point, status)

    def result(self, point: Iterate, status: Status) -> OptimizeResult:
        objective = self.view.objective
        return OptimizeResult(
            x=point.x,
            fun=point.fun,
            jac=point.jac,
            # Whoever interrupts does not want to wait for one more Hessian, and from lost data there is none.
            hess=None if status in (Status.INTERRUPTED, Status.DATA_LOST) else objective.hess(point.x),
            nfev=objective.nfev,
            njev=objective.njev,
            nhev=objective.nhev,
            status=status,
            success=status is Status.CONVERGED,
            message=MESSAGES[status],
            history=self.history,
            **self.summary(point),
        )

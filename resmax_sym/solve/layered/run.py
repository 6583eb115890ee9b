"""x <- x + S y by the model of the cell that x is in, judged by the loss of all cells: a trust-region Newton method that sees kinks.

Inside a cell of rho the loss is that of the linear problem with A = G, constant, and so is the step. A step across kinks counts
only if the loss itself falls enough. Else the run goes to a kink in its way and on along it: there it minimises over the manifold
that holds the kinks, on which the loss is smooth again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import norm
from scipy.optimize import OptimizeResult

from resmax_sym.solve.iterate import Iterate
from resmax_sym.solve.layered.corner import Corner, Geometry
from resmax_sym.solve.layered.leave import lower_cell
from resmax_sym.solve.layered.move import Move, next_move
from resmax_sym.solve.layered.nearby import Standing, past_nearby
from resmax_sym.solve.layered.problem import LayeredProblem
from resmax_sym.solve.layered.record import RegionRecord
from resmax_sym.solve.layered.sides import Sides
from resmax_sym.solve.layered.view import CellView
from resmax_sym.solve.newton import NewtonRun
from resmax_sym.solve.options import Options
from resmax_sym.solve.result import MESSAGES, Status, progress_line
from resmax_sym.solve.rounding import Rounding
from resmax_sym.solve.stopping import StopTest
from resmax_sym.solve.subproblem import QuadraticModel

__all__ = ["CellRun"]

EPS = np.finfo(float).eps
RECENT = 5
NEARBY = 1e-9
"""Of the length of x or of the last steps, in the metric: what is nearer is not told apart."""


class CellRun(NewtonRun):
    """One minimisation for a rho with kinks.

    Attributes
    ----------
    point : Iterate or None
        The best so far, at any time; None before the first.
    corner : Corner or None
        The same, with its kinks.
    """

    def __init__(self, problem: LayeredProblem, sides: Sides, options: Options, report: Callable) -> None:
        super().__init__(None, options, report)
        self.problem, self.geometry, self.counted = problem, Geometry(problem, sides), problem.counts
        self.standing = Standing(self.geometry)
        self.corner: Corner | None = None
        self._tolerance = 0.0

    def go(self, x: NDArray) -> OptimizeResult:
        """Run from x."""
        radius, move, stop = self.options.initial_radius, None, None
        while True:
            crossed = self._stand_at(x)
            here = self.point
            if stop is None:
                stop = self._start(here)
            hessian = self.view.hessian() if here.finite else np.array(np.nan)
            if not np.isfinite(hessian).all():
                return self.result(Status.NON_FINITE)
            noise = self.view.noise(hessian)
            if not np.isfinite(noise.gradient).all():
                return self.result(Status.NON_FINITE)
            model = QuadraticModel(here.scaled, hessian, noise.gradient, noise.hessian)
            if move is not None and move.way == "probe":
                # The gradient left behind was noise; tolerances relative to it would mean nothing.
                self.first = norm(here.jac)
                self._tolerance = self.options.tolerance * norm(self.corner.shortest)
            self.record(model, move, radius, crossed)
            if move is not None and self._reported():
                return self.result(Status.STOPPED_BY_CALLBACK)
            measures = self.view.measures(model, noise, self.relative(here))
            status = stop(measures, len(self.history) - 1)
            move = None
            if measures.at_floor and model.is_noise and not self.corner.kinks and self._open(status):
                move = self._elsewhere(noise)
                if move is None and self.geometry.reached.any() and self.geometry.is_dead(self.corner.point):
                    status = Status.FLAT
            if move is None and status is None:
                move = next_move(self.geometry, self.view, model, noise, radius)
                if isinstance(move, Status):
                    status = stop.no_further(move)
                    move = self._elsewhere(noise) if status is Status.NO_DESCENT and self._open(None) else None
            if move is None:
                move = self._past_nearby(status, model, 10 * noise.fun, radius)
            if move is None:
                return self.result(self._named(status, model))
            radius = move.next_radius
            # What is below the rounding of the step is 0: kinks through the origin are met exactly.
            x = np.where(np.abs(move.x) <= 4 * EPS * np.abs(here.x), 0.0, move.x)

    def _stand_at(self, x: NDArray) -> int:
        """Make x the present point; the number of units that have changed sides."""
        last, point = self.corner, self.problem.at(x)
        held = self.standing.at(point, 0.0 if last is None else last.point.x)
        corner = self.geometry.corner(point, held, self._tolerance)
        if last is None:
            self._tolerance = self.options.tolerance * norm(corner.shortest, check_finite=False)
        view = CellView(self.problem, corner)
        self.corner, self.view, self.point = corner, view, view.here()
        return 0 if last is None else self.geometry.crossed(last.point, point, corner.held)

    def _start(self, here: Iterate) -> StopTest:
        self.first = norm(here.jac, check_finite=False) if here.finite else np.nan
        with np.errstate(over="ignore"):
            target = float(self.problem.b @ self.problem.b)
        self.scale = min(abs(here.fun), target or np.inf)
        return StopTest(self.options.tolerance, self.options.maxiter, self.scale)

    def _elsewhere(self, noise: Rounding) -> Move | None:
        """To a lower point that no derivative shows."""
        return lower_cell(self.geometry, self.corner.point, 100 * noise.fun, self.options.initial_radius)

    def _open(self, status: Status | None) -> bool:
        """Whether there is loss to gain, and a step left for it."""
        left = len(self.history) <= self.options.maxiter and abs(self.point.fun) > 1e-10 * self.scale
        return left and status in (None, Status.CONVERGED)

    def _past_nearby(self, status: Status, model: QuadraticModel, noise: float, radius: float) -> Move | None:
        """On from an end that is one only short of kinks nearby."""
        if status not in (Status.CONVERGED, Status.NO_DESCENT) or len(self.history) > self.options.maxiter:
            return None
        corner, steps = self.corner, [record.step_norm for record in self.history[-RECENT:]]
        distance = NEARBY * max(float(norm(self.problem.weights * corner.point.s, check_finite=False)), *steps)
        newton = model.newton_step()
        if status is Status.NO_DESCENT and newton.reduction <= 10 * noise:
            # The loss does not tell what a kink on the way of so short a step does to it.
            distance = max(distance, 2 * float(norm(newton.p)))
        move, near = past_nearby(self.geometry, corner, distance, radius, self._tolerance, noise)
        if near is None or status is Status.CONVERGED:
            return move
        x = self.geometry.onto(corner.point.x, near)
        self.standing.put(near, self.problem.at(x))
        return Move(x, 0.0, radius, radius, np.nan, False, 1, 0, "corner")

    def _named(self, status: Status, model: QuadraticModel) -> Status:
        """A status in the light of the kinks and of alpha = 0."""
        status = status if self.problem.never_negative else self.explain(status, self.point, model)
        if status is Status.CONVERGED and self.corner.kinks:
            return Status.AT_KINK if self.corner.complete else Status.NO_DESCENT
        return status

    def _reported(self) -> bool:
        point = self.point
        try:
            self.report(OptimizeResult(x=point.x.copy(), fun=point.fun, jac=point.jac, **self.summary(point)))
        except StopIteration:
            return True
        return False

    def record(self, model: QuadraticModel, move: Move | None, radius: float, crossed: int) -> None:
        point = self.point
        self.history.append(
            RegionRecord(
                nit=len(self.history),
                fun=point.fun,
                grad_norm=float(norm(point.jac)),
                relative_gradient=self.relative(point),
                radius=move.radius if move else radius,
                step_norm=move.length if move else 0.0,
                ratio=move.ratio if move else np.nan,
                least_eigenvalue=model.least_eigenvalue,
                on_boundary=bool(move and move.on_boundary),
                trials=move.trials if move else 0,
                cuts=move.cuts if move else 0,
                crossed=crossed,
                alive=int(np.count_nonzero(self.corner.slopes)),
                held=len(self.corner.held),
                way=move.way if move else "",
            )
        )
        if self.options.disp or self.options.verbose:
            last = self.history[-1]
            print(progress_line(last.nit, last.fun, last.relative_gradient), file=sys.stderr)

    def result(self, status: Status) -> OptimizeResult:
        """The result at the present point."""
        corner, problem = self.view.corner, self.problem
        point = self.view.here()
        # Whoever interrupts does not want to wait for one more Hessian, and from lost data there is none.
        cut_off = status in (Status.INTERRUPTED, Status.DATA_LOST)
        inner = problem.inner.dense()
        return OptimizeResult(
            x=point.x,
            fun=point.fun,
            jac=point.jac,
            hess=None if cut_off else problem.curvature(corner.point, corner.slopes, corner.bends, inner),
            **{name: count - self.counted[name] for name, count in problem.counts.items()},
            status=status,
            success=status in (Status.CONVERGED, Status.AT_KINK),
            message=MESSAGES[status],
            history=self.history,
            **self.summary(point),
            **self.geometry.report(corner),
        )

    def stopped(self, status: Status) -> OptimizeResult:
        """The result at the best point so far, without another look at the data."""
        return self.result(status)

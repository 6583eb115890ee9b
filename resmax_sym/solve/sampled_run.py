"""x_0, x_1, ...: what every method on a sampled Hessian keeps of its run, and how it is told."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import norm
from scipy.optimize import OptimizeResult

from resmax_sym.solve.approximation import SampledHessian
from resmax_sym.solve.meter import Meter
from resmax_sym.solve.options import Options
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.result import MESSAGES, IterationRecord, Status, progress_line
from resmax_sym.solve.sketch import Sketch

__all__ = ["Point", "SampledRun", "default_rows"]

ROWS_PER_COLUMN = 40


@dataclass
class Point:
    """x (d,), loss and gradient (d,)."""

    x: np.ndarray
    fun: float
    jac: np.ndarray

    @property
    def finite(self) -> bool:
        """Whether loss and gradient are."""
        return bool(np.isfinite(self.fun) and np.isfinite(self.jac).all())


class SampledRun:
    """One minimisation; subclasses say how it steps.

    Parameters
    ----------
    problem : Problem
    sketch : Sketch
        Draws the rows of the sampled Hessian.
    seed : int
        Of all random numbers of the run. The result repeats to the last bit only with as many BLAS threads, since their number decides
        in which order sums are taken.
    options : Options
        gtol, maxiter and verbose count.
    report : callable
        Gets an `OptimizeResult` after each step; StopIteration ends the run.

    Attributes
    ----------
    point : Point or None
        The present one; None before the first.
    first : float
        Norm of the first gradient.
    history : list of IterationRecord
    """

    def __init__(self, problem: Problem, sketch: Sketch, seed: int, options: Options, report: Callable) -> None:
        self.problem, self.sketch, self.options, self.report = problem, sketch, options, report
        self.rng = np.random.default_rng(seed)
        self.meter = Meter(problem)
        self.history: list[IterationRecord] = []
        self.sampled: SampledHessian | None = None
        self.point: Point | None = None
        self.first = np.nan

    def relative(self) -> float:
        """Norm of the gradient over the first one; 0 at a critical start."""
        size = float(norm(self.point.jac)) if self.point.finite else np.nan
        return 0.0 if size == 0 else size / self.first if self.first != 0 else np.inf

    def stopped(self, status: Status) -> OptimizeResult:
        """The result at the best point so far, without another look at the data."""
        return self.result(status)

    def result(self, status: Status) -> OptimizeResult:
        """The outcome at the present point."""
        meter = self.meter
        return OptimizeResult(
            x=self.point.x,
            fun=self.point.fun,
            jac=self.point.jac,
            nfev=meter.nfev,
            njev=meter.njev,
            nhev=meter.nhev,
            status=status,
            success=status is Status.CONVERGED,
            message=MESSAGES[status],
            history=self.history,
            **self._summary(),
        )

    def _start(self, x: np.ndarray) -> None:
        self.point = Point(x, *self.meter.at(x, anew=False))
        self.first = float(norm(self.point.jac)) if self.point.finite else np.nan
        self._record(radius=np.nan, trials=0)

    def _sample(self) -> bool:
        """A sampled Hessian at the present point with its factor; False if there is none."""
        rows = default_rows(self.problem.d)
        try:
            basis = None if self.sampled is None else self.sampled.metric_basis
            self.sampled = self.meter.sample(self.point.x, self.sketch, self.rng, rows, basis)
            return self.sampled is not None and bool(np.isfinite(self.sampled.basis).all())
        except np.linalg.LinAlgError:  # a product of numbers in range was not
            self.sampled = None
            return False

    def _product(self, y: np.ndarray) -> np.ndarray:
        """C^T H C y."""
        C = self.sampled.basis
        return C.T @ self.meter.product(self.point.x, C @ y)

    def _reported(self) -> bool:
        """Tell the callback; True if it wants to stop."""
        try:
            self.report(
                OptimizeResult(x=self.point.x.copy(), fun=self.point.fun, jac=self.point.jac, **self._summary())
            )
        except StopIteration:
            return True
        return False

    def _summary(self) -> dict[str, Any]:
        return {
            "nit": max(len(self.history) - 1, 0),
            "grad_norm": float(norm(self.point.jac)) if self.point.finite else np.nan,
            "relative_gradient": self.relative(),
            "gradients": self.meter.gradients,
            "sampled": self.sampled,
        }

    def _record(
        self,
        *,
        radius: float,
        step_norm: float = 0.0,
        ratio: float = np.nan,
        least_eigenvalue: float = np.nan,
        on_boundary: bool = False,
        trials: int = 1,
        cuts: int = 0,
        inner: int = 0,
    ) -> None:
        record = IterationRecord(
            nit=len(self.history),
            fun=self.point.fun,
            grad_norm=float(norm(self.point.jac)) if self.point.finite else np.nan,
            relative_gradient=self.relative(),
            radius=radius,
            step_norm=step_norm,
            ratio=ratio,
            least_eigenvalue=least_eigenvalue,
            on_boundary=on_boundary,
            trials=trials,
            cuts=cuts,
            inner=inner,
            rows=self.meter.rows,
            gradients=self.meter.gradients,
        )
        self.history.append(record)
        if self.options.disp or self.options.verbose:
            print(progress_line(record.nit, record.fun, record.relative_gradient), file=sys.stderr)


def default_rows(d: int) -> int:
    """Rows of a sample where the sketch does not say: H~ is then within about 1 +- 1/3 of H."""
    return ROWS_PER_COLUMN * d

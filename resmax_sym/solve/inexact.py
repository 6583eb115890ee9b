"""x <- x + C y, y from conjugate gradients on C^T H C, C C^T the inverse of the sampled Hessian M: inexact Newton.

The sample is only the metric in which conjugate gradients run on exact products with H. A bad sample costs products, not
accuracy: what is solved, and what the trust region guards, is the true Newton system.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import norm
from scipy.optimize import OptimizeResult

from resmax_sym.solve.krylov import FLAT, Path, Step, least_curvature
from resmax_sym.solve.result import Status
from resmax_sym.solve.sampled_run import Point, SampledRun
from resmax_sym.solve.search import ACCEPT, GREAT, POOR
from resmax_sym.solve.stopping import LEAST_STEP

__all__ = ["InexactNewton"]

EPS = np.finfo(float).eps
TINY = np.finfo(float).tiny
INNER = 60  # products for one step at most
TRIALS = 30  # balls tried for one step at most
FAR = 0.2  # a metric is kept until A x has moved this far from where its rows were drawn
SLOW = 20  # or until a step takes this many products
LOOSE = 0.2  # largest relative residual of a Newton system
ENOUGH = 0.05  # part of the tolerance below which no step has to reach
GROW = 4.0  # of the radius after a step that the model foresaw well
SMALL = 1e-6  # a decrease below this part of the loss is taken from the gradients
BETTER = 0.9  # and then the gradient itself must fall to this part
PATIENCE = (
    3  # visits within tolerance that are not the end, or steps cut at alpha = 0, before the exact method takes over
)


class InexactNewton(SampledRun):
    """One minimisation; parameters as in `SampledRun`.

    Attributes
    ----------
    open : bool
        Whether the run ended in a state that only the exact method can judge: no step within rounding, curvature that is
        zero within rounding, a way to alpha = 0 or to infinity.
    arrived : bool
        Whether only the rank of A is open. Else the exact method must see the whole way to tell what it leads to.
    """

    open = arrived = False

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # In the units of `SampledHessian.size`: about 1 in every row.
        self.radius, self.moved, self.slow = 1.0, np.inf, False
        self.unsettled = self.cut = 0

    def go(self, x: np.ndarray) -> OptimizeResult:
        """Run from x."""
        self._start(x)
        if not self.point.finite or self.first == 0:
            return self._hand_over()
        while True:
            if not self._metric():
                return self._hand_over()
            status = self._settled() if self.relative() <= self.options.tolerance else None
            if status is None and len(self.history) > self.options.maxiter:
                status = Status.ITERATION_LIMIT
            if status is None and (max(self.unsettled, self.cut) >= PATIENCE or not self._advance()):
                return self._hand_over()
            if status is not None:
                return self.result(status)
            if self._reported():
                return self.result(Status.STOPPED_BY_CALLBACK)

    @np.errstate(all="ignore")
    def _metric(self) -> bool:
        """A factor good enough at the present point: the Hessian changes about as much as A x moves."""
        if self.moved <= FAR and not self.slow:
            self.meter.rows = 0
            return True
        self.moved, self.slow = 0.0, False
        return self._sample()

    @np.errstate(all="ignore")
    def _advance(self) -> bool:
        """One step; False if there is none."""
        size, x = self.sampled.size, self.point.x
        path = Path(self.sampled.basis.T @ self.point.jac, self._product)
        promised = path.residuals[0] / size
        # The error left of a Newton step of length s is about s times as long; and there is an end to what is asked for.
        tolerance = min(LOOSE, max(promised, ENOUGH * self.options.tolerance / max(self.relative(), TINY)))
        cuts = 0
        for trial in range(1, TRIALS + 1):
            # A ball that shrinks ends the path earlier: no new product.
            if not path.solve(tolerance, self.radius * size, INNER):
                return False
            step = path.step(self.radius * size)
            length = float(norm(step.y)) / size
            p = self.sampled.basis @ step.y
            if not step.reduction > 0 or not np.isfinite(p).all() or np.array_equal(x + p, x):
                return False
            self.meter.image_length(p)
            fraction = self.problem.safe_fraction(x, p)
            if fraction < 1:
                self.radius, cuts = length * max(0.9 * fraction, 1 / 64), cuts + 1
                continue
            flat = step.reduction <= self._flat()
            taken = self._try(p, step, flat)
            if taken is not None:
                self.cut += cuts > 0
                self._accept(*taken, path, step, length, trial, cuts)
                return True
            if flat:
                return False
            self.radius = POOR * length
        return False

    def _flat(self) -> float:
        """Promised decreases below this are next to the rounding of the loss."""
        fun = abs(self.point.fun)
        # Each residual is a difference of entries of f and b; norm(f) <= norm(b) + sqrt(2 fun).
        level = 4 * EPS * (3 * fun + 2 * np.sqrt(2 * fun) * norm(self.problem.b))
        return max(SMALL * fun, 100 * level)

    def _try(self, p: np.ndarray, step: Step, flat: bool) -> tuple[Point, float] | None:
        """The point at the end of p with the ratio of true to promised decrease, or None if it is refused."""
        before = self.point
        x = self.problem.move(before.x, p)
        fun = self.meter.fun(x)
        drop = before.fun - fun
        if np.isfinite(fun) and drop > (-self._flat() if flat else ACCEPT * step.reduction):
            point = Point(x, fun, self.meter.jac(x))
            if point.finite and flat:
                # A difference of losses is rounding here; the trapezoidal rule for the same decrease is not.
                drop = -0.5 * float((before.jac + point.jac) @ p)
                C = self.sampled.basis
                better = norm(C.T @ point.jac) <= BETTER * norm(C.T @ before.jac)
                drop = drop if better and not step.on_boundary else -np.inf
            if point.finite and drop > ACCEPT * step.reduction:
                return point, drop / step.reduction
        self.problem.back()
        return None

    def _accept(
        self, point: Point, ratio: float, path: Path, step: Step, length: float, trials: int, cuts: int
    ) -> None:
        radius = self.radius
        if ratio < POOR:
            self.radius = 0.5 * length
        elif ratio > GREAT and step.on_boundary:
            self.radius *= GROW
        self.point, self.moved = point, self.moved + length
        # A metric from this very point would not get better by another sample.
        self.slow = self.meter.rows == 0 and (path.inner >= SLOW or step.on_boundary)
        root = np.sqrt(self.problem.n)
        self._record(
            radius=radius * root,
            step_norm=length * root,
            ratio=ratio,
            least_eigenvalue=path.least,
            on_boundary=step.on_boundary,
            trials=trials,
            cuts=cuts,
            inner=path.inner,
        )

    @np.errstate(all="ignore")
    def _settled(self) -> Status | None:
        """CONVERGED if the gradient is small at the true A x, the Newton step is small and H curves upwards everywhere."""
        self.unsettled += 1
        self.point = Point(self.point.x, *self.meter.at(self.point.x))
        if not self.relative() <= self.options.tolerance:
            return None
        C = self.sampled.basis
        length = self.meter.image_length(C @ (C.T @ self.point.jac))
        short = max(0.1 * self.options.tolerance, LEAST_STEP) * (1 + self.problem.displacement(self.point.x))
        if length > short:
            return None
        least, _, _ = least_curvature(self._product, C.shape[1], self.rng)
        if least <= FLAT:
            # Downwards, or flat within rounding: the exact eigenvalues decide.
            self.unsettled = PATIENCE
        elif length <= least * short:
            # H >= least M, so that the Newton step is at most 1 / least as long as that of M.
            if C.shape[1] == self.problem.d:
                return Status.CONVERGED
            self.unsettled, self.arrived = PATIENCE, True
        return None

    def _hand_over(self) -> OptimizeResult:
        self.open = True
        return self.result(Status.NO_DESCENT)

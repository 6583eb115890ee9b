"""g_y = S.T g, H_y = S.T H S: the objective seen in the coordinates y of x + S y."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import norm

from resmax_sym.solve.coordinates import metric_basis
from resmax_sym.solve.objective import Objective
from resmax_sym.solve.options import Options
from resmax_sym.solve.problem import Rounding
from resmax_sym.solve.stopping import Measures
from resmax_sym.solve.subproblem import QuadraticModel

__all__ = ["Iterate", "View"]

EPS = np.finfo(float).eps
ASIDE = 0.1


@dataclass(frozen=True)
class Iterate:
    """A point with its loss, gradient (d,) and scaled gradient ``S.T g`` (r,)."""

    x: np.ndarray
    fun: float
    jac: np.ndarray
    scaled: np.ndarray

    @property
    def finite(self) -> bool:
        """Whether loss and gradient are."""
        return bool(np.isfinite(self.fun) and np.isfinite(self.jac).all() and np.isfinite(self.scaled).all())


class View:
    """An objective in scaled coordinates.

    Parameters
    ----------
    objective : Objective
    options : Options
        Gives S through `basis` or `metric`, and the callables that know more than the values show.
    size : int
        Number of variables d.
    """

    def __init__(self, objective: Objective, options: Options, size: int) -> None:
        self.objective, self.options = objective, options
        if options.basis is not None:
            self.basis = np.asarray(options.basis, dtype=float)
        else:
            self.basis = np.eye(size) if options.metric is None else metric_basis(options.metric)
        if self.basis.ndim != 2 or len(self.basis) != size:
            raise ValueError(f"basis or metric: expected {size} rows, one per variable, got shape {self.basis.shape}")

    @cached_property
    def _inverse(self) -> np.ndarray:
        return np.linalg.pinv(self.basis)

    def at(self, x: np.ndarray, fun: float | None = None) -> Iterate:
        """The point x; a loss already known is not computed again."""
        fun = self.objective.fun(x) if fun is None else fun
        jac = self.objective.jac(x)
        with np.errstate(all="ignore"):
            return Iterate(x, fun, jac, self.basis.T @ jac)

    def hessian(self, point: Iterate) -> np.ndarray:
        """S.T H S, shape (r, r)."""
        if self.options.scaled_hess is not None:
            self.objective.nhev += 1
            return self.options.scaled_hess(point.x)
        with np.errstate(all="ignore"):
            return self.basis.T @ self.objective.hess(point.x) @ self.basis

    def noise(self, point: Iterate, hessian: np.ndarray) -> Rounding:
        """Rounding levels; without better knowledge, those of a loss rounded a hundred times and of variables near 1."""
        if self.options.rounding is not None:
            return self.options.rounding(point.x, hessian)
        gradient = 16 * EPS * norm(hessian) * (1 + self.displacement(point.x))
        return Rounding(100 * EPS * abs(point.fun), np.full(point.scaled.size, gradient), 0.0)

    def displacement(self, p: np.ndarray) -> float:
        """Length of a step in x for the stop test."""
        if self.options.displacement is not None:
            return self.options.displacement(p)
        return float(norm(self._inverse @ p))

    def fraction(self, point: Iterate, p: np.ndarray) -> float:
        """The part of the segment from the point to point + p on which the loss is certainly defined."""
        return 1.0 if self.options.safe_fraction is None else float(self.options.safe_fraction(point.x, p))

    def measures(self, point: Iterate, model: QuadraticModel, noise: Rounding, relative_gradient: float) -> Measures:
        """What the stop test looks at."""
        length, reduction = np.inf, 0.0
        if model.is_convex and model.aside <= ASIDE:
            newton = model.newton_step()
            length, reduction = self.displacement(self.basis @ newton.p), newton.reduction
        return Measures(
            fun=point.fun,
            relative_gradient=relative_gradient,
            at_floor=bool((np.abs(point.scaled) <= noise.gradient).all()),
            convex=model.is_convex,
            newton_length=length,
            newton_reduction=reduction,
            size=self.displacement(point.x),
            null=int(model.null.sum()),
        )

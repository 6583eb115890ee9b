"""The loss on the manifold that keeps the held kinks: smooth, and in these coordinates a problem like that of one cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resmax_sym.solve.iterate import ASIDE, Iterate
from resmax_sym.solve.layered.corner import Corner
from resmax_sym.solve.layered.problem import LayeredProblem
from resmax_sym.solve.layered.rounding import rounding_at
from resmax_sym.solve.rounding import Rounding
from resmax_sym.solve.stopping import Measures
from resmax_sym.solve.subproblem import QuadraticModel

__all__ = ["CellView"]


class CellView:
    """A corner as what the trust-region step looks at; stands in for `View`.

    Attributes
    ----------
    basis : ndarray, shape (d, k)
        The directions that keep the held kinks; a point off the kinks has all of them.
    """

    def __init__(self, problem: LayeredProblem, corner: Corner) -> None:
        self.problem = self.objective = problem
        self.corner = corner
        self.basis = problem.coordinates.basis @ corner.free

    def here(self) -> Iterate:
        """The corner as an iterate."""
        corner = self.corner
        return Iterate(corner.point.x, corner.point.fun, corner.jac, corner.free.T @ corner.shortest)

    def at(self, x: NDArray, fun: float | None = None) -> Iterate:
        """Another point, with the gradient of the cell that it is in."""
        fun = self.objective.fun(x) if fun is None else fun
        jac = self.problem.jac(x)
        with np.errstate(all="ignore"):
            return Iterate(x, fun, jac, self.basis.T @ jac)

    def fraction(self, point: Iterate, p: NDArray) -> float:
        """The part of a segment on which the loss is certainly defined."""
        return self.problem.safe_fraction(point.x, p)

    def displacement(self, p: NDArray) -> float:
        """How far a step can move a row of t in the mean."""
        return self.problem.displacement(p)

    def hessian(self) -> NDArray:
        """The Hessian on the manifold, shape (k, k)."""
        corner, problem = self.corner, self.problem
        return problem.curvature(corner.point, corner.slopes, corner.bends, problem.reduced @ corner.free)

    def noise(self, hessian: NDArray) -> Rounding:
        """Rounding levels on the manifold."""
        corner = self.corner
        full = rounding_at(self.problem, corner.point, corner.slopes, hessian)
        with np.errstate(all="ignore"):
            return Rounding(full.fun, np.abs(corner.free.T) @ full.gradient, full.hessian)

    def measures(self, model: QuadraticModel, noise: Rounding, relative_gradient: float) -> Measures:
        """What the stop test looks at."""
        point = self.here()
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
        )

"""|fl(L) - L|, |fl(g) - g|, |fl(H) - H| for t = A2 rho(A1 x): the rounding levels of the linear problem with A = G."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import norm

from resmax_sym.solve.layered.point import LayeredPoint
from resmax_sym.solve.rounding import Rounding, sizes_at

__all__ = ["rounding_at"]

EPS = np.finfo(float).eps


def rounding_at(problem: Any, point: LayeredPoint, slopes: NDArray, scaled_hessian: NDArray) -> Rounding:
    """Rounding levels at a point; the gradient's in all r coordinates of the problem.

    Parameters
    ----------
    problem : LayeredProblem
    point : LayeredPoint
    slopes : ndarray, shape (m,)
        rho' there.
    scaled_hessian : ndarray, shape (k, k)
        The Hessian in some or all of the coordinates: it carries the rounding of t into the gradient.
    """
    with np.errstate(all="ignore"):
        sizes = sizes_at(problem.kernel, point.t, problem.b, problem.omega, point.scalars)
        residual_terms = np.sqrt(2 * sizes.loss_fit) + norm(problem.b)
        steep = np.abs(slopes)
        # Norm of the error of t, at most: that of s through the slopes, and that of r, column by column of A2.
        cancelled = EPS * float(problem.weights @ (steep * problem.inner.row_sizes(point.x) + np.abs(point.r)))
        slope_sizes = sizes.q + sizes.q_fit + np.sqrt(sizes.per_row * residual_terms)
        rows = 8 * EPS * slope_sizes + 2 * norm(scaled_hessian) * cancelled
        columns = (problem.weights * steep) @ np.abs(problem.reduced)
        largest = float(steep.max(initial=0.0))
        return Rounding(
            fun=4 * EPS * (point.fun + np.sqrt(2 * point.fun) * residual_terms) + sizes.q * cancelled,
            gradient=rows * np.maximum(columns, largest * EPS) / problem.coordinates.singular,
            hessian=4 * EPS * sizes.curvature * problem.m * largest**2 * problem.coordinates.condition,
        )

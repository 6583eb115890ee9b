"""F = L + mu |x|^2 / 2 with its minimum, and the projection on a closed region in the norm of H0: what `cell_runs` runs on."""

from __future__ import annotations

import math

import numpy as np
import scipy.sparse as sps
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh, solve_triangular
from scipy.optimize import nnls

from resmax_sym.region import Region
from resmax_sym.report.runs import trust_exact
from resmax_sym.solve import Problem

__all__ = ["Cone", "Ridged"]

ON_BORDER = 1e-12
"""How far a projection may miss the closed region by rounding, over the length of its start."""


class Ridged:
    """F = L + mu |x|^2 / 2."""

    def __init__(self, problem: Problem, ridge: float) -> None:
        self.problem, self.ridge = problem, ridge

    def fun(self, x: NDArray) -> float:
        return self.problem.fun(x) + self.ridge * float(x @ x) / 2

    def jac(self, x: NDArray) -> NDArray:
        return self.problem.jac(x) + self.ridge * x

    def hess(self, x: NDArray) -> NDArray:
        return self.problem.hess(x) + self.ridge * np.eye(self.problem.d)

    def critical_point(self, x: NDArray) -> NDArray:
        """The minimum that SciPy's trust-exact finds, to the last digits by Newton's method."""
        x = trust_exact(self, x, 1e-8).x
        try:
            for _ in range(10):
                step = np.linalg.solve(self.hess(x), self.jac(x))
                x = x - step
        except np.linalg.LinAlgError:
            step = np.full_like(x, math.inf)
        settled = np.isfinite(x).all() and np.linalg.norm(step) <= 1e-12 * np.linalg.norm(x)
        if not settled or np.linalg.eigvalsh(self.hess(x))[0] <= 0:
            raise ValueError(
                "x0: expected a start from which a minimum is found, got none; start nearer, or raise the ridge"
            )
        return x


class Cone:
    """The closed region with the norm of H0, and the projected step."""

    def __init__(self, problem: Problem, region: Region, upper: float) -> None:
        self.problem, self.upper = problem, upper
        A = problem.data.dense_block(slice(0, problem.n))
        self.H0 = A.T @ (problem.omega[:, None] ** 2 * A)
        try:
            self.factor = cho_factor(self.H0)
        except LinAlgError:
            raise ValueError(
                "A2 diag(s) A1: expected independent columns, got a singular G; the step is not unique"
            ) from None
        M, _ = region.inequalities()
        M = M.toarray() if sps.issparse(M) else M
        self.M = M / np.linalg.norm(M, axis=1)[:, None]
        self.R = np.triu(self.factor[0])
        self.N = solve_triangular(self.R, self.M.T, trans="T").T

    def step(self, x: NDArray) -> NDArray:
        """The projection of x - H0^-1 grad / La on the cone: what is left after the nearest point of its polar cone (Moreau)."""
        target = self.R @ (x - cho_solve(self.factor, self.problem.jac(x)) / self.upper)
        multipliers, _ = nnls(self.N.T, target)
        return solve_triangular(self.R, target - self.N.T @ multipliers)

    def holds(self, x: NDArray, size: float) -> bool:
        """Whether x is in the closed region, up to the rounding of a projection of vectors of this size."""
        return bool((self.M @ x).max(initial=-math.inf) <= ON_BORDER * size)

    def spectrum(self, x: NDArray) -> tuple[float, float]:
        """The extreme eigenvalues of hess F over H0."""
        values = eigh(self.problem.hess(x), self.H0, eigvals_only=True)
        return float(values[0]), float(values[-1])

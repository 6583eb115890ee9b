"""norm(gradient) / norm(first gradient) against operations / (4 n d): runs of several methods in units of one gradient.

A gradient is A z and A.T q, hence 4 n d operations; what reads A is counted by `Meter`, for this solver and for SciPy's methods alike.
To it come the dense operations on drawn rows and on d x d matrices, which other methods do not have.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, minimize

from resmax_sym.solve import IterationRecord, Problem, solve_problem
from resmax_sym.solve.meter import Meter

__all__ = ["METHODS", "Trace", "exact_cost", "sample_cost", "sampled", "scipy_method"]

METHODS = {
    "L-BFGS-B": {"maxcor": 20, "maxiter": 10**6, "maxfun": 10**7, "maxls": 50, "ftol": 0.0, "gtol": 0.0},
    "Newton-CG": {"maxiter": 10**6, "xtol": 0.0},
    "trust-ncg": {"maxiter": 10**6, "gtol": 0.0},
    "trust-krylov": {"maxiter": 10**6, "gtol": 0.0},
}
"""Method -> options that switch its own stop tests off."""

EIGENVECTORS = 10
"""Operations of the eigenvectors of a d x d matrix, over d^3."""


@dataclass(frozen=True)
class Trace:
    """One run.

    Attributes
    ----------
    name : str
    units : ndarray, shape (k,)
        Cost so far, in gradients; increasing.
    relative : ndarray, shape (k,)
        norm(gradient) over the first one at that cost; the least so far for SciPy's methods, which also report trial points.
    """

    name: str
    units: NDArray
    relative: NDArray

    def until(self, gtol: float) -> float:
        """Cost at which the relative gradient is first at most gtol; infinite if it never is."""
        reached = np.flatnonzero(self.relative <= gtol)
        return float(self.units[reached[0]]) if reached.size else np.inf


def sample_cost(rows: int, n: int, d: int) -> float:
    """In gradients: two Gram matrices of the drawn rows at m d^2 each, and the eigenvectors of two d x d matrices."""
    return (2 * rows * d**2 + 2 * EIGENVECTORS * d**3) / (4 * n * d)


def exact_cost(result: OptimizeResult, n: int, d: int) -> float:
    """In gradients, for a run with exact Hessians: n d^2 and eigenvectors for each, A z for each loss and A.T q for each gradient."""
    return (result.nfev + result.njev) / 2 + result.nhev * (n * d**2 + EIGENVECTORS * d**3) / (4 * n * d)


def sampled(problem: Problem, **options) -> Trace:
    """The run of the sampled Newton method; keyword options as in `solve_problem`."""
    history: Sequence[IterationRecord] = solve_problem(problem, method="sampled", **options).history
    dense = np.cumsum([sample_cost(record.rows, problem.n, problem.d) if record.rows else 0.0 for record in history])
    units = np.array([record.gradients for record in history])
    return Trace("sampled Newton", units + dense, np.array([record.relative_gradient for record in history]))


def scipy_method(problem: Problem, name: str, gtol: float, most: float) -> Trace:
    """The run of a SciPy method from 0 on n L_tot, until the relative gradient is at most gtol or `most` gradients are spent.

    Its tolerances and first steps are absolute, which the factor n makes up for.

    Raises
    ------
    ValueError
        A name that is not in `METHODS`.
    """
    if name not in METHODS:
        raise ValueError(f"name: expected one of {', '.join(METHODS)}, got {name!r}")
    run = _Run(problem, gtol, most)
    second = {} if name == "L-BFGS-B" else {"hessp": run.hessp}
    try:
        # What SciPy says when it gives up is not of interest: the gradient says it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            minimize(run.fun, np.zeros(problem.d), jac=run.jac, method=name, options=METHODS[name], **second)
    except _Enough:
        pass
    units, sizes = np.array(run.seen).T
    return Trace(name, units, np.minimum.accumulate(sizes) / sizes[0])


class _Enough(Exception):
    """The tolerance is met, or the cost is spent."""


class _Run:
    """n L_tot and its derivatives, counted; calls at one x share A @ x."""

    def __init__(self, problem: Problem, gtol: float, most: float) -> None:
        self.meter, self.n, self.gtol, self.most = Meter(problem), problem.n, gtol, most
        self.seen: list[tuple[float, float]] = []
        self.x: NDArray | None = None

    def _move(self, x: NDArray) -> None:
        if self.x is None or not np.array_equal(x, self.x):
            self.x = np.array(x)
            self.meter.passes += 1

    def _check(self) -> None:
        if self.meter.gradients > self.most:
            raise _Enough

    def fun(self, x: NDArray) -> float:
        self._check()
        self._move(x)
        return self.n * self.meter.fun(x)

    def jac(self, x: NDArray) -> NDArray:
        self._move(x)
        gradient = self.n * self.meter.jac(x)
        self.seen.append((self.meter.gradients, float(np.linalg.norm(gradient))))
        if self.seen[-1][1] <= self.gtol * self.seen[0][1]:
            raise _Enough
        return gradient

    def hessp(self, x: NDArray, z: NDArray) -> NDArray:
        self._check()
        self._move(x)
        return self.n * self.meter.product(x, z)

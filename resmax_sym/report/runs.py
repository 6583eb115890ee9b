"""norm(gradient) / norm(first gradient) against operations / (4 n d): runs of several methods in units of one gradient.

A gradient is A z and A.T q, hence 4 n d operations; what reads A is counted by `Meter`, for this solver and for SciPy's methods alike.
To it come, in `sampled` and `exact_cost`, the dense operations on drawn rows and on d x d matrices, which other methods do not have.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, minimize

from resmax_sym.solve import IterationRecord, Problem, solve_problem
from resmax_sym.solve.meter import Meter

__all__ = ["METHODS", "Trace", "exact_cost", "sample_cost", "sampled", "scipy_method", "trust_exact"]

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
    spent : float
        Cost of the whole run: at least that of its last gradient.
    seconds : float
        The same by the clock; NaN if nobody looked.
    """

    name: str
    units: NDArray
    relative: NDArray
    spent: float
    seconds: float = np.nan

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
    units = units + dense
    return Trace("sampled Newton", units, np.array([record.relative_gradient for record in history]), units[-1])


def scipy_method(problem: Problem, name: str, gtol: float, most: float = np.inf, limit: float = np.inf) -> Trace:
    """The run of a SciPy method from 0 on n L_tot, until the relative gradient is at most gtol or its means are spent.

    These are `most` gradients and `limit` seconds. Its tolerances and first steps are absolute, which the factor n makes up for.

    Raises
    ------
    ValueError
        A name that is not in `METHODS`.
    """
    if name not in METHODS:
        raise ValueError(f"name: expected one of {', '.join(METHODS)}, got {name!r}")
    run = _Run(problem, gtol, most, limit)
    second = {} if name == "L-BFGS-B" else {"hessp": run.hessp}
    try:
        # What SciPy says when it gives up is not of interest: the gradient says it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            minimize(run.fun, np.zeros(problem.d), jac=run.jac, method=name, options=METHODS[name], **second)
    except _Enough:
        pass
    seconds = time.perf_counter() - run.start
    units, sizes = np.array(run.seen).T
    # fmin: a method that ends in NaN has been where it was before.
    return Trace(name, units, np.fmin.accumulate(sizes) / sizes[0], run.meter.gradients, seconds)


def trust_exact(loss: Any, start: NDArray, gtol: float) -> OptimizeResult:
    """SciPy's trust-exact on `loss`, with its fun, jac and hess, until the gradient is gtol times that at the start."""
    options = {"gtol": gtol * float(np.linalg.norm(loss.jac(start)))}
    return minimize(loss.fun, start, jac=loss.jac, hess=loss.hess, method="trust-exact", options=options)


class _Enough(Exception):
    """The tolerance is met, or the cost or the time is spent."""


class _Run:
    """n L_tot and its derivatives, counted; calls at one x share A @ x."""

    def __init__(self, problem: Problem, gtol: float, most: float, limit: float) -> None:
        self.meter, self.n, self.gtol, self.most, self.limit = Meter(problem), problem.n, gtol, most, limit
        self.seen: list[tuple[float, float]] = []
        self.x: NDArray | None = None
        self.start = time.perf_counter()

    def _move(self, x: NDArray) -> None:
        if self.x is None or not np.array_equal(x, self.x):
            self.x = np.array(x)
            self.meter.passes += 1

    def _check(self) -> None:
        # Not before there is a gradient to tell of.
        if self.seen and (self.meter.gradients > self.most or time.perf_counter() - self.start > self.limit):
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

"""argmin over x of norm(f - b)^2 / 2 + norm(omega * A x)^2 / 2, f = phi(A x) / sum phi(A x), from arrays to a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import OptimizeResult

from resmax_sym.solve.data import as_vector
from resmax_sym.solve.kernels import DEFAULT_UNIT, kernel_of
from resmax_sym.solve.newton import approximate_newton
from resmax_sym.solve.problem import Problem

__all__ = ["solve", "solve_problem"]


def solve(
    A: Any,
    b: ArrayLike,
    *,
    unit: str = DEFAULT_UNIT,
    omega: float | ArrayLike = 0.0,
    x0: ArrayLike | None = None,
    gtol: float = 1e-9,
    maxiter: int = 200,
    callback: Callable | None = None,
    verbose: bool = False,
) -> OptimizeResult:
    """Fit x so that f = phi(A x) / sum phi(A x) is close to b.

    Parameters
    ----------
    A : ndarray or scipy.sparse array, shape (n, d)
        Data; a float64 ndarray is used in place.
    b : array_like, shape (n,)
        Target.
    unit : str, default "exp(s) + s"
        phi as an expression in s.
    omega : float or array_like, shape (n,), default 0.0
        Weights of the regulariser.
    x0 : array_like, shape (d,), optional
        Start; default 0.
    gtol : float, default 1e-9
        Tolerance for norm(gradient) relative to the first one.
    maxiter : int, default 200
        Largest number of steps.
    callback : callable, optional
        As in `approximate_newton`.
    verbose : bool, default False
        Print a line per step to standard error.

    Returns
    -------
    OptimizeResult
        See `approximate_newton`. Components of x that A maps to zero stay as in x0.

    Raises
    ------
    ValueError
        On invalid data or options, an invalid unit, or a start at which alpha is zero.
    """
    problem = Problem(A, b, omega, kernel=kernel_of(unit))
    return solve_problem(problem, x0, gtol=gtol, maxiter=maxiter, callback=callback, verbose=verbose)


def solve_problem(problem: Problem, x0: ArrayLike | None = None, **options: Any) -> OptimizeResult:
    """Minimise a `Problem` from x0 (default 0) with all it knows about its geometry and rounding.

    Parameters
    ----------
    problem : Problem
    x0 : array_like, shape (d,), optional
    **options
        Of `approximate_newton`, callback included; they override the problem's own.

    Raises
    ------
    ValueError
        If x0 is not a finite vector of length d, or alpha is zero there within rounding.
    """
    start = np.zeros(problem.d) if x0 is None else as_vector(x0, problem.d, "x0", "the columns of A")
    if problem.sign(start) == 0:
        name = "the default start x = 0" if x0 is None else "x0"
        raise ValueError(
            f"x0: expected a start where alpha = sum phi(A x) is not zero, got alpha = 0 within rounding at {name}, where "
            "the loss is undefined; pass another x0"
        )
    with np.errstate(over="ignore"):
        target = float(problem.b @ problem.b)
    known = {
        "basis": problem.coordinates.basis,
        "scaled_hess": problem.scaled_hess,
        "safe_fraction": problem.safe_fraction,
        "displacement": problem.displacement,
        "rounding": problem.rounding,
        # On average a unit step in every row.
        "initial_radius": float(np.sqrt(problem.n)),
        # Twice what f = 0 would cost; no scale at all for b = 0.
        "loss_scale": target or None,
    }
    return approximate_newton(problem.fun, start, jac=problem.jac, hess=problem.hess, **(known | options))

"""argmin over x of norm(f - b)^2 / 2 + norm(omega * A x)^2 / 2, f = phi(A x) / sum phi(A x), from arrays to a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import OptimizeResult

from resmax_sym.solve.data import DataLost, as_vector
from resmax_sym.solve.kernels import DEFAULT_UNIT, kernel_of
from resmax_sym.solve.methods import minimise, stopped
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.sketch import Sketch

__all__ = ["solve", "solve_problem"]


def solve(
    A: Any,
    b: ArrayLike,
    *,
    unit: str = DEFAULT_UNIT,
    omega: float | ArrayLike = 0.0,
    x0: ArrayLike | None = None,
    method: str = "auto",
    sketch: Sketch | None = None,
    seed: int = 0,
    gtol: float = 1e-9,
    maxiter: int = 200,
    callback: Callable | None = None,
    verbose: bool = False,
    certify: bool = False,
    audit: bool = False,
    scheduler: Any = None,
) -> OptimizeResult:
    """Fit x so that f = phi(A x) / sum phi(A x) is close to b.

    Parameters
    ----------
    A : ndarray, memmap, scipy.sparse array or dask array, shape (n, d)
        Data, or anything else that `Problem` takes; a float64 ndarray is used in place.
    b : array_like, shape (n,)
        Target.
    unit : str, default "exp(s) + s"
        phi as an expression in s.
    omega : float or array_like, shape (n,), default 0.0
        Weights of the regulariser.
    x0 : array_like, shape (d,), optional
        Start; default 0.
    method : {"auto", "exact", "sampled", "plain"}
        "exact": trust-region Newton with the full Hessian. "sampled": inexact Newton; a Hessian from sampled rows
        preconditions conjugate gradients on exact products, so that the result is as accurate. "plain": the step of the
        theorem, ``x - H~^-1 g`` with the sampled Hessian H~, without safeguards. "auto" (default): "sampled" from d = 100 and
        n = 50 d up, where it is faster as measured, else "exact".
    sketch : Sketch, optional
        How rows are sampled, and how many: `EstimatedLeverage` (default), `ExactLeverage` or `Uniform`.
    seed : int, default 0
        Of all random numbers; the same seed gives the same result.
    gtol : float, default 1e-9
        Tolerance for norm(gradient) relative to the first one.
    maxiter : int, default 200
        Largest number of steps.
    callback : callable, optional
        As in `approximate_newton`; with sampled rows the intermediate result has the `SampledHessian` of the last step, too.
    verbose : bool, default False
        Print a line per step to standard error.
    certify : bool, default False
        Whether `certificate` of the result is to be a proof in ball arithmetic that a critical point lies within a stated distance of x,
        or the reason why there is none.
    audit : bool, default False
        Whether `audit` of each step in the history is to say which hypotheses of the theorems on approximate Newton steps held
        there, measured against the certified end (`resmax_sym.solve.audit`).
    scheduler : str, distributed.Client or cluster, optional
        For a dask array: where its chunks are computed, as in `DaskData`. A connection that is opened here is closed again.

    Returns
    -------
    OptimizeResult
        See `approximate_newton`. Components of x that A maps to zero stay as in x0. `method` is the one that was chosen. With
        sampled rows nhev counts Hessian-vector products, and `gradients` is the cost (one gradient = two passes over A).
        Ctrl-C gives the best point so far with status INTERRUPTED; so does, with status DATA_LOST, an A that can no longer be read.

    Raises
    ------
    ValueError
        On invalid data or options, an invalid unit, or a start at which alpha is zero.
    DataLost
        If A cannot be read to begin with.
    """
    problem = Problem(A, b, omega, kernel=kernel_of(unit), scheduler=scheduler)
    choice = {"method": method, "sketch": sketch, "seed": seed}
    limits = {"gtol": gtol, "maxiter": maxiter}
    try:
        wanted = {"certify": certify, "audit": audit}
        return solve_problem(problem, x0, **wanted, **choice, **limits, callback=callback, verbose=verbose)
    finally:
        if problem.data is not A:
            problem.data.close()


def solve_problem(
    problem: Problem, x0: ArrayLike | None = None, *, certify: bool = False, audit: bool = False, **options: Any
) -> OptimizeResult:
    """Minimise a `Problem` from x0 (default 0) with all it knows about its geometry and rounding.

    Parameters
    ----------
    problem : Problem
    x0 : array_like, shape (d,), optional
    certify, audit : bool, default False
        As in `solve`.
    **options
        method, sketch, seed as in `solve`; those of `approximate_newton`, callback included, override the problem's own.

    Raises
    ------
    ValueError
        If x0 is not a finite vector of length d, or alpha is zero there within rounding.
    """
    start = np.zeros(problem.d) if x0 is None else as_vector(x0, problem.d, "x0", "the columns of A")
    try:
        sign = problem.sign(start)
    except (KeyboardInterrupt, DataLost) as reason:
        return stopped(reason, start)
    if sign == 0:
        name = "the default start x = 0" if x0 is None else "x0"
        raise ValueError(
            f"x0: expected a start where alpha = sum phi(A x) is not zero, got alpha = 0 within rounding at {name}, where "
            "the loss is undefined; pass another x0"
        )
    # Only what is asked for pays for loading the symbolic machinery.
    if not (certify or audit):
        return minimise(problem, start, **options)
    from resmax_sym.solve.finish import Trail, audited, certified

    trail = Trail(start, options.pop("callback", None)) if audit else None
    result = minimise(problem, start, **options, **({"callback": trail} if audit else {}))
    proof = certified(problem, result)
    if certify:
        result.certificate = proof
    if audit:
        result.history = audited(problem, result, trail, proof)
    return result

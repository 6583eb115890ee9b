"""argmin over x of norm(f - b)^2 / 2 + norm(omega * t)^2 / 2, f = phi(t) / sum phi(t), t = A x, from arrays to a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import OptimizeResult

from resmax_sym.solve.data import DataLost, as_vector
from resmax_sym.solve.kernels import DEFAULT_LAYERED_UNIT, DEFAULT_UNIT, kernel_of
from resmax_sym.solve.layered import LayeredProblem, layered_problem, layered_start, minimise_layered
from resmax_sym.solve.methods import minimise, stopped
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.sketch import Sketch

__all__ = ["solve", "solve_problem"]


def solve(
    A: Any,
    b: ArrayLike,
    *,
    unit: str | None = None,
    inner_layer: str | None = None,
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
    """Fit x so that f = phi(t) / sum phi(t) is close to b, t = A x or, with an inner layer rho, t = A2 rho(A1 x).

    Parameters
    ----------
    A : ndarray, memmap, scipy.sparse array or dask array, shape (n, d), or a pair (A1, A2) of shapes (m, d) and (n, m)
        Data, or anything else that `Problem` takes; a float64 ndarray is used in place. The pair goes with `inner_layer`;
        A1 of it is no dask array.
    b : array_like, shape (n,)
        Target.
    unit : str, default "exp(s) + s", with an inner layer "exp(s)"
        phi as an expression in s.
    inner_layer : str, optional
        rho: "relu", "softplus", "tanh", or a continuous expression in s such as "max(s, s / 10)".
    omega : float or array_like, shape (n,), default 0.0
        Weights of the regulariser.
    x0 : array_like, shape (d,), optional
        Start; default 0, with an inner layer that has kinks `default_start`, which depends on the seed.
    method : {"auto", "exact", "sampled", "plain"}
        "exact": trust-region Newton with the full Hessian. "sampled": inexact Newton; a Hessian from sampled rows
        preconditions conjugate gradients on exact products, so that the result is as accurate. "plain": the step of the
        theorem, ``x - H~^-1 g`` with the sampled Hessian H~, without safeguards. "auto" (default): "sampled" from d = 100 and
        n = 50 d up, where it is faster as measured, else "exact". With an inner layer "auto" is "exact", which then judges each step
        across kinks by the loss, and there is no "sampled".
    sketch : Sketch, optional
        How rows are sampled, and how many: `EstimatedLeverage` (default), `ExactLeverage` or `Uniform`.
    seed : int, default 0
        Of all random numbers; the same seed gives the same result with the same number of BLAS threads.
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
        or the reason why there is none; with the inner layer "relu", inside the activation region of x.
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
        With an inner layer that has kinks the history has `RegionRecord`, and the result `alive` (units with slope rho' != 0),
        `on_kinks` (units that x stands on the kink of) and `kink_distance` (Euclidean, to the nearest other kink); success is
        CONVERGED in a cell or AT_KINK, where the loss falls in no direction though the gradient jumps.
        Sampled and plain results have no `hess`, unless the exact method took over: then `handed_over` is True, the counts are those of
        both, `gradients` is the cost of the sampled part, and `given_up` holds its records if the history does not. Plain returns the
        point of least loss where it ends without converging.
        Ctrl-C gives the best point so far with status INTERRUPTED; so does, with status DATA_LOST, an A that can no longer be read.

    Raises
    ------
    ValueError
        On invalid data or options, an invalid unit, or a start at which alpha is zero.
    DataLost
        If A cannot be read to begin with.
    KeyboardInterrupt
        If Ctrl-C comes while A is first looked at.

    Examples
    --------
    >>> import numpy as np
    >>> A, b = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([0.2, 0.3, 0.5])
    >>> result = solve(A, b, omega=0.1)
    >>> result.success, result.method
    (True, 'exact')
    """
    if inner_layer is not None:
        problem = layered_problem(A, b, omega, unit or DEFAULT_LAYERED_UNIT, inner_layer, scheduler)
    elif isinstance(A, tuple):
        raise ValueError(
            "A: expected one matrix without an inner layer, got a tuple; pass inner_layer='relu' with (A1, A2)"
        )
    else:
        problem = Problem(A, b, omega, kernel=kernel_of(DEFAULT_UNIT if unit is None else unit), scheduler=scheduler)
    choice = {"method": method, "sketch": sketch, "seed": seed}
    limits = {"gtol": gtol, "maxiter": maxiter}
    try:
        wanted = {"certify": certify, "audit": audit}
        return solve_problem(problem, x0, **wanted, **choice, **limits, callback=callback, verbose=verbose)
    finally:
        if problem.data is not A and not (inner_layer is not None and problem.data is A[1]):
            problem.data.close()


def solve_problem(
    problem: Problem | LayeredProblem,
    x0: ArrayLike | None = None,
    *,
    certify: bool = False,
    audit: bool = False,
    **options: Any,
) -> OptimizeResult:
    """Minimise a problem from x0 with all it knows about its geometry and rounding.

    Parameters
    ----------
    problem : Problem or LayeredProblem
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
    for name, value in (("certify", certify), ("audit", audit)):
        if not isinstance(value, bool | np.bool_):
            raise ValueError(
                f"{name}: expected True or False, got {value!r}; what it finds is an attribute of the result"
            )
    layered = isinstance(problem, LayeredProblem)
    start = np.zeros(problem.d) if x0 is None else as_vector(x0, problem.d, "x0", f"the columns of A{'1' * layered}")
    try:
        if layered and x0 is None:
            start = layered_start(problem, options.get("seed", 0))
        sign = problem.sign(start)
    except (KeyboardInterrupt, DataLost) as reason:
        return stopped(reason, start)
    if sign == 0:
        name = ("the default start" if start.any() else "the default start x = 0") if x0 is None else "x0"
        raise ValueError(
            f"x0: expected a start where alpha = sum phi(A x) is not zero, got alpha = 0 within rounding at {name}, where "
            "the loss is undefined; pass another x0"
        )
    if layered:
        if audit:
            raise ValueError("audit: expected the linear problem, got an inner layer; leave audit out")
        result = minimise_layered(problem, start, **options)
        if certify:
            from resmax_sym.solve.finish import certified

            result.certificate = certified(problem, result)
        return result
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

"""exact, sampled, plain: one start and one problem, three ways down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult

from resmax_sym.solve.data import DataLost
from resmax_sym.solve.inexact import InexactNewton
from resmax_sym.solve.iterate import View
from resmax_sym.solve.newton import NewtonRun
from resmax_sym.solve.objective import Objective, intermediate_callback
from resmax_sym.solve.options import Options
from resmax_sym.solve.plain import PlainNewton
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.result import MESSAGES, IterationRecord, Status
from resmax_sym.solve.sketch import EstimatedLeverage, Sketch

__all__ = ["METHODS", "choose", "minimise", "stopped"]

METHODS = ("auto", "exact", "sampled", "plain")
COLUMNS = 100
ROWS_PER_COLUMN = 50


def choose(n: int, d: int) -> str:
    """Sampled from 100 columns and 50 rows per column up, else exact.

    Measured in processor time (n = 2e4 and 2e5, cond(A) = 1e2): there the sampled method takes between a third and two thirds of the
    time of the exact one, and less the larger d is. With fewer columns a Hessian is cheap, and the exact method reads A less often.
    """
    return "sampled" if d >= COLUMNS and n >= ROWS_PER_COLUMN * d else "exact"


def minimise(
    problem: Problem,
    start: np.ndarray,
    method: str = "auto",
    sketch: Sketch | None = None,
    seed: int = 0,
    callback: Callable | None = None,
    **options: Any,
) -> OptimizeResult:
    """The result of a method from a start; Ctrl-C and the loss of the data end it with the best point so far.

    A sampled run that ends where only exact eigenvalues and rounding levels can tell what is the case goes on as an exact
    one: in the same history if only the rank of A is open, else from the start, since a way to infinity or to alpha = 0 shows
    in all of its steps. The result then says `handed_over`: nfev, njev and nhev are those of both runs, which together take at most
    maxiter steps; `gradients` is the cost of the sampled one, and `given_up` holds the records of its steps if the history does not.

    Parameters
    ----------
    problem : Problem
    start : ndarray, shape (d,)
    method : str
        One of `METHODS`.
    sketch : Sketch, optional
        Default `EstimatedLeverage`.
    seed : int
    callback : callable, optional
    **options
        As in `solve_problem`.

    Raises
    ------
    ValueError
        On an unknown method, a sketch that is none, or a seed or an option out of range.
    """
    if method not in METHODS:
        raise ValueError(f"method: expected one of {', '.join(METHODS)}, got {method!r}")
    if sketch is not None and not isinstance(sketch, Sketch):
        raise ValueError(f"sketch: expected a sketch such as EstimatedLeverage(), got {sketch!r}")
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed: expected an integer >= 0, got {seed!r}")
    method = choose(problem.n, problem.d) if method == "auto" else method
    settings, report = Options.read(options), intermediate_callback(callback)
    runs: list[Any] = []
    # The interrupt is caught as an exception; no signal handler is set, so that none can be left behind.
    try:
        if method != "exact":
            kind = PlainNewton if method == "plain" else InexactNewton
            runs.append(kind(problem, sketch or EstimatedLeverage(), seed, settings, report))
            result = runs[-1].go(start)
        if method == "exact":
            runs.append(_exact(problem, options, report))
            result = runs[-1].go(start)
        elif method == "sampled" and runs[-1].open:
            problem.forget()
            given_up = 0 if runs[0].arrived else len(runs[0].history) - 1
            limits = {"maxiter": settings.maxiter - given_up}
            runs.append(_exact(problem, options | limits, report, runs[0].history if runs[0].arrived else []))
            result = runs[-1].go(runs[0].point.x if runs[0].arrived else start)
    except (KeyboardInterrupt, DataLost) as reason:
        result = stopped(reason, start, runs)
    result.method = method
    return _joined(result, *runs) if len(runs) == 2 else result


def _joined(result: OptimizeResult, sampled: InexactNewton, exact: NewtonRun) -> OptimizeResult:
    """The result of a sampled run and of the exact one that took over, with what both have done."""
    meter, counted = sampled.meter, exact.view.objective
    result.nfev, result.njev, result.nhev = (getattr(meter, n) + getattr(counted, n) for n in ("nfev", "njev", "nhev"))
    result.gradients, result.handed_over = meter.gradients, True
    other = exact if result.history is sampled.history else sampled
    result.given_up = [] if sampled.arrived else other.history
    if result.status is Status.ITERATION_LIMIT and result.given_up:
        result.message += (
            f"; {len(sampled.history) - 1} of them by the sampled method, which then handed over to the exact one"
        )
        best = sampled.stopped(result.status)
        if best.fun < result.fun:
            result |= {name: best[name] for name in ("x", "fun", "jac", "grad_norm", "relative_gradient")} | {
                "hess": None
            }
            result.message += "; x is where the sampled steps had led, which is lower"
    return result


def _best(runs: Sequence[Any]) -> Any:
    """The run that has reached the lowest loss; None if none has reached a point."""
    reached = [run for run in runs if run.point is not None]
    return min(reached, key=lambda run: run.point.fun if run.point.finite else np.inf, default=None)


def _exact(
    problem: Problem, options: dict[str, Any], report: Callable, history: Sequence[IterationRecord] = ()
) -> NewtonRun:
    """The trust-region Newton method, with all that the problem knows about its geometry and rounding."""
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
    objective = Objective(problem.fun, (), problem.jac, problem.hess, None)
    settings = Options.read(known | options)
    return NewtonRun(View(objective, settings, problem.d), settings, report, history)


def stopped(reason: KeyboardInterrupt | DataLost, start: np.ndarray, runs: Sequence[Any] = ()) -> OptimizeResult:
    """The result at the best point that runs from a start had reached when Ctrl-C or the loss of the data ended them."""
    lost = isinstance(reason, DataLost)
    status = Status.DATA_LOST if lost else Status.INTERRUPTED
    best = _best(runs)
    result = _nothing_done(start, status) if best is None else best.stopped(status)
    if lost:
        result.message = f"{result.message} ({reason})"
    return result


def _nothing_done(start: np.ndarray, status: Status) -> OptimizeResult:
    """The result of a run that was stopped before its first point."""
    unknown = dict.fromkeys(("fun", "grad_norm", "relative_gradient"), np.nan)
    return OptimizeResult(
        x=start,
        jac=np.full(start.size, np.nan),
        nit=0,
        nfev=0,
        njev=0,
        nhev=0,
        status=status,
        success=False,
        message=MESSAGES[status],
        history=[],
        method=None,
        **unknown,
    )

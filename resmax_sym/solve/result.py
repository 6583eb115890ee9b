"""status = 0 exactly when the gradient is within tolerance and no direction curves downwards."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

__all__ = ["MESSAGES", "IterationRecord", "Status", "progress_line"]


class Status(IntEnum):
    """Why a run ended; the explaining sentences are in `MESSAGES`."""

    CONVERGED = 0
    ITERATION_LIMIT = 1
    NO_DESCENT = 2
    MINIMUM_AT_INFINITY = 3
    BOUNDARY = 4
    NON_FINITE = 5
    INTERRUPTED = 6
    DATA_LOST = 7
    AT_KINK = 8
    FLAT = 9
    STOPPED_BY_CALLBACK = 99  # the number SciPy's own methods use


MESSAGES = {
    Status.CONVERGED: "converged: the gradient is within tolerance (or at rounding level) and no direction curves downwards",
    Status.ITERATION_LIMIT: "iteration limit: maxiter steps were taken before the gradient came within tolerance; "
    "pass a larger maxiter, or this x as x0",
    Status.NO_DESCENT: "no descent within rounding: every trial step, down to rounding level, left the loss no lower; "
    "if the gradient is small, a looser gtol accepts this point; if not, it does not belong to the loss",
    Status.MINIMUM_AT_INFINITY: "minimum at infinity: the gradient fades but the Newton step does not shrink; "
    "the loss has an infimum that no finite x attains; a regulariser, omega > 0, gives it a minimum where t = A x",
    Status.BOUNDARY: "boundary alpha = 0: the descent leads into the set where the loss is undefined; "
    "the steps were cut until no descent was left within rounding; pass another x0",
    Status.NON_FINITE: "non-finite value: the loss, the gradient or the Hessian is NaN or infinite at the last point "
    "or at every trial point around it; pass an x0 nearer to 0, or rescale A",
    Status.INTERRUPTED: "interrupted (Ctrl-C): the best point so far is returned; pass it as x0 to go on from there",
    Status.DATA_LOST: "data lost: A can no longer be read; the best point so far is returned; once A is there again, pass it as x0 "
    "to go on from there",
    Status.AT_KINK: "stationary at a kink: within tolerance no direction, into a neighbouring cell or along the kink, lowers the "
    "loss; the gradient jumps there, and jac is the shortest between the gradients of the cells",
    Status.FLAT: "flat cell: every unit of the inner layer is dead around x, where the loss is constant, and no lower cell was found; "
    "pass another x0",
    Status.STOPPED_BY_CALLBACK: "stopped by the callback (StopIteration)",
}
"""Each status in a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class IterationRecord:
    """One accepted step, or the start (``nit = 0``, no step).

    Attributes
    ----------
    nit : int
        Number of accepted steps so far.
    fun, grad_norm, relative_gradient : float
        Loss, ``norm(gradient)`` and its ratio to the first one, after the step.
    radius : float
        Trust radius of the accepted trial, in the units of ``norm(A p)``.
    step_norm : float
        ``norm(A p)`` of the step (norm in the metric of the run).
    ratio : float
        Loss decrease over the decrease the quadratic model predicted; NaN at the start.
    least_eigenvalue : float
        Least eigenvalue of the Hessian in scaled coordinates, where the step began.
    on_boundary : bool
        Whether the step ended on the trust-region boundary.
    trials : int
        Subproblems solved for this step; all but the last were rejected or cut.
    cuts : int
        How many of them could not be shown to stay away from alpha = 0.
    inner : int
        Hessian-vector products of the step; 0 for exact Newton.
    rows : int
        Rows drawn for the sampled Hessian of the step; 0 if an earlier one was kept.
    gradients : float
        Cost so far in gradients, where one gradient is two passes over A; NaN where it is not counted.
    audit : resmax_sym.solve.audit.Audited or None
        Which hypotheses of the theorems held at this step; None at the start and where no audit was asked for.
    """

    nit: int
    fun: float
    grad_norm: float
    relative_gradient: float
    radius: float
    step_norm: float
    ratio: float
    least_eigenvalue: float
    on_boundary: bool
    trials: int
    cuts: int
    inner: int = 0
    rows: int = 0
    gradients: float = math.nan
    audit: Any = None


def progress_line(nit: int, fun: float, relative_gradient: float) -> str:
    """One line about one step."""
    return f"step {nit:3d}  loss {fun:.10e}  relative gradient {relative_gradient:.2e}"

"""What is said of a run once it is over: the certificate of its end, and the audit of each step against the theorems."""

from __future__ import annotations

from dataclasses import replace

from scipy.optimize import OptimizeResult

from resmax_sym.models import RELU
from resmax_sym.solve.audit import Trail, audit
from resmax_sym.solve.certificate import Certificate, NotCertified, certify, certify_in_region
from resmax_sym.solve.data import DataLost
from resmax_sym.solve.layered import LayeredProblem
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.result import IterationRecord, Status

__all__ = ["Trail", "audited", "certified"]

LARGEST = 10**7
CUT_SHORT = {
    Status.INTERRUPTED: "the run was interrupted",
    Status.DATA_LOST: "the data were lost during the run",
}


def certified(problem: Problem | LayeredProblem, result: OptimizeResult) -> Certificate | NotCertified:
    """A `Certificate` of the end of a run, or the reason why there is none: whatever stops it, the run is not lost."""
    if result.status in CUT_SHORT:
        return NotCertified(CUT_SHORT[result.status])
    try:
        return _certificate(problem, result)
    except KeyboardInterrupt:
        return NotCertified("interrupted (Ctrl-C) while certifying")
    except MemoryError:
        return NotCertified("not enough memory")
    except DataLost as lost:
        return NotCertified(str(lost))


def _certificate(problem: Problem | LayeredProblem, result: OptimizeResult) -> Certificate | NotCertified:
    """Of the loss, or inside one activation region of it."""
    if not isinstance(problem, LayeredProblem):
        return certify(problem, result.x)
    if problem.kernel.INNER != RELU:
        return NotCertified(f"certificates are for the inner layer {RELU}, not for {problem.kernel.INNER}")
    if result.status is Status.AT_KINK:
        return NotCertified("x is on a kink, where the gradient jumps: a certificate is about one activation region")
    if problem.n * problem.m > LARGEST:
        return NotCertified(f"too large: A2 has {problem.n * problem.m:.3g} entries, balls are for up to {LARGEST:.3g}")
    A2 = problem.outer.matrix()
    return certify_in_region(problem.inner.matrix, A2, problem.b, problem.omega, result.x, problem.kernel.UNIT)


def audited(
    problem: Problem, result: OptimizeResult, trail: Trail, proof: Certificate | NotCertified
) -> list[IterationRecord]:
    """The history of a run, with the audit of each step that was taken; without it where the run or the audit was cut short."""
    if result.status in CUT_SHORT or not trail.hessians:
        return result.history
    try:
        steps = audit(problem, trail.points, trail.hessians, solution=result.x, certificate=proof)
    except (KeyboardInterrupt, MemoryError, DataLost):
        return result.history
    found = {step.step + 1: step for step in steps}
    return [replace(record, audit=found.get(record.nit)) for record in result.history]

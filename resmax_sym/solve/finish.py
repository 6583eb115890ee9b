"""What is said of a run once it is over: the certificate of its end, and the audit of each step against the theorems."""

from __future__ import annotations

from dataclasses import replace

from scipy.optimize import OptimizeResult

from resmax_sym.solve.audit import Trail, audit
from resmax_sym.solve.certificate import Certificate, NotCertified, certify
from resmax_sym.solve.data import DataLost
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.result import IterationRecord, Status

__all__ = ["Trail", "audited", "certified"]

CUT_SHORT = {
    Status.INTERRUPTED: "the run was interrupted",
    Status.DATA_LOST: "the data were lost during the run",
}


def certified(problem: Problem, result: OptimizeResult) -> Certificate | NotCertified:
    """A `Certificate` of the end of a run, or the reason why there is none: whatever stops it, the run is not lost."""
    if result.status in CUT_SHORT:
        return NotCertified(CUT_SHORT[result.status])
    try:
        return certify(problem, result.x)
    except KeyboardInterrupt:
        return NotCertified("interrupted (Ctrl-C) while certifying")
    except MemoryError:
        return NotCertified("not enough memory")
    except DataLost as lost:
        return NotCertified(str(lost))


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

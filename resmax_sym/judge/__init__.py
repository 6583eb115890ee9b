"""Claims in, verdicts with evidence out."""

from resmax_sym.judge.claim import Claim, Status, Verdict
from resmax_sym.judge.claimfile import ClaimFileError, read_claims
from resmax_sym.judge.identity import Defect, equal
from resmax_sym.judge.judge import BUDGET, judge, judge_all

__all__ = [
    "BUDGET",
    "Claim",
    "ClaimFileError",
    "Defect",
    "Status",
    "Verdict",
    "equal",
    "judge",
    "judge_all",
    "read_claims",
]

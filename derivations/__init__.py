"""The suite's own lemmas: one folder per paper or method, each module a list of claims with prose."""

from derivations import newton, soft_residual, softmax_relu
from resmax_sym.judge.ledger import Ledger

SYSTEMS = (soft_residual, newton, softmax_relu)
CLAIMS = tuple(claim for system in SYSTEMS for claim in system.CLAIMS)
LEDGER = Ledger(CLAIMS, {claim.id: system.PAPER for system in SYSTEMS for claim in system.CLAIMS})

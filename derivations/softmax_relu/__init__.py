"""Softmax-ReLU regression (arXiv 2308.08358): min_x 1/2 ||<exp(t), 1>^-1 exp(t) - b||^2 with t = A2 max(A1 x, 0).

Only the abstract's assertions are attributed to the paper; every claim here is stated and judged on its own.
"""

from derivations.soft_residual.grounding import grounded
from derivations.softmax_relu import (
    cell,
    definitions,
    descent,
    gradient,
    hessian,
    kinks,
    lipschitz,
    names,
    newton,
    rate,
    semidefinite,
    totals,
)
from derivations.softmax_relu.grounding import definitions_of

PAPER = "2308.08358"
CHAPTERS = (names, definitions, gradient, hessian, totals, kinks, semidefinite, cell, lipschitz, newton, descent, rate)
DEFINITIONS = names.CLAIMS
CLAIMS = grounded((claim for chapter in CHAPTERS for claim in chapter.CLAIMS), DEFINITIONS, definitions_of)

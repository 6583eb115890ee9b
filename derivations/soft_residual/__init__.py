"""Soft-residual regression (arXiv 2309.13482): min_x 1/2 ||<phi(Ax), 1>^-1 phi(Ax) - b||^2 with phi(s) = exp(s) + s.

Only the abstract's assertions are attributed to the paper; every claim here is stated and judged on its own.
"""

from derivations.soft_residual import (
    contraction,
    definitions,
    domain,
    gradient,
    hessian,
    lipschitz,
    names,
    positive_lipschitz,
    positive_units,
    regulariser,
    scaling,
    semidefinite,
    sharp,
    sharp_lipschitz,
    sharp_lipschitz_positive,
    sharp_target,
    sharp_terms,
    softmax_cumulants,
    theorems,
)
from derivations.soft_residual.grounding import grounded

PAPER = "2309.13482"
CHAPTERS = (
    names,
    definitions,
    domain,
    gradient,
    hessian,
    regulariser,
    scaling,
    semidefinite,
    sharp,
    sharp_target,
    sharp_lipschitz_positive,
    positive_units,
    positive_lipschitz,
    lipschitz,
    softmax_cumulants,
    sharp_lipschitz,
    contraction,
    theorems,
)
DEFINITIONS = (*names.CLAIMS, *sharp_terms.DEFINITIONS)
CLAIMS = grounded((claim for chapter in CHAPTERS for claim in chapter.CLAIMS), DEFINITIONS)

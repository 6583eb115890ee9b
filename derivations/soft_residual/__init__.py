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
    positive_units,
    regulariser,
    scaling,
    semidefinite,
    sharp,
    softmax_cumulants,
)

PAPER = "2309.13482"
CHAPTERS = (
    definitions,
    domain,
    gradient,
    hessian,
    regulariser,
    scaling,
    semidefinite,
    sharp,
    positive_units,
    lipschitz,
    softmax_cumulants,
    contraction,
)
CLAIMS = tuple(claim for chapter in CHAPTERS for claim in chapter.CLAIMS)

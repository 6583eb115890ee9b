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
    regulariser,
    scaling,
    semidefinite,
)

PAPER = "2309.13482"
CHAPTERS = (definitions, domain, gradient, hessian, regulariser, scaling, semidefinite, lipschitz, contraction)
CLAIMS = tuple(claim for chapter in CHAPTERS for claim in chapter.CLAIMS)

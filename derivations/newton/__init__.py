"""The approximate Newton method x+ = x - H~^{-1} grad: contraction, iteration count, row count and the Kantorovich radius.

Only that such a method follows is asserted by the abstract of arXiv 2309.13482; every claim here is stated and judged on its own.
`python -m benchmarks.study` prints the cost of a step, nnz(A) log n + d^3, as it is measured.
"""

from derivations.newton import contraction, count, euclidean, kantorovich, order, region, rows, sampled

PAPER = "2309.13482"
CHAPTERS = (order, contraction, euclidean, region, count, rows, sampled, kantorovich)
CLAIMS = tuple(claim for chapter in CHAPTERS for claim in chapter.CLAIMS)

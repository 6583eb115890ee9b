"""||B - B_0|| <= (sqrt(6)/9) ||b|| for softmax: proved, attained at n = 2, and confirmed by the generated code."""

import numpy as np
import pytest

from derivations.soft_residual.sharp_target import CLAIMS
from resmax_sym.generated import softmax

FACTOR = 6**0.5 / 9


def part_of_target(t, b):
    """norm(B - B_0) by the generated Hessian, which shares nothing with the claim."""
    rows = np.eye(len(t))
    return np.linalg.norm(softmax.hessian(rows, t, b) - softmax.hessian(rows, t, 0 * b), 2)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_verdicts(claim, verdicts):
    assert verdicts[claim.id].expected, verdicts[claim.id]


def test_the_generated_hessian_respects_it():
    rng = np.random.default_rng(3)
    ratios = []
    for n in rng.integers(2, 9, 300):
        t, b = 2 * rng.standard_normal(n), rng.standard_normal(n)
        ratios.append(part_of_target(t, b) / np.linalg.norm(b))
    assert max(ratios) <= FACTOR * (1 + 1e-12)  # rounding of sums of a few terms
    assert max(ratios) > 0.8 * FACTOR  # the sample is not a tame one


def test_it_is_attained():
    p = (1 - 3**-0.5) / 2
    found = part_of_target(np.log([p, 1 - p]), np.array([1.0, -1.0])) / 2**0.5
    assert found == pytest.approx(FACTOR, rel=1e-12)

"""The benchmark's problem is what its docstring says."""

import numpy as np
import pytest

from benchmarks.problem import CONDITIONS, RIDGE, SPREAD, generate


@pytest.mark.parametrize("cond", CONDITIONS)
def test_conditioning_and_target(cond):
    problem = generate(5000, 10, cond, noise=0.0)
    A = problem.data.rows(np.arange(5000))
    assert np.linalg.cond(A) == pytest.approx(cond, rel=0.3)
    # b is a softmax of something linear in A, of the promised spread.
    assert problem.b.sum() == pytest.approx(1.0)
    logits = np.log(problem.b)
    logits -= logits.mean()
    centred = A - A.mean(axis=0)
    fitted = centred @ np.linalg.lstsq(centred, logits, rcond=None)[0]
    np.testing.assert_allclose(fitted, logits, atol=1e-8)
    assert 0.3 * SPREAD < logits.std() < 2 * SPREAD
    assert problem.omega[0] ** 2 * 5000 == pytest.approx(RIDGE)


def test_seeds_and_noise():
    one, same, other = (generate(100, 3, 1.0, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.b, same.b)
    assert not np.array_equal(one.b, other.b)
    noisy = generate(100_000, 2, 1.0, noise=0.5)
    clean = generate(100_000, 2, 1.0, noise=0.0)
    assert np.std(noisy.b - clean.b) * 1e5 == pytest.approx(0.5, rel=0.05)

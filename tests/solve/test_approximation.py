"""The sampled Hessian: exact with all rows, near H with few, and its factor makes a positive definite metric."""

import numpy as np
import pytest

from resmax_sym.solve import EstimatedLeverage, ExactLeverage, Problem, Uniform, sampled_hessian

SKETCHES = [Uniform(), ExactLeverage(), EstimatedLeverage()]


def at(n=3000, d=6, seed=0, far=0.3):
    rng = np.random.default_rng(seed)
    A, b = rng.normal(size=(n, d)), rng.dirichlet(np.ones(n))
    return Problem(A, b), far * rng.normal(size=d)


@pytest.mark.parametrize("sketch", SKETCHES, ids=lambda sketch: type(sketch).__name__)
def test_all_rows_give_the_hessian(sketch):
    problem, x = at(n=50)
    sampled = sampled_hessian(problem, x, sketch, np.random.default_rng(0), rows=50)
    assert sampled.rows == 50
    np.testing.assert_allclose(sampled.matrix, problem.hess(x), rtol=1e-10, atol=1e-16)
    delta, _, _ = problem.factors(x)
    A = problem.data.rows(np.arange(50))
    np.testing.assert_allclose(sampled.gram, A.T @ (np.abs(delta)[:, None] * A), rtol=1e-10, atol=1e-16)
    assert sampled.size == pytest.approx(np.sqrt(np.abs(delta).sum()))


@pytest.mark.parametrize("sketch", SKETCHES, ids=lambda sketch: type(sketch).__name__)
def test_few_rows_come_close(sketch):
    problem, x = at()
    sampled = sampled_hessian(problem, x, sketch, np.random.default_rng(0), rows=600)
    assert 400 < sampled.rows < 800
    L = np.linalg.cholesky(sampled.gram)
    error = np.linalg.solve(L, np.linalg.solve(L, sampled.matrix - problem.hess(x)).T)
    # 600 rows are 100 d; sqrt(d / m) = 0.1 and delta varies.
    assert 1e-3 < np.linalg.norm(error, 2) < 0.5


def test_the_factor_is_a_positive_definite_metric():
    problem, x = at(n=40, d=4, seed=3, far=2.0)
    sampled = sampled_hessian(problem, x, Uniform(), np.random.default_rng(0), rows=40)
    assert np.linalg.eigvalsh(sampled.matrix)[0] < 0
    values = np.linalg.eigvalsh(sampled.basis.T @ sampled.matrix @ sampled.basis)
    # |H~| in the place of H~: the eigenvalues are 1 and -1, or smaller next to 0.
    assert np.abs(values).max() == pytest.approx(1.0)
    assert values[0] < 0
    S = sampled.metric_basis
    np.testing.assert_allclose(S.T @ sampled.gram @ S, np.eye(4), atol=1e-9)


def test_seeds_reproduce_bit_by_bit():
    problem, x = at()
    one, two, other = (
        sampled_hessian(problem, x, EstimatedLeverage(), np.random.default_rng(seed), rows=200).matrix
        for seed in (5, 5, 6)
    )
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


def test_directions_that_no_row_sees():
    rng = np.random.default_rng(0)
    A = rng.normal(size=(60, 3))
    A = np.hstack([A, A[:, :1], np.zeros((60, 1))])
    problem = Problem(A, rng.dirichlet(np.ones(60)))
    sampled = sampled_hessian(problem, np.zeros(5), EstimatedLeverage(), rng, rows=30)
    assert sampled.basis.shape == (5, 3)
    assert not sampled.basis[4].any()


@pytest.mark.parametrize("x", [np.full(2, 1e200), np.full(2, np.nan), np.array([1e6, 0.0])])
def test_no_curvature_to_sample(x):
    problem = Problem(np.random.default_rng(0).normal(size=(30, 2)), np.full(30, 1 / 30), 0.0)
    with np.errstate(all="ignore"):
        delta = problem.factors(x)[0]
        found = sampled_hessian(problem, x, EstimatedLeverage(), np.random.default_rng(0), rows=10)
        usable = np.isfinite(delta).all() and np.abs(delta).sum() > 0
    assert (found is None) or usable
    assert found is None or np.isfinite(found.basis).all()

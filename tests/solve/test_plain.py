"""x - H~^{-1} g does what the theorem says near a minimum, and nothing is promised elsewhere."""

import numpy as np
import pytest

from resmax_sym.solve import EstimatedLeverage, ExactLeverage, Status, Uniform, solve


def instance(n=2000, d=6, seed=0):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(n, d))
    e = np.exp(A @ (0.3 * rng.normal(size=d)))
    return A, e / e.sum() + 0.05 / n * rng.normal(size=n)


@pytest.mark.parametrize("sketch", [Uniform(rows=400), ExactLeverage(rows=400), EstimatedLeverage(rows=400)])
def test_it_contracts_near_a_minimum(sketch):
    A, b = instance()
    exact = solve(A, b, method="exact")
    result = solve(A, b, method="plain", sketch=sketch, x0=exact.x + 1e-3, gtol=1e-7)
    assert result.success
    assert result.method == "plain"
    np.testing.assert_allclose(result.x, exact.x, atol=1e-8)
    sizes = np.array([record.grad_norm for record in result.history])
    factors = sizes[1:] / sizes[:-1]
    # Linear with the error of the sample as its factor, not faster: eps is about sqrt(d / m) = 0.12.
    assert 0.01 < np.median(factors) < 0.6
    assert all(record.rows > 0 for record in result.history[1:])


def test_with_all_rows_it_is_newton():
    A, b = instance(n=300)
    exact = solve(A, b, method="exact")
    result = solve(A, b, method="plain", x0=exact.x + 1e-2, sketch=Uniform(rows=300))
    assert result.success
    sizes = [record.grad_norm for record in result.history]
    assert result.nit <= 4
    assert sizes[2] < 0.05 * sizes[1] < 0.05 * sizes[0]


def test_more_rows_contract_faster():
    A, b = instance()
    x0 = solve(A, b, method="exact").x + 1e-3
    means = []
    for rows in (60, 240, 960):
        factors = []
        for seed in range(10):
            result = solve(A, b, method="plain", sketch=ExactLeverage(rows=rows), x0=x0, maxiter=2, seed=seed, gtol=0.0)
            factors.append(result.history[1].grad_norm / result.history[0].grad_norm)
        means.append(np.median(factors))
    # Four times the rows, half the factor.
    assert means[0] > 1.4 * means[1] > 1.4**2 * means[2]


def test_ends_that_are_no_minimum():
    A, b = instance(n=200)
    assert solve(A, b, method="plain", maxiter=0).status == Status.ITERATION_LIMIT
    far = solve(A, b, method="plain", x0=np.full(6, 1e3), maxiter=20)
    assert not far.success
    assert np.isfinite(far.x).all()
    # One column, one row: B = 0 for n = 1, so that H~ is singular.
    assert solve([[1.0]], [0.5], method="plain", x0=[1.0]).status in (Status.NON_FINITE, Status.NO_DESCENT)


def test_a_saddle_point_is_not_called_a_minimum():
    A = np.array([[2.0], [-2.0], [0.0], [0.0]])
    b = np.array([2.0, 2.0, -1.0, -1.0])
    result = solve(A, b, method="plain")
    assert result.status == Status.NO_DESCENT
    assert "saddle" in result.message

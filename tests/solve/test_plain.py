"""x - H~^{-1} g does what the theorem says near a minimum, and nothing is promised elsewhere."""

import numpy as np
import pytest
import scipy.sparse as sps

from resmax_sym.solve import EstimatedLeverage, ExactLeverage, Problem, Status, Uniform, solve


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
    # One column, one row: B = 0 for n = 1.
    assert solve([[1.0]], [0.5], method="plain", x0=[1.0]).status == Status.NO_DESCENT


def test_a_saddle_point_is_not_called_a_minimum():
    A = np.array([[2.0], [-2.0], [0.0], [0.0]])
    b = np.array([2.0, 2.0, -1.0, -1.0])
    result = solve(A, b, method="plain")
    assert result.status == Status.NO_DESCENT
    assert "saddle" in result.message


def test_where_it_wanders_the_point_of_lowest_loss_is_returned():
    rng = np.random.default_rng(0)
    A, b = rng.normal(size=(4000, 12)), rng.dirichlet(np.ones(4000))
    seen = []
    options = {"omega": 1e-4, "method": "plain", "sketch": Uniform(rows=24)}
    result = solve(A, b, **options, maxiter=30, callback=lambda intermediate_result: seen.append(intermediate_result))
    losses = [record.fun for record in result.history]
    assert result.status == Status.ITERATION_LIMIT
    assert result.nit == len(seen) == 30
    assert losses[-1] > 10 * min(losses)
    assert result.fun == min(losses) == pytest.approx(Problem(A, b, 1e-4).fun(result.x), rel=1e-12)
    np.testing.assert_allclose(result.jac, Problem(A, b, 1e-4).jac(result.x), rtol=1e-9)
    assert result.grad_norm == np.linalg.norm(result.jac)
    assert (
        f"of 30 steps without a safeguard, x is the point of lowest loss, after {np.argmin(losses)}" in result.message
    )

    def interrupt(intermediate_result):
        if intermediate_result.nit == 5:
            raise KeyboardInterrupt

    result = solve(A, b, **options, callback=interrupt)
    assert result.status == Status.INTERRUPTED
    assert result.fun == min(losses[:6]) < losses[5]


@pytest.mark.parametrize("seed", range(6))
def test_a_step_across_zero_of_alpha_is_not_taken(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    A, b, x0 = rng.normal(size=(300, 4)) - 5, rng.dirichlet(np.full(300, 0.1)), np.ones(4)
    points = [x0]
    result = solve(A, b, x0=x0, omega=1e-2, method="plain", callback=points.append)
    assert Problem(A, b).sign(x0) == -1
    assert result.status == Status.BOUNDARY
    assert "method='sampled'" in result.message
    assert Problem(A, b).sign(result.x) == -1
    if seed == 0:
        # The control: without the guard the run crosses, and calls that a success.
        monkeypatch.setattr(Problem, "safe_fraction", lambda problem, x, p: 1.0)
        other = solve(A, b, x0=x0, omega=1e-2, method="plain")
        assert other.success
        assert Problem(A, b).sign(other.x) == 1


def test_the_guard_costs_no_pass():
    A, b = instance()
    costs = {}
    for unit in ("exp(s) + s", "exp(s)"):  # only the first can cross
        x0 = solve(A, b, unit=unit).x + 1e-3
        history = solve(A, b, unit=unit, method="plain", x0=x0, maxiter=3, gtol=0.0).history
        costs[unit] = np.diff([record.gradients for record in history])
    np.testing.assert_allclose(costs["exp(s) + s"], costs["exp(s)"], atol=0.1)


def dependent(A):
    return np.hstack([A, A[:, :1]])


@pytest.mark.parametrize(
    "data",
    [
        dependent,
        lambda A: A[:3],
        lambda A: sps.csr_array(np.hstack([A, np.zeros((len(A), 1))])),
        lambda A: dependent(A) * np.logspace(-60, 60, 7),
    ],
    ids=["dependent columns", "n < d", "empty sparse column", "dependent columns in many units"],
)
def test_a_singular_sample_is_called_so(data):
    A, b = instance(n=300)
    A = data(A)
    result = solve(A, b[: A.shape[0]], method="plain")
    assert result.status == Status.NO_DESCENT
    assert "the sampled Hessian is singular" in result.message
    assert "method='sampled'" in result.message
    assert np.isfinite(result.fun)
    assert solve(A, b[: A.shape[0]], method="sampled").success


def test_units_of_the_columns_do_not_make_it_singular():
    A, b = instance()
    x0 = solve(A, b, method="exact").x + 1e-3
    scale = np.logspace(-60, 60, 6)
    result = solve(A * scale, b, method="plain", x0=x0 / scale, gtol=0.0, maxiter=8)
    reference = solve(A, b, method="plain", x0=x0, gtol=0.0, maxiter=8)
    assert result.status != Status.NO_DESCENT
    np.testing.assert_allclose(result.x * scale, reference.x, rtol=1e-6)


def test_curvature_that_has_underflown_is_not_called_non_finite():
    A, b = instance(n=200)
    result = solve(A, b, unit="exp(s)", method="plain", x0=np.full(6, 1e3))
    assert result.status == Status.NO_DESCENT
    assert np.isfinite(result.fun)


@pytest.mark.parametrize("unit", ["exp(s)", "exp(s) + s"])
@pytest.mark.parametrize("seed", range(3))
def test_a_start_at_the_minimum_is_recognised(unit, seed):
    A, b = instance(seed=seed)
    exact = solve(A, b, unit=unit, method="exact")
    result = solve(A, b, unit=unit, method="plain", x0=exact.x)
    assert result.success
    assert result.nit < 30
    np.testing.assert_allclose(result.x, exact.x, atol=1e-9)


def test_a_gradient_that_stands_still_elsewhere_is_no_minimum(monkeypatch):
    """Steps far too short, as a sample that is wrong by a factor gives them: the exact Hessian tells."""
    from resmax_sym.solve.approximation import SampledHessian

    A, b = instance()
    whole = SampledHessian.solve
    monkeypatch.setattr(SampledHessian, "solve", lambda sampled, g: 1e-12 * whole(sampled, g))
    result = solve(A, b, method="plain", maxiter=20)
    assert result.status == Status.ITERATION_LIMIT

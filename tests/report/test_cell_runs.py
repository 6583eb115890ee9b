"""Runs inside a region keep what the theorems promise, and a step outside of a theorem says which hypothesis fails."""

import numpy as np
import pytest
from scipy.optimize import minimize

from resmax_sym.region import Region
from resmax_sym.report import cell_runs
from resmax_sym.report.cell_problems import Cone, Ridged
from resmax_sym.report.cell_runs import NewtonStep, descent_run, newton_run, table
from resmax_sym.solve import Problem, kernel_of

RIDGE = 1e-4


def data(seed, n=12, m=6, d=3):
    rng = np.random.default_rng(seed)
    A1, A2, b = rng.normal(size=(m, d)), rng.normal(size=(n, m)) / 2, rng.dirichlet(np.ones(n) / 5)
    return A1, A2, b, 2 * rng.normal(size=d)


@pytest.fixture(scope="module")
def minimum():
    """Data with a minimum of the ridged loss inside a region, and that point."""
    for seed in range(200):
        A1, A2, b, x0 = data(seed)
        region = Region.of(A1, x0)
        try:
            end = Ridged(Problem(region.jacobian(A2), b, kernel=kernel_of("exp(s)")), RIDGE).critical_point(x0)
        except ValueError:
            continue
        if region.contains(end):
            return A1, A2, b, end
    raise AssertionError("no such data")


@pytest.mark.parametrize("eps", [0.0, 0.1, 0.4])
def test_newton_steps_contract_as_proved(minimum, eps):
    """The end is found anew by SciPy's BFGS, from differences of a loss that is written out here."""
    A1, A2, b, end = minimum
    start = end + 1e-6 * np.array([1.0, -1.0, 0.5])
    steps = newton_run(A1, A2, b, start, RIDGE, eps, 6, seed=3)
    assert all(one.verdict in ("as proved", "at rounding level") for one in steps)
    assert steps[0].verdict == "as proved"
    assert steps[0].theta < 0.5
    assert 0 < steps[0].measured <= steps[0].proved < 1

    def loss(x):
        u = np.exp(A2 @ np.maximum(A1 @ x, 0))
        return ((u / u.sum() - b) ** 2).sum() / 2 + RIDGE * (x @ x) / 2

    around = minimize(loss, start, method="BFGS", options={"gtol": 1e-9})
    assert np.linalg.norm(around.x - end) < 1e-3 * np.linalg.norm(end)
    assert steps[0].distance == pytest.approx(np.linalg.norm(start - end))


def test_eps_is_seen_in_the_ratio(minimum):
    A1, A2, b, end = minimum
    start = end + 1e-7 * np.ones(3)
    exact, rough = (newton_run(A1, A2, b, start, RIDGE, eps, 1)[0] for eps in (0.0, 0.4))
    assert exact.measured < 1e-2 < rough.measured


def test_what_fails_is_named(minimum):
    A1, A2, b, end = minimum
    near = end + 1e-6
    far = newton_run(A1, A2, b, 3 * end, RIDGE, 0.1, 1)[0]
    assert far.same_region
    assert far.failed.startswith("theta + eps = ")
    heavy = newton_run(A1, A2, 3 * b, near, RIDGE, 0.1, 1)[0]
    assert heavy.failed == "norm1(b) = 3 > 1"
    assert heavy.proved == np.inf
    kink = np.vstack([A1, near - (near @ end) / (end @ end) * end])  # between the start and the end
    beyond = newton_run(kink, np.column_stack([A2, np.zeros(12)]), b, near + 1e-9 * kink[-1], RIDGE, 0.1, 1)[0]
    assert not beyond.same_region
    assert beyond.verdict == "not covered"
    assert "another region" in table([beyond])


def test_a_rate_that_is_too_good_is_violated(minimum, monkeypatch):
    A1, A2, b, end = minimum
    monkeypatch.setattr(cell_runs, "region_contraction_factor", lambda e, h: 1e-3)
    monkeypatch.setattr(cell_runs, "descent_rate", lambda k: 1e-3)
    assert newton_run(A1, A2, b, end + 1e-5, RIDGE, 0.4, 1)[0].verdict == "violated"
    assert "violated" in {one.verdict for one in descent_run(A1, A2, b, end, 2.0, 5)}


def test_no_minimum_to_go_to():
    with pytest.raises(ValueError, match="expected a start from which a minimum is found"):
        newton_run(np.eye(2), np.array([[1.0, 0.0], [0.0, 1.0]]), [0.5, 0.5], [1.0, 1.0], 0.0, 0.1, 1)


@pytest.mark.parametrize("seed", [0, 2, 3, 4])
@pytest.mark.parametrize("k", [1.5, 4.0])
def test_projected_steps_decrease_as_proved(seed, k):
    A1, A2, b, x0 = data(seed)
    steps = descent_run(A1, A2, b, x0, k, 8)
    assert all(one.verdict in ("as proved", "at rounding level") for one in steps)
    assert all(one.same_region for one in steps)
    assert all(1 - 1 / k <= one.sandwich[0] <= one.sandwich[1] <= 1 + 1 / k for one in steps)
    assert steps[0].verdict == "as proved"
    head, *lines = table(steps).splitlines()
    assert "measured" in head
    assert len(lines) == len(steps)


def cone(seed, k=2.0):
    A1, A2, b, x0 = data(seed)
    region = Region.of(A1, x0)
    problem = Problem(region.jacobian(A2), b, np.sqrt(0.31 * k), kernel=kernel_of("exp(s)"))
    return Cone(problem, region, 1 + 1 / k), problem, x0


@pytest.mark.parametrize("seed", [0, 2, 3])
def test_a_step_is_the_minimum_of_its_model(seed):
    """The same quadratic program by SciPy's SLSQP, and the least loss of a run by SLSQP on the loss itself."""
    own, problem, x = cone(seed)
    bound = False
    for _ in range(6):
        g, constraint = problem.jac(x), {"type": "ineq", "fun": lambda y: -own.M @ y, "jac": lambda y: -own.M}

        def model(y, g=g, x=x):
            return g @ (y - x) + own.upper / 2 * (y - x) @ own.H0 @ (y - x)

        after = own.step(x)
        free = x - np.linalg.solve(own.H0, g) / own.upper
        peer = minimize(model, x, method="SLSQP", constraints=[constraint], options={"ftol": 1e-15, "maxiter": 300})
        assert own.holds(after, np.linalg.norm(x))
        assert model(after) <= model(peer.x) + 1e-8 * abs(model(peer.x)) + 1e-14
        assert np.linalg.norm(after - peer.x) <= 1e-3 * np.linalg.norm(x)
        bound = bound or not own.holds(free, np.linalg.norm(x))
        x = after
    assert bound  # the border took part


def test_steps_that_are_not_projected_leave_the_region(monkeypatch):
    A1, A2, b, x0 = data(2)
    monkeypatch.setattr(Cone, "step", lambda own, x: x - np.linalg.solve(own.H0, own.problem.jac(x)) / own.upper)
    steps = descent_run(A1, A2, b, x0, 2.0, 8)
    assert any(one.failed == "another region" and not one.same_region for one in steps)


def test_hypotheses_of_the_projected_steps_are_looked_at():
    A1, A2, b, x0 = data(2)
    light = descent_run(A1, A2, b, x0, 2.0, 2, weight=0.01)
    assert all(one.failed.startswith("omega^2 = 0.01 < 0.6") for one in light)
    heavy = descent_run(A1, A2, 2 * b, x0, 2.0, 2)
    assert all(one.failed == "norm1(b) = 2 > 1" for one in heavy)
    with pytest.raises(ValueError, match="expected independent columns"):
        descent_run(np.eye(3), A2[:, :3], b, [1.0, 1.0, -1.0], 2.0, 2)
    with pytest.raises(ValueError, match="kink of row 0"):
        descent_run(np.eye(3), A2[:, :3], b, [0.0, 1.0, 1.0], 2.0, 2)


def test_verdicts():
    step = dict(same_region=True, is_rounding=False, distance=1.0, theta=0.1, eps=0.1)
    assert NewtonStep(measured=0.2, proved=0.1, failed="", **step).verdict == "violated"
    assert NewtonStep(measured=0.1, proved=0.1, failed="", **step).verdict == "as proved"
    assert (
        NewtonStep(measured=0.2, proved=0.1, failed="", **(step | {"is_rounding": True})).verdict == "at rounding level"
    )
    assert NewtonStep(measured=0.2, proved=0.1, failed="M", **step).verdict == "not covered"

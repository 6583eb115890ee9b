"""The sampled method agrees with the exact one, whatever the sample, and every fault ends in a status that is true."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sps

from benchmarks.problem import GTOL, generate
from resmax_sym.solve import EstimatedLeverage, ExactLeverage, Problem, Status, Uniform, inexact, solve, solve_problem

FEW = EstimatedLeverage(rows=60)


def both(A, b, sketch=FEW, **options):
    return solve(A, b, method="exact", **options), solve(A, b, method="sampled", sketch=sketch, **options)


def agree(A, exact, sampled, tolerance=1e-8):
    assert exact.success
    assert sampled.success, sampled.message
    np.testing.assert_allclose(A @ sampled.x, A @ exact.x, rtol=tolerance, atol=tolerance)
    assert sampled.fun == pytest.approx(exact.fun, rel=1e-12, abs=1e-22)


@pytest.mark.parametrize(
    "sketch", [Uniform(rows=200), ExactLeverage(rows=200), EstimatedLeverage(rows=200), EstimatedLeverage()]
)
def test_the_minimiser_is_that_of_the_exact_method(sketch, unit, random_instance):
    A, b = random_instance(2000, 10)
    exact, sampled = both(A, b, sketch, unit=unit)
    agree(A, exact, sampled)
    assert sampled.method == "sampled"
    drawn = [record.rows for record in sampled.history]
    assert 0 < max(drawn) < 2000
    assert sampled.history[-1].rows >= 0


@pytest.mark.parametrize("cond", [1.0, 1e2, 1e4])
def test_the_tolerance_is_reached_whatever_the_condition(cond):
    problem = generate(4000, 40, cond)
    result = solve_problem(problem, method="sampled", gtol=GTOL)
    assert result.success
    # By other code: the gradient at the returned x, from the start.
    fresh = Problem(problem.data, problem.b, problem.omega)
    first = np.linalg.norm(fresh.jac(np.zeros(40)))
    assert np.linalg.norm(fresh.jac(result.x)) <= GTOL * first
    costs = [record.gradients for record in result.history]
    assert all(a < b for a, b in pairwise(costs))
    assert result.gradients < 120


def test_the_cost_does_not_depend_on_the_condition():
    easy, hard = (solve_problem(generate(4000, 40, cond), method="sampled") for cond in (1.0, 1e5))
    assert easy.success
    assert hard.success
    assert hard.gradients <= 1.6 * easy.gradients


def test_what_is_counted():
    problem = generate(3000, 20, 1.0)
    result = solve_problem(problem, method="sampled")
    records = result.history
    assert records[0].gradients == 1.0  # A x and A.T q
    inner = sum(record.inner for record in records)
    assert 0 < inner < result.nhev <= inner + 20  # the rest looked for negative curvature at the end
    assert result.gradients >= result.nhev + result.njev / 2
    # Every step of the end is shorter than a tenth of the one before: superlinear.
    sizes = [record.relative_gradient for record in records[-3:]]
    assert sizes[2] < 0.02 * sizes[1] < 0.02 * sizes[0]


def test_seeds_reproduce_bit_by_bit(random_instance):
    A, b = random_instance(1500, 8)
    one, two, other = (solve(A, b, method="sampled", sketch=FEW, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.x, two.x)
    assert one.history[1:] == two.history[1:]
    assert not np.array_equal(one.x, other.x)
    agree(A, one, other)


def test_a_sample_that_misses_a_row_that_matters():
    rng = np.random.default_rng(0)
    A, b = rng.normal(size=(3000, 6)), rng.dirichlet(np.ones(3000))
    A[:, 5] *= 1e-3
    A[1234] = [0, 0, 0, 0, 0, 5.0]  # as good as alone in its column
    b[1234] = 0.3
    sketch = Uniform(rows=60)
    exact, sampled = both(A, b, sketch)
    agree(A, exact, sampled)
    # The control: the sampled metric is wrong by far in that direction, which the plain step does not survive.
    assert not solve(A, b, method="plain", sketch=sketch, maxiter=30).success


def test_negative_curvature_at_the_start(unit):
    rng = np.random.default_rng(1)
    A, b = rng.normal(size=(300, 5)), rng.dirichlet(np.full(300, 0.05))
    for seed in range(20):
        x0 = 2 * np.random.default_rng(seed).normal(size=5)
        if np.linalg.eigvalsh(Problem(A, b).hess(x0))[0] < -1e-6:
            break
    result = solve(A, b, unit=unit, method="sampled", sketch=FEW, x0=x0)
    assert result.success
    assert result.fun < Problem(A, b, kernel=None).fun(x0) + 1
    losses = [record.fun for record in result.history]
    # Below 1e-12 a decrease is rounding.
    assert all(after <= before * (1 + 1e-12) for before, after in pairwise(losses))


def mirrored():
    """Pairs of rows that differ in the sign of the first column: by symmetry descent from x_0 = 0 stays on x_0 = 0."""
    rng = np.random.default_rng(39)
    half, b = rng.normal(size=(6, 2)), 0.5 * rng.normal(size=6)
    return np.vstack([half, half * [-1, 1]]), np.hstack([b, b])


def test_a_saddle_point_is_left(monkeypatch):
    A, b = mirrored()
    result = solve(A, b, omega=0.02, method="sampled", x0=[0.0, 1e-3])
    exact = solve(A, b, omega=0.02, method="exact", x0=[0.01, 1e-3])
    assert exact.success
    assert result.success
    assert result.fun == pytest.approx(exact.fun, rel=1e-9)
    assert abs(result.x[0]) > 0.1
    # The control: without the look at the curvature the saddle on x_0 = 0 would pass for a minimum.
    monkeypatch.setattr(inexact, "least_curvature", lambda product, size, rng: (1.0, np.zeros(size), 0))
    saddle = solve(A, b, omega=0.02, method="sampled", x0=[0.0, 1e-3])
    assert saddle.success
    assert abs(saddle.x[0]) < 1e-6
    assert saddle.fun > result.fun + 1e-3


def test_singular_data(random_instance, unit):
    A, b = random_instance(300, 4)
    wide = np.hstack([A, A[:, :1], A @ np.ones((4, 1)), np.zeros((300, 1))])
    exact, sampled = both(wide, b, unit=unit)
    agree(wide, exact, sampled)
    assert sampled.x[6] == 0.0


def test_zero_data(unit):
    result = solve(np.zeros((50, 3)), np.full(50, 0.1), unit=unit, method="sampled", x0=[1.0, 2.0, 3.0])
    assert result.success
    np.testing.assert_array_equal(result.x, [1, 2, 3])


def test_more_columns_than_rows(random_instance):
    A, b = random_instance(8, 30)
    result = solve(A, b, method="sampled")
    assert result.success
    assert result.fun < 1e-15


def test_duplicate_rows(random_instance):
    A, b = random_instance(300, 4)
    A, b = np.vstack([A] * 4), np.hstack([b] * 4) / 4
    agree(A, *both(A, b))


def test_overflow_on_the_way(unit):
    rng = np.random.default_rng(0)
    A, b = 1e3 * rng.normal(size=(200, 4)), rng.dirichlet(np.ones(200))
    exact, sampled = both(A, b, unit=unit, x0=np.array([1.0, -1, 1, 1]))
    assert sampled.status in (Status.CONVERGED, Status.MINIMUM_AT_INFINITY)
    assert exact.status in (Status.CONVERGED, Status.MINIMUM_AT_INFINITY)
    assert sampled.fun <= 0.5


def test_a_minimum_at_infinity_is_seen():
    A = np.random.default_rng(3).normal(size=(30, 4))
    extreme = int(np.argmax(A @ [1, 2, 3, 4]))
    for method in ("exact", "sampled"):
        result = solve(A, np.eye(30)[extreme], unit="exp(s)", method=method)
        assert result.status == Status.MINIMUM_AT_INFINITY


class TestAlpha:
    """alpha(s) = sum exp(a s) + a s over one column a is convex and dips below 0 between two positive ends."""

    A = np.linspace(-6.0, 1.0, 200)[:, None]
    b = np.full(200, 1 / 200)

    def alpha(self, x):
        return np.sum(np.exp(self.A[:, 0] * x) + self.A[:, 0] * x)

    def crossings(self, x0):
        """Number of steps on which alpha changes its sign."""
        seen = [np.array([x0])]
        problem = Problem(self.A, self.b)
        solve_problem(problem, [x0], method="sampled", maxiter=40, callback=seen.append)
        between = (np.linspace(one, other, 50) for one, other in pairwise(float(x[0]) for x in seen))
        return sum(len({np.sign(self.alpha(x)) for x in points}) > 1 for points in between)

    def test_steps_do_not_cross_zero(self, monkeypatch):
        assert {np.sign(self.alpha(x)) for x in np.linspace(-3, 6, 200)} == {1.0, -1.0}
        starts = [*np.linspace(-3, 6, 25)]
        assert sum(self.crossings(x0) for x0 in starts) == 0
        # The control: without the guard some step crosses.
        monkeypatch.setattr(Problem, "safe_fraction", lambda problem, x, p: 1.0)
        assert sum(self.crossings(x0) for x0 in starts) > 0


def test_sparse_and_dense_agree():
    S = sps.random(600, 12, density=0.3, random_state=1, format="csr")
    b = np.random.default_rng(0).dirichlet(np.ones(600))
    sparse, dense = (solve(A, b, method="sampled", sketch=FEW) for A in (S, S.toarray()))
    agree(S, sparse, dense)


def test_data_outside_memory(tmp_path):
    problem = generate(1500, 8, 1e2)
    A = problem.data.rows(np.arange(1500))
    np.save(tmp_path / "A.npy", A)
    kinds = [A, np.load(tmp_path / "A.npy", mmap_mode="r"), np.asfortranarray(A)]
    results = [solve(kind, problem.b, omega=problem.omega, method="sampled", sketch=FEW) for kind in kinds]
    for result in results[1:]:
        agree(A, results[0], result)


def test_maxiter_and_callback(random_instance):
    A, b = random_instance(400, 5)
    assert solve(A, b, method="sampled", sketch=FEW, maxiter=1).status == Status.ITERATION_LIMIT
    seen = []

    def stop(intermediate_result):
        seen.append(intermediate_result)
        if len(seen) == 2:
            raise StopIteration

    result = solve(A, b, method="sampled", sketch=FEW, callback=stop)
    assert result.status == Status.STOPPED_BY_CALLBACK
    assert result.nit == 2
    assert seen[0].sampled.matrix.shape == (5, 5)

"""The safeguarded run: never up, to a point where no direction leads down, in a cell or on its kinks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from resmax_sym.generated import softmax_relu
from resmax_sym.solve import DataLost, LayeredProblem, RegionRecord, Status, solve_problem

KINKED = ["relu", "max(s, s / 10)", "abs(s)", "min(max(s, 0), 1)", "max(s, 0) + tanh(s)/2", "max(s - 1, 0)"]
ENDS = {Status.CONVERGED, Status.AT_KINK, Status.FLAT, Status.MINIMUM_AT_INFINITY}


def instance(seed, n, m, d):
    rng = np.random.default_rng(seed)
    b = rng.exponential(size=n)
    return rng.normal(size=(m, d)), rng.normal(size=(n, m)), b / b.sum(), rng.normal(size=d)


def steepest_rise(problem, x, normals, rng):
    """The least of (L(x + h p) - L(x)) / h over many p, those across and along the kinks at x among them, in the metric."""
    S, h = problem.coordinates.basis, 1e-7
    directions = [*rng.normal(size=(40, S.shape[1]))]
    for normal in normals @ S:
        directions += [normal, -normal]
        directions += [p - (p @ normal) / (normal @ normal) * normal for p in rng.normal(size=(5, S.shape[1]))]
    directions = [S @ (p / np.linalg.norm(p)) for p in directions if np.linalg.norm(p) > 0]
    return min((problem.fun(x + h * p) - problem.fun(x)) / h for p in directions)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), sizes=st.sampled_from([(12, 6, 3), (30, 12, 4), (5, 8, 6), (20, 2, 3), (1, 3, 2)]))
def test_never_up_and_nowhere_down_at_the_end(seed, sizes):
    A1, A2, b, x0 = instance(seed, *sizes)
    problem = LayeredProblem(A1, A2, b, 0.02 * (seed % 2), kernel=softmax_relu)
    result = solve_problem(problem, x0)
    losses = [record.fun for record in result.history]
    assert (np.diff(losses) <= 1e-13 * losses[0]).all()
    assert result.fun == losses[-1] == pytest.approx(problem.fun(result.x), rel=1e-13, abs=1e-16)
    assert result.status in ENDS
    assert result.success == (result.status in (Status.CONVERGED, Status.AT_KINK))
    if result.success:
        first = np.linalg.norm(problem.coordinates.basis.T @ problem.jac(x0))
        rise = steepest_rise(problem, result.x, A1[result.on_kinks], np.random.default_rng(seed))
        assert rise >= -1e-6 * max(first, 1e-3)  # h = 1e-7 leaves 1e-9 of rounding, and h times the curvature


@pytest.mark.parametrize("inner", KINKED)
def test_other_inner_layers(kernel, inner):
    ends = set()
    for seed in range(6):
        A1, A2, b, x0 = instance(seed, 25, 10, 4)
        problem = LayeredProblem(A1, A2 / 3, b, kernel=kernel(inner))
        result = solve_problem(problem, x0)
        assert (np.diff([record.fun for record in result.history]) <= 1e-15).all()
        ends.add(result.status)
        if result.success:
            rise = steepest_rise(problem, result.x, A1[result.on_kinks], np.random.default_rng(seed))
            assert rise >= -1e-8
    assert ends <= ENDS
    assert Status.AT_KINK in ends


def test_no_worse_than_scipy_where_scipy_arrives(layers):
    """From a start near the end of a run, both are in one basin: L-BFGS-B may be level, never lower."""
    on_kinks = 0
    for seed in range(8):
        A1, A2, b = layers(30, 12, 4, seed)
        problem = LayeredProblem(A1, A2 / 3, b, kernel=softmax_relu)
        end = solve_problem(problem, seed=seed).x
        start = end * (1 + 1e-3 * np.random.default_rng(seed).normal(size=4))
        ours = solve_problem(problem, start)
        peer = minimize(problem.fun, start, jac=problem.jac, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-12})
        assert ours.success
        assert ours.fun <= peer.fun * (1 + 1e-10)
        on_kinks += ours.status is Status.AT_KINK
    assert 1 <= on_kinks <= 7  # both kinds of ends are among them


def test_scaling_the_units_changes_nothing(layers):
    A1, A2, b = layers(20, 8, 3)
    x0 = np.array([0.4, -0.2, 0.1])
    scale = 2.0 ** np.arange(-4, 4)  # powers of 2: the same numbers to the last digit
    one = solve_problem(LayeredProblem(A1, A2, b, 0.1, kernel=softmax_relu), x0)
    two = solve_problem(LayeredProblem(scale[:, None] * A1, A2 / scale, b, 0.1, kernel=softmax_relu), x0)
    assert one.nit == two.nit > 2
    np.testing.assert_allclose(one.x, two.x, rtol=1e-9)
    assert [record.crossed for record in one.history] == [record.crossed for record in two.history]
    mixed = np.random.default_rng(0).normal(size=(3, 3))
    three = solve_problem(LayeredProblem(A1 @ mixed, A2, b, 0.1, kernel=softmax_relu), np.linalg.solve(mixed, x0))
    np.testing.assert_allclose(mixed @ three.x, one.x, rtol=1e-6)


def test_a_minimiser_on_a_kink_by_hand():
    """t = (|x|, 0), b = (1/4, 3/4): the loss falls to 1/16 at x = 0 with slope -1/8 and rises with slope 1/8."""
    problem = LayeredProblem([[1.0], [-1.0]], [[1.0, 1.0], [0.0, 0.0]], [0.25, 0.75], kernel=softmax_relu)
    for start in (1.0, -0.3, 7.0, 0.0):
        result = solve_problem(problem, [start])
        assert result.status is Status.AT_KINK
        assert result.x[0] == 0
        assert result.fun == 0.0625
        assert result.on_kinks.tolist() == [0, 1]
        assert "stationary at a kink" in result.message
        assert abs(result.jac[0]) <= 1e-16
    assert problem.jac([1e-9])[0] == pytest.approx(0.125, abs=1e-8)
    assert problem.jac([-1e-9])[0] == pytest.approx(-0.125, abs=1e-8)


def test_a_dead_cell_is_left():
    """t = (max(x, 0), 0), b = (1, 0): every x <= 0 has the loss 1/4 and gradient 0, and from 0 on the loss falls to 0."""
    problem = LayeredProblem([[1.0]], [[1.0], [0.0]], [1.0, 0.0], kernel=softmax_relu)
    for start in (-2.0, 0.0):
        assert problem.jac([start]) == 0
        result = solve_problem(problem, [start])
        assert result.status is Status.MINIMUM_AT_INFINITY
        assert result.fun < 1e-9
        assert result.x[0] > 5
    assert solve_problem(problem, [-2.0]).history[1].way == "probe"


def test_a_dead_cell_that_no_other_is_below(kernel):
    """t = (max(x - 1, 0), 0), b = (1/4, 3/4): from x = 1 on the loss only rises; before, nothing can be said."""
    problem = LayeredProblem([[1.0]], [[1.0], [0.0]], [0.25, 0.75], kernel=kernel("max(s - 1, 0)"))
    result = solve_problem(problem, [0.25])
    assert result.status is Status.FLAT
    assert not result.success
    assert result.x[0] == 0.25
    assert result.kink_distance == 0.75
    # from above it is met at its border, which is stationary
    border = solve_problem(problem, [4.0])
    assert (border.status, border.x[0]) == (Status.AT_KINK, 1.0)


def test_a_perfect_fit_on_kinks_is_a_minimum_like_any_other(layers):
    A1, A2, _ = layers(10, 6, 3)
    problem = LayeredProblem(A1, A2, np.full(10, 0.1), kernel=softmax_relu)
    result = solve_problem(problem, np.zeros(3))
    assert (result.status, result.nit, result.fun) == (Status.CONVERGED, 0, pytest.approx(0, abs=1e-30))


def test_no_unit_counts(layers):
    A1, A2, b = layers(10, 4, 2)
    for one, two in ((0 * A1, A2), (A1, 0 * A2)):
        result = solve_problem(LayeredProblem(one, two, b, kernel=softmax_relu), [1.0, 2.0])
        assert (result.status, result.nit) == (Status.CONVERGED, 0)
        assert result.x.tolist() == [1, 2]
        assert result.kink_distance == np.inf


def test_repeated_rows(layers):
    A1, A2, b = layers(20, 5, 3)
    x0 = [0.3, 0.1, -0.2]
    plain = solve_problem(LayeredProblem(A1, A2, b, kernel=softmax_relu), x0)
    doubled = LayeredProblem(np.vstack([A1, 2 * A1]), np.hstack([A2 / 2, A2 / 4]), b, kernel=softmax_relu)
    result = solve_problem(doubled, x0)
    assert result.fun == pytest.approx(plain.fun, rel=1e-9)
    assert result.success


@pytest.mark.parametrize("start", [1e3, 1e7, 1e200])
def test_far_starts(layers, start):
    A1, A2, b = layers(20, 6, 3)
    result = solve_problem(LayeredProblem(A1, A2, b, kernel=softmax_relu), np.full(3, start))
    assert result.success
    assert result.fun < 0.03


def test_a_long_step_to_the_origin_leaves_no_unit_behind():
    """From 1e100 away the run comes to x = 0, where it is on every kink, and goes on from there as from any other start."""
    A1, A2, b, _ = instance(0, 20, 6, 3)
    problem, x0 = LayeredProblem(A1, A2, b, kernel=softmax_relu), np.array([0.3, -0.2, 0.5])
    far, near = (solve_problem(problem, size * x0) for size in (1e100, 1e-100))
    assert far.success
    assert far.fun == pytest.approx(near.fun, rel=1e-12)
    assert len(far.on_kinks) < 6
    assert np.isfinite(far.kink_distance)


@pytest.mark.parametrize("power", [-300, 300])
def test_no_scale_of_the_units_hides_their_kinks(layers, power):
    A1, A2, b = layers(20, 6, 3)
    one, two = (
        solve_problem(LayeredProblem(A1 * scale, A2 / scale, b, kernel=softmax_relu), [0.4, -0.2, 0.1])
        for scale in (1.0, 10.0**power)
    )
    assert (one.status, one.on_kinks.tolist()) == (two.status, two.on_kinks.tolist())
    np.testing.assert_allclose(two.x, one.x, rtol=1e-6)
    assert two.kink_distance == pytest.approx(one.kink_distance, rel=1e-6)


@pytest.mark.parametrize("omega", [1e100, 1e300])
def test_weights_beyond_what_squares_can_hold(layers, omega):
    A1, A2, b = layers(20, 6, 3)
    for x0 in ([0.4, -0.2, 0.1], np.linalg.svd(A1[:2])[2][2]):  # off the kinks, and on two
        result = solve_problem(LayeredProblem(A1, A2, b, omega, kernel=softmax_relu), x0)
        assert result.status is Status.NON_FINITE


def test_a_start_where_the_loss_overflows(layers, kernel):
    A1, A2, b = layers(20, 6, 3)
    problem = LayeredProblem(A1, A2, b, 1.0, kernel=softmax_relu)
    result = solve_problem(problem, np.full(3, 1e160))
    assert result.status is Status.NON_FINITE
    assert not result.success


def test_the_boundary_alpha_0_is_no_minimum_on_a_kink_either(kernel):
    """n = 1, where f = 1 and only the regulariser is left: it leads to t = 0 past t = -0.567, where alpha = 0."""
    A1 = np.array([[1, 0, -1], [2, -1, 2], [1, 2, 2], [0, 2, 1], [2, 0, 2], [-2, 1, 2]])
    problem = LayeredProblem(A1, [[-1, 1, 1, -1, -2, 1]], [-0.25], 0.1, kernel=kernel("relu", "exp(s) + s"))
    ends = {solve_problem(problem, x0).status for x0 in np.random.default_rng(0).integers(-2, 3, size=(6, 3)) * 1.0}
    assert Status.BOUNDARY in ends
    for x0 in ([2.0, 2.0, -1.0], [1.0, -1.0, 0.0], [0.0, 2.0, 1.0]):
        if problem.sign(x0) != 0:
            result = solve_problem(problem, x0)
            inside = result.status in (Status.CONVERGED, Status.AT_KINK)
            assert inside == (result.relative_gradient <= 1e-9)


def test_the_history_tells_the_cells(layers):
    A1, A2, b = layers(20, 8, 3)
    problem, x0 = LayeredProblem(A1, A2, b, kernel=softmax_relu), np.array([2.0, -1.0, 1.0])
    points = [x0]
    result = solve_problem(problem, x0, callback=lambda xk: points.append(xk))
    assert all(isinstance(record, RegionRecord) for record in result.history)
    signs = [A1 @ x > 0 for x in points]
    for record, before, after in zip(result.history[1:], signs[:-1], signs[1:], strict=True):
        assert record.crossed <= (before != after).sum()
        if not record.held:
            assert record.alive == after.sum()
            assert record.crossed == (before != after).sum()
    assert sum(record.crossed for record in result.history) > 0
    assert result.history[0].way == ""
    assert {record.way for record in result.history[1:]} <= {"model", "ray", "corner", "probe"}
    others = np.delete(np.arange(8), result.on_kinks)
    distance = (np.abs(A1 @ result.x) / np.linalg.norm(A1, axis=1))[others].min()
    assert result.kink_distance == pytest.approx(distance, rel=1e-9)


def test_interrupted_stopped_and_lost(layers, monkeypatch):
    A1, A2, b = layers(20, 8, 3)
    problem, x0 = LayeredProblem(A1, A2, b, kernel=softmax_relu), [2.0, -1.0, 1.0]

    def interrupt(xk):
        raise KeyboardInterrupt

    def stop(xk):
        raise StopIteration

    for callback, status in ((interrupt, Status.INTERRUPTED), (stop, Status.STOPPED_BY_CALLBACK)):
        result = solve_problem(problem, x0, callback=callback)
        assert result.status is status
        assert result.nit == 1
        assert result.fun < problem.fun(x0)
    matvec, calls = problem.data.matvec, []

    def failing(r):
        calls.append(r)
        if len(calls) > 4:
            raise DataLost("the disk is gone")
        return matvec(r)

    monkeypatch.setattr(problem.data, "matvec", failing)
    result = solve_problem(problem, x0)
    assert result.status is Status.DATA_LOST
    assert "the disk is gone" in result.message
    assert np.isfinite(result.fun)


def test_limits(layers):
    problem = LayeredProblem(*layers(20, 8, 3), kernel=softmax_relu)
    result = solve_problem(problem, [2.0, -1.0, 1.0], maxiter=1)
    assert (result.status, result.nit) == (Status.ITERATION_LIMIT, 1)
    with pytest.raises(ValueError, match="gtol: expected"):
        solve_problem(problem, gtol=-1.0)


@pytest.mark.parametrize("inner", ["softplus", "tanh"])
def test_smooth_inner_layers_against_trust_exact(kernel, inner):
    agreed = 0
    for seed in range(5):
        A1, A2, b, _ = instance(seed, 25, 8, 3)
        problem = LayeredProblem(A1, A2 / 3, b, 0.05, kernel=kernel(inner))
        ours = solve_problem(problem)
        if ours.status is Status.MINIMUM_AT_INFINITY:
            continue  # softplus fades far out
        assert ours.status is Status.CONVERGED
        assert ours.relative_gradient <= 1e-9
        assert np.linalg.eigvalsh(ours.hess)[0] > 0
        start = np.zeros(3)
        gtol = 1e-9 * np.linalg.norm(problem.jac(start))
        options = {"gtol": gtol}
        peer = minimize(problem.fun, start, jac=problem.jac, hess=problem.hess, method="trust-exact", options=options)
        agreed += ours.fun == pytest.approx(peer.fun, rel=1e-8)
    assert agreed >= 3  # two trust regions may choose different basins

"""The step solves the trust-region subproblem: optimality conditions, hard cases, singular Hessians."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resmax_sym.solve import QuadraticModel


def check_optimal(g, H, radius, tolerance=1e-8):
    """More and Sorensen's conditions, which are necessary and sufficient."""
    step = QuadraticModel(g, H).step(radius)
    p, scale = step.p, np.linalg.norm(H) + np.linalg.norm(g) / radius
    assert np.linalg.norm(p) <= radius * (1 + 1e-10)
    mu = -(p @ (H @ p + g)) / (p @ p) if p.any() else 0.0
    assert np.linalg.norm(H @ p + g + mu * p) <= tolerance * scale * radius
    assert mu >= -tolerance * scale
    assert np.linalg.eigvalsh(H + mu * np.eye(len(g)))[0] >= -tolerance * scale
    if step.on_boundary:
        assert np.linalg.norm(p) == pytest.approx(radius, rel=1e-9)
    else:
        assert abs(mu) <= tolerance * scale
    assert step.reduction == pytest.approx(-(g @ p + p @ H @ p / 2), rel=1e-7, abs=1e-12 * scale * radius**2)
    return step


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(1, 8),
    shift=st.floats(-3, 3),
    radius=st.floats(-4, 4).map(lambda e: 10.0**e),
    zeros=st.integers(0, 7),
)
def test_random_models(seed, size, shift, radius, zeros):
    rng = np.random.default_rng(seed)
    H = rng.normal(size=(size, size))
    H = (H + H.T) / 2 + shift * np.eye(size)
    g = rng.normal(size=size)
    g[: min(zeros, size - 1)] = 0
    check_optimal(g, H, radius)


def test_the_newton_step_by_hand():
    step = check_optimal(np.array([2.0, -4.0]), np.diag([1.0, 4.0]), 10.0)
    np.testing.assert_allclose(step.p, [-2.0, 1.0])
    assert not step.on_boundary
    assert step.reduction == pytest.approx(4.0)


@pytest.mark.parametrize("g", [[0.0, 0.0], [0.0, 1.0], [0.0, -0.5]], ids=["saddle", "hard", "hard2"])
def test_hard_case_by_hand(g):
    step = check_optimal(np.array(g), np.diag([-1.0, 1.0]), 2.0)
    # In the hard case mu = 1: the second component is -g/2, the first fills up to the radius.
    assert step.p[1] == pytest.approx(-g[1] / 2)
    assert abs(step.p[0]) == pytest.approx(np.sqrt(4 - g[1] ** 2 / 4))


@pytest.mark.parametrize("tiny", [1e-3, 1e-8, 1e-13, 1e-15, 1e-30, 1e-200])
def test_nearly_hard_case(tiny):
    step = check_optimal(np.array([tiny, 0.5]), np.diag([-1.0, 1.0]), 1.0)
    assert step.p[0] == pytest.approx(-np.sqrt(1 - 0.0625), rel=1e-3)


def test_a_maximum_is_left_along_the_steepest_curvature():
    step = QuadraticModel(np.zeros(3), np.diag([-1.0, -3.0, -2.0])).step(0.5)
    np.testing.assert_allclose(np.abs(step.p), [0, 0.5, 0], atol=1e-15)
    assert step.reduction == pytest.approx(3 * 0.25 / 2)


def test_null_directions_get_no_step():
    rng = np.random.default_rng(1)
    G = rng.normal(size=(3, 6))
    H, g = G.T @ G, G.T @ rng.normal(size=3)
    model = QuadraticModel(g, H)
    np.testing.assert_allclose(model.step(1e6).p, -np.linalg.pinv(H) @ g, rtol=1e-9)
    assert not model.step(1e6).on_boundary
    assert model.aside == 0.0


def test_a_slope_along_a_null_direction_goes_to_the_boundary():
    step = check_optimal(np.array([1.0, 1.0]), np.diag([0.0, 1.0]), 50.0)
    assert step.on_boundary
    assert step.p[0] < -49


@pytest.mark.parametrize("scale", [1e-150, 1e-30, 1.0, 1e30, 1e150])
def test_scaling_changes_nothing(scale):
    rng = np.random.default_rng(2)
    H = rng.normal(size=(4, 4))
    H, g = H + H.T, rng.normal(size=4)
    expected = QuadraticModel(g, H).step(0.7).p
    np.testing.assert_allclose(QuadraticModel(scale * g, scale * H).step(0.7).p, expected, rtol=1e-8)


def test_no_variables():
    model = QuadraticModel(np.zeros(0), np.zeros((0, 0)))
    assert model.least_eigenvalue == 0.0
    assert model.step(1.0).p.shape == (0,)
    assert model.is_convex


@pytest.mark.parametrize(("least", "convex"), [(1.0, True), (0.0, True), (-1e-12, True), (-1e-6, False), (-1.0, False)])
def test_convexity_up_to_rounding(least, convex):
    assert bool(QuadraticModel(np.ones(2), np.diag([least, 1.0])).is_convex) is convex


@pytest.mark.parametrize("scale", [1.0, 1e100, 1e200])
def test_squares_beyond_float64_are_no_obstacle(scale):
    model = QuadraticModel(scale * np.array([3.0, -4.0, 1.0]), scale * np.diag([1.0, 2.0, 3.0]))
    step = model.step(0.5)
    assert step.on_boundary
    np.testing.assert_allclose(np.linalg.norm(step.p), 0.5)
    np.testing.assert_allclose(step.p, QuadraticModel(np.array([3.0, -4.0, 1.0]), np.diag([1.0, 2.0, 3.0])).step(0.5).p)

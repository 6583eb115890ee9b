"""The shortest gradient against what it stands for: the one-sided derivative of g.p + sum max(D_i.p, 0)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from resmax_sym.solve.layered.stationary import shortest_gradient


def derivative(lower, jumps, convex, p):
    along = jumps.T @ p
    return lower @ p + np.where(convex, np.maximum(along, 0), np.minimum(along, 0)).sum()


def draw(seed, r, k, concave=0.3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=r) / 2, rng.normal(size=(r, k)), rng.random(k) > concave, rng


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), r=st.integers(1, 5), k=st.integers(0, 7))
def test_steepest_descent_or_none_at_all(seed, r, k):
    lower, jumps, convex, rng = draw(seed, r, k)
    found = shortest_gradient(lower, jumps, convex, 1e-9)
    v = found.gradient
    assert found.complete or np.linalg.norm(v) > 1e-9
    assert ((found.shares >= 0) & (found.shares <= 1)).all()
    np.testing.assert_allclose(v, lower + jumps @ found.shares, atol=1e-12)
    if np.linalg.norm(v) > 1e-9:
        # At a concave kink the loss may fall even faster than on the side that was chosen.
        assert derivative(lower, jumps, convex, -v) <= -(v @ v) * (1 - 1e-9)
        stays = jumps[:, found.stays]
        np.testing.assert_allclose(stays.T @ v, 0, atol=1e-9)
    else:
        directions = rng.normal(size=(200, r))
        assert min(derivative(lower, jumps, convex, p / np.linalg.norm(p)) for p in directions) >= -1e-8


@pytest.mark.parametrize("seed", range(5))
def test_shortest_element_by_another_solver(seed):
    lower, jumps, _, _ = draw(seed, 4, 3)
    convex = np.ones(3, dtype=bool)
    v = shortest_gradient(lower, jumps, convex, 0.0).gradient

    def square(u):
        return ((lower + jumps @ u) ** 2).sum(), 2 * jumps.T @ (lower + jumps @ u)

    peer = minimize(
        square,
        np.full(3, 0.5),
        jac=True,
        bounds=[(0, 1)] * 3,
        method="L-BFGS-B",
        options={"ftol": 1e-15, "gtol": 1e-12},
    )
    assert v @ v == pytest.approx(peer.fun, rel=1e-8)


def test_an_edge_of_a_valley_is_stationary_and_a_ridge_is_not():
    lower, jumps = np.array([-1.0]), np.array([[3.0]])
    valley = shortest_gradient(lower, jumps, np.array([True]), 0.0)
    assert valley.gradient == pytest.approx([0], abs=1e-15)
    assert valley.stays.tolist() == [True]
    # slope 2 before and -1 after: a maximum along p, from which both sides lead down
    ridge = shortest_gradient(np.array([2.0]), np.array([[-3.0]]), np.array([False]), 1e-12)
    assert abs(ridge.gradient[0]) >= 1
    assert not ridge.stays.any()


def test_one_side_of_a_ridge_may_be_level():
    """Slope 0 on one side, downhill on the other: both sides are looked at before anything is called stationary."""
    for upper in (True, False):
        lower, jumps = (np.array([0.0]), np.array([[-1.0]])) if upper else (np.array([1.0]), np.array([[-1.0]]))
        found = shortest_gradient(lower, jumps, np.array([False]), 1e-12)
        assert derivative(lower, jumps, np.array([False]), -found.gradient) < -0.5


def test_rounding_shows_no_way_down_where_another_side_does():
    """The second choice of sides cancels to 1e-19 and not to 0; the third one, which leads down, is found all the same."""
    jumps = np.array(
        [[-0.00262427, 0.02868157, 0.00935965, -0.00077424], [0.00951582, 0.0116542, -0.02295109, 0.0004508]]
    )
    found = shortest_gradient(np.zeros(2), jumps, np.array([False, True, True, False]), 0.0)
    assert np.linalg.norm(found.gradient) > 5e-4


def test_within_tolerance_all_sides_are_looked_at():
    lower, jumps, concave = np.array([1e-5]), np.array([[-1.0]]), np.array([False])
    assert abs(shortest_gradient(lower, jumps, concave, 1e-3).gradient[0]) > 0.9
    both = shortest_gradient(lower, jumps * 2e-5, concave, 1e-3)
    assert both.complete
    assert abs(both.gradient[0]) == pytest.approx(1e-5)
    early = shortest_gradient(lower, jumps, concave, 1e-9)
    assert not early.complete
    assert abs(early.gradient[0]) > 1e-9


def test_more_ridges_than_are_looked_at_are_not_called_complete():
    level = np.zeros((1, 12))
    assert not shortest_gradient(np.zeros(1), level, np.zeros(12, dtype=bool), 1e-9).complete
    assert shortest_gradient(np.zeros(1), level[:, :3], np.zeros(3, dtype=bool), 1e-9).complete


def test_repeated_and_empty_jumps():
    jumps = np.column_stack([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    found = shortest_gradient(np.array([-1.5, 0.25]), jumps, np.ones(3, dtype=bool), 1e-12)
    np.testing.assert_allclose(found.gradient, [0, 0.25], atol=1e-15)

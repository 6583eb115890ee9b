"""Steihaug's path against a dense solution of the subproblem; Lanczos against dense eigenvalues."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resmax_sym.solve.krylov import Path, least_curvature
from resmax_sym.solve.subproblem import QuadraticModel


def quadratic(r, seed, low=0.3, high=2.0):
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.normal(size=(r, r)))[0]
    return Q @ np.diag(rng.uniform(low, high, size=r)) @ Q.T, rng.normal(size=r)


def run(H, g, tolerance=1e-10, radius=np.inf):
    path = Path(g, lambda z: H @ z)
    assert path.solve(tolerance, radius, 100)
    return path


@given(r=st.integers(1, 12), seed=st.integers(0, 2**16))
@settings(max_examples=40, deadline=None)
def test_without_a_ball_it_is_the_newton_step(r, seed):
    H, g = quadratic(r, seed)
    step = run(H, g).step(np.inf)
    np.testing.assert_allclose(step.y, -np.linalg.solve(H, g), rtol=1e-7, atol=1e-8)
    assert step.reduction == pytest.approx(-(g @ step.y + step.y @ H @ step.y / 2), rel=1e-9)
    assert not step.on_boundary


@given(r=st.integers(1, 12), seed=st.integers(0, 2**16), radius=st.floats(1e-3, 10), low=st.sampled_from([0.3, -1.0]))
@settings(max_examples=80, deadline=None)
def test_in_a_ball(r, seed, radius, low):
    H, g = quadratic(r, seed, low)
    path = run(H, g, radius=radius)
    step = path.step(radius)
    assert np.linalg.norm(step.y) <= radius * (1 + 1e-9)
    assert step.reduction == pytest.approx(-(g @ step.y + step.y @ H @ step.y / 2), rel=1e-7, abs=1e-12)
    best = QuadraticModel(g, H).step(radius).reduction
    cauchy = QuadraticModel(np.array([np.linalg.norm(g)]), np.array([[g @ H @ g / (g @ g)]])).step(radius).reduction
    assert cauchy * (1 - 1e-9) <= step.reduction <= best * (1 + 1e-9)
    if path.curves_down:
        assert np.linalg.eigvalsh(H)[0] <= 0
        assert step.on_boundary
    # A smaller ball needs no further product.
    before = path.inner
    smaller = path.step(radius / 3)
    assert path.inner == before
    assert np.linalg.norm(smaller.y) <= radius / 3 * (1 + 1e-9)


def test_a_product_that_is_not_finite_ends_the_path():
    path = Path(np.ones(3), lambda z: np.full(3, np.nan))
    assert not path.solve(0.1, 1.0, 10)
    assert path.step(1.0).reduction == 0.0


def test_the_residuals_are_those_of_the_iterates():
    H, g = quadratic(8, 0)
    path = run(H, g, tolerance=1e-3)
    y = path.step(np.inf).y
    assert np.linalg.norm(g + H @ y) == pytest.approx(path.residuals[-1], rel=1e-9)
    assert path.residuals[-1] <= 1e-3 * path.residuals[0] < path.residuals[-2]


@pytest.mark.parametrize("negative", [-1.0, -1e-3, -1e-9])
def test_one_negative_eigenvalue_does_not_hide(negative):
    found = 0
    for seed in range(50):
        H, _ = quadratic(60, seed, 0.6, 1.5)
        values, vectors = np.linalg.eigh(H)
        H += (negative - values[7]) * np.outer(vectors[:, 7], vectors[:, 7])
        value, vector, products = least_curvature(lambda z, H=H: H @ z, 60, np.random.default_rng(seed))
        assert vector @ H @ vector == pytest.approx(value, abs=1e-12)
        assert products <= 60
        # It may end above 0, but then it must have seen something far below the others.
        found += value < 0.3
    # Promised is 1 - 1e-3 each.
    assert found >= 49


def test_a_well_conditioned_matrix_takes_few_products():
    H, _ = quadratic(200, 0, 0.6, 1.5)
    value, _, products = least_curvature(lambda z: H @ z, 200, np.random.default_rng(0))
    assert 0.6 <= value < 0.7
    assert products <= 12


def test_where_products_do_not_suffice_nothing_is_claimed():
    """Eigenvalues from 1e-4 to 1, and one at -1e-4: 60 products do not tell."""
    shown = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        values = 10.0 ** rng.uniform(-4, 0, size=200)
        for least in (-1e-4, values[0]):
            values[0] = least
            value, _, products = least_curvature(lambda z, v=values: v * z, 200, rng, limit=60)
            assert value <= 0
            assert products == 60
        values[0] = -1e-4
        value, _, products = least_curvature(lambda z, v=values: v * z, 200, rng)
        shown += -1e-4 * (1 + 1e-9) <= value <= 0
        assert products > 60
    assert shown == 8


def test_special_spectra():
    for H in (np.eye(5), np.zeros((5, 5)), np.diag([1.0, 1, 1, 1, 0]), np.array([[3.0]])):
        value, _, _ = least_curvature(lambda z, H=H: H @ z, len(H), np.random.default_rng(0))
        assert value == pytest.approx(np.linalg.eigvalsh(H)[0], abs=1e-12)
    value, _, _ = least_curvature(lambda z: np.full(4, np.nan), 4, np.random.default_rng(0))
    assert value == -np.inf

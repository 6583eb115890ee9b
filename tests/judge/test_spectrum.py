"""Eigenvalue enclosures: hold the value that mpmath finds at 60 digits, and never call an indefinite matrix definite."""

import flint
import mpmath
import numpy as np
import pytest

from resmax_sym.judge import spectrum
from resmax_sym.judge.balls import Balls

BALLS = Balls(50)


def ball_matrix(M, radius=0.0):
    with BALLS.precision():
        return np.array([flint.arb(float(v), radius) for v in np.ravel(M)], dtype=object).reshape(np.shape(M))


def symmetric(rng, n):
    M = rng.standard_normal((n, n))
    return M + M.T


def true_eigenvalues(M):
    with mpmath.workdps(60):
        return [flint.arb(mpmath.nstr(v, 50)) for v in mpmath.eigsy(mpmath.matrix(M.tolist()), eigvals_only=True)]


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_holds_the_eigenvalues(n):
    rng = np.random.default_rng(n)
    M = symmetric(rng, n)
    with BALLS.precision():
        low, *_, high = [*true_eigenvalues(M), *true_eigenvalues(M)[-1:]]
        assert spectrum.eigmin(ball_matrix(M)).contains(low.mid())
        assert spectrum.eigmax(ball_matrix(M)).contains(high.mid())
        assert spectrum.eigmin(ball_matrix(M)).rad() < 1e-11 * np.abs(M).sum()


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (2, 3)])
def test_opnorm(shape):
    M = np.random.default_rng(0).standard_normal(shape)
    with BALLS.precision():
        assert abs(float(spectrum.opnorm(ball_matrix(M)).mid()) - np.linalg.norm(M, 2)) < 1e-11
        zero = spectrum.opnorm(ball_matrix(np.zeros(shape)))
        assert zero.contains(0)
        assert zero < 1e-6  # the square root of an enclosure of 0


def test_repeated_eigenvalues():
    with BALLS.precision():
        assert spectrum.eigmin(ball_matrix(np.eye(4))).contains(1)
        assert spectrum.eigmin(ball_matrix(np.zeros((3, 3)))).contains(0)


@pytest.mark.parametrize("n", [2, 4])
def test_wide_balls_hold_every_matrix(n):
    rng = np.random.default_rng(n)
    M = symmetric(rng, n)
    with BALLS.precision():
        enclosure = spectrum.eigmin(ball_matrix(M, 0.01))
        for _ in range(50):
            E = rng.uniform(-0.01, 0.01, (n, n))
            moved = M + np.tril(E) + np.tril(E, -1).T
            assert enclosure.overlaps(spectrum.eigmin(ball_matrix(moved)))


def test_definite_is_never_said_of_indefinite():
    rng = np.random.default_rng(0)
    with BALLS.precision():
        for _ in range(200):
            M = symmetric(rng, 3) + 2 * np.eye(3)
            shown = spectrum.positive_definite(ball_matrix(M))
            assert not shown or np.linalg.eigvalsh(M)[0] > 0
        assert not spectrum.positive_definite(ball_matrix([[1.0, 1.0], [1.0, 1.0]]))  # singular: not shown
        assert spectrum.positive_definite(ball_matrix(np.eye(2), 0.1))
        assert not spectrum.positive_definite(ball_matrix(np.eye(2), 0.6))  # holds a singular matrix


def test_not_finite():
    with BALLS.precision():
        M = ball_matrix(np.eye(2))
        M[0, 0] = flint.arb("nan")
        assert not spectrum.positive_definite(M)
        assert not spectrum.eigmin(M).is_finite()


def test_solve():
    rng = np.random.default_rng(1)
    M, r = rng.standard_normal((3, 3)), rng.standard_normal(3)
    with BALLS.precision():
        found = spectrum.solve(ball_matrix(M), ball_matrix(r))
        assert np.allclose([float(v) for v in found], np.linalg.solve(M, r), rtol=1e-10)
        assert not any(v.is_finite() for v in spectrum.solve(ball_matrix(np.zeros((2, 2))), ball_matrix(np.ones(2))))

"""The images of a moving point: right to rounding, and read no more often than said."""

import numpy as np
import pytest

from resmax_sym.solve import Problem


@pytest.fixture
def watched(random_instance, monkeypatch):
    """A problem, its matrix, and the list of products A z that were computed."""
    A, b = random_instance(60, 4)
    problem, calls = Problem(A, b), []
    matvec = problem.data.matvec
    monkeypatch.setattr(problem.data, "matvec", lambda z: calls.append(z.copy()) or matvec(z))
    return problem, A, calls


X, P = np.full(4, 0.2), np.array([0.1, -0.2, 0.0, 0.3])


def test_a_leap_is_one_product_for_the_end_and_the_step(watched):
    problem, A, calls = watched
    problem.fun(X)
    end = problem.leap(X, P)
    np.testing.assert_array_equal(end, X + P)
    assert len(calls) == 2
    assert problem.displacement(P) == pytest.approx(np.abs(A @ P).max(), rel=1e-12)
    assert problem.safe_fraction(X, P) == Problem(A, problem.b).safe_fraction(X, P)
    fresh = Problem(A, problem.b)
    assert problem.fun(end) == fresh.fun(X + P)
    np.testing.assert_array_equal(problem.jac(end), fresh.jac(X + P))
    assert len(calls) == 2


def test_a_leap_forgets_the_rounding_of_moves(watched):
    """After a far trip and back A x is as accurate as ever; after two moves it is not."""
    problem, A, _ = watched
    far = 1e9 * P
    leapt = problem.leap(problem.leap(X, far), -far)
    np.testing.assert_allclose(problem._at(leapt).t, A @ leapt, rtol=1e-12, atol=1e-12)
    moved = problem.move(problem.move(X, far), -far)
    assert np.abs(problem._at(moved).t - A @ moved).max() > 1e-9


@pytest.mark.parametrize("way", ["move", "leap"])
def test_the_point_before_is_at_hand(way, watched):
    problem, _, calls = watched
    before = problem.fun(X), problem.jac(X)
    end = getattr(problem, way)(X, P)
    after = problem.fun(end)
    count = len(calls)
    assert problem.fun(X) == before[0]
    assert problem.fun(end) == after
    np.testing.assert_array_equal(problem.jac(X), before[1])
    assert len(calls) == count
    problem.fun(end)
    problem.back()
    problem.fun(X)
    assert len(calls) == count
    problem.forget()
    problem.fun(X)
    assert len(calls) == count + 1

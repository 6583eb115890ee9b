"""A minimum at infinity is told from a finite one, also where the way there ends in rounding noise."""

import numpy as np
import pytest
from scipy.special import softmax

from resmax_sym.solve import Status, approximate_newton, solve
from resmax_sym.solve.stopping import Measures, StopTest


def vertex(seed, height=1.0):
    """A target on a vertex of the simplex whose row of A is a vertex of the hull of all rows."""
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(20, 2000)), int(rng.integers(1, 6))
    A = rng.standard_normal((n, d))
    extreme = np.argmax(A @ np.ones(d))
    return A, height * np.eye(n)[extreme], rng.standard_normal(d) * rng.integers(0, 4)


def face(seed, height=1.0):
    """A target inside a face of the hull of the rows: infinite across the face, determined along it."""
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(20, 300)), int(rng.integers(2, 6))
    A, across = rng.standard_normal((n, d)), rng.standard_normal(d)
    across /= np.linalg.norm(across)
    top = np.argsort(A @ across)[-int(rng.integers(2, 4)) :]
    A[top] += np.outer((A @ across).max() + 0.5 - A[top] @ across, across)
    b = np.zeros(n)
    b[top] = height * softmax(A[top] @ rng.standard_normal(d))
    return A, b, rng.standard_normal(d) * rng.integers(0, 4)


@pytest.mark.parametrize("method", ["exact", "sampled"])
@pytest.mark.parametrize("seed", [10, 28, 43, 47, 51, 61])
def test_a_boundary_step_at_the_end_does_not_hide_the_way_to_infinity(seed, method):
    A, b, x0 = vertex(seed)
    result = solve(A, b, unit="exp(s)", x0=x0, method=method)
    assert result.status is Status.MINIMUM_AT_INFINITY
    assert result.fun < 1e-9


@pytest.mark.parametrize(("seed", "height"), [(51, 2.0), (55, 2.0), (7, 10.0), (43, 10.0)])
def test_nor_where_the_loss_stays_large(seed, height):
    A, b, x0 = vertex(seed, height)
    assert solve(A, b, unit="exp(s)", x0=x0, method="exact").status is Status.MINIMUM_AT_INFINITY


@pytest.mark.parametrize(("seed", "height"), [(0, 1.0), (1, 1.0), (2, 1.0), (3, 1.0), (53, 1.0), (7, 1.5), (26, 1.5)])
def test_nor_where_other_directions_converge(seed, height):
    A, b, x0 = face(seed, height)
    result = solve(A, b, unit="exp(s)", x0=x0, method="exact")
    assert result.status is Status.MINIMUM_AT_INFINITY
    # Less than the whole is fitted best by a finite x: the control.
    A, b, x0 = face(seed, 0.9)
    assert solve(A, b, unit="exp(s)", x0=x0, method="exact").success


@pytest.mark.parametrize("size", [1.0, 3.0, 6.0])
@pytest.mark.parametrize("seed", range(4))
def test_finite_minima_near_a_vertex_with_a_null_direction(size, seed):
    """f does not change along t + constant, which is no sign of infinity."""
    rng = np.random.default_rng(seed)
    A = np.column_stack([rng.standard_normal((150, 3)), np.ones(150)])
    x = rng.standard_normal(4)
    x *= size / np.linalg.norm(x)
    result = solve(A, softmax(A @ x), unit="exp(s)", x0=rng.standard_normal(4) * seed, method="exact")
    assert result.success
    np.testing.assert_allclose(result.x[:3], x[:3], atol=1e-6)


@pytest.mark.parametrize("x0", [[1e3, 1.0], [-1e3, 2.0], [30.0, 1.0], [1e6, 0.0]])
def test_a_direction_that_drowns_on_the_way_to_a_degenerate_minimum(x0):
    """(x - 5)^4 + y^2: steps are long while 1e-10 of the loss is left, but each is shorter than that before it."""
    result = approximate_newton(
        lambda x: (x[0] - 5) ** 4 + x[1] ** 2,
        x0,
        jac=lambda x: np.array([4 * (x[0] - 5) ** 3, 2 * x[1]]),
        hess=lambda x: np.diag([12 * (x[0] - 5) ** 2, 2.0]),
        maxiter=1000,
    )
    assert result.success
    assert result.x[0] == pytest.approx(5, abs=1e-3)


def measures(k, **changed):
    """Step k of a run along exp(-s): loss and gradient fade, the Newton step stays 1 long."""
    fun = float(np.exp(-k))
    known = {"fun": fun, "relative_gradient": fun, "at_floor": False, "convex": True, "newton_length": 1.0}
    known |= {"newton_reduction": 0.5 * fun, "size": float(k), "null": 0}
    return Measures(**(known | changed))


LAST = {"relative_gradient": 1e-15, "at_floor": True, "newton_length": 0.0, "newton_reduction": 0.0}


@pytest.mark.parametrize(
    ("last", "status"),
    [
        ({"null": 1, "fun": 1e-14}, Status.MINIMUM_AT_INFINITY),
        ({"null": 0, "fun": 1e-14}, Status.CONVERGED),
        # Still half of what there was to fit: whatever happened on the way, this is another place.
        ({"null": 1, "fun": 0.5}, Status.CONVERGED),
    ],
)
def test_what_counts_are_directions_that_became_null(last, status):
    stop = StopTest(1e-9, 200, 1.0)
    for k in range(15):
        assert stop(measures(k), k) is None
    assert stop(measures(15, newton_length=0.5), 15) is None  # the count of long steps begins anew
    assert stop(measures(16, **LAST, **last), 16) is status


def test_too_few_long_steps_prove_nothing():
    stop = StopTest(1e-9, 200, 1.0)
    for k in range(4):
        assert stop(measures(k), k) is None
    assert stop(measures(4, newton_length=0.5), 4) is None
    assert stop(measures(5, **LAST, null=1, fun=1e-14), 5) is Status.CONVERGED

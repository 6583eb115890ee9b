"""Kinks that rounding hides: a unit keeps its place on one, and no run ends a hair before a way down."""

import numpy as np
import pytest

from resmax_sym.generated import softmax_relu
from resmax_sym.solve import LayeredProblem, Status, solve_problem
from resmax_sym.solve.layered.corner import Geometry
from resmax_sym.solve.layered.leave import lower_cell
from resmax_sym.solve.layered.nearby import Standing, past_nearby
from resmax_sym.solve.layered.sides import Sides

# t = (max(x, 0), max(-x, 0)) and a target that wants t_2 larger: from x > 0 the way leads to the kink, and from there on.
THROUGH = ([[1.0], [-1.0]], [[1.0, 0.0], [0.0, 1.0]], [0.25, 0.75])


def geometry(A1, A2, b, omega=0.0):
    problem = LayeredProblem(A1, A2, b, omega, kernel=softmax_relu)
    return Geometry(problem, Sides(softmax_relu))


def test_who_got_there_after_a_long_step_stays():
    where = geometry(*THROUGH)
    standing, landed = Standing(where), where.problem.at([1e-16])
    assert len(standing.at(landed, np.array([1.0]))) == 2
    assert len(standing.at(where.problem.at([1.1e-16]), np.array([1e-16]))) == 2  # nobody has moved away
    assert len(standing.at(where.problem.at([1e-3]), np.array([1e-16]))) == 0
    assert len(Standing(where).at(landed, 0.0)) == 0  # without that step it is a place beside the kink
    # The length of the step that led there does not hold anybody: only who is no farther off stays.
    standing.at(where.problem.at([1e-16]), np.array([1e100]))
    assert len(standing.at(where.problem.at([1e-3]), np.array([1e-16]))) == 0
    put = Standing(where)
    near = where.near(where.problem.at([1e-10]), 1.0, 5)
    put.put(near, where.problem.at([1e-10]))
    assert put.at(where.problem.at([1e-10]), 0.0).units.tolist() == [0, 1]


def corner_at(where, x):
    point = where.problem.at(np.array(x))
    return where.corner(point, where.held(point), 0.0)


def test_past_a_kink_nearby():
    """Just before a kink, behind which the loss falls on."""
    where = geometry(*THROUGH)
    corner = corner_at(where, [1e-14])
    assert not len(corner.near)
    move, near = past_nearby(where, corner, 1e-9, 0.5, 1e-6, 1e-16)
    assert near is None
    assert move.x[0] < -0.01
    assert where.problem.fun(move.x) < corner.point.fun
    far = past_nearby(where, corner_at(where, [1e-3]), 1e-9, 0.5, 1e-6, 1e-16)
    assert far == (None, None)


def test_a_stationary_kink_nearby_is_named():
    where = geometry([[1.0], [-1.0]], [[1.0, 1.0], [0.0, 0.0]], [0.25, 0.75])
    move, near = past_nearby(where, corner_at(where, [1e-14]), 1e-9, 0.5, 1e-6, 1e-16)
    assert move is None
    assert near.units.tolist() == [0, 1]


def test_lower_cells(layers):
    where = geometry([[1.0], [2.0]], [[1.0, 0.0], [0.0, 1.0]], [0.9, 0.1])
    dead = where.problem.at([-3.0])
    move = lower_cell(where, dead, 1e-12, 1.0)
    assert move.way == "probe"
    assert where.problem.fun(move.x) <= dead.fun  # the origin, from where a way leads down
    # nothing is below a perfect fit, and from an alive point the origin is no way out
    perfect = geometry([[1.0]], [[1.0], [0.0]], [0.5, 0.5])
    assert lower_cell(perfect, perfect.problem.at([0.0]), 1e-12, 1.0) is None
    alive = geometry([[1.0]], [[1.0], [0.0]], [0.25, 0.75])
    assert lower_cell(alive, alive.problem.at([1e-9]), 1e-3, 1.0) is None


def test_no_end_just_before_a_way_down():
    """Here Newton's method in x > 0 ends 2e-15 before the kink at 0, where its cell has a minimum and the next one leads down."""
    rng = np.random.default_rng(106455)
    n, m, d = int(rng.integers(1, 8)), int(rng.integers(1, 10)), int(rng.integers(1, 5))
    A1, A2 = rng.integers(-2, 3, size=(m, d)) * 1.0, rng.integers(-2, 3, size=(n, m)) * 1.0
    b, x0 = rng.integers(-1, 4, size=n) / 4, rng.integers(-2, 3, size=d) * 1.0
    problem = LayeredProblem(A1, A2, b, 0.1, kernel=softmax_relu)
    before, result = problem.fun([1e-14]), solve_problem(problem, x0)
    assert abs(problem.jac([1e-14])[0]) < 1e-12
    assert abs(problem.jac([-1e-14])[0]) > 0.1
    assert result.status is Status.CONVERGED
    assert result.fun < before / 10
    assert "corner" in {record.way for record in result.history}


@pytest.mark.parametrize("seed", range(30))
def test_small_whole_numbers(seed):
    """Many kinks meet, minimisers lie on them, losses are level: still every end is stationary, or says why it is not."""
    rng = np.random.default_rng(seed)
    n, m, d = (int(rng.integers(1, high)) for high in (7, 9, 4))
    A1, A2 = (rng.integers(-2, 3, size=shape).astype(float) for shape in ((m, d), (n, m)))
    problem = LayeredProblem(A1, A2, rng.integers(-1, 4, size=n) / 4, 0.1, kernel=softmax_relu)
    x0 = rng.integers(-2, 3, size=d).astype(float)
    result = solve_problem(problem, x0)
    assert result.status in (Status.CONVERGED, Status.AT_KINK, Status.FLAT, Status.MINIMUM_AT_INFINITY)
    if result.success:
        h, scale = 1e-6, 1 + np.linalg.norm(problem.jac(x0))
        steps = h * rng.normal(size=(100, d))
        assert min(problem.fun(result.x + p) - result.fun for p in steps) >= -1e-6 * h * scale

"""Down a ray to the kink, or the place between two, where its slope changes sign: all of t = (|x - 1|, 0) is known by hand."""

import numpy as np
import pytest

from resmax_sym.generated import softmax_relu
from resmax_sym.solve import LayeredProblem
from resmax_sym.solve.layered.corner import Geometry
from resmax_sym.solve.layered.ray import descend
from resmax_sym.solve.layered.sides import Sides


def geometry(A1, A2, b, omega=0.0):
    problem = LayeredProblem(A1, A2, b, omega, kernel=softmax_relu)
    return Geometry(problem, Sides(softmax_relu))


def down(where, x, p):
    point = where.problem.at(np.array(x, dtype=float))
    return point, descend(where, point, where.held(point), np.array(p, dtype=float))


def test_to_the_kink():
    where = geometry([[1.0], [-1.0]], [[1.0, 1.0], [0.0, 0.0]], [0.25, 0.75])
    for start, p in ((3.0, -7.3), (-0.1, 0.3), (1e-3, -50.0)):
        point, found = down(where, [start], [p])
        assert abs(found.x[0]) <= 1e-16
        assert found.fun < point.fun


def test_between_kinks_and_not_uphill():
    # t = (x, 0) right of 0: the loss is least at x = log(3), between the kinks at 0 and far out
    where = geometry([[1.0], [-1.0]], [[1.0, 0.0], [0.0, 0.0]], [0.75, 0.25])
    point, found = down(where, [0.25], [40.0])
    assert found.fun < point.fun
    slope, first = where.problem.jac(found.x)[0], where.problem.jac(point.x)[0]
    assert abs(slope) <= 0.5 * abs(first)
    assert down(where, [0.25], [-0.1])[1] is None
    assert down(where, [0.25], [0.0])[1] is None


def test_leaving_a_kink_only_downwards():
    # at 0 the slope is 0 to the left, where all is dead, and negative to the right
    where = geometry([[1.0]], [[1.0], [0.0]], [1.0, 0.0])
    assert down(where, [0.0], [-1.0])[1] is None
    assert down(where, [0.0], [1.0])[1].x[0] > 0


@pytest.mark.parametrize("seed", range(10))
def test_lower_by_a_part_of_what_the_slope_promises(layers, seed):
    A1, A2, b = layers(20, 15, 4, seed)
    where, rng = geometry(A1, A2, b), np.random.default_rng(seed)
    x, p = rng.normal(size=4), rng.normal(size=4)
    p *= -np.sign(where.problem.jac(x) @ p) * 10
    point, found = down(where, x, p)
    tau = (found.x - x) @ p / (p @ p)
    assert 0 < tau <= 1
    np.testing.assert_allclose(found.x, x + tau * p, atol=1e-12)
    assert found.fun <= point.fun + 1e-4 * tau * (where.problem.jac(x) @ p)

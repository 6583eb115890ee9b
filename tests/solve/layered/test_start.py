"""The default start: the same for the same seed, alive, off the kinks, and 0 where that is neither a kink nor critical."""

import numpy as np
import pytest

from resmax_sym.generated import softmax_relu
from resmax_sym.solve import LayeredProblem, layered_start
from resmax_sym.solve.layered.sides import Sides
from resmax_sym.solve.layered.start import default_start


def test_drawn_by_the_seed(layers):
    A1, A2, b = layers(20, 6, 3)
    problem = LayeredProblem(A1, A2, b, kernel=softmax_relu)
    start = layered_start(problem, 0)
    assert (start == layered_start(problem, 0)).all()
    assert (start != layered_start(problem, 1)).any()
    assert np.linalg.norm(problem.jac(start)) > 0
    assert (A1 @ start != 0).all()
    weighted = np.linalg.norm(A2, axis=0) * (A1 @ start)
    assert np.linalg.norm(weighted) == pytest.approx(np.sqrt(20))
    scale = np.array([0.1, 2.0, 3.0, 40.0, 0.5, 1e3])
    scaled = LayeredProblem(scale[:, None] * A1, A2 / scale, b, kernel=softmax_relu)
    np.testing.assert_allclose(layered_start(scaled, 0), start, rtol=1e-9)


def test_a_dead_draw_counts_only_without_others():
    one_way = LayeredProblem([[1.0], [2.0]], [[1.0, 1.0], [0.0, 0.0]], [0.9, 0.1], kernel=softmax_relu)
    starts = np.array([layered_start(one_way, seed)[0] for seed in range(10)])
    assert (starts > 0).all()
    dead = LayeredProblem([[1.0]], [[0.0], [0.0]], [0.9, 0.1], kernel=softmax_relu)
    assert layered_start(dead, 0).tolist() == [0]


def test_zero_where_it_is_no_kink(layers, kernel):
    A1, A2, b = layers(20, 6, 3)
    for inner, at_zero in (("tanh", True), ("softplus", True), ("relu", False), ("max(s - 1, 0)", False)):
        problem = LayeredProblem(A1, A2, b, kernel=kernel(inner))
        assert (not default_start(problem, Sides(problem.kernel)).any()) == at_zero, inner


@pytest.mark.parametrize("seed", [-1, 0.5, "1"])
def test_a_seed_is_a_number(layers, seed):
    with pytest.raises(ValueError, match="seed: expected an integer >= 0"):
        layered_start(LayeredProblem(*layers(5, 3, 2), kernel=softmax_relu), seed)

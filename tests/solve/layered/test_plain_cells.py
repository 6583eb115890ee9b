"""Newton without a safeguard cycles between cells from small exact starts; with it the same starts converge."""

import numpy as np
import pytest

from resmax_sym.generated import softmax_relu
from resmax_sym.solve import LayeredProblem, Status, solve, solve_problem

CYCLES = {
    # t = (|x|, 0) fits b best at t = -log(3) < 0, which neither cell reaches: from each, Newton aims beyond the kink.
    "to a kink": (([[1], [-1]], [[1, 1], [0, 0]]), [1 / 4, 3 / 4], 1.0, 1.0, 2, Status.AT_KINK, 1 / 16),
    "to a kink, unequal slopes": (([[1], [-2]], [[-1, 1], [-2, 0]]), [-1, 2], 1.0, 1.0, 2, Status.AT_KINK, 9 / 4),
    "past a minimum": (
        ([[-2], [2]], [[-2, 1], [1, -2], [2, 0]]),
        [1 / 4, 1 / 2, 1 / 4],
        0.25,
        1.0,
        2,
        Status.CONVERGED,
        None,
    ),
    "period 3": (([[1], [-2]], [[-1, 1], [1, -2]]), [3 / 4, 1 / 4], 1 / 8, -3.0, 3, Status.CONVERGED, None),
}


@pytest.mark.parametrize("case", CYCLES)
def test_plain_newton_cycles_and_the_safeguard_converges(case):
    (A1, A2), b, omega, start, period, status, loss = CYCLES[case]
    problem = LayeredProblem(A1, A2, b, omega, kernel=softmax_relu)
    cycle = solve_problem(problem, [start], method="plain")
    assert (cycle.status, cycle.nit, cycle.method) == (Status.ITERATION_LIMIT, 200, "plain")
    assert cycle.message.startswith(f"cycle: the steps come back to the same points with period {period}, over")

    def newton(x):
        return x - problem.jac([x])[0] / problem.hess([x])[0, 0]

    orbit = [cycle.x[0]]
    for _ in range(period):
        orbit.append(newton(orbit[-1]))
    assert orbit[-1] == pytest.approx(orbit[0], abs=1e-9)
    assert min(orbit) < 0 < max(orbit)
    assert abs(np.diff(orbit)).max() > 0.1
    safe = solve_problem(problem, [start])
    assert safe.status is status
    assert safe.fun < cycle.fun
    assert safe.nit <= 10
    if loss is not None:
        assert (safe.x[0], safe.fun) == (0, pytest.approx(loss, rel=1e-15))


def test_a_cycle_in_two_dimensions():
    """The first example, twice: x and y cycle side by side."""
    A1, A2 = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]]), np.array([[1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0]])
    problem = LayeredProblem(A1, A2, [1 / 5, 1 / 5, 3 / 5], 1.0, kernel=softmax_relu)
    cycle = solve_problem(problem, [0.5, -0.5], method="plain")
    assert "cycle" in cycle.message
    safe = solve_problem(problem, [0.5, -0.5])
    assert safe.status is Status.AT_KINK
    np.testing.assert_allclose(safe.x, 0, atol=1e-15)


def test_near_a_minimum_in_a_cell_plain_newton_converges(layers):
    A1, A2, b = layers(30, 8, 3, 4)
    problem = LayeredProblem(A1, A2 / 3, b, kernel=softmax_relu)
    end = next(r for seed in range(20) if (r := solve_problem(problem, seed=seed)).status is Status.CONVERGED)
    start = end.x + 0.01 * end.kink_distance * np.ones(3) / np.sqrt(3)
    result = solve_problem(problem, start, method="plain")
    assert (result.status, result.method) == (Status.CONVERGED, "plain")
    assert result.nit <= 6
    assert sum(record.crossed for record in result.history) == 0
    np.testing.assert_allclose(result.x, end.x, rtol=1e-6)


def test_a_dead_start_is_no_minimum():
    problem = LayeredProblem([[1.0]], [[1.0], [0.0]], [1.0, 0.0], kernel=softmax_relu)
    result = solve_problem(problem, [-1.0], method="plain")
    assert result.status is Status.NO_DESCENT
    assert "method='exact' would go on" in result.message


def test_callback_and_interrupt(layers):
    A1, A2, b = layers(20, 8, 3)

    def interrupt(xk):
        raise KeyboardInterrupt

    def stop(intermediate_result):
        raise StopIteration

    for callback, status in ((interrupt, Status.INTERRUPTED), (stop, Status.STOPPED_BY_CALLBACK)):
        result = solve((A1, A2), b, inner_layer="relu", x0=[0.1, 0.2, 0.3], method="plain", callback=callback)
        assert (result.status, result.nit) == (status, 1)

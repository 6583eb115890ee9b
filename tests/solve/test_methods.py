"""The choice of a method, and Ctrl-C in each of them."""

import signal

import numpy as np
import pytest

from resmax_sym.solve import DataLost, EstimatedLeverage, Problem, Status, solve, solve_problem
from resmax_sym.solve.methods import METHODS, choose

REAL = ("exact", "sampled", "plain")


def test_the_rule():
    assert choose(200_000, 200) == "sampled"
    assert choose(10**7, 20) == "exact"  # the full Hessian is cheap
    assert choose(10_000, 500) == "exact"  # there is nothing to save by sampling
    assert choose(10**6, 500) == "sampled"


@pytest.mark.parametrize("method", [*REAL, "auto"])
def test_the_method_is_named_in_the_result(method, random_instance):
    A, b = random_instance(300, 3)
    result = solve(A, b, method=method)
    assert result.method == (method if method != "auto" else "exact")
    assert set(METHODS) == {*REAL, "auto"}


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"method": "newton"}, "method: expected one of"),
        ({"sketch": 40}, "sketch: expected a sketch"),
        ({"method": "sampled", "seed": -1}, "seed: expected"),
        ({"method": "sampled", "seed": 0.5}, "seed: expected"),
        ({"method": "sampled", "gtol": -1.0}, "gtol: expected"),
    ],
)
def test_options_are_checked(option, message, random_instance):
    with pytest.raises(ValueError, match=message):
        solve(*random_instance(20, 2), **option)


@pytest.mark.parametrize("method", REAL)
def test_an_interrupt_returns_the_best_point_so_far(method, random_instance):
    A, b = random_instance(400, 4)
    before, seen = signal.getsignal(signal.SIGINT), []

    def interrupt(intermediate_result):
        seen.append(intermediate_result)
        if len(seen) == 2:
            signal.raise_signal(signal.SIGINT)

    result = solve(A, b, method=method, sketch=EstimatedLeverage(rows=100), callback=interrupt)
    assert signal.getsignal(signal.SIGINT) is before
    assert result.status == Status.INTERRUPTED
    assert not result.success
    assert "pass it as x0" in result.message
    np.testing.assert_array_equal(result.x, seen[1].x)
    assert result.fun == seen[1].fun
    # A x may be the sum of A x before and A p: another rounding.
    assert result.fun == pytest.approx(Problem(A, b).fun(result.x), rel=1e-13)
    assert result.nit == 2
    assert len(result.history) == 3
    assert solve(A, b, method="sampled", x0=result.x).success


@pytest.mark.parametrize("method", REAL)
@pytest.mark.parametrize("call", range(1, 7))
def test_an_interrupt_in_the_middle_of_a_product(method, call, random_instance, monkeypatch):
    A, b = random_instance(400, 4)
    problem = Problem(A, b)
    count = 0
    matvec = problem.data.matvec

    def interrupted(x):
        nonlocal count
        count += 1
        if count == call:
            raise KeyboardInterrupt
        return matvec(x)

    start = Problem(A, b).fun(np.zeros(4))
    monkeypatch.setattr(problem.data, "matvec", interrupted)
    result = solve_problem(problem, method=method, sketch=EstimatedLeverage(rows=100))
    assert count >= call
    assert result.status == Status.INTERRUPTED
    if call > 2:
        assert result.fun <= start
    # The problem is whole: the same object finds the minimum.
    again = solve_problem(problem, result.x, method="sampled")
    assert again.success
    assert problem.fun(again.x) == pytest.approx(solve(A, b).fun, rel=1e-12)


@pytest.mark.parametrize("method", REAL)
@pytest.mark.parametrize("call", range(0, 30, 3))
def test_data_that_are_lost_in_the_middle_of_a_run(method, call, random_instance, monkeypatch):
    """From some call on every product fails: the best point so far comes back, from whichever run of the method, and no call more."""
    A, b = random_instance(400, 4)
    problem, count = Problem(A, b), 0

    def failing(name):
        works = getattr(problem.data, name)

        def product(*args, **options):
            nonlocal count
            count += 1
            if count > call:
                raise DataLost("A: gone")
            return works(*args, **options)

        return product

    for name in ("matvec", "gradient_map", "hessian_map", "curvature_map", "product_map", "map_rows", "rows", "gram"):
        monkeypatch.setattr(problem.data, name, failing(name))
    seen = []
    options = {"method": method, "sketch": EstimatedLeverage(rows=100)}
    result = solve_problem(problem, callback=lambda xk: seen.append(xk.copy()), **options)
    if result.status != Status.DATA_LOST:
        assert count <= call
        return
    assert count == call + 1
    assert not result.success
    assert "pass it as x0" in result.message
    assert "A: gone" in result.message
    assert "\n" not in result.message
    again = Problem(A, b)
    start = again.fun(np.zeros(4))
    if np.isfinite(result.fun):
        assert result.fun == pytest.approx(again.fun(result.x), rel=1e-12)
        assert result.fun <= start or method == "plain"
    else:
        np.testing.assert_array_equal(result.x, np.zeros(4))
        assert not seen
    assert solve_problem(again, result.x, method="sampled").success


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt, Status.INTERRUPTED), (DataLost, Status.DATA_LOST)])
@pytest.mark.parametrize("name", ["sign", "jac"])
def test_an_end_before_the_first_point(name, error, status, random_instance, monkeypatch):
    problem = Problem(*random_instance(40, 3))

    def ended(x):
        raise error

    monkeypatch.setattr(problem, name, ended)
    result = solve_problem(problem, np.ones(3), method="exact")
    assert result.status == status
    np.testing.assert_array_equal(result.x, np.ones(3))
    assert np.isnan(result.fun)
    assert result.history == []

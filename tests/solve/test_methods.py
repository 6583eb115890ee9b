"""The choice of a method, and Ctrl-C in each of them."""

import signal

import numpy as np
import pytest

from resmax_sym.generated import softmax
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
        ({"gtol": "1e-3"}, "gtol: expected a number >= 0, got '1e-3'"),
        ({"maxiter": "9"}, "maxiter: expected"),
        ({"callback": 5}, "callback: expected a function"),
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


class TestHandingOver:
    """A sampled run that goes on as an exact one keeps what it has done."""

    def dependent(self, random_instance):
        A, b = random_instance(300, 4)
        return np.hstack([A, A[:, :1]]), b

    def at_infinity(self):
        A = np.random.default_rng(3).normal(size=(30, 4))
        return A, np.eye(30)[int(np.argmax(A @ [1, 2, 3, 4]))]

    def test_counts_are_those_of_both(self, random_instance):
        A, b = self.dependent(random_instance)
        result = solve(A, b, method="sampled")
        assert result.success
        assert result.handed_over
        assert result.given_up == []
        records = result.history
        assert [record.nit for record in records] == list(range(result.nit + 1))
        assert result.nhev > sum(record.inner for record in records) > 0
        assert result.nfev >= result.nit + 1
        assert result.gradients >= max(record.gradients for record in records if np.isfinite(record.gradients)) > 10
        assert "handed_over" not in solve(A, b, method="exact")
        assert "handed_over" not in solve(A[:, :4], b, method="sampled")

    def test_what_is_counted_is_called(self, random_instance, monkeypatch):
        A, b = self.dependent(random_instance)
        problem, calls = Problem(A, b), dict.fromkeys(("fun", "jac", "hessp", "hess", "scaled_hess"), 0)

        def counted(name):
            works = getattr(problem, name)

            def call(*args):
                calls[name] += 1
                return works(*args)

            return call

        for name in calls:
            monkeypatch.setattr(problem, name, counted(name))
        result = solve_problem(problem, method="sampled")
        assert result.handed_over
        assert result.nfev == calls["fun"]
        assert result.njev == calls["jac"]
        # A well conditioned A has its scaled Hessian made from the other one.
        assert result.nhev == calls["hessp"] + max(calls["hess"], calls["scaled_hess"] + 1)

    def test_both_runs_together_keep_the_limit(self):
        A, b = self.at_infinity()
        whole = solve(A, b, unit="exp(s)", method="sampled")
        assert whole.status == Status.MINIMUM_AT_INFINITY
        assert whole.handed_over
        first = len(whole.given_up) - 1
        assert first > 5
        assert [record.nit for record in whole.given_up] == list(range(first + 1))
        limit, seen = first + 4, []
        report = lambda intermediate_result: seen.append(intermediate_result.nit)  # noqa: E731
        cut = solve(A, b, unit="exp(s)", method="sampled", maxiter=limit, callback=report)
        assert cut.status == Status.ITERATION_LIMIT
        assert len(seen) == limit
        assert len(cut.given_up) - 1 + cut.nit == limit
        assert f"{first} of them by the sampled method" in cut.message
        # The steps that were given up had come further.
        assert cut.fun == pytest.approx(cut.given_up[-1].fun, rel=1e-12)
        assert cut.fun < cut.history[-1].fun
        assert cut.fun == pytest.approx(Problem(A, b, kernel=softmax).fun(cut.x), rel=1e-6)
        assert cut.grad_norm == np.linalg.norm(cut.jac)

    def test_an_interrupt_of_the_second_run(self):
        A, b = self.at_infinity()
        whole = solve(A, b, unit="exp(s)", method="sampled")
        steps = len(whole.given_up) - 1 + 3

        def interrupt(intermediate_result):
            nonlocal steps
            steps -= 1
            if steps == 0:
                raise KeyboardInterrupt

        result = solve(A, b, unit="exp(s)", method="sampled", callback=interrupt)
        assert result.status == Status.INTERRUPTED
        assert result.handed_over
        assert result.fun == pytest.approx(min(record.fun for record in result.history + result.given_up), rel=1e-12)
        assert len(result.history) + len(result.given_up) == len(whole.given_up) + 4


@pytest.mark.parametrize("method", REAL)
@pytest.mark.parametrize("size", [1e160, 1e-160])
def test_data_whose_squares_are_no_numbers_are_refused(method, size, random_instance):
    A, b = random_instance(200, 3)
    with pytest.raises(ValueError, match="A: expected columns with a norm between") as caught:
        solve(A * size, b, method=method)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("method", REAL)
@pytest.mark.parametrize("size", [1e-140, 1e-60, 1e60, 1e140])
def test_units_far_from_one(method, size, random_instance):
    A, b = random_instance(400, 3)
    result = solve(A * size, b, method=method, omega=0.1)
    assert result.status in (Status.CONVERGED, Status.ITERATION_LIMIT, Status.BOUNDARY)
    if method != "plain":
        np.testing.assert_allclose(result.x * size, solve(A, b, method="exact", omega=0.1).x, rtol=1e-6)


def test_a_factor_that_cannot_be_had_hands_over(random_instance, monkeypatch):
    A, b = random_instance(400, 3)

    def fails(*args):
        raise np.linalg.LinAlgError("no convergence")

    monkeypatch.setattr("resmax_sym.solve.approximation.range_basis", fails)
    result = solve(A, b, method="sampled")
    assert result.success
    assert result.handed_over
    assert solve(A, b, method="plain").status == Status.NON_FINITE

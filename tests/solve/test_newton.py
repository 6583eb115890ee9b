"""approximate_newton as a SciPy method: second order, callbacks, options, statuses of generic functions."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sps
from scipy.optimize import Bounds, OptimizeResult, minimize, rosen, rosen_der, rosen_hess, rosen_hess_prod
from scipy.sparse.linalg import LinearOperator

from resmax_sym.solve import MESSAGES, IterationRecord, Status, approximate_newton

START = np.array([-1.2, 1.0, 0.5])


def rosenbrock(**more):
    return minimize(rosen, START, **({"jac": rosen_der, "hess": rosen_hess, "method": approximate_newton} | more))


def one_variable(f, g, h, x0, **options):
    return approximate_newton(
        lambda x: f(x[0]), [x0], jac=lambda x: np.array([g(x[0])]), hess=lambda x: np.array([[h(x[0])]]), **options
    )


def test_rosenbrock_against_scipy():
    result = rosenbrock()
    oracle = minimize(rosen, START, jac=rosen_der, hess=rosen_hess, method="trust-exact", options={"gtol": 1e-9})
    assert result.success
    assert result.status == Status.CONVERGED
    assert result.message == MESSAGES[Status.CONVERGED]
    np.testing.assert_allclose(result.x, oracle.x, atol=1e-8)
    np.testing.assert_allclose(result.jac, rosen_der(result.x))
    np.testing.assert_allclose(result.hess, rosen_hess(result.x))
    assert result.relative_gradient <= 1e-9
    assert result.grad_norm == np.linalg.norm(result.jac)


@pytest.mark.parametrize(
    "hess",
    [
        rosen_hess,
        lambda x: sps.csr_array(rosen_hess(x)),
        lambda x: LinearOperator((3, 3), matvec=lambda z: rosen_hess(x) @ z, dtype=float),
    ],
    ids=["dense", "sparse", "operator"],
)
def test_forms_of_the_hessian(hess):
    np.testing.assert_allclose(rosenbrock(hess=hess).x, 1, atol=1e-8)


def test_products_alone_will_do():
    result = rosenbrock(hess=None, hessp=rosen_hess_prod)
    np.testing.assert_allclose(result.x, 1, atol=1e-8)
    np.testing.assert_allclose(result.hess, rosen_hess(result.x))


def test_arguments_and_combined_gradient():
    def both(x, a):
        return 0.5 * a * (x @ x) + x[0], a * x + np.array([1.0, 0.0])

    result = minimize(
        both, [3.0, 4.0], args=(2.0,), jac=True, hess=lambda x, a: a * np.eye(2), method=approximate_newton
    )
    np.testing.assert_allclose(result.x, [-0.5, 0.0], atol=1e-9)


def test_history_is_one_record_per_step():
    result = rosenbrock()
    assert len(result.history) == result.nit + 1
    assert all(isinstance(record, IterationRecord) for record in result.history)
    assert [record.nit for record in result.history] == list(range(result.nit + 1))
    assert result.history[0].relative_gradient == 1.0
    assert result.history[-1].fun == result.fun
    assert all(b.fun < a.fun for a, b in pairwise(result.history))
    assert result.nfev >= sum(record.trials for record in result.history)


@pytest.mark.parametrize("x0", [0.0, 1e-9])
def test_a_maximum_is_left(x0):
    result = one_variable(lambda x: x**4 - x**2, lambda x: 4 * x**3 - 2 * x, lambda x: 12 * x**2 - 2, x0)
    assert result.success
    assert abs(result.x[0]) == pytest.approx(np.sqrt(0.5), abs=1e-9)


def test_a_saddle_is_left():
    result = approximate_newton(
        lambda x: x[0] ** 2 - x[1] ** 2 + x[1] ** 4,
        [0.0, 0.0],
        jac=lambda x: np.array([2 * x[0], -2 * x[1] + 4 * x[1] ** 3]),
        hess=lambda x: np.diag([2.0, -2 + 12 * x[1] ** 2]),
    )
    assert result.success
    np.testing.assert_allclose(np.abs(result.x), [0, np.sqrt(0.5)], atol=1e-9)


def test_a_degenerate_minimum_is_no_minimum_at_infinity():
    result = one_variable(lambda x: x**4, lambda x: 4 * x**3, lambda x: 12 * x**2, 2.0)
    assert result.status == Status.CONVERGED
    assert abs(result.x[0]) < 2e-3  # the gradient is 1e-9 of the first one at 2e-3


def test_a_start_at_the_minimum():
    result = minimize(rosen, np.ones(3), jac=rosen_der, hess=rosen_hess, method=approximate_newton)
    assert result.success
    assert result.nit == 0
    assert result.relative_gradient == 0.0


@pytest.mark.parametrize(
    ("f", "g", "h"),
    [
        (lambda x: np.exp(-x), lambda x: -np.exp(-x), lambda x: np.exp(-x)),
        (lambda x: 1 + np.exp(-x), lambda x: -np.exp(-x), lambda x: np.exp(-x)),
        (lambda x: 1 / (1 + x**2), lambda x: -2 * x / (1 + x**2) ** 2, lambda x: (6 * x**2 - 2) / (1 + x**2) ** 3),
        (lambda x: np.log1p(np.exp(-x)), lambda x: -1 / (1 + np.exp(x)), lambda x: 1 / (2 + np.exp(x) + np.exp(-x))),
    ],
    ids=["exp", "exp+1", "rational", "logistic"],
)
def test_minimum_at_infinity(f, g, h):
    result = one_variable(f, g, h, 1.0)
    assert result.status == Status.MINIMUM_AT_INFINITY
    assert not result.success


@pytest.mark.parametrize("far", [3.0, 30.0, 300.0])
def test_a_far_start_is_not_taken_for_infinity(far):
    result = one_variable(lambda x: np.logaddexp(x, -x), np.tanh, lambda x: 1 / np.cosh(min(abs(x), 700.0)) ** 2, far)
    assert result.status == Status.CONVERGED
    assert abs(result.x[0]) < 1e-8


def test_a_gradient_with_a_flipped_sign_ends_in_no_descent():
    result = approximate_newton(rosen, START, jac=lambda x: -rosen_der(x), hess=rosen_hess)
    assert result.status == Status.NO_DESCENT
    assert result.fun <= rosen(START)


def test_one_wrong_component_does_not_pass_for_convergence():
    flip = np.array([1.0, -1.0, 1.0])
    result = approximate_newton(rosen, START, jac=lambda x: flip * rosen_der(x), hess=rosen_hess)
    assert not result.success


def test_iteration_limit():
    for limit in (0, 1, 3):
        result = rosenbrock(options={"maxiter": limit})
        assert result.status == Status.ITERATION_LIMIT
        assert result.nit == limit
        assert not result.success


@pytest.mark.parametrize("where", ["loss", "gradient", "hessian"])
def test_non_finite_at_the_start(where):
    spoil = {name: (np.nan if name == where else 0.0) for name in ("loss", "gradient", "hessian")}
    result = approximate_newton(
        lambda x: rosen(x) + spoil["loss"],
        START,
        jac=lambda x: rosen_der(x) + spoil["gradient"],
        hess=lambda x: rosen_hess(x) + spoil["hessian"],
    )
    assert result.status == Status.NON_FINITE
    assert result.nit == 0
    np.testing.assert_array_equal(result.x, START)


def test_a_wall_of_nan_only_shortens_steps():
    def log_barrier(x):
        return x - np.log(x) if x > 0 else np.nan

    result = one_variable(log_barrier, lambda x: 1 - 1 / x, lambda x: x**-2, 8.0, initial_radius=100.0)
    assert result.success
    assert result.x[0] == pytest.approx(1.0, abs=1e-9)


def test_nan_all_around():
    result = approximate_newton(
        lambda x: 1.0 if (x == 1).all() else np.nan, [1.0, 1.0], jac=lambda x: np.ones(2), hess=lambda x: np.eye(2)
    )
    assert result.status == Status.NON_FINITE


def test_a_guard_that_allows_nothing():
    result = rosenbrock(options={"safe_fraction": lambda x, p: 0.0})
    assert result.status == Status.BOUNDARY
    np.testing.assert_array_equal(result.x, START)


def test_the_guard_is_obeyed():
    steps = []

    def half_space(x, p):
        """x[0] < 0.5 is the domain."""
        steps.append(p)
        return 1.0 if x[0] + p[0] < 0.5 else (0.5 - x[0]) / p[0] * 0.9

    result = rosenbrock(options={"safe_fraction": half_space})
    assert result.x[0] < 0.5
    assert result.status != Status.CONVERGED


class TestCallbacks:
    def test_both_signatures(self):
        points, results = [], []

        def with_result(intermediate_result):
            results.append(intermediate_result)

        first = rosenbrock(callback=points.append)
        rosenbrock(callback=with_result)
        assert len(points) == len(results) == first.nit
        np.testing.assert_array_equal(points[-1], first.x)
        assert all(isinstance(result, OptimizeResult) for result in results)
        np.testing.assert_array_equal(results[-1].x, first.x)
        assert results[-1].fun == first.fun
        assert results[-1].nit == first.nit

    def test_stop_iteration(self):
        def stop(intermediate_result):
            if intermediate_result.nit == 2:
                raise StopIteration

        result = rosenbrock(callback=stop)
        assert result.status == Status.STOPPED_BY_CALLBACK == 99
        assert result.nit == 2
        assert not result.success

    def test_the_caller_may_overwrite_what_it_gets(self):
        def spoil(xk):
            xk[:] = np.nan

        assert rosenbrock(callback=spoil).success


class TestOptions:
    def test_unknown_options_are_ignored(self):
        assert rosenbrock(options={"unknown": 1, "return_all": True}).success

    def test_tolerance_and_its_alias(self):
        loose, alias = rosenbrock(options={"gtol": 1e-2}), rosenbrock(tol=1e-2)
        assert loose.nit == alias.nit < rosenbrock().nit
        assert 1e-9 < loose.relative_gradient <= 1e-2

    def test_silent_unless_asked(self, capsys):
        rosenbrock()
        assert capsys.readouterr() == ("", "")
        result = rosenbrock(options={"disp": True})
        out, err = capsys.readouterr()
        assert out == ""
        assert len(err.splitlines()) == result.nit + 1

    @pytest.mark.parametrize(
        "option", [{"gtol": -1}, {"gtol": np.nan}, {"maxiter": -1}, {"maxiter": 2.5}, {"initial_radius": 0}]
    )
    def test_out_of_range(self, option):
        with pytest.raises(ValueError, match=f"{next(iter(option))}: expected"):
            rosenbrock(options=option)

    @pytest.mark.parametrize(
        ("keywords", "said"),
        [
            ({"jac": None}, "jac: expected a function"),
            ({"jac": "2-point"}, "jac: expected a function"),
            ({"hess": None}, "hess: expected a function"),
            ({"hess": "2-point"}, "hess: expected a function"),
            ({"bounds": [(0, 1)] * 3}, "unconstrained"),
            ({"bounds": Bounds(-np.inf, 1)}, "unconstrained"),
            ({"constraints": {"type": "eq", "fun": lambda x: x[0]}}, "unconstrained"),
        ],
    )
    def test_what_it_cannot_do_is_said(self, keywords, said):
        with pytest.raises(ValueError, match=said):
            rosenbrock(**keywords)

    @pytest.mark.parametrize("bounds", [None, [(None, None)] * 3, [(-np.inf, np.inf)] * 3, Bounds()])
    def test_trivial_bounds_pass(self, bounds):
        assert rosenbrock(bounds=bounds, constraints=()).success

    @pytest.mark.parametrize("x0", [[], [np.nan, 1.0, 1.0], [np.inf, 0.0, 0.0]])
    def test_bad_starts(self, x0):
        with pytest.raises(ValueError, match="x0: expected"):
            approximate_newton(rosen, x0, jac=rosen_der, hess=rosen_hess)

    def test_wrong_shapes(self):
        with pytest.raises(ValueError, match="jac: expected shape"):
            approximate_newton(rosen, START, jac=lambda x: np.ones(2), hess=rosen_hess)
        with pytest.raises(ValueError, match="hess: expected shape"):
            approximate_newton(rosen, START, jac=rosen_der, hess=lambda x: np.ones(3))

    def test_the_metric_makes_scaling_harmless(self):
        D = np.array([1e-6, 1.0, 1e6])

        def run(metric):
            return approximate_newton(
                lambda y: rosen(D * y),
                START / D,
                jac=lambda y: D * rosen_der(D * y),
                hess=lambda y: rosen_hess(D * y) * np.outer(D, D),
                metric=metric,
            )

        result = run(np.diag(D**2))
        assert result.success
        np.testing.assert_allclose(D * result.x, 1, rtol=1e-7)
        assert result.nit == rosenbrock().nit

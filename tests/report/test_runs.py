"""Runs are metered by what they call: a gradient costs one, and the relative gradients are those of the points met."""

from types import SimpleNamespace

import numpy as np
import pytest

from resmax_sym.report.runs import METHODS, Trace, exact_cost, sample_cost, sampled, scipy_method, trust_exact
from resmax_sym.solve import Problem, solve_problem

N, D, GTOL = 400, 5, 1e-6


def problem(cond=1.0, n=N, d=D):
    rng = np.random.default_rng(3)
    A = rng.standard_normal((n, d)) * np.logspace(0, -np.log10(cond), d)
    return Problem(A, rng.dirichlet(np.full(n, 0.5)), 0.1 / np.sqrt(n))


class Listed(Problem):
    """Every call that reads A, by name."""

    def __init__(self, other):
        super().__init__(other.data, other.b, other.omega, other.kernel)
        self.calls = []

    def jac(self, x):
        self.calls.append(("jac", tuple(x)))
        return super().jac(x)

    def hessp(self, x, z):
        self.calls.append(("hessp", tuple(x)))
        return super().hessp(x, z)

    def fun(self, x):
        self.calls.append(("fun", tuple(x)))
        return super().fun(x)


def passes(calls):
    """One for each move, one for a gradient, two for a product and one for the factors of a new point."""
    count, at, factored = 0, None, None
    for name, x in calls:
        count += (x != at) + {"fun": 0, "jac": 1, "hessp": 2}[name]
        at = x
        if name == "hessp" and x != factored:
            count, factored = count + 1, x
    return count


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_metered_by_its_calls(name):
    listed = Listed(problem(10.0))
    run = scipy_method(listed, name, GTOL, 500)
    assert run.units[0] == 1.0
    assert run.units[-1] == run.spent == passes(listed.calls) / 2
    assert 0 < run.seconds < 60
    assert (np.diff(run.units) > 0).all()
    assert (np.diff(run.relative) <= 0).all()
    assert run.relative[0] == 1.0
    assert run.until(GTOL) == run.units[-1]
    last = [np.linalg.norm(problem(10.0).jac(np.array(x))) for kind, x in listed.calls if kind == "jac"]
    assert run.relative[-1] == pytest.approx(min(last) / last[0], rel=1e-9)


def test_a_run_ends_when_its_gradients_are_spent():
    run = scipy_method(problem(1e4), "L-BFGS-B", 0.0, 20)
    assert 15 < run.units[-1] <= run.spent <= 21
    assert run.until(0.0) == np.inf


@pytest.mark.parametrize("name", METHODS)
def test_a_run_ends_when_its_time_is_over(name):
    listed = Listed(problem(1e4))
    run = scipy_method(listed, name, 0.0, limit=0.0)
    assert run.units.tolist() == [1.0]  # the first gradient is always there
    assert run.spent == passes(listed.calls) / 2


def test_nan_at_the_end_does_not_hide_what_was_reached():
    listed = Listed(problem(1e2))
    gradient = listed.jac
    listed.jac = lambda x: gradient(x) * (1.0 if len(listed.calls) < 20 else np.nan)
    run = scipy_method(listed, "L-BFGS-B", GTOL, 500)
    assert np.isfinite(run.relative).all()
    assert GTOL < run.relative[-1] < 1


def test_sampled_run():
    run = sampled(problem(), gtol=GTOL)
    result = solve_problem(problem(), method="sampled", gtol=GTOL)
    assert run.relative[-1] == pytest.approx(result.relative_gradient, rel=1e-6)
    assert run.until(GTOL) <= run.units[-1]
    assert (np.diff(run.units) > 0).all()
    drawn = sum(sample_cost(record.rows, N, D) for record in result.history if record.rows)
    assert drawn > 0
    assert run.units[-1] == pytest.approx(result.history[-1].gradients + drawn, rel=1e-12)


def test_costs_in_gradients():
    """By hand: n = 100, d = 10, so that a gradient is 4000 operations."""
    assert sample_cost(50, 100, 10) == (50 * 200 + 20_000) / 4000
    counts = SimpleNamespace(nfev=4, njev=2, nhev=3)
    assert exact_cost(counts, 100, 10) == 4 / 2 + 2 / 2 + 3 * (100 * 100 + 10_000) / 4000


def test_until_is_the_first_time():
    run = Trace("run", np.array([1.0, 2.0, 5.0]), np.array([1.0, 1e-3, 1e-4]), 6.0)
    assert [run.until(gtol) for gtol in (1.0, 1e-3, 5e-4, 1e-5)] == [1.0, 2.0, 5.0, np.inf]


def test_an_unknown_method():
    with pytest.raises(ValueError, match=r"expected one of L-BFGS-B, .*, got 'SLSQP'"):
        scipy_method(problem(), "SLSQP", GTOL, 10)


def test_trust_exact_goes_as_far_as_it_is_told():
    loss, start = problem(), np.zeros(D)
    sizes = [np.linalg.norm(loss.jac(trust_exact(loss, start, gtol).x)) for gtol in (1e-2, 1e-9)]
    assert sizes[1] <= 1e-9 * np.linalg.norm(loss.jac(start)) < sizes[0]

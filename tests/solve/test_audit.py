"""The audit says of each step which hypothesis held, and what it measures stays below what is proved."""

import math

import numpy as np
import pytest
from scipy.linalg import eigh, norm

from resmax_sym.solve import Problem, Status, kernel_of, solve, solve_problem
from resmax_sym.solve.audit import Audited, Trail, audit, audit_table
from resmax_sym.solve.audit_solution import Solution, regularised_rate
from resmax_sym.solve.certificate import NotCertified, certify
from resmax_sym.theorems import contraction_factor


def run(problem, x, hessian, steps):
    """x <- x - H~^-1 grad, with the approximate Hessians that were used."""
    points, used = [x], []
    for _ in range(steps):
        used.append(hessian(points[-1]))
        points.append(points[-1] - np.linalg.solve(used[-1], problem.jac(points[-1])))
    return points, used


def perturbed(problem, eps, rng):
    """x -> H~ whose generalised eigenvalues reach from 1 - eps to 1 + eps."""

    def hessian(x):
        L, Q = np.linalg.cholesky(problem.hess(x)), np.linalg.qr(rng.normal(size=(problem.d, problem.d)))[0]
        return L @ (Q * np.linspace(1 - eps, 1 + eps, problem.d)) @ Q.T @ L.T

    return hessian


@pytest.fixture
def fitted(random_instance):
    """A problem, its minimum, and a start near it."""

    def make(unit="exp(s) + s", d=3, seed=0, away=0.01, omega=0.05):
        A, b = random_instance(80, d, seed)
        problem = Problem(A, b, omega, kernel=kernel_of(unit))
        x = solve_problem(problem).x
        return problem, x, x + away * np.linspace(-1, 1, d)

    return make


@pytest.mark.parametrize("eps", [0.1, 0.6])
def test_every_hypothesis_of_a_run_by_the_theorem(eps, fitted, unit):
    problem, x, start = fitted(unit)
    points, used = run(problem, start, perturbed(problem, eps, np.random.default_rng(1)), 3)
    found = audit(problem, [*points, x], [*used, None])
    for one, H, point, end in zip(found[:3], used, points[:3], points[1:], strict=True):
        assert one.verdict == "as proved"
        assert one.sampled
        assert not one.failed
        assert one.eps == pytest.approx(eps, rel=1e-6)
        assert one.theta <= 0.1
        assert one.contraction[1] <= one.proved == contraction_factor(one.eps, one.theta)
        assert np.abs(eigh(H, problem.hess(point), eigvals_only=True) - 1).max() == pytest.approx(one.eps, rel=1e-6)
        size = [math.sqrt((z - x) @ problem.hess(x) @ (z - x)) for z in (point, end)]
        assert one.distance == pytest.approx(size[0], rel=1e-6)
        assert one.contraction[0] == pytest.approx(size[1] / size[0], rel=1e-3)
    assert 0 < found[0].least <= np.linalg.eigvalsh(problem.hess(x))[0]
    assert not found[3].sampled


def test_a_step_without_a_hessian_has_the_best_that_explains_it(fitted):
    """For H~ = H (1 + e) the step is 1 / (1 + e) of the Newton step, and eps = |e|: no symmetric H~ explains it with less."""
    problem, x, start = fitted()
    points, used = run(problem, start, lambda z: 1.2 * problem.hess(z), 2)
    implied, given = audit(problem, [*points, x]), audit(problem, [*points, x], [*used, None])
    for one, other in zip(implied[:2], given[:2], strict=True):
        assert one.eps == pytest.approx(0.2, rel=1e-6)
        assert one.eps == pytest.approx(other.eps, rel=1e-6)
        assert (one.sampled, other.sampled) == (False, True)
        assert one.verdict == other.verdict == "as proved"


def test_a_run_that_was_cut_short(fitted):
    problem, x, start = fitted()
    points, used = run(problem, start, lambda z: 1.2 * problem.hess(z), 2)
    one, other = audit(problem, points, used, solution=x), audit(problem, [*points, x], [*used, None])[:2]
    assert one == other
    assert "H* is not shown to be definite: h = " in audit(problem, [start, start + 0.1])[0].failed


def test_a_hessian_that_was_not_used_is_not_believed(fitted):
    problem, x, start = fitted()
    points, used = run(problem, start, lambda z: 1.2 * problem.hess(z), 1)
    one = audit(problem, [*points, x], [used[0] / 1.2, None])[0]
    assert not one.sampled
    assert one.sketch < 1e-9
    assert one.eps == pytest.approx(0.2, rel=1e-6)


def test_exact_newton_and_a_lipschitz_constant_that_is_too_small(fitted, monkeypatch, unit):
    problem, x, start = fitted(unit, away=1e-3)
    points, used = run(problem, start, problem.hess, 1)
    found = audit(problem, [*points, x], [*used, None])[0]
    assert found.verdict == "as proved"
    assert found.eps < 1e-6
    theta = Solution.theta
    monkeypatch.setattr(Solution, "theta", lambda self, radius: theta(self, radius) / 1e3)
    assert audit(problem, [*points, x], [*used, None])[0].verdict == "violated"


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("seed", [0, 3])
def test_the_rounding_of_a_step_is_no_violation(seed, given, unit, monkeypatch):
    """Exact Newton from 1e-10 away: eps is what rounding did to gradient and step, not that of the Hessians, which agree."""
    rng = np.random.default_rng(seed)
    A, b = rng.normal(size=(40, 4)), rng.exponential(size=40)
    problem = Problem(A, b / b.sum(), 1.0, kernel=kernel_of(unit))
    x = solve_problem(problem).x
    x = x - np.linalg.solve(problem.hess(x), problem.jac(x))
    points, used = run(problem, x + 1e-10 * rng.normal(size=4), problem.hess, 1)
    hessians = used if given else None
    (one,) = audit(problem, points, hessians, solution=x)
    assert one.sampled == given
    assert one.eps > 1e-11
    assert one.verdict in ("as proved", "at rounding level")
    # The control: with the gradient in doubles the step looks exact.
    C = Solution(problem, x, certify(problem, x)).C
    monkeypatch.setattr(Solution, "derivatives", lambda self, z: (C.T @ problem.hess(z) @ C, C.T @ problem.jac(z)))
    assert audit(problem, points, hessians, solution=x)[0].verdict == "violated"


def test_linear_changes_of_the_variables_do_not_matter(fitted):
    problem, x, start = fitted()
    points, used = run(problem, start, perturbed(problem, 0.3, np.random.default_rng(2)), 2)
    M = np.array([[1.0, 200.0, 0.0], [0.0, 1.0, -3.0], [0.0, 0.0, 0.01]])
    other = Problem(problem.data.dense_block(slice(0, 80)) @ M, problem.b, problem.omega)
    one = audit(problem, [*points, x], [*used, None])[:2]
    two = audit(other, [np.linalg.solve(M, z) for z in (*points, x)], [*(M.T @ H @ M for H in used), None])[:2]
    for a, b in zip(one, two, strict=True):
        assert (b.distance, b.theta, b.eps) == pytest.approx((a.distance, a.theta, a.eps), rel=1e-4)
        assert b.contraction[1] == pytest.approx(a.contraction[1], rel=1e-4)


def test_hypotheses_that_fail_are_named(fitted):
    problem, x, start = fitted()
    points, used = run(problem, start, lambda z: 3.0 * problem.hess(z), 1)
    one = audit(problem, [*points, x], [*used, None])[0]
    assert one.verdict == "not covered"
    assert "eps = 2" in one.failed
    far = audit(problem, [x + 3.0, x])[0]
    assert "too far from x*: theta" in far.failed
    assert far.proved == math.inf
    strict = audit(problem, [start, x], theta0=1e-9)[0]
    assert "> 1e-09" in strict.failed
    assert audit(problem, [start, x])[0].failed == ""
    assert audit(problem, [x, x])[0].failed == "no step was taken"


def test_an_end_that_is_no_proper_minimum(random_instance):
    A, b = random_instance(12, 2)
    double = Problem(np.column_stack([A, A[:, 0]]), b, 0.1)
    x = np.array([0.1, 0.2, 0.3])
    (one,) = audit(double, [x, x + 1e-3])
    assert one.verdict == "not covered"
    assert "H* is not shown to be definite: singular Hessian" in one.failed
    problem = Problem(A, b, 0.1)
    end = solve_problem(problem).x
    (one,) = audit(problem, [end + 0.01, end], certificate=NotCertified("too large"))
    assert "too large" in one.failed
    assert one.distance == pytest.approx(math.sqrt(0.01**2 * problem.hess(end).sum()), rel=1e-9)
    assert one.contraction == (0.0, 0.0)
    assert one.theta == math.inf


def test_regularised_steps_contract_from_far_away(random_instance):
    A, b = random_instance(60, 2)
    problem = Problem(A, b, 0.6, kernel=kernel_of("exp(s)"))
    assert regularised_rate(problem) == pytest.approx(0.3081171402 / 0.36, rel=1e-6)
    H0 = 0.36 * A.T @ A
    points, used = run(problem, np.array([4.0, -7.0]), lambda z: H0, 3)
    found = audit(problem, [*points, solve_problem(problem).x], [*used, None])
    assert found[0].proved == math.inf  # far from x* the local theorem says nothing
    for one in found[:3]:
        assert 0 < one.regularised_contraction <= one.regularised < 1
    assert found[3].regularised == math.inf  # the last step is another one
    assert "Theorem D: proved 0.856" in audit_table(found)


@pytest.mark.parametrize(
    ("unit", "omega", "scale"), [("exp(s)", 0.5, 1.0), ("exp(s)", 0.6, 1.5), ("exp(s) + s", 9.0, 1.0)]
)
def test_where_the_regularised_theorem_does_not_apply(unit, omega, scale, random_instance):
    A, b = random_instance(20, 2)
    assert regularised_rate(Problem(A, scale * b, omega, kernel=kernel_of(unit))) == math.inf


@pytest.mark.parametrize("method", ["plain", "sampled", "exact"])
def test_a_run_of_the_solver_keeps_a_trail(method, random_instance):
    A, b = random_instance(600, 3)
    problem, start = Problem(A, b, 0.05), np.full(3, 0.02)
    trail = Trail(start)
    result = solve_problem(problem, start, method=method, callback=trail)
    assert np.array_equal(trail.points[0], start)
    assert np.array_equal(trail.points[-1], result.x)
    found = audit(problem, trail.points, trail.hessians)
    assert len(found) == len(trail.hessians) >= 1
    assert "as proved" in {one.verdict for one in found}
    assert "violated" not in {one.verdict for one in found}
    assert all(np.isnan(one.sketch) == (method == "exact") for one in found)
    if method == "plain":
        assert found[0].sampled
        assert found[0].sketch > 1e-3


@pytest.mark.parametrize("method", ["plain", "sampled", "exact"])
def test_the_history_carries_the_audit(method, random_instance):
    A, b = random_instance(600, 3)
    seen = []
    run = {"omega": 0.05, "x0": np.full(3, 0.02), "method": method}
    result = solve(A, b, **run, audit=True, certify=True, callback=lambda x: seen.append(x))
    assert len(seen) == result.nit >= 1
    assert result.history[0].audit is None
    steps = [record.audit for record in result.history[1:]]
    assert [step.step for step in steps] == list(range(result.nit))
    assert "as proved" in {step.verdict for step in steps}
    assert result.certificate
    assert steps[0].least == result.certificate.least_eigenvalue or steps[0].least > 0
    assert all(record.audit is None for record in solve(A, b, **run).history)


def test_the_audit_of_a_run_that_begins_anew_or_does_not_begin(random_instance):
    """A sampled run at a minimum at infinity goes on as an exact one from the start; its trail is that of the second run."""
    separable = np.array([[1.0], [2.0], [3.0]] * 40)
    b = np.repeat([[0.0, 0.0, 1.0]], 40, axis=0).ravel() / 40
    result = solve(separable, b, unit="exp(s)", method="sampled", audit=True)
    assert [record.audit.step + 1 for record in result.history[1:]] == [record.nit for record in result.history[1:]]
    assert all(record.audit.failed for record in result.history[1:])
    A, b = random_instance(60, 2)
    end = solve(A, b, omega=0.1)
    at_once = solve(A, b, omega=0.1, x0=end.x, gtol=2.0, audit=True)
    assert [record.audit for record in at_once.history] == [None]


def test_interrupted_runs_have_no_audit(random_instance):
    def stop(x):
        raise KeyboardInterrupt

    A, b = random_instance(60, 2)
    result = solve(A, b, omega=0.1, audit=True, callback=stop)
    assert result.status is Status.INTERRUPTED
    assert all(record.audit is None for record in result.history)


def test_the_norm_matters():
    """In the Euclidean norm the factor is exceeded hundredfold: M = 0, H = diag(1, 1e4), eps = 0.1, r = e_2."""
    root, r = np.diag([1.0, 100.0]), np.array([0.0, 1.0])
    H, close = root @ root, root @ np.array([[1.0, 0.1], [0.1, 1.0]]) @ root
    after = r - np.linalg.solve(close, H @ r)
    assert norm(root @ after) / norm(root @ r) <= contraction_factor(0.1, 0.0)
    assert norm(after) / norm(r) > 90 * contraction_factor(0.1, 0.0)


@pytest.mark.parametrize(
    ("contraction", "verdict"),
    [((0.1, 0.2), "as proved"), ((0.4, 0.5), "violated"), ((0.1, 0.5), "at rounding level")],
)
def test_verdicts(contraction, verdict):
    one = Audited(0, 1.0, 1.0, 0.1, 0.1, 0.1, True, contraction, 0.3, math.inf, math.nan, "")
    assert one.verdict == verdict
    assert audit_table([one]).splitlines()[1].endswith(verdict)


def test_bad_arguments(fitted):
    problem, x, start = fitted()
    with pytest.raises(ValueError, match="at least two points, got 1"):
        audit(problem, [x])
    with pytest.raises(ValueError, match="expected one for each of 1 steps, got 2"):
        audit(problem, [start, x], [None, None])
    with pytest.raises(ValueError, match=r"approximate Hessian 0: expected shape \(3, 3\), got \(2, 2\)"):
        audit(problem, [start, x], [np.eye(2)])
    with pytest.raises(ValueError, match="theta0"):
        audit(problem, [start, x], theta0=1.0)
    with pytest.raises(ValueError, match="got another"):
        audit(problem, [x, x + 1e-9], certificate=certify(problem, x))
    other = Problem(problem.data, problem.b, problem.omega, kernel=kernel_of("exp(s)"))
    with pytest.raises(ValueError, match="got another"):
        audit(other, [start, x], certificate=certify(problem, x))

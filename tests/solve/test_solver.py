"""solve on hard instances: each ends within tolerance or in a status that says what happened."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sps
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from resmax_sym.generated import soft_residual, softmax
from resmax_sym.solve import Problem, Status, kernel_of, solve, solve_problem


def alpha(t):
    return np.sum(np.exp(t) + t)


def with_condition(n, d, condition, seed=0):
    rng = np.random.default_rng(seed)
    U, V = np.linalg.qr(rng.normal(size=(n, d)))[0], np.linalg.qr(rng.normal(size=(d, d)))[0]
    return np.sqrt(n) * U @ np.diag(np.logspace(0, -np.log10(condition), d)) @ V


def test_a_realisable_target_is_reached(random_instance, unit, phi):
    A, _ = random_instance(40, 4)
    x = np.array([0.5, -0.3, 0.8, 0.1])
    u = phi(A @ x)
    result = solve(A, u / u.sum(), unit=unit)
    assert result.success
    assert result.fun < 1e-25
    # f does not change along t + constant for the softmax, but Gaussian columns do not span constants.
    np.testing.assert_allclose(result.x, x, rtol=1e-8)


def test_a_start_at_the_optimum(random_instance, unit):
    A, b = random_instance(40, 4)
    first = solve(A, b, unit=unit)
    again = solve(A, b, unit=unit, x0=first.x)
    assert again.success
    assert again.nit <= 1
    np.testing.assert_allclose(again.x, first.x, rtol=1e-8)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_units_of_measurement_do_not_matter(scale, random_instance, unit):
    A, b = random_instance(50, 4)
    rng = np.random.default_rng(1)
    M = scale * with_condition(4, 4, 1e4) @ np.diag(10.0 ** rng.uniform(-5, 5, size=4))
    plain, other = solve(A, b, unit=unit), solve(A @ M, b, unit=unit)
    assert plain.success
    assert other.success
    assert other.nit <= plain.nit + 1
    assert other.fun == pytest.approx(plain.fun, rel=1e-10)
    np.testing.assert_allclose(A @ M @ other.x, A @ plain.x, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("condition", [1e4, 1e8])
def test_ill_conditioned_data(condition, unit, random_instance):
    A, b = with_condition(200, 10, condition), random_instance(200, 1)[1]
    result = solve(A, b, unit=unit)
    # The same column space without the conditioning: the same fitted t.
    reference = solve(np.linalg.qr(A)[0], b, unit=unit)
    assert result.success
    assert result.fun == pytest.approx(reference.fun, rel=1e-9)
    # A x is a sum of terms up to `condition` times its size.
    np.testing.assert_allclose(A @ result.x, np.linalg.qr(A)[0] @ reference.x, atol=1e-8 + 1e-15 * condition)


def test_dependent_and_repeated_columns(random_instance, unit):
    A, b = random_instance(30, 3)
    wide = np.hstack([A, A[:, :1], A @ np.ones((3, 1)), np.zeros((30, 1))])
    plain, result = solve(A, b, unit=unit), solve(wide, b, unit=unit)
    assert result.success
    np.testing.assert_allclose(wide @ result.x, A @ plain.x, rtol=1e-8, atol=1e-10)
    assert result.x[5] == 0.0


def test_repeated_rows(random_instance, unit):
    A, b = random_instance(30, 3)
    once, twice = solve(A, b, unit=unit), solve(np.vstack([A, A]), np.hstack([b, b]) / 2, unit=unit)
    np.testing.assert_allclose(once.x, twice.x, rtol=1e-8)
    assert twice.fun == pytest.approx(once.fun / 2)


def test_more_columns_than_rows(random_instance, unit):
    A, b = random_instance(5, 20)
    result = solve(A, b, unit=unit)
    assert result.success
    assert result.fun < 1e-20  # d > n: every target in the simplex can be met


def test_one_row(unit):
    result = solve([[1.0, 2.0]], [0.3], unit=unit)
    assert result.success
    assert result.fun == pytest.approx(0.245)  # f = 1 for n = 1
    result = solve([[1.0, 2.0]], [0.3], unit=unit, omega=0.5, x0=[1.0, 1.0])
    assert result.success
    assert abs(result.x @ [1, 2]) < 1e-9


def test_one_column(unit, phi):
    a = np.linspace(-1, 2, 20)
    b = phi(0.7 * a) / phi(0.7 * a).sum()
    assert solve(a[:, None], b, unit=unit).x == pytest.approx([0.7], rel=1e-9)
    constant = solve(np.ones((20, 1)), b, unit=unit)
    assert constant.success  # f = 1/n whatever x is


def test_zero_matrix(unit):
    result = solve(np.zeros((4, 3)), np.full(4, 0.1), unit=unit, x0=[1.0, 2.0, 3.0])
    assert result.success
    np.testing.assert_array_equal(result.x, [1, 2, 3])


def test_large_entries_and_far_starts(random_instance, unit):
    A, b = random_instance(40, 4)
    near = solve(A, b, unit=unit)
    for scale in (1.0, 1e3):
        for start in (5.0, 100.0, 1000.0):
            result = solve(scale * A, b, unit=unit, x0=np.array([1.0, -1.0, 1.0, 1.0]) * start / scale)
            assert result.status in (Status.CONVERGED, Status.MINIMUM_AT_INFINITY), (scale, start, result)
            assert result.fun <= 0.5
        assert solve(scale * A, b, unit=unit).fun == pytest.approx(near.fun, rel=1e-12)


def test_regulariser(random_instance, unit):
    A, b = random_instance(40, 4)
    rng = np.random.default_rng(3)
    for omega in (1e-3, 0.1, 10.0, rng.normal(size=40)):
        result = solve(A, b, unit=unit, omega=omega, x0=rng.normal(size=4))
        problem = Problem(A, b, omega, kernel=kernel_of(unit))
        assert result.success
        assert np.linalg.eigvalsh(problem.hess(result.x))[0] > 0
    # A heavy regulariser leaves x = 0 up to the gradient there over omega^2.
    assert np.abs(solve(A, b, unit=unit, omega=1e3).x).max() < 1e-6


@pytest.mark.parametrize("n", [3, 6])
def test_a_vertex_is_a_minimum_at_infinity_for_the_softmax(n):
    result = solve(np.eye(n), np.eye(n)[0], unit="exp(s)")
    assert result.status == Status.MINIMUM_AT_INFINITY
    assert not result.success
    assert result.fun < 1e-9
    rng = np.random.default_rng(n)
    A = rng.normal(size=(30, 4))
    extreme = int(np.argmax(A @ [1, 2, 3, 4]))
    for height in (1.0, 2.0, 10.0):
        result = solve(A, height * np.eye(30)[extreme], unit="exp(s)")
        assert result.status == Status.MINIMUM_AT_INFINITY
        assert result.fun == pytest.approx((height - 1) ** 2 / 2, abs=1e-7 * height)


def test_a_vertex_inside_the_data_has_a_finite_minimum():
    rng = np.random.default_rng(0)
    A = rng.normal(size=(100, 3))
    inner = int(np.argmin(np.linalg.norm(A, axis=1)))
    result = solve(A, np.eye(100)[inner], unit="exp(s)")
    assert result.status == Status.CONVERGED


class TestAlpha:
    """The hypersurface alpha = 0 of the unit exp(s) + s."""

    A = np.column_stack([np.ones(40), np.random.default_rng(5).normal(size=(40, 3))])
    b = np.random.default_rng(6).dirichlet(np.ones(40))

    def start(self, offset, seed=0):
        x = np.r_[0.0, np.random.default_rng(seed).normal(size=3)]
        x[0] = brentq(lambda s: alpha(self.A @ (x + np.eye(4)[0] * s)), -50, 50, xtol=1e-15) + offset
        return x

    def test_a_start_on_it_is_refused(self):
        with pytest.raises(ValueError, match="alpha = 0 within rounding at x0") as caught:
            solve(self.A, self.b, x0=self.start(0.0))
        assert "\n" not in str(caught.value)
        with pytest.raises(ValueError, match="default start x = 0"):
            solve_problem(SinhLike(self.A, self.b))

    @pytest.mark.parametrize("offset", [-1e-2, -1e-6, -1e-10, 1e-10, 1e-6, 1e-2])
    @pytest.mark.parametrize("seed", range(3))
    def test_starts_next_to_it(self, offset, seed):
        points = [self.start(offset, seed)]
        result = solve(self.A, self.b, x0=points[0], callback=points.append)
        sign = np.sign(offset)
        assert result.status in (Status.CONVERGED, Status.BOUNDARY)
        assert result.fun < 0.1
        for p, q in pairwise(points):
            assert all(sign * alpha(self.A @ (p + s * (q - p))) > 0 for s in np.linspace(0, 1, 30))

    def test_the_negative_side(self):
        # A target that some x with alpha < 0 meets exactly.
        x = np.array([-1.5, 0.1, -0.2, 0.1])
        u = np.exp(self.A @ x) + self.A @ x
        assert u.sum() < 0
        result = solve(self.A, u / u.sum(), x0=x + 0.1)
        assert result.success
        assert result.fun < 1e-25
        np.testing.assert_allclose(result.x, x, rtol=1e-6)

    @pytest.mark.parametrize("depth", [-1.0, -3.0, -50.0])
    def test_the_negative_side_is_not_left(self, depth):
        points = [np.array([depth, 0.1, 0.1, 0.1])]
        result = solve(self.A, self.b, x0=points[0], callback=points.append)
        assert result.status in (Status.CONVERGED, Status.MINIMUM_AT_INFINITY, Status.BOUNDARY)
        for p, q in pairwise(points):
            assert all(alpha(self.A @ (p + s * (q - p))) < 0 for s in np.linspace(0, 1, 30))

    def test_descent_into_it_is_called_by_its_name(self):
        # With n = 1 the loss is L = const + (omega t)^2 / 2; from t < -W(1) the way to t = 0 leads through alpha = 0.
        result = solve([[1.0]], [0.3], omega=1.0, x0=[-2.0])
        assert result.status == Status.BOUNDARY
        assert result.x[0] == pytest.approx(-0.5671432904097838, abs=1e-3)
        assert result.x[0] < -0.5671432904097838

    def test_without_the_guard_it_would_be_crossed(self):
        problem = Problem([[1.0]], [0.3], 1.0)
        result = solve_problem(problem, [-2.0], safe_fraction=None)
        assert result.x[0] == pytest.approx(0.0, abs=1e-9)


class SinhLike(Problem):
    """A problem whose alpha is zero at the origin, as for any odd unit."""

    def sign(self, x):
        return int(np.sign(np.sum(self.data.matvec(np.asarray(x)))))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 20),
    d=st.integers(1, 6),
    positive=st.booleans(),
    far=st.sampled_from([0.0, 0.3, 3.0]),
    omega=st.sampled_from([0.0, 0.0, 0.2]),
)
def test_random_instances(seed, n, d, positive, far, omega):
    rng = np.random.default_rng(seed)
    A, b, x0 = rng.normal(size=(n, d)), rng.dirichlet(np.ones(n)), far * rng.normal(size=d)
    problem = Problem(A, b, omega, kernel=softmax if positive else soft_residual)
    if problem.sign(x0) == 0:
        return
    points = [x0]
    result = solve_problem(problem, x0, callback=points.append)
    assert result.status in (Status.CONVERGED, Status.MINIMUM_AT_INFINITY, Status.BOUNDARY), result
    assert result.fun <= problem.fun(x0) + 1e-14
    sign = problem.sign(x0)
    for p, q in pairwise(points):
        assert all(sign * problem.alpha(p + s * (q - p)) > 0 for s in np.linspace(0, 1, 20))
    if result.success:
        curvature = np.linalg.eigvalsh(problem.scaled_hess(result.x)) if n * d else np.zeros(1)
        assert curvature[0] >= -1e-7 * np.abs(curvature).max()
        # No point around is lower than rounding explains.
        for step in rng.normal(size=(20, d)):
            assert problem.fun(result.x + 1e-3 * step) >= result.fun - 1e-12 * max(result.fun, 1e-3)


def test_sparse_and_dense_agree(unit):
    S = sps.random(500, 30, density=0.2, random_state=1, format="coo")
    b = np.random.default_rng(0).dirichlet(np.ones(500))
    sparse, dense = solve(S, b, unit=unit), solve(np.asfortranarray(S.toarray()), b, unit=unit)
    assert sparse.success
    np.testing.assert_allclose(sparse.x, dense.x, rtol=1e-9, atol=1e-12)


def test_silent_unless_verbose(random_instance, capsys):
    A, b = random_instance(10, 2)
    solve(A, b)
    assert capsys.readouterr() == ("", "")
    solve(A, b, verbose=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("step   0  loss")


@pytest.mark.parametrize(
    ("x0", "said"),
    [([1.0], "expected length 2"), ([[1.0, 2.0]], "expected shape"), ([np.nan, 0.0], "finite"), ([1j, 0], "real")],
)
def test_bad_starts(random_instance, x0, said):
    A, b = random_instance(10, 2)
    with pytest.raises(ValueError, match=f"x0: expected.*{said}|{said}"):
        solve(A, b, x0=x0)


@pytest.mark.parametrize("unit", [3, b"exp(s)"])
def test_a_unit_is_a_text(unit, random_instance):
    A, b = random_instance(10, 2)
    with pytest.raises(ValueError, match="unit: expected an expression in s"):
        solve(A, b, unit=unit)


def test_committed_units_need_no_symbolic_machinery():
    assert kernel_of("exp(s)+s") is kernel_of("exp( s ) + s") is soft_residual
    assert kernel_of("exp(s)") is softmax


@pytest.mark.parametrize("name", ["certify", "audit"])
def test_what_is_wanted_is_yes_or_no(name):
    with pytest.raises(ValueError, match=f"^{name}: expected True or False, got 'point.json'"):
        solve(np.eye(2), np.ones(2), **{name: "point.json"})

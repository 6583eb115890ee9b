"""Problem: values against a second route, one product per point, the sign of alpha."""

import numpy as np
import pytest
from scipy.optimize import brentq

from resmax_sym.generated import soft_residual, softmax
from resmax_sym.solve import Problem, kernel_of

ROOT = -0.5671432904097838  # exp(s) + s = 0


def test_value_and_derivatives(random_instance, kernel, phi):
    A, b = random_instance(12, 3)
    omega, x, h = np.linspace(0, 1, 12), np.array([0.4, -0.3, 0.2]), 1e-5
    problem = Problem(A, b, omega, kernel=kernel)

    def by_hand(x):
        u = phi(A @ x)
        return 0.5 * np.sum((u / u.sum() - b) ** 2) + 0.5 * np.sum((omega * (A @ x)) ** 2)

    assert problem.fun(x) == pytest.approx(by_hand(x), rel=1e-13)
    # Central differences: truncation h^2, rounding eps/h, both near 1e-10.
    slopes = [(by_hand(x + h * e) - by_hand(x - h * e)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(problem.jac(x), slopes, rtol=1e-7, atol=1e-9)
    curvature = [(problem.jac(x + h * e) - problem.jac(x - h * e)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(problem.hess(x), curvature, rtol=1e-7, atol=1e-9)
    z = np.array([1.0, 2.0, -1.0])
    np.testing.assert_allclose(problem.hessp(x, z), problem.hess(x) @ z, rtol=1e-12)


def test_one_product_per_point(random_instance):
    A, b = random_instance(10, 3)
    problem, calls = Problem(A, b), []
    product = problem.data.matvec
    problem.data.matvec = lambda x: calls.append(1) or product(x)
    x = np.ones(3)
    for _ in range(2):
        problem.fun(x), problem.jac(x), problem.hess(x), problem.hessp(x, x), problem.alpha(x)
        x = x.copy()
    assert len(calls) == 1
    x[0] = 2.0
    assert problem.fun(x) != problem.fun(np.ones(3))
    assert len(calls) == 3


@pytest.mark.parametrize("condition", [1.0, 1e3, 1e7])
def test_scaled_hessian(condition, random_instance, kernel):
    A, b = random_instance(80, 5)
    A = A @ np.diag(np.logspace(0, -np.log10(condition), 5)) @ np.linalg.qr(np.ones((5, 5)) + np.eye(5))[0]
    problem, x = Problem(A, b, kernel=kernel), np.array([0.1, 0.2, -0.1, 0.3, 0.0])
    image = np.linalg.qr(A)[0]
    # The eigenvalues do not depend on which orthonormal basis of the column space is taken.
    delta, W = kernel.hessian_rows(A @ x, b, np.zeros(80), *problem._at(x).scalars)
    U = image.T @ W
    expected = kernel.hessian_finish(image.T @ (delta[:, None] * image), U, *problem._at(x).scalars)
    found = problem.scaled_hess(x)
    np.testing.assert_allclose(
        np.linalg.eigvalsh(found), np.linalg.eigvalsh(expected), rtol=1e-8, atol=1e-8 * np.linalg.norm(expected)
    )


def test_sign_of_alpha():
    problem = Problem(np.eye(3), np.ones(3) / 3)
    assert problem.sign(np.zeros(3)) == 1
    assert problem.sign(np.full(3, -2.0)) == -1
    assert problem.sign(np.full(3, ROOT)) == 0
    assert problem.sign(np.full(3, ROOT + 1e-12)) == 1
    assert problem.sign(np.array([900.0, -900.0, 0.0])) == 1
    assert problem.alpha(np.full(3, -2.0)) == pytest.approx(3 * (np.exp(-2) - 2), rel=1e-14)


def test_what_cancels_within_a_row_is_in_the_margin():
    """t = 3 + 1e16 - 1e16 is 4 in doubles, and phi = s - 7/2 positive there; the true one is -1/2."""
    A = np.array([[3.0, 1e16, -1e16]])
    problem = Problem(A, [1.0], kernel=kernel_of("s - 7/2"))
    assert problem.alpha(np.ones(3)) != pytest.approx(-0.5)
    assert problem.sign(np.ones(3)) == 0
    assert problem.safe_fraction(np.array([9.0, 0.0, 0.0]), np.array([-8.0, 1.0, 1.0])) < 1
    assert problem.sign(np.array([1.0, 0.0, 0.0])) == -1
    assert problem.safe_fraction(np.array([9.0, 0.0, 0.0]), np.array([-5.0, 0.0, 0.0])) == 1


def test_zero_within_rounding_of_a_sum():
    rng = np.random.default_rng(0)
    A = np.column_stack([np.ones(1000), rng.normal(size=1000)])
    shift = brentq(lambda s: (np.exp(A @ [s, 1]) + A @ [s, 1]).sum(), -10, 10, xtol=1e-15)
    problem = Problem(A, np.ones(1000) / 1000)
    assert problem.sign(np.array([shift, 1.0])) == 0
    assert problem.sign(np.array([shift - 1e-9, 1.0])) == -1


def test_a_positive_unit_is_never_cut():
    problem = Problem(np.eye(2), np.array([0.5, 0.5]), kernel=softmax)
    # exp underflows to zero here, so that interval bounds alone could not tell.
    assert problem.sign(np.array([-1e4, -2e4])) == 1
    assert problem.safe_fraction(np.array([-1e4, -2e4]), np.array([5e3, -1e6])) == 1.0


def test_the_wrong_length_is_named():
    problem = Problem(np.eye(2), np.array([0.5, 0.5]), kernel=soft_residual)
    with pytest.raises(ValueError, match=r"x: expected shape \(2,\), got \(3,\)"):
        problem.fun(np.ones(3))


def test_undefined_points_give_no_warning():
    problem = Problem(np.eye(2), np.array([0.5, 0.5]))
    x = np.array([1.0, brentq(lambda s: np.exp(s) + s + np.exp(1) + 1, -10, 0, xtol=1e-15)])
    assert problem.sign(x) == 0
    assert not problem.fun(x) < 1e20
    problem.jac(x), problem.hess(x)


def test_moving_needs_no_new_product(random_instance, monkeypatch):
    A, b = random_instance(60, 4)
    problem, x, p = Problem(A, b), np.full(4, 0.2), np.array([0.1, -0.2, 0.0, 0.3])
    plain = Problem(A, b)
    problem.displacement(p)
    before = problem.fun(x), problem.jac(x), problem.factors(x)[0]
    calls = []
    matvec = problem.data.matvec
    monkeypatch.setattr(problem.data, "matvec", lambda z: calls.append(z) or matvec(z))
    moved = problem.move(x, p)
    np.testing.assert_array_equal(moved, x + p)
    assert problem.fun(moved) == pytest.approx(plain.fun(x + p), rel=1e-13)
    np.testing.assert_allclose(problem.jac(moved), plain.jac(x + p), rtol=1e-10, atol=1e-16)
    problem.back()
    assert problem.fun(x) == before[0]
    np.testing.assert_array_equal(problem.jac(x), before[1])
    assert problem.factors(x)[0] is before[2]
    assert calls == []
    problem.forget()
    problem.fun(x)
    assert len(calls) == 1

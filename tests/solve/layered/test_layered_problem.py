"""Loss, gradient and Hessian against complex steps and the linear problem with A = G; every kind of data gives the same numbers."""

import dask.array as da
import numpy as np
import pytest
import scipy.sparse as sps

from resmax_sym.generated import softmax_relu
from resmax_sym.solve import LayeredProblem, Problem

RELU = softmax_relu
BY_HAND = {
    "relu": lambda s: np.where(s.real > 0, s, 0),
    "softplus": lambda s: np.log(1 + np.exp(s)),
    "tanh": np.tanh,
    "max(s, s / 10)": lambda s: np.where(s.real > 0, s, s / 10),
}
"""rho, written so that a complex step passes through it: the second route."""


def loss_by_hand(A1, A2, b, omega, rho, phi, x):
    t = A2 @ rho(A1 @ x)
    u = phi(t)
    return (((u / u.sum() - b) ** 2).sum() + ((omega * t) ** 2).sum()) / 2


def gradient_by_hand(*arguments):
    *rest, x = arguments
    return np.array([loss_by_hand(*rest, x + 1e-30j * e).imag / 1e-30 for e in np.eye(len(x))])


@pytest.mark.parametrize("inner", BY_HAND)
@pytest.mark.parametrize("unit", ["exp(s)", "exp(s) + s"])
def test_derivatives_by_complex_steps(layers, kernel, inner, unit):
    A1, A2, b = layers(7, 5, 3)
    phi = np.exp if unit == "exp(s)" else lambda t: np.exp(t) + t
    x, omega = np.array([0.3, -0.2, 0.5]), np.linspace(0, 0.4, 7)
    problem = LayeredProblem(A1, A2, b, omega, kernel=kernel(inner, unit))
    by_hand = (A1, A2, b, omega, BY_HAND[inner], phi)
    assert problem.sign(x) == 1
    assert problem.fun(x) == pytest.approx(loss_by_hand(*by_hand, x), rel=1e-13)
    np.testing.assert_allclose(problem.jac(x), gradient_by_hand(*by_hand, x), rtol=1e-10, atol=1e-14)
    h = 1e-6  # no kink so near: the smallest |A1 x| here is 0.03
    slopes = [
        (gradient_by_hand(*by_hand, x + h * e) - gradient_by_hand(*by_hand, x - h * e)) / (2 * h) for e in np.eye(3)
    ]
    H = problem.hess(x)
    np.testing.assert_allclose(H, slopes, rtol=1e-6, atol=1e-8 * np.abs(H).max())
    S = problem.coordinates.basis
    np.testing.assert_allclose(problem.scaled_hess(x), S.T @ H @ S, rtol=1e-10, atol=1e-12 * np.abs(H).max())
    if inner in ("softplus", "tanh"):  # the curvature of the units is there, and it counts
        G = problem.jacobian(x)
        assert np.abs(H - Problem(G, b).hess(np.zeros(3))).max() > 1e-3 * np.abs(H).max()


def test_inside_a_cell_it_is_the_linear_problem(layers):
    A1, A2, b = layers(20, 6, 4)
    x = np.array([0.5, 0.1, -0.3, 0.2])
    problem = LayeredProblem(A1, A2, b, 0.3, kernel=RELU)
    G = A2 @ np.diag((A1 @ x > 0).astype(float)) @ A1
    linear = Problem(G, b, 0.3, kernel=RELU)
    np.testing.assert_allclose(problem.jacobian(x), G, rtol=1e-13, atol=1e-15)
    assert problem.fun(x) == pytest.approx(linear.fun(x), rel=1e-13)
    np.testing.assert_allclose(problem.jac(x), linear.jac(x), rtol=1e-10)
    np.testing.assert_allclose(problem.hess(x), linear.hess(x), rtol=1e-9, atol=1e-12)
    other = -x
    assert not np.allclose(problem.jac(other), linear.jac(other))  # another cell, another G


def test_the_metric_does_not_see_how_units_are_scaled(layers):
    A1, A2, b = layers(15, 6, 4)
    scale = np.array([1e-3, 0.5, 1.0, 3.0, 20.0, 1e4])
    one = LayeredProblem(A1, A2, b, kernel=RELU)
    two = LayeredProblem(scale[:, None] * A1, A2 / scale, b, kernel=RELU)
    weighted = np.linalg.norm(A2, axis=0)[:, None] * A1
    S = one.coordinates.basis
    np.testing.assert_allclose((weighted @ S).T @ (weighted @ S), np.eye(4), atol=1e-12)
    np.testing.assert_allclose(S @ S.T, two.coordinates.basis @ two.coordinates.basis.T, rtol=1e-10)
    x = np.array([0.1, 0.2, -0.4, 0.3])
    assert one.fun(x) == pytest.approx(two.fun(x), rel=1e-12)
    assert one.displacement(x) == pytest.approx(two.displacement(x), rel=1e-12)
    assert one.displacement(x) == pytest.approx(np.linalg.norm(weighted @ x) / np.sqrt(15), rel=1e-12)


def kinds(A1, A2, tmp_path):
    np.save(tmp_path / "A2.npy", A2)
    return {
        "F order": (np.asfortranarray(A1), np.asfortranarray(A2)),
        "sparse": (sps.csr_array(A1), sps.csc_array(A2)),
        "sparse inside": (sps.coo_array(A1), A2),
        "sparse outside": (A1, sps.csr_array(A2)),
        "mapped": (A1, np.load(tmp_path / "A2.npy", mmap_mode="r")),
        "strided": (np.repeat(A1, 2, axis=1)[:, ::2], np.repeat(A2, 2, axis=0)[::2]),
        "dask": (A1, da.from_array(A2, chunks=(7, -1))),
    }


@pytest.mark.parametrize("unit", ["exp(s)", "exp(s) + s"])
def test_every_kind_of_data(layers, kernel, tmp_path, unit):
    A1, A2, b = layers(30, 6, 4)
    A1[np.abs(A1) < 0.3] = 0
    kernel = kernel("relu", unit)
    x, p, omega = np.array([0.5, 0.1, -0.3, 0.2]), np.array([-2.0, 1.0, 0.0, 3.0]), np.linspace(0, 1, 30)
    dense = LayeredProblem(A1, A2, b, omega, kernel=kernel)
    for name, (one, two) in kinds(A1, A2, tmp_path).items():
        problem = LayeredProblem(one, two, b, omega, kernel=kernel)
        assert problem.fun(x) == pytest.approx(dense.fun(x), rel=1e-13), name
        np.testing.assert_allclose(problem.jac(x), dense.jac(x), rtol=1e-11, err_msg=name)
        np.testing.assert_allclose(problem.hess(x), dense.hess(x), rtol=1e-11, atol=1e-14, err_msg=name)
        np.testing.assert_allclose(problem.weights, np.linalg.norm(A2, axis=0), rtol=1e-13, err_msg=name)
        assert problem.safe_fraction(x, p) == pytest.approx(dense.safe_fraction(x, p), abs=1e-9), name
        problem.outer.close()
    single = LayeredProblem(A1.astype("f4"), A2.astype("f4"), b, omega, kernel=kernel)
    rounded = LayeredProblem(A1.astype("f4").astype(float), A2.astype("f4").astype(float), b, omega, kernel=kernel)
    assert single.fun(x) == pytest.approx(rounded.fun(x), rel=1e-13)


def test_alpha_keeps_its_sign_on_the_certified_part(kernel):
    # t = -max(x, 0) in both rows: alpha = 2 (exp(t) + t) is 2 at x = 0 and negative from x = 0.567 on.
    changing = kernel("relu", "exp(s) + s")
    problem = LayeredProblem([[1.0]], [[-1.0], [-1.0]], [0.5, 0.5], kernel=changing)
    x, p = np.array([-1.0]), np.array([4.0])
    fraction = problem.safe_fraction(x, p)
    assert 0.3 < fraction < (1 + 0.5671433) / 4
    assert problem.sign(x) == 1
    assert problem.sign(x + p) == -1
    assert all(problem.alpha(x + tau * p) > 0 for tau in np.linspace(0, fraction, 200))
    assert problem.safe_fraction(x, np.array([1.5])) == 1.0
    assert LayeredProblem([[1.0]], [[-1.0], [-1.0]], [0.5, 0.5], kernel=RELU).safe_fraction(x, p) == 1.0


def test_rounding_levels_cover_what_rounding_does(layers):
    """The loss and the gradient at x move by no more than the levels when the data are computed in another order."""
    A1, A2, b = layers(40, 30, 5)
    one = LayeredProblem(A1, A2, b, 0.1, kernel=RELU)
    order = np.random.default_rng(1).permutation(30)
    two = LayeredProblem(A1[order], A2[:, order], b, 0.1, kernel=RELU)
    for seed in range(5):
        x = np.random.default_rng(seed).normal(size=5)
        level = one.rounding(x, one.scaled_hess(x))
        S = one.coordinates.basis
        assert abs(one.fun(x) - two.fun(x)) <= level.fun
        assert (np.abs(S.T @ (one.jac(x) - two.jac(x))) <= level.gradient).all()
        assert level.fun < 1e-11 * one.fun(x)  # and they are no more than rounding
        assert (level.gradient < 1e-9 * np.linalg.norm(S.T @ one.jac(x))).all()


def test_losses_gradients_and_hessians_are_counted(layers):
    problem = LayeredProblem(*layers(10, 4, 2), kernel=RELU)
    x = np.array([0.1, 0.2])
    problem.fun(x), problem.fun(x), problem.jac(x), problem.jac(x), problem.hess(x)
    assert problem.counts == {"nfev": 1, "njev": 1, "nhev": 1}


NAN, INF = float("nan"), float("inf")
BAD = {
    "A1 with NaN": (lambda a: a | {"A1": a["A1"] * NAN}, r"A1: expected finite numbers, got nan at index \(0, 0\)"),
    "A2 with infinity": (lambda a: a | {"A2": a["A2"] * INF}, "A2: expected finite numbers, got"),
    "sparse A2 with NaN": (lambda a: a | {"A2": sps.csr_array(a["A2"] * NAN)}, "entries of A2: expected finite"),
    "A1 a vector": (
        lambda a: a | {"A1": a["A1"][0]},
        r"A1: expected a matrix of shape \(m, d\), got shape \(2,\); use A1.resh",
    ),
    "A2 a vector": (lambda a: a | {"A2": a["b"]}, r"A2: expected a matrix of shape \(n, m\)"),
    "A1 of words": (lambda a: a | {"A1": [["a"]]}, "A1: expected real numbers"),
    "A2 complex": (lambda a: a | {"A2": a["A2"] * 1j}, "A2: expected real numbers, got dtype complex"),
    "ragged": (lambda a: a | {"A1": [[1, 2], [1]]}, "A1: expected a rectangular array"),
    "no rows": (lambda a: a | {"A2": a["A2"][:0]}, "A2: expected at least one row"),
    "swapped": (lambda a: a | {"A1": a["A2"], "A2": a["A1"]}, "A2: expected 10 columns, one per row of A1"),
    "b short": (lambda a: a | {"b": a["b"][1:]}, r"b: expected length 10 \(the rows of A2\), got 9"),
    "omega": (lambda a: a | {"omega": [1.0, 2.0]}, "omega: expected length 10"),
    "A1 dask": (lambda a: a | {"A1": da.from_array(a["A1"])}, "A1: expected an array in memory or mapped, got a dask"),
    "scheduler": (lambda a: a | {"scheduler": "threads"}, "scheduler: expected a dask array"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_data_get_one_clear_line(layers, case):
    change, words = BAD[case]
    A1, A2, b = layers(10, 4, 2)
    with pytest.raises(ValueError, match=words) as error, np.errstate(invalid="ignore"):
        LayeredProblem(**change({"A1": A1, "A2": A2, "b": b}), kernel=RELU)
    assert "\n" not in str(error.value)


def test_data_whose_products_overflow(layers):
    A1, A2, b = layers(10, 4, 2)
    with pytest.raises(
        ValueError, match=r"^A1, A2: expected columns of diag\(norms of the columns of A2\) A1 with a norm"
    ):
        _ = LayeredProblem(1e150 * A1, 1e150 * A2, b, kernel=RELU).coordinates
    with pytest.raises(ValueError, match=r"^A1, A2: expected entries with products that are numbers"):
        _ = LayeredProblem(1e200 * A1, 1e200 * A2, b, kernel=RELU).coordinates


def test_x_has_d_entries(layers):
    problem = LayeredProblem(*layers(10, 4, 2), kernel=RELU)
    with pytest.raises(ValueError, match=r"x: expected shape \(2,\), got \(3,\)"):
        problem.fun(np.zeros(3))

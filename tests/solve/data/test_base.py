"""Whatever holds A, the numbers are those of the ndarray."""

import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sps

from resmax_sym.generated import soft_residual as kernel
from resmax_sym.solve import Data, Problem, coordinates_of, solve_problem
from resmax_sym.solve.data import CsrData, DaskData, DataLost, DenseData, row_slices

CLOSE = {"rtol": 1e-11, "atol": 1e-14}


@pytest.mark.usefixtures("small_blocks")
def test_products(source, instance):
    A, b, omega = instance()
    data, rng = Data(source(A)), np.random.default_rng(1)
    x, q, Q, delta = rng.normal(size=4), rng.normal(size=150), rng.normal(size=(150, 3)), rng.normal(size=150)
    assert (data.n, data.d) == A.shape
    assert len(list(data.row_blocks())) > 1 or isinstance(data, DaskData)
    np.testing.assert_allclose(data.matvec(x), A @ x, **CLOSE)
    np.testing.assert_allclose(data.rmatvec(q), A.T @ q, **CLOSE)
    np.testing.assert_allclose(data.rmatvec(Q), A.T @ Q, **CLOSE)
    np.testing.assert_allclose(data.gram(delta), A.T @ (delta[:, None] * A), **CLOSE)
    np.testing.assert_array_equal(data.largest, np.abs(A).max(axis=0))
    t = A @ x
    scalars = kernel.reduce([(t, b, omega)])
    rows = t, b, omega, scalars
    d_all, W = kernel.hessian_rows(t, b, omega, *scalars)
    H, U = A.T @ (d_all[:, None] * A), A.T @ W
    for left, right in [
        (data.gradient_map(kernel, *rows), A.T @ kernel.gradient_rows(t, b, omega, *scalars)),
        (data.product_map(kernel, delta, x), A.T @ (delta * t)),
        *zip(data.hessian_map(kernel, *rows), (H, U), strict=True),
        *zip(data.curvature_map(kernel, *rows), (d_all, U), strict=True),
        *zip(data.scaled_hessian_map(kernel, np.eye(4)[:, :2], *rows), (H[:2, :2], U[:2]), strict=True),
    ]:
        np.testing.assert_allclose(left, right, **CLOSE)


@pytest.mark.usefixtures("small_blocks")
def test_rows_and_blocks(source, instance):
    A, _, _ = instance()
    data = Data(source(A))
    for indices in (np.array([149, 3, 3, 0, 77, 36, 37]), np.array([], dtype=int), np.arange(150)[::-7]):
        found = data.rows(indices)
        assert found.dtype == np.float64
        assert found.shape == (len(indices), 4)
        np.testing.assert_array_equal(found, A[indices])
    for rows in (slice(0, 150), slice(30, 45), slice(149, 150), slice(10, 10)):
        np.testing.assert_array_equal(data.dense_block(rows), A[rows])
    blocks = list(data.row_blocks())
    assert (blocks[0].start, blocks[-1].stop) == (0, 150)
    assert all(left.stop == right.start for left, right in pairwise(blocks))


@pytest.mark.usefixtures("small_blocks")
def test_functions_of_x(source, instance):
    A, b, omega = instance()
    plain, found = Problem(A, b, omega), Problem(source(A), b, omega)
    x, z = np.array([0.3, -0.2, 0.5, 0.1]), np.array([1.0, 2.0, -1.0, 0.5])
    assert found.fun(x) == pytest.approx(plain.fun(x), rel=1e-12)
    np.testing.assert_allclose(found.jac(x), plain.jac(x), **CLOSE)
    np.testing.assert_allclose(found.hess(x), plain.hess(x), **CLOSE)
    np.testing.assert_allclose(found.hessp(x, z), plain.hess(x) @ z, **CLOSE)
    np.testing.assert_allclose(
        found.scaled_hess(x), found.coordinates.basis.T @ plain.hess(x) @ found.coordinates.basis, **CLOSE
    )
    for left, right in zip(found.factors(x), plain.factors(x), strict=True):
        np.testing.assert_allclose(left, right, **CLOSE)
    assert found.sign(x) == plain.sign(x)
    assert found.displacement(z) == pytest.approx(plain.displacement(z), rel=1e-14)
    # What bounds rounding need not be accurate itself.
    levels = [np.hstack([v for v in vars(p.rounding(x, p.scaled_hess(x))).values()]) for p in (found, plain)]
    np.testing.assert_allclose(*levels, rtol=1e-3)


@pytest.mark.usefixtures("small_blocks")
def test_coordinates_and_solution(source, instance):
    A, b, omega = instance()
    plain, found = coordinates_of(Data(A)), coordinates_of(Data(source(A)))
    np.testing.assert_allclose(found.singular, plain.singular, rtol=1e-12)
    np.testing.assert_allclose(found.column_scale, np.linalg.norm(A, axis=0), rtol=1e-12)
    image = A @ found.basis
    np.testing.assert_allclose(image.T @ image, np.eye(4), atol=1e-12)
    left, right = (solve_problem(Problem(matrix, 20 * b, omega)) for matrix in (A, source(A)))
    assert left.success
    assert right.success
    assert left.nit == right.nit > 1
    np.testing.assert_allclose(right.x, left.x, rtol=1e-10, atol=1e-12)


@pytest.mark.usefixtures("small_blocks")
def test_ill_conditioned_by_another_route(source, instance):
    A, b, omega = instance()
    A[:, 3] = A[:, 2] + np.float32(2**-12) * A[:, 3]
    A = A.astype(np.float32).astype(float)
    found, x = Problem(source(A), b, omega), np.array([0.3, -0.2, 0.5, 0.1])
    assert found.coordinates.condition > 1e3
    S = found.coordinates.basis
    np.testing.assert_allclose(found.scaled_hess(x), S.T @ Problem(A, b, omega).hess(x) @ S, rtol=1e-7, atol=1e-9)


def test_a_single_row(source):
    A = np.array([[0.5, 0.0, -2.0]])
    found, x = Problem(source(A), [0.25]), np.array([0.1, 0.2, 0.3])
    # f is 1 whatever x, as alpha = phi(t).
    assert found.fun(x) == pytest.approx(0.5 * 0.75**2, rel=1e-14)
    np.testing.assert_allclose(found.jac(x), 0, atol=1e-15)
    np.testing.assert_allclose(found.hess(x), 0, atol=1e-14)


def spoil(A, value):
    A = A.copy()
    A[103, 1] = value
    return A


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.usefixtures("small_blocks")
def test_entries_that_are_no_numbers(source, instance, value):
    with pytest.raises(ValueError, match=f"A: expected finite numbers, got {value} at index") as caught:
        Data(source(spoil(instance()[0], value)))
    assert "\n" not in str(caught.value)
    # A sparse matrix knows its entries by their position in storage.
    assert "(103, 1)" in str(caught.value) or "stored entries" in str(caught.value)


def test_the_kind_is_picked():
    A = np.eye(3)
    assert type(Data(A)) is DenseData
    assert type(Data(sps.coo_array(A))) is CsrData
    assert isinstance(Data(A), Data)
    with pytest.raises(ValueError, match="scheduler: expected a dask array to go with it, got A of type ndarray"):
        Problem(A, np.ones(3), scheduler="threads")


def test_no_source_writes_to_what_it_was_given(source, instance):
    A, b, omega = instance()
    given = source(A)
    before = A.copy()
    problem = Problem(given, b, omega)
    x = np.full(4, 0.1)
    problem.jac(x), problem.hess(x), problem.hessp(x, x), problem.coordinates
    np.testing.assert_array_equal(A, before)


@pytest.mark.parametrize(("n", "size"), [(10, 3), (9, 3), (1, 5), (0, 5)])
def test_row_slices(n, size):
    slices = list(row_slices(0, n, size))
    assert [i for rows in slices for i in range(n)[rows]] == list(range(n))
    assert all(0 < rows.stop - rows.start <= size for rows in slices)


def test_lost_data_is_not_a_usage_error():
    assert not issubclass(DataLost, ValueError | OSError)


def test_nothing_of_dask_is_loaded_without_need():
    code = "import sys, numpy; from resmax_sym.solve import Problem; Problem(numpy.eye(3), numpy.ones(3)).jac(numpy.ones(3))"
    check = code + "; assert not {'dask', 'distributed'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True, timeout=60, env=os.environ)

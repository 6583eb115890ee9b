"""What the data layer accepts, what it refuses, and that its products agree for every storage."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sps

from resmax_sym.generated import soft_residual
from resmax_sym.solve import Data, Problem

A = np.arange(12.0).reshape(4, 3) / 7 - 0.5
B = np.array([0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize(
    "matrix",
    [
        A,
        np.asfortranarray(A),
        np.repeat(A, 2, axis=1)[:, ::2],
        A.astype(">f8"),
        A.tolist(),
        sps.csr_array(A),
        sps.csc_array(A),
        sps.coo_matrix(A),
        sps.bsr_array(A),
        sps.lil_array(A),
    ],
    ids=["C", "F", "strided", "big-endian", "list", "csr", "csc", "coo", "bsr", "lil"],
)
def test_every_storage_gives_the_same_products(matrix):
    data = Data(matrix)
    x, q, delta = np.array([1.0, -2.0, 0.5]), np.arange(4.0), np.array([1.0, -1.0, 2.0, 0.0])
    np.testing.assert_allclose(data.matvec(x), A @ x, rtol=1e-15)
    np.testing.assert_allclose(data.rmatvec(q), A.T @ q, rtol=1e-15)
    np.testing.assert_allclose(data.gram(delta), A.T @ np.diag(delta) @ A, rtol=1e-14, atol=1e-15)
    problem, plain = Problem(matrix, B), Problem(A, B)
    np.testing.assert_allclose(problem.hess(x), plain.hess(x), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(problem.hessp(x, q[:3]), plain.hess(x) @ q[:3], rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.int8, np.uint32, np.int64, bool, np.float16, np.float32, np.longdouble])
def test_real_types_are_converted(dtype):
    matrix = (A > 0).astype(dtype)
    for storage in (matrix, sps.csr_array(matrix.astype(float)).astype(dtype if dtype != np.float16 else np.float32)):
        assert Data(storage).A.dtype == np.float64
        np.testing.assert_array_equal(Data(storage).matvec(np.ones(3)), matrix.astype(float) @ np.ones(3))


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_float64_matrix_is_used_in_place(order):
    matrix = np.array(A, order=order)
    assert np.shares_memory(Data(matrix).A, matrix)
    assert np.shares_memory(Data(matrix[1:, :2]).A, matrix)


def test_the_callers_sparse_matrix_is_left_alone():
    rows, columns = [0, 0, 1, 2, 3], [0, 0, 1, 2, 2]
    twice = sps.csr_array((np.ones(5), np.array(columns), np.array([0, 2, 3, 4, 5])), shape=(4, 3))
    assert not twice.has_canonical_format
    data = Data(twice)
    assert twice.nnz == 5
    assert data.A.nnz == 4
    expected = np.zeros((4, 3))
    np.add.at(expected, (rows, columns), 1.0)
    np.testing.assert_array_equal(data.A.toarray(), expected)


def test_row_blocks_cover_all_rows_once():
    data = Data(np.ones((100_000, 30)))
    blocks = list(data.row_blocks())
    assert len(blocks) > 1
    assert blocks[0].start == 0
    assert blocks[-1].stop == 100_000
    assert all(left.stop == right.start for left, right in pairwise(blocks))


def spoiled(value):
    matrix = A.copy()
    matrix[2, 1] = value
    return matrix


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (spoiled(np.nan), r"A: expected finite numbers, got nan at index \(2, 1\)"),
        (spoiled(-np.inf), r"got -inf at index \(2, 1\)"),
        (sps.csr_array(spoiled(np.nan)), "stored entries of A: expected finite"),
        (A.astype(complex), "expected real numbers, got dtype complex128"),
        (sps.csr_array(A.astype(complex)), "expected real numbers, got dtype complex128"),
        (A.astype(object), "expected real numbers, got dtype object"),
        (A.astype(str), "expected real numbers"),
        ([[1.0, 2.0], [3.0]], "rows of unequal length"),
        (np.ma.masked_less(A, 0), "masked array"),
        (A[0], r"expected a matrix of shape \(n, d\), got shape \(3,\)"),
        (A[None], r"got shape \(1, 4, 3\)"),
        (A[:0], "at least one row and one column"),
        (A[:, :0], "at least one row and one column"),
        (sps.csr_array((0, 3)), "at least one row and one column"),
        (None, "expected real numbers, got dtype object"),
    ],
)
def test_bad_matrices_are_refused(matrix, said):
    with pytest.raises(ValueError, match=said) as caught:
        Problem(matrix, B)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("b", "said"),
    [
        (B[:, None], r"b: expected shape \(4,\), got \(4, 1\); pass b.ravel\(\)"),
        (B[:3], "expected length 4 .the rows of A., got 3"),
        (B * 1j, "expected real numbers, got dtype complex128"),
        (np.array([0.1, np.nan, 0.3, 0.4]), r"got nan at index \(1\)"),
        (0.5, r"expected shape \(4,\), got \(\)"),
        (B.astype(object), "dtype object"),
    ],
)
def test_bad_targets_are_refused(b, said):
    with pytest.raises(ValueError, match=said):
        Problem(A, b)


@pytest.mark.parametrize("omega", [np.nan, np.inf, np.ones(3), np.ones((4, 1)), 1j, "0.5", None])
def test_bad_weights_are_refused(omega):
    with pytest.raises(ValueError, match="omega: expected"):
        Problem(A, B, omega)


def test_weights_are_a_number_or_a_vector():
    x = np.array([0.3, 0.1, -0.2])
    one, many = Problem(A, B, 2), Problem(A, B, np.full(4, 2.0))
    assert one.fun(x) == many.fun(x)
    assert one.fun(x) == pytest.approx(Problem(A, B).fun(x) + 2 * (A @ x) @ (A @ x), rel=1e-14)
    np.testing.assert_array_equal(one.hess(x), many.hess(x))
    assert one.kernel is soft_residual

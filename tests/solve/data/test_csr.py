"""Sparse matrices: every format, one entry per place, nothing dense of size n."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse as sps

from resmax_sym.solve import Data, Problem

A = np.arange(12.0).reshape(4, 3) / 7 - 0.5
B = np.array([0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize("dtype", [np.int8, np.uint32, np.int64, bool, np.float32, np.longdouble])
def test_real_types_are_converted(dtype):
    matrix = sps.csr_array((A > 0).astype(float)).astype(dtype)
    assert Data(matrix).A.dtype == np.float64
    np.testing.assert_array_equal(Data(matrix).matvec(np.ones(3)), (A > 0).sum(axis=1))


def test_canonical_csr_is_used_in_place():
    matrix = sps.csr_array(A)
    assert np.shares_memory(Data(matrix).A.data, matrix.data)


def test_the_callers_matrix_is_left_alone():
    rows, columns = [0, 0, 1, 2, 3], [0, 0, 1, 2, 2]
    twice = sps.csr_array((np.ones(5), np.array(columns), np.array([0, 2, 3, 4, 5])), shape=(4, 3))
    assert not twice.has_canonical_format
    data = Data(twice)
    assert twice.nnz == 5
    assert data.A.nnz == 4
    expected = np.zeros((4, 3))
    np.add.at(expected, (rows, columns), 1.0)
    np.testing.assert_array_equal(data.A.toarray(), expected)
    # Entries at one place are added before their size is looked at.
    np.testing.assert_array_equal(data.largest, expected.max(axis=0))


def test_entries_at_one_place_are_added_in_float64():
    twice = sps.coo_array((np.array([100, 100, 7], dtype=np.int8), ([0, 0, 3], [1, 1, 2])), shape=(4, 3))
    assert Data(twice).matvec(np.array([0.0, 1.0, 0.0]))[0] == 200.0


def test_products_are_sparse():
    rng = np.random.default_rng(0)
    matrix = sps.random_array((20_000, 1_000), density=1e-3, rng=rng, format="csr")
    b = rng.exponential(size=20_000)
    x, z = rng.normal(size=(2, 1_000))
    problem = Problem(matrix, b / b.sum())
    tracemalloc.start()
    try:
        problem.jac(x), problem.hessp(x, z)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # Dense, A would have 160 MB.
    assert peak < 8e6


def test_a_matrix_without_entries():
    problem = Problem(sps.csr_array((4, 3)), B)
    assert problem.fun(np.ones(3)) == pytest.approx(0.5 * np.sum((0.25 - B) ** 2), rel=1e-14)
    assert not problem.jac(np.ones(3)).any()
    assert problem.coordinates.basis.shape == (3, 0)


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (sps.csr_array(A.astype(complex)), "expected real numbers, got dtype complex128"),
        (sps.csr_array((0, 3)), "at least one row and one column"),
        (sps.coo_array(A[0]), r"expected a matrix of shape \(n, d\), got shape \(3,\)"),
    ],
)
def test_bad_matrices_are_refused(matrix, said):
    with pytest.raises(ValueError, match=said) as caught:
        Problem(matrix, B)
    assert "\n" not in str(caught.value)

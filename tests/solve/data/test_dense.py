"""ndarrays: used in place, float32 summed as float64, mapped files never brought into memory."""

import tracemalloc

import numpy as np
import pytest

from resmax_sym.solve import Data, Problem
from resmax_sym.solve.data.dense import column_maxima, is_mapped

A = np.arange(12.0).reshape(4, 3) / 7 - 0.5
B = np.array([0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_float64_matrix_is_used_in_place(order):
    matrix = np.array(A, order=order)
    assert np.shares_memory(Data(matrix).A, matrix)
    assert np.shares_memory(Data(matrix[1:, :2]).A, matrix)
    assert np.shares_memory(Data(matrix).dense_block(slice(1, 3)), matrix)


LAYOUTS_THAT_BLAS_REFUSES = {
    "rows reversed": lambda A: A[::-1],
    "columns reversed": lambda A: A[:, ::-1],
    "Fortran order, reversed": lambda A: np.asfortranarray(A)[:, ::-1],
    "every other column": lambda A: A[:, ::2],
    "overlapping rows": lambda A: np.lib.stride_tricks.sliding_window_view(A.ravel(), 3),
    "one row, many times": lambda A: np.broadcast_to(A[0], A.shape),
    "one column, reversed": lambda A: A[::-1, :1],
}


@pytest.mark.parametrize("layout", LAYOUTS_THAT_BLAS_REFUSES)
def test_what_blas_refuses_is_copied_once(layout):
    matrix = LAYOUTS_THAT_BLAS_REFUSES[layout](A.copy())
    data = Data(matrix)
    np.testing.assert_array_equal(data.A, matrix)
    assert data.A.flags.c_contiguous
    assert not np.shares_memory(data.A, matrix)
    assert min(data.A.strides) > 0


@pytest.mark.parametrize("layout", ["rows reversed", "columns reversed", "overlapping rows"])
def test_blocks_of_a_mapped_file_suit_blas(layout, tmp_path):
    np.save(tmp_path / "a.npy", A)
    mapped = LAYOUTS_THAT_BLAS_REFUSES[layout](np.load(tmp_path / "a.npy", mmap_mode="r"))
    data = Data(mapped)
    assert is_mapped(data.A)
    block = data.dense_block(slice(1, 4))
    np.testing.assert_array_equal(block, mapped[1:4])
    assert not np.shares_memory(block, mapped)
    assert min(block.strides) > 0


@pytest.mark.parametrize("rows", [slice(None), slice(1, 2), slice(0, 4, 2), slice(2, 3)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_what_blas_takes_is_not_copied(order, rows):
    matrix = np.array(A, order=order)[rows]
    if order == "F" and matrix.strides[0] != 8 and len(matrix) > 1:
        return  # every other entry of a column
    assert np.shares_memory(Data(matrix).A, matrix)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_narrow_floats_stay_narrow(dtype):
    matrix = A.astype(dtype)
    data = Data(matrix)
    assert np.shares_memory(data.A, matrix)
    assert data.dense_block(slice(0, 2)).dtype == data.rows(np.array([1])).dtype == np.float64
    assert data.matvec(np.ones(3)).dtype == np.float64
    np.testing.assert_array_equal(data.matvec(np.ones(3)), matrix.astype(float) @ np.ones(3))


@pytest.mark.parametrize("dtype", [np.int8, np.uint32, np.int64, bool, np.longdouble])
def test_other_real_types_are_converted(dtype):
    matrix = (A > 0).astype(dtype)
    assert Data(matrix).A.dtype == np.float64
    np.testing.assert_array_equal(Data(matrix).matvec(np.ones(3)), matrix.astype(float) @ np.ones(3))


def test_float32_is_summed_in_float64(random_instance):
    wide, b = random_instance(20_000, 3)
    narrow = wide.astype(np.float32)
    exact, x = narrow.astype(float), np.array([0.3, 0.1, -0.2])
    found, plain = Problem(narrow, b), Problem(exact, b)
    assert not np.array_equal(exact, wide)
    assert found.fun(x) == pytest.approx(plain.fun(x), rel=1e-14)
    np.testing.assert_allclose(found.jac(x), plain.jac(x), rtol=1e-12)
    np.testing.assert_allclose(found.hess(x), plain.hess(x), rtol=1e-12)
    # The control: sums of float32 numbers are seven digits worse.
    q = plain.kernel.gradient_rows(exact @ x, b, 0.0, *plain._at(x).scalars)
    careless = narrow.T @ q.astype(np.float32)
    assert np.abs(careless / plain.jac(x) - 1).max() > 1e-8


LAYOUTS = {
    "C": lambda A: A,
    "F": np.asfortranarray,
    "float32": lambda A: A.astype(np.float32),
    "strided": lambda A: np.repeat(A, 2, axis=1),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_mapped_file_is_never_in_memory(layout, tmp_path, random_instance):
    wide, b = random_instance(200_000, 20)
    np.save(tmp_path / "a.npy", LAYOUTS[layout](wide))
    x, z = np.full(20, 0.1), np.ones(20)
    expected = Problem(wide.astype(np.float32) if layout == "float32" else wide, b)
    expected = expected.jac(x), expected.hessp(x, z), expected.hess(x)
    del wide
    tracemalloc.start()
    try:
        mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
        problem = Problem(mapped[:, ::2] if layout == "strided" else mapped, b)
        found = problem.jac(x), problem.hessp(x, z), problem.hess(x)
        problem.coordinates, problem.sign(x), problem.safe_fraction(x, z), problem.displacement(z)
        problem.rounding(x, problem.scaled_hess(x))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # A has 32 MB. t, delta, the step and a product in the making have 1.6 MB each; blocks of 4 MiB and their scaled copy.
    assert peak < 18e6
    for left, right in zip(found, expected, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-10)


def test_float32_is_never_converted_whole(random_instance):
    A, b = random_instance(300_000, 20)
    A = A.astype(np.float32)
    tracemalloc.start()
    try:
        problem = Problem(A, b)
        problem.jac(np.ones(20)), problem.hess(np.ones(20)), problem.coordinates
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20e6 < 8 * A.size / 2


def test_mapped_is_seen_through_views(tmp_path):
    np.save(tmp_path / "a.npy", A)
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    assert is_mapped(mapped)
    assert is_mapped(np.asarray(mapped)[1:, ::2].T)
    assert not is_mapped(np.array(mapped))
    assert not is_mapped(A[1:])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 7.0])
def test_column_maxima(value):
    block = A.copy()
    block[2, 1] = value
    found = column_maxima(block)
    assert np.isfinite(found[1]) == np.isfinite(value)
    np.testing.assert_array_equal(found[[0, 2]], np.abs(A).max(axis=0)[[0, 2]])


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (A.astype(complex), "expected real numbers, got dtype complex128"),
        (A.astype(object), "expected real numbers, got dtype object"),
        (A.astype(str), "expected real numbers"),
        ([[1.0, 2.0], [3.0]], "rows of unequal length"),
        (np.ma.masked_less(A, 0), "masked array"),
        (A[0], r"expected a matrix of shape \(n, d\), got shape \(3,\)"),
        (A[None], r"got shape \(1, 4, 3\)"),
        (A[:0], "at least one row and one column"),
        (A[:, :0], "at least one row and one column"),
        (None, "expected real numbers, got dtype object"),
        (np.array([[1.0, np.longdouble("1e400")]]), r"got inf at index \(0, 1\)"),
    ],
)
def test_bad_matrices_are_refused(matrix, said):
    with pytest.raises(ValueError, match=said) as caught:
        Problem(matrix, B)
    assert "\n" not in str(caught.value)

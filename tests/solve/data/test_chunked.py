"""Dask arrays on this process: sums in the order of the rows, and one clear line about arrays that cannot be used."""

import dask
import dask.array as da
import numpy as np
import pytest
import scipy.sparse as sps
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from resmax_sym.solve import Data, Problem
from resmax_sym.solve.data import DaskData, DataLost, DenseData
from resmax_sym.solve.data.cluster import LocalRunner

A = np.random.default_rng(0).normal(size=(50, 3))
B = np.full(50, 0.02)
X = np.array([0.1, -0.2, 0.3])


def bits(problem):
    S = problem.scaled_hess(X)
    values = [
        problem.jac(X),
        problem.hess(X),
        problem.hessp(X, X),
        *problem.factors(X),
        S,
        problem.data.rows(np.arange(9)[::-2]),
    ]
    return [problem.fun(X).hex(), *(value.tobytes() for value in values)]


@pytest.mark.parametrize("order", ["C", "F"])
def test_schedulers_agree_to_the_last_bit(order):
    chunked = da.from_array(np.array(A, order=order), chunks=(7, -1))
    assert bits(Problem(chunked, B, scheduler="threads")) == bits(Problem(chunked, B, scheduler="synchronous"))


def test_sums_are_in_the_order_of_the_rows():
    # 1e16 + 1 - 1e16 is 0 in this order and 1 in another.
    parts = np.array([[1e16], [1.0], [-1e16], [1.0]])
    data = Data(da.from_array(parts, chunks=(1, 1)))
    assert data.rmatvec(np.ones(4))[0] == 1.0
    assert Data(da.from_array(parts[[0, 2, 1, 3]], chunks=(1, 1))).rmatvec(np.ones(4))[0] == 2.0


def test_columns_come_together():
    data = Data(da.from_array(A, chunks=(20, 1)))
    assert data.A.numblocks[1] == 1
    np.testing.assert_allclose(data.gram(B), A.T @ (B[:, None] * A), rtol=1e-13)


def test_each_pass_computes_each_chunk_once():
    counts = np.zeros(5, dtype=int)

    def load(block, block_info=None):
        counts[block_info[0]["chunk-location"][0]] += 1
        return block

    problem = Problem(
        da.from_array(A, chunks=(10, -1)).map_blocks(load, dtype=float, meta=np.zeros((0, 0))),
        B,
        scheduler="synchronous",
    )
    assert set(counts) == {1}
    passes = {"jac": 2, "hessp": 3, "hess": 2, "coordinates": 1}
    for name, expected in passes.items():
        counts[:] = 0
        problem._last = None
        match name:
            case "jac":  # A x, then A.T q
                problem.jac(X)
            case "hessp":  # A x, then A.T W, then A.T delta A z at once
                problem.hessp(X, X)
            case "hess":  # A x, then A.T delta A with A.T W
                problem.hess(X)
            case "coordinates":
                assert problem.coordinates.singular.size == 3
        assert set(counts) == {expected}, name


def test_rows_ask_for_their_chunks_only():
    seen = []

    def load(block, block_info=None):
        seen.append(block_info[0]["chunk-location"][0])
        return block

    data = Data(da.from_array(A, chunks=(10, -1)).map_blocks(load, dtype=float, meta=np.zeros((0, 0))), "synchronous")
    seen.clear()
    np.testing.assert_array_equal(data.rows(np.array([49, 12, 10])), A[[49, 12, 10]])
    np.testing.assert_array_equal(data.dense_block(slice(18, 22)), A[18:22])
    np.testing.assert_array_equal(data.dense_block(slice(4, 0, -2)), A[4:0:-2])
    assert sorted(seen) == [0, 1, 1, 2, 4]
    mask = np.arange(50) % 20 == 3
    np.testing.assert_array_equal(data.rows(mask), A[mask])


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.data())
@settings(max_examples=25, deadline=None)
def test_any_chunks(sizes, drawn):
    n = sum(sizes)
    assume(0 < n <= len(A))
    data = Data(da.from_array(A[:n], chunks=(tuple(sizes), -1)), "synchronous")
    indices = np.array(drawn.draw(st.lists(st.integers(0, n - 1), max_size=12)), dtype=int)
    np.testing.assert_array_equal(data.rows(indices), A[:n][indices])
    start, stop = sorted(drawn.draw(st.tuples(st.integers(0, n), st.integers(0, n))))
    np.testing.assert_array_equal(data.dense_block(slice(start, stop)), A[start:stop])
    np.testing.assert_allclose(data.matvec(X), A[:n] @ X, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(data.rmatvec(np.arange(n)), A[:n].T @ np.arange(n), rtol=1e-12, atol=1e-12)
    assert [rows.stop - rows.start for rows in data.row_blocks()] == [size for size in sizes if size]


def test_a_mask_once_its_sizes_are_known():
    masked = da.from_array(A, chunks=(10, -1))
    masked = masked[masked[:, 0] > 0]
    with pytest.raises(ValueError, match=r"known chunk sizes.*compute_chunk_sizes"):
        Data(masked)
    masked.compute_chunk_sizes()
    np.testing.assert_allclose(Data(masked).matvec(X), A[A[:, 0] > 0] @ X, rtol=1e-14)


def chunks_of(convert):
    return da.from_array(A, chunks=(10, -1)).map_blocks(convert, meta=convert(np.zeros((0, 0))))


class Frame:
    """A collection that is no array."""

    def __dask_graph__(self):
        return {}


class Labelled:
    """An array with labels, which may hold a dask array and does not."""

    def __dask_graph__(self):
        return None

    def __array__(self, dtype=None, copy=None):
        return A


def announced(convert):
    """Chunks that are announced as float64, and are something else."""
    return da.from_array(A, chunks=(10, -1)).map_blocks(convert, dtype=float, meta=np.zeros((0, 0)))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: da.from_array(A.astype(complex), chunks=(10, -1)), "expected real numbers, got dtype complex128"),
        (lambda: da.from_array(A.astype(object), chunks=(10, -1)), "expected real numbers, got dtype object"),
        (lambda: da.from_array(A[0], chunks=2), r"expected a matrix of shape \(n, d\), got shape \(3,\)"),
        (lambda: da.zeros((0, 3)), "at least one row and one column"),
        (lambda: da.zeros((3, 0)), "at least one row and one column"),
        (lambda: chunks_of(sps.csr_array), "dask array of NumPy arrays, got one of csr_array"),
        (lambda: chunks_of(np.ma.masked_array), "dask array of NumPy arrays, got one of Masked"),
        (Frame, "expected a dask array, got .*Frame"),
        (
            lambda: announced(lambda block: block[:-1]),
            r"expected a chunk of shape \(10, 3\) at row 0, as announced, got \(9, 3\)",
        ),
        (
            lambda: announced(lambda block: block + 1j),
            "ndarray of real numbers at row 0, as announced, got ndarray of complex128",
        ),
        (lambda: announced(lambda block: np.ma.masked_less(block, 0)), "as announced, got MaskedArray of float64"),
        (lambda: announced(lambda block: block.astype(str)), "as announced, got ndarray of <U"),
        (lambda: announced(lambda block: block.astype("m8[s]")), "as announced, got ndarray of timedelta64"),
        (lambda: announced(lambda block: block.view(np.matrix)), "as announced, got matrix of float64"),
        (lambda: announced(sps.csr_array), "as announced, got csr_array of float64"),
        (lambda: announced(np.ndarray.tolist), "as announced, got list of objects"),
        (lambda: dask.delayed(A), "expected a dask array, got dask.delayed.Delayed"),
    ],
)
def test_bad_arrays_are_refused(make, said):
    with pytest.raises(ValueError, match=said) as caught:
        Problem(make(), B)
    assert "; " in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("dtype", [np.int8, bool, np.float32, np.longdouble])
def test_another_real_type_than_announced(dtype):
    found = Data(announced(lambda block: (block > 0).astype(dtype)))
    np.testing.assert_array_equal(found.matvec(np.ones(3)), (A > 0) @ np.ones(3))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"b": B[:-1]}, "b: expected length 50"),
        ({"omega": np.nan}, "omega"),
        ({"A": np.full((50, 3), np.nan)}, "finite"),
    ],
)
def test_what_was_opened_for_data_that_is_refused_is_closed(options, said, monkeypatch):
    closed = []
    monkeypatch.setattr(LocalRunner, "close", lambda self: closed.append(self))
    given = {"A": A, "b": B, "omega": 0.0} | options
    source = da.from_array(given.pop("A"), chunks=(10, -1))
    with pytest.raises(ValueError, match=said):
        Problem(source, **given)
    assert len(closed) == 1
    if "A" not in options:
        with pytest.raises(ValueError, match=said):
            Problem(Data(source), **given)  # whoever opened it closes it
        assert len(closed) == 1


def test_what_only_might_hold_a_dask_array():
    assert type(Data(Labelled())) is DenseData


def test_a_target_may_be_a_dask_array():
    np.testing.assert_array_equal(Problem(A, da.from_array(B, chunks=7)).b, B)


def test_a_source_that_fails_later():
    missing = []

    def load(block):
        if missing:
            raise OSError("no such\nfile")
        return block

    chunked = da.from_array(A, chunks=(10, -1)).map_blocks(load, dtype=float, meta=np.zeros((0, 0)))
    problem = Problem(chunked, B)
    before = problem.jac(X)
    missing.append(True)
    with pytest.raises(DataLost, match=r"expected rows .* to be readable, got OSError: no such file; repair") as caught:
        problem.jac(X + 1)
    assert isinstance(caught.value.__cause__, OSError)
    # Nothing half-done is left behind.
    missing.clear()
    np.testing.assert_array_equal(problem.jac(X), before)


def test_it_can_be_made_by_name():
    data = DaskData(da.from_array(A, chunks=(10, -1)), scheduler="sync")
    assert data.runner.scheduler == "synchronous"
    assert Problem(data, B).data is data
    with data as entered:
        assert entered is data
    with pytest.raises(
        ValueError, match=r"scheduler: expected none beside a DaskData, got 'threads'; give it to that one"
    ):
        Problem(data, B, scheduler="threads")

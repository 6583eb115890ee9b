"""Targets and weights: what is accepted, what is refused, and that the message says what to do."""

import numpy as np
import pytest

from resmax_sym.generated import soft_residual
from resmax_sym.solve import Problem
from resmax_sym.solve.data import as_vector, checks

A = np.arange(12.0).reshape(4, 3) / 7 - 0.5
B = np.array([0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize(
    ("b", "said"),
    [
        (B[:, None], r"b: expected shape \(4,\), got \(4, 1\); pass b.ravel\(\)"),
        (B[:3], "expected length 4 .the rows of A., got 3"),
        (B * 1j, "expected real numbers, got dtype complex128"),
        (np.array([0.1, np.nan, 0.3, 0.4]), r"got nan at index \(1\)"),
        (np.array([0.1, 0.2, 0.3, np.longdouble("1e400")]), r"got inf at index \(3\)"),
        (0.5, r"expected shape \(4,\), got \(\)"),
        (B.astype(object), "dtype object"),
        (np.ma.masked_less(B, 0.2), "masked array"),
    ],
)
def test_bad_targets_are_refused(b, said):
    with pytest.raises(ValueError, match=said) as caught:
        Problem(A, b)
    assert ";" in str(caught.value) or "ravel" in str(caught.value)
    assert "\n" not in str(caught.value)


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
    # A number takes no memory per row.
    assert one.omega.strides == (0,)


def test_the_first_bad_entry_is_named_in_whichever_block(monkeypatch):
    monkeypatch.setattr(checks, "CHUNK", 10)
    vector = np.zeros(35)
    vector[[27, 33]] = np.nan, np.inf
    with pytest.raises(ValueError, match=r"got nan at index \(27\)"):
        as_vector(vector, 35, "b", "the rows of A")


def test_a_mapped_vector_stays_where_it_is(tmp_path):
    np.save(tmp_path / "b.npy", B)
    mapped = np.load(tmp_path / "b.npy", mmap_mode="r")
    assert np.shares_memory(Problem(A, mapped).b, mapped)
    np.testing.assert_array_equal(Problem(A, B.astype(np.float32)).b, B.astype(np.float32).astype(float))

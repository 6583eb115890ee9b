"""A value that was folded or scaled meets its bounds, wherever it started; one that meets them need not move."""

import numpy as np
import pytest

from resmax_sym.judge.domain import NORMS
from resmax_sym.judge.folding import fold, scale, tightest

MEETS = {"<=": np.less_equal, "<": np.less, ">=": np.greater_equal, ">": np.greater, "==": np.equal}


def values(shape=(400, 3)):
    rng = np.random.default_rng(0)
    return rng.standard_normal(shape) * rng.choice([0.0, 0.3, 3.0, 30.0], shape)


@pytest.mark.parametrize("ops", [(">=",), ("<=",), (">", "<="), (">=", "<"), (">=", "<="), (">",), ("==",)], ids=str)
@pytest.mark.parametrize("parameter", [True, False])
def test_folded_entries_lie_within(ops, parameter):
    value = values((400,) if parameter else (400, 3))
    low, high = np.full(400, -0.5), np.full(400, 2.0)
    bounds = [(op, high if op[0] == "<" else low) for op in ops]
    found = fold(value, bounds, parameter)
    for op, bound in bounds:
        strictly = MEETS[op](found, bound.reshape(found.shape[:1] + (1,) * (found.ndim - 1)))
        assert strictly.mean() > 0.99 if op in "<>" and len(ops) > 1 else strictly.all()  # sin comes to 1 where it may
    assert len(np.unique(found)) > 100 or ops == ("==",)


def test_nothing_moves_without_a_bound():
    assert np.array_equal(fold(values(), [], False), values())


@pytest.mark.parametrize("name", NORMS)
@pytest.mark.parametrize("op", MEETS)
def test_scaled_to_its_norm(name, op):
    value = values((400, 3, 2) if name in ("fro", "opnorm") else (400, 3))
    bound = np.full(400, 1.5)
    found = NORMS[name](scale(value, NORMS[name], op, bound))
    room = 1e-12  # rounding of one product
    assert (found <= 1.5 + room).all() or op in (">=", ">")
    assert (found >= 1.5 - room).all() or op in ("<=", "<")
    before = NORMS[name](value)
    meets = before <= 1.5 if op in ("<=", "<") else before >= 1.5 if op in (">=", ">") else np.zeros(400, dtype=bool)
    assert np.array_equal(found[meets], before[meets])


def test_of_a_vector_the_entry_that_matters():
    bound = np.array([[1.0, 2.0], [4.0, 3.0]])
    assert tightest("<=", bound, 1).tolist() == [1, 3]
    assert tightest(">", bound, 1).tolist() == [2, 4]
    assert tightest("<=", bound, 2) is bound

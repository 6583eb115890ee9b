"""diag(diagonal) + sum core[a][b] basis[a] basis[b]^T is the matrix that was split, and other forms are refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resmax_sym.judge.arithmetic import Floats
from resmax_sym.judge.balls import Balls
from resmax_sym.judge.points import random_point
from resmax_sym.lang import LanguageError
from resmax_sym.models import HEADS, Model
from resmax_sym.structure import congruence, diagonal_plus_low_rank

MODEL = Model()

_vector = st.sampled_from(["u", "v", "p", "psi * w", "b"])
_scalar = st.sampled_from(["alpha", "kappa", "2", "-3", "1 / alpha"])
_leaf = _vector.map(lambda v: f"diag({v})") | st.tuples(_vector, _vector).map(lambda p: f"outer({p[0]}, {p[1]})")
_matrix = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(_scalar, inner).map(lambda p: f"({p[0]}) * {p[1]}"),
        st.tuples(inner, _scalar).map(lambda p: f"{p[0]} / ({p[1]})"),
        inner.map(lambda m: f"(-{m})"),
    ),
    max_leaves=5,
)


def rebuilt(parts, value):
    """The dense matrix that the parts stand for."""
    W = [value(v) for v in parts.basis]
    total = np.diag(value(parts.diagonal))
    for a, row in zip(W, parts.core, strict=True):
        for b, k in zip(W, row, strict=True):
            total = total + value(k) * np.outer(a, b)
    return total


def evaluator(model, n=5, seed=0):
    point = random_point(model.variables.values(), {"n": n, "d": 3}, np.random.default_rng(seed))
    value = point.evaluator(model, Floats())
    assert abs(value(model["alpha"])) > 0.1
    return value


def same(got, wanted):
    # A few products of entries up to 1e3; cancellation between terms is why the tolerance is absolute.
    return np.abs(got - wanted).max() <= 1e-10 * max(1.0, np.abs(wanted).max())


@given(_matrix.map(lambda m: f"diag(b) + {m}"))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_parts_add_up_to_the_matrix(text):
    matrix = MODEL.parse(text)
    value = evaluator(MODEL)
    assert same(rebuilt(diagonal_plus_low_rank(matrix), value), value(matrix))


@pytest.mark.parametrize("head", HEADS)
def test_hessian_in_t_is_diagonal_plus_rank_two_at_most(head):
    model = Model(head=head)
    parts, value = diagonal_plus_low_rank(model["B"]), evaluator(model)
    assert same(rebuilt(parts, value), value(model["B"]))
    assert len(parts.basis) <= 2
    assert all(parts.core[i][j] == parts.core[j][i] for i in range(len(parts.basis)) for j in range(i))


def test_equal_outer_products_are_collected():
    parts = diagonal_plus_low_rank(MODEL.parse("diag(u) + outer(u, v) + 2 * outer(u, v)"))
    assert parts.basis == (MODEL["u"], MODEL["v"])
    assert [len(row) for row in parts.core] == [2, 2]


@pytest.mark.parametrize(
    "text", ["J.T @ J", "diag(u) @ diag(v)", "diag(u) * diag(v)", "eye(n)", "A @ A.T", "diag(u) + A @ A.T"]
)
def test_other_forms_are_refused(text):
    with pytest.raises(LanguageError, match="expected diag"):
        diagonal_plus_low_rank(MODEL.parse(text))


def test_a_diagonal_is_asked_for():
    with pytest.raises(LanguageError, match="expected a diagonal term"):
        diagonal_plus_low_rank(MODEL.parse("outer(u, v)"))


def test_congruence_gives_back_its_factors():
    assert congruence(MODEL.parse("A.T @ B @ A")) == (MODEL["A"], MODEL["B"])


@pytest.mark.parametrize("text", ["A.T @ (B @ A)", "A.T @ A", "A.T @ B", "J.T @ B @ P", "diag(u)", "A @ A.T @ A"])
def test_what_is_not_a_congruence_is_refused(text):
    with pytest.raises(LanguageError, match=r"expected A\.T @ M @ A"):
        congruence(MODEL.parse(text, P=MODEL.parse("eye(n)")))


def test_no_diagonal_makes_one_term_enough_from_four_rows_on():
    """Off the diagonal a rank-one matrix has M12 M34 = M13 M24; at an exact point balls show that B has not."""
    model = Model()
    point = random_point(model.variables.values(), {"n": 4, "d": 1}, np.random.default_rng(0))
    B = point.evaluator(model, Balls(50))(model["B"])
    minor = B[0, 1] * B[2, 3] - B[0, 2] * B[1, 3]
    assert minor < -1
    M = point.evaluator(model, Balls(50))(model.parse("outer(f, f) + diag(delta)"))
    assert (M[0, 1] * M[2, 3] - M[0, 2] * M[1, 3]).contains(0)

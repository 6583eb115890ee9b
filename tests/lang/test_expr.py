"""Typed trees: operators build what was written, and a shape that does not fit is refused with both shapes."""

from fractions import Fraction

import numpy as np
import pytest
from trees import FAMILIES

from resmax_sym.lang import (
    FUNCTIONS,
    D,
    Expr,
    LanguageError,
    ShapeError,
    at,
    diag,
    eye,
    inner,
    named,
    ones,
    outer,
    symbol,
)
from resmax_sym.lang import x as x_
from resmax_sym.lang.expr import as_expr, show
from resmax_sym.models import Model

MODEL = Model()
NAMES = MODEL.names
A, x, b, alpha = (NAMES[name] for name in ("A", "x", "b", "alpha"))


@pytest.mark.parametrize(
    ("expr", "shape"),
    [
        (A @ x, ("n",)),
        (b @ A, ("d",)),
        (x @ x, ()),
        (A.T @ A, ("d", "d")),
        (A @ A.T, ("n", "n")),
        (A * A, ("n", "d")),
        (2 * A, ("n", "d")),
        (A**-1, ("n", "d")),
        (alpha / A, ("n", "d")),
        (outer(b, x), ("n", "d")),
        (diag(b), ("n", "n")),
        (inner(b, b), ()),
        (D(alpha), ("d",)),
        (D(D(alpha)), ("d", "d")),
        (D(A @ x), ("n", "d")),
        (D(alpha, NAMES["t"]), ("n",)),
        (at(A @ x, NAMES["y"]), ("n",)),
        (FUNCTIONS["solve"](A.T @ A, x), ("d",)),
        (FUNCTIONS["max"](x), ()),
        (FUNCTIONS["max"](x, 0), ("d",)),
        (ones(3), (3,)),
        (eye("n"), ("n", "n")),
    ],
    ids=repr,
)
def test_shape(expr, shape):
    assert expr.shape == shape


@pytest.mark.parametrize(
    ("build", "shapes"),
    [
        (lambda: A + x, ["(n, d)", "(d,)"]),
        (lambda: x * b, ["(d,)", "(n,)"]),
        (lambda: A @ A, ["(n, d)"]),
        (lambda: x @ A, ["(d,)", "(n, d)"]),
        (lambda: alpha @ x, ["scalar"]),
        (lambda: x @ alpha, ["scalar"]),
        (lambda: x.T, ["(d,)"]),
        (lambda: inner(x, b), ["(d,)", "(n,)"]),
        (lambda: outer(A, x), ["(n, d)"]),
        (lambda: diag(A), ["(n, d)"]),
        (lambda: D(A), ["(n, d)"]),
        (lambda: FUNCTIONS["grad"](x), ["(d,)"]),
        (lambda: FUNCTIONS["norm"](A), ["(n, d)"]),
        (lambda: FUNCTIONS["opnorm"](x), ["(d,)"]),
        (lambda: FUNCTIONS["trace"](A), ["(n, d)"]),
        (lambda: FUNCTIONS["solve"](A, x), ["(n, d)", "(d,)"]),
        (lambda: FUNCTIONS["solve"](A.T @ A, b), ["(d, d)", "(n,)"]),
        (lambda: FUNCTIONS["max"](A), ["(n, d)"]),
        (lambda: FUNCTIONS["min"](x, b), ["(d,)", "(n,)"]),
        (lambda: ones(2) + ones(3), ["(2,)", "(3,)"]),
    ],
)
def test_shape_error_names_the_shapes(build, shapes):
    with pytest.raises(ShapeError) as caught:
        build()
    assert all(shape in str(caught.value) for shape in shapes)


def test_shape_error_names_the_sub_expression():
    with pytest.raises(ShapeError, match=r"A \* A \+ outer\(x, b\)"):
        (A * A + outer(x, b)) @ x


@pytest.mark.parametrize("family", FAMILIES["all"])
def test_elementwise_functions_keep_the_shape(family):
    arguments = (A, 0) if family in ("max", "min") else (A,)
    assert FUNCTIONS[family](*arguments).shape == A.shape


def test_equal_trees_are_equal_and_hash_alike():
    once, again = (A.T @ (A @ x + 1) for _ in range(2))
    assert once is not again
    assert once == again
    assert hash(once) == hash(again)
    assert len({once, again}) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (A @ x, A @ NAMES["y"]),
        (A + A, 2 * A),  # the same meaning, another tree
        (x * x, x**2),
        (as_expr(1) + x, x + 1),
        (D(alpha), D(alpha, NAMES["t"])),
        (NAMES["u"], NAMES["v"]),
        (named("g", x), named("h", x)),
        (ones(2), ones(3)),
        (ones("n"), ones("d")),
    ],
    ids=repr,
)
def test_different_trees_are_different(left, right):
    assert left != right


def test_numbers_are_exact():
    assert as_expr(Fraction(1, 10)).data == Fraction(1, 10)
    assert (-as_expr(3)).data == -3
    assert (2 * x).args[0] == as_expr(2)
    assert (1 - x).op == "sub"
    assert (2**x).op == "pow"
    assert (+x) is x


@pytest.mark.parametrize("value", [0.1, np.float64(0.5), "x", None, 1j, np.ones(2)], ids=str)
def test_inexact_operands_are_refused(value):
    for build in (lambda: x * value, lambda: value * x, lambda: as_expr(value)):
        with pytest.raises(LanguageError, match="Fraction"):
            build()


def test_walk_visits_each_node_once_and_definitions_too():
    expr = NAMES["f"] + NAMES["f"]
    nodes = list(expr.walk())
    assert len(nodes) == len(set(nodes))
    assert {NAMES["f"], NAMES["alpha"], NAMES["u"], NAMES["t"], A, x} <= set(nodes)


def test_rebuild_replaces_and_drops_the_name_of_what_changes():
    y = NAMES["y"]
    moved = NAMES["f"].rebuild(lambda e: y if e == x else None)
    assert y in set(moved.walk())
    assert x not in set(moved.walk())
    assert all(node.op != "named" for node in moved.walk())
    assert NAMES["f"].rebuild(lambda e: None) is NAMES["f"]


def test_depth_and_weight_count_shared_parts_each_time():
    expr = x
    for k in range(1, 11):
        expr = expr + expr
        assert (expr.depth, expr.weight) == (k + 1, 2 ** (k + 1) - 1)


@pytest.mark.parametrize("size", [0, -1, Fraction(1, 2), 10**9, alpha], ids=str)
def test_sizes_are_positive_integers_within_reason(size):
    for function in (ones, eye):
        with pytest.raises(LanguageError, match="takes a size"):
            function(size)


def test_derivative_and_point_take_only_their_variables():
    for wrt in (b, NAMES["y"], NAMES["u"], as_expr(1)):
        with pytest.raises(LanguageError, match="with respect to x or t"):
            D(alpha, wrt)
    for point in (b, A @ x, as_expr(1), A):
        with pytest.raises(LanguageError, match="point of shape"):
            at(alpha, point)
    assert D(alpha, x) == D(alpha, x_) == D(alpha)


def test_shapes_as_a_reader_writes_them():
    assert [show(shape) for shape in ((), ("n",), ("n", "d"), (3,))] == ["scalar", "(n,)", "(n, d)", "(3,)"]


def test_an_expression_does_not_simplify():
    zero = x - x
    assert zero.op == "sub"
    assert isinstance(zero, Expr)
    assert symbol("k") + 0 != symbol("k")


def test_a_pickled_formula_is_equal_in_another_process():
    """Texts hash differently there; a formula that kept its hash would be found in no table."""
    import os
    import pickle
    import subprocess
    import sys

    from resmax_sym.models import Model

    text = pickle.dumps(Model()["B"]).hex()
    program = (
        "import pickle; from resmax_sym.models import Model; "
        f"print(pickle.loads(bytes.fromhex('{text}')) in {{Model()['B']}})"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "True\n"

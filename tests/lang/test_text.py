"""parse(to_text(e)) == e: a formula is printed in the language, and what is printed is what was written."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import PARAMETERS, formulas

from resmax_sym.lang import D, Relation, at, eq, hess, parse, parse_relations, psd, symbol, to_text
from resmax_sym.lang.expr import as_expr
from resmax_sym.lang.relation import on_segment
from resmax_sym.models import Model

MODELS = (Model(), Model("exp(s)", inner_layer="tanh(s)"))
NAMES = MODELS[0].names
A, x, y, t, alpha = (NAMES[name] for name in ("A", "x", "y", "t", "alpha"))
minus = -x
SHAPES = [(), ("n",), ("d",), ("n", "d"), ("d", "d"), ("n", "n")]


@given(st.data())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_round_trip(data):
    model = data.draw(st.sampled_from(MODELS))
    e = data.draw(formulas(model, data.draw(st.sampled_from(SHAPES)), depth=4))
    assert parse(to_text(e), model.names | {name: symbol(name) for name in PARAMETERS}) == e


@pytest.mark.parametrize(
    ("e", "text"),
    [
        ((x + y) * 2, "(x + y) * 2"),
        (x + y * 2, "x + y * 2"),
        (x - (y - x), "x - (y - x)"),
        ((x - y) - x, "x - y - x"),
        (x / (y * x), "x / (y * x)"),
        (x * y / x, "x * y / x"),
        (-(x**2), "-x**2"),
        ((-x) ** 2, "(-x)**2"),
        (x**-2, "x**-2"),
        ((x**2) ** 3, "(x**2)**3"),
        (x ** (y**2), "x**y**2"),
        (-(x * y), "-(x * y)"),
        (-x * y, "-x * y"),
        (-minus, "--x"),
        (x - as_expr(-2), "x - -2"),
        (as_expr(-2) ** x, "(-2)**x"),
        (A.T @ (A @ x), "A.T @ (A @ x)"),
        (A.T @ A @ x, "A.T @ A @ x"),
        ((A + A).T, "(A + A).T"),
        ((-A).T, "(-A).T"),
        (A.T.T, "A.T.T"),
        (NAMES["f"] + 1, "f + 1"),
        (D(alpha), "grad(alpha)"),
        (D(alpha, t), "grad(alpha, t)"),
        (D(NAMES["f"]), "D(f)"),
        (hess(alpha), "hess(alpha)"),
        (hess(alpha, t), "hess(alpha, t)"),
        (D(D(alpha), t), "D(grad(alpha), t)"),
        (at(A @ x, y), "at(A @ x, y)"),
        (at(hess(alpha), y), "at(hess(alpha), y)"),
    ],
)
def test_brackets_only_where_they_are_needed(e, text):
    assert to_text(e) == text
    assert parse(text, NAMES) == e


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(3), "3"),
        (Fraction(-3), "-3"),
        (Fraction(1, 10), "0.1"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(25, 2), "12.5"),
        (Fraction(1, 10**6), "0.000001"),
    ],
)
def test_decimals_stay_decimals(value, text):
    assert to_text(as_expr(value)) == text
    assert parse(text, NAMES) == as_expr(value)


def test_other_fractions_become_quotients_of_the_same_value():
    third = as_expr(Fraction(-1, 3))
    assert to_text(third * x) == "(-1 / 3) * x"
    again = parse(to_text(third), NAMES)
    assert again != third
    assert again.op == "div"
    assert again.args[0].data / again.args[1].data == third.data


@pytest.mark.parametrize(
    ("relation", "text"),
    [
        (eq(x, y), "x == y"),
        (psd(A.T @ A), "psd(A.T @ A)"),
        (on_segment(Relation(">=", (alpha, as_expr(1)))), "on_segment(alpha >= 1)"),
    ],
)
def test_relations(relation, text):
    assert to_text(relation) == repr(relation) == text
    assert parse_relations(text, NAMES) == [relation]


def test_two_trees_of_one_meaning_have_two_texts():
    assert to_text(x + y) != to_text(y + x)
    assert to_text(A.T @ A @ x) != to_text(A.T @ (A @ x))

"""The chain rule over sums gives what SymPy's own derivative of the sums gives, and no kink or root is smoothed on the way."""

import pytest
import sympy as sp
from hypothesis import given, settings
from trees import formulas

from resmax_sym.lang import NotLowerable, is_zero, normal
from resmax_sym.lang.chain_rule import EPS, replaced, slope
from resmax_sym.lang.index import entry
from resmax_sym.models import Model

MODEL = Model("exp(s)")
j = sp.Symbol("j", integer=True)


def moved(name, k):
    """t moves along a column of A, and x along a unit vector."""
    change = {"t": lambda: entry("A", k, j), "x": lambda: sp.KroneckerDelta(k, j)}.get(name)
    return None if change is None else entry(name, k) + EPS * change()


def by_sympy(expr):
    return sp.diff(replaced(expr, moved), EPS).xreplace({EPS: sp.Integer(0)})


@pytest.mark.parametrize(
    "text",
    [
        "L", "alpha", "inner(f, c) / norm(x)", "sum(u * log(alpha))", "norm(x)**3 * exp(-inner(t, t))", "fro(outer(t, x))",
        "sqrt(inner(t, t)**2)", "log(exp(inner(t, u)))", "abs(inner(t, u))", "max(inner(t, u), sum(t))", "sum(abs(t) / alpha)",
        "n * d + inner(b, b)",
    ],
)  # fmt: skip
def test_the_same_as_sympys_own(text):
    expr = MODEL.lowering()(MODEL.parse(text))
    found, expected = slope(expr, moved), by_sympy(expr)
    assert is_zero(normal(found - expected))
    assert not is_zero(normal(found - expected + entry("x", j)))


@settings(max_examples=25, deadline=None)
@given(formulas(MODEL, depth=3, family="kinked", derivatives=False))
def test_the_same_for_random_formulas(e):
    try:
        expr = MODEL.lowering()(e)
    except NotLowerable:
        return
    assert is_zero(normal(slope(expr, moved) - by_sympy(expr)))


def test_what_does_not_move_has_the_slope_0():
    assert slope(sp.sqrt(MODEL.lowering()(MODEL.parse("inner(b, b)"))), moved) == 0

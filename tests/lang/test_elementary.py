"""Roots, absolute values, signs, extremes and hyperbolic functions of a polynomial: one form each, with the right value."""

from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import DIGITS, Data, close, polynomial_value

from resmax_sym.lang import special
from resmax_sym.lang.elementary import RULES, root
from resmax_sym.lang.normal import is_zero
from resmax_sym.lang.polynomial import add, atom, constant, multiply, negate

X, Y = atom(("v", "x", "i")), atom(("v", "x", "j"))
EXACT = {
    sp.cosh: mpmath.cosh, sp.sinh: mpmath.sinh, sp.tanh: mpmath.tanh, special.absolute: abs, special.sign: mpmath.sign,
    special.step: lambda z: mpmath.mpf(int(z > 0)), special.larger: max, special.smaller: min,
}  # fmt: skip
EVEN, ODD = (sp.cosh, special.absolute), (sp.sinh, sp.tanh, special.sign)
halves = st.integers(-5, 5).map(lambda k: Fraction(2 * k + 1, 2))


def value(p, seed):
    with mpmath.workdps(DIGITS):
        return polynomial_value(p, Data(seed, {"n": 3, "d": 2}), {"i": 1, "j": 2})


@pytest.mark.parametrize(
    ("content", "outside"), [(Fraction(4), 2), (Fraction(9, 16), Fraction(3, 4)), (Fraction(1), 1)], ids=str
)
def test_the_rational_content_leaves_a_root(content, outside):
    p = multiply(constant(content), X)
    assert root(p, 2) == multiply(constant(Fraction(outside)), root(X, 2))
    assert root(negate(X), 2) != root(X, 2)
    assert root({}, 2) == {}


@pytest.mark.parametrize("function", EXACT, ids=lambda function: function.__name__)
@given(a=halves, b=halves, seed=st.integers(0, 9))
@settings(max_examples=10, deadline=None, derandomize=True)
def test_a_rule_has_the_value_of_its_function(function, a, b, seed):
    p, q = add(multiply(constant(a), X), constant(b)), multiply(constant(b), Y)
    arguments = (p, q) if function in (special.larger, special.smaller) else (p,)
    found = value(RULES[function](*arguments), seed)
    with mpmath.workdps(DIGITS):
        assert close(found, EXACT[function](*(value(one, seed) for one in arguments)))


@given(a=halves, b=halves)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_even_and_odd(a, b):
    p = add(multiply(constant(a), X), multiply(constant(b), Y))
    for function in EVEN:
        assert is_zero(add(RULES[function](negate(p)), RULES[function](p), -1))
    for function in ODD:
        assert is_zero(add(RULES[function](negate(p)), RULES[function](p)))
        assert not is_zero(add(RULES[function](negate(p)), RULES[function](p), -1))

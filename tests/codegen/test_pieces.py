"""pieces(rho) is rho between its kinks, and kinks(rho) is where the slope jumps."""

from fractions import Fraction
from itertools import pairwise

import pytest
import sympy as sp

from resmax_sym.codegen.pieces import kinks, pieces
from resmax_sym.lang import LanguageError, S, scalar_function

ROOT = 2**0.5
KINKS = {
    "max(s, 0)": (0,),
    "max(s, s/10)": (0,),
    "abs(s - 1/4)": (0.25,),
    "min(max(s, -1), 1)": (-1, 1),
    "max(s, 0) - max(s - 1, 0)/2": (0, 1),
    "abs(abs(s) - 1)": (-1, 0, 1),
    "max(s**2, 2)": (-ROOT, ROOT),
    "max(s, min(2*s, s**3))": (1, ROOT),  # s, then s^3, then 2 s; below 0 the minimum is never the larger one
    "s*step(s)": (0,),
    "max(s, 0)**2": (),  # the slope is continuous
    "s*abs(s)": (),
    "max(s, s - 1)": (),  # they never meet
    "max(s, s)": (),
    "s**3 - s": (),
}
FUNCTIONS = {"max": max, "min": min, "abs": abs, "step": lambda s: int(s > 0)}


@pytest.mark.parametrize("text", KINKS)
def test_kinks(text):
    assert kinks(scalar_function(text)) == pytest.approx(KINKS[text], abs=1e-15)


def test_smooth_parts_do_not_hide_a_kink():
    assert kinks(scalar_function("tanh(s) + max(s, 3)")) == (3.0,)
    assert kinks(scalar_function("log(1 + exp(abs(s)))")) == (0.0,)
    assert kinks(scalar_function("tanh(s)")) == ()


@pytest.mark.parametrize("text", KINKS)
def test_pieces_cover_the_line_with_the_values_of_the_function(text):
    """Against Python's own max, min and abs in rational numbers."""
    found = pieces(scalar_function(text))
    assert (found[0][0], found[-1][1]) == (-sp.oo, sp.oo)
    assert all(one[1] == two[0] for one, two in pairwise(found))
    for k in range(-41, 42):
        s = Fraction(k, 8) + Fraction(1, 64)
        exact = sp.Rational(s.numerator, s.denominator)
        (formula,) = (formula for low, high, formula in found if low < exact < high)
        value = formula.subs(S, exact)
        wanted = eval(text.replace("1/4", "Fraction(1, 4)"), {"s": s, "Fraction": Fraction, **FUNCTIONS})
        assert Fraction(int(value.p), int(value.q)) == wanted


@pytest.mark.parametrize("text", ["step(s)", "sign(s)", "s + step(s - 1)", "max(s, 0)/s", "1/abs(s)", "exp(s)*sign(s)"])
def test_a_jump_is_refused(text):
    with pytest.raises(LanguageError, match="continuous"):
        kinks(scalar_function(text))


@pytest.mark.parametrize("text", ["sqrt(abs(s))", "sqrt(max(s, 0))"])
def test_an_unbounded_slope_is_refused(text):
    with pytest.raises(LanguageError, match="bounded slopes"):
        kinks(scalar_function(text))


@pytest.mark.parametrize("text", ["max(exp(s), 2)", "abs(tanh(s))", "max(s, exp(1)*s)", "max(s, sqrt(2))"])
def test_a_kink_at_a_root_that_is_not_known_exactly_is_refused(text):
    with pytest.raises(LanguageError, match="polynomials"):
        kinks(scalar_function(text))

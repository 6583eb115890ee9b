"""An inner layer has a value at every s: what has a pole, a root or the logarithm of what is not positive is refused, with the place."""

import re

import numpy as np
import pytest
import sympy as sp

from resmax_sym.codegen.defined import check_defined
from resmax_sym.codegen.pieces import pieces
from resmax_sym.lang import LanguageError, S, scalar_function

DEFINED = (
    "max(s, 0)", "s", "tanh(s)", "s/(1 + exp(-s))", "s*tanh(log(1 + exp(s)))", "1/(1 + s**2)", "s/sqrt(1 + s**2)",
    "1/(2 + tanh(s))", "1/max(s, 1)", "log(1 + abs(s))", "log(cosh(s))", "max(s, 0)**(5/2)", "1/(s**2 - s + 1)",
    "log(exp(2*s) - exp(s) + 1)", "sqrt(max(s, 1/2))", "abs(s)/(1 + abs(s))", "s/(2 + sign(s))",
)  # fmt: skip
PLACES = {
    "1/s": 0, "s**-2": 0, "1/(s - 1)": 1, "1/(s**2 - 2)": -np.sqrt(2), "tanh(1/s)": 0, "exp(-1/s**2)": 0, "tanh(s)/s": 0,
    "1/(exp(s) - 1)": 0, "1/(exp(2*s) - 4)": np.log(2), "log(s**2)": 0, "max(s, 0)**2/s": 0, "step(s - 1)*sqrt(s)": 0,
    "1/abs(s)": 0, "s + 1/max(s, 0)": -1,
    "log(s)": 0, "sqrt(s)": 0, "s**(1/3)": 0, "1/tanh(s)": 0, "log(abs(s))": 0, "1/(1 - max(s, 0))": 1,
    "s**2/abs(s)": 0, "s/sign(s)": 0, "step(s)*sqrt(s*abs(s))": -1, "max(s, 0)**(3/2)": -1,
}  # fmt: skip


@pytest.mark.parametrize("text", DEFINED)
def test_what_is_defined_has_real_values(text):
    rho = scalar_function(text)
    check_defined(rho)
    for low, high, formula in pieces(rho):
        values = [complex(formula.subs(S, s).evalf()) for s in np.linspace(-3, 3, 8) if low < s < high]
        assert np.isfinite(values).all()
        assert not np.imag(values).any()


@pytest.mark.parametrize("text", PLACES)
def test_what_is_not_is_refused_with_the_place(text):
    with pytest.raises(LanguageError, match="at s =") as refused:
        check_defined(scalar_function(text))
    place = sp.sympify(re.search(r"at s = (.*);", str(refused.value))[1])
    assert float(place) == pytest.approx(PLACES[text], abs=1e-15)


@pytest.mark.parametrize("zero", ["(1 + s)**2 - 1 - 2*s - s**2", "tanh(s)**2 + 1/cosh(s)**2 - 1"])
@pytest.mark.parametrize("text", ["1/({})", "s + log({})"])
def test_zero_in_another_spelling_divides_nothing(zero, text):
    with pytest.raises(LanguageError, match="0 for every s"):
        check_defined(scalar_function(text.format(zero)))
    check_defined(scalar_function(text.format(f"1 + {zero}")))


def test_what_is_not_known_is_refused():
    with pytest.raises(LanguageError, match="not known"):
        check_defined(scalar_function("1/(s + exp(s))"))

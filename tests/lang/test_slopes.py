"""slopes(rho) are the derivatives off the kinks, and spell gives text that reads back as the same function."""

import mpmath
import pytest
import sympy as sp

from resmax_sym.lang import S, scalar_function
from resmax_sym.lang.slopes import slopes, spell

RHO = (
    "max(s, 0)", "max(s, s/10)", "min(max(s, -1), 1)", "abs(s)", "s", "2*s", "s**3 - s", "tanh(s)", "log(1+exp(s))",
    "s/(1+exp(-s))", "sqrt(1+s**2)", "exp(1)*s + sqrt(2)", "s/(1+abs(s))", "max(s, 0)**2", "cosh(s)*sinh(s/3)", "s*sign(s)",
    "exp(-s**2)",
)  # fmt: skip
MP = mpmath.MPContext()
MP.dps = 60
NAMES = {
    "absolute": abs,
    "larger": max,
    "smaller": min,
    "sign": lambda s: MP.sign(s),
    "step": lambda s: MP.mpf(s > 0),
}


def value(e, s):
    """An expression at 60 digits, from mpmath's functions and Python's own max, min and abs."""
    return MP.mpf(sp.lambdify(S, e, modules=[NAMES, "mpmath"])(s)) if e.has(S) else MP.mpf(e.evalf(60))


@pytest.mark.parametrize("text", RHO)
def test_slopes_agree_with_differences_off_the_kinks(text):
    rho = scalar_function(text)
    first, second = slopes(rho)
    with mpmath.workdps(60):
        for s in map(MP.mpf, ("-1.7", "-0.3", "0.45", "2.25")):
            h = MP.mpf("1e-15")
            values = [value(rho, s + k * h) for k in (-1, 0, 1)]
            # The error of central differences at this step is of order h^2 = 1e-30; rounding leaves 1e-60 / h^2 = 1e-30.
            assert abs((values[2] - values[0]) / (2 * h) - value(first, s)) <= 1e-24
            assert abs((values[2] - 2 * values[1] + values[0]) / h**2 - value(second, s)) <= 1e-24


@pytest.mark.parametrize("text", RHO)
def test_spelling_reads_back(text):
    for e in (scalar_function(text), *slopes(scalar_function(text))):
        if e.has(S):
            again = scalar_function(spell(e))
            assert again == e or sp.simplify(again - e) == 0


def test_a_derivative_of_a_step_is_left_out():
    assert slopes(scalar_function("max(s, 0)"))[1] == 0
    assert slopes(scalar_function("s * step(s)")) == (scalar_function("step(s)"), 0)


def test_differences_see_a_wrong_slope():
    """Of tanh it is not 1 - tanh."""
    rho = scalar_function("tanh(s)")
    with mpmath.workdps(60):
        h, s = MP.mpf("1e-15"), MP.mpf("0.45")
        difference = (value(rho, s + h) - value(rho, s - h)) / (2 * h)
        assert abs(difference - value(1 - rho, s)) > 0.1

"""phi(s) from text: smooth scalar functions of s, and nothing else."""

import mpmath
import pytest
import sympy as sp

from resmax_sym.lang import LanguageError, S, scalar_function

SMOOTH = {
    "exp(s)": mpmath.exp,
    "exp(s) + s": lambda s: mpmath.exp(s) + s,
    "cosh(s)": mpmath.cosh,
    "log(1 + exp(s))": lambda s: mpmath.log(1 + mpmath.exp(s)),
    "s**3 + s": lambda s: s**3 + s,
    "tanh(s) / 2 + 0.1 * s": lambda s: mpmath.tanh(s) / 2 + s / 10,
    "1 / (1 + exp(-s))": lambda s: 1 / (1 + mpmath.exp(-s)),
    "sqrt(1 + s**2)": lambda s: mpmath.sqrt(1 + s**2),
    "2**s": lambda s: mpmath.mpf(2) ** s,
    "sqrt(s**4)": lambda s: s**2,
    "s": lambda s: s,
}


@pytest.mark.parametrize("text", SMOOTH)
def test_function_and_derivatives(text):
    unit = scalar_function(text, smooth=True)
    with mpmath.workdps(60):
        for order in range(3):
            derivative = sp.lambdify(S, sp.diff(unit, S, order), "mpmath")
            for point in (mpmath.mpf(3) / 8, mpmath.mpf(-5) / 4):
                # mpmath differentiates numerically at twice the digits; 1e-40 leaves 20 digits to spare.
                exact = mpmath.diff(SMOOTH[text], point, order)
                assert abs(derivative(point) - exact) <= mpmath.mpf(10) ** -40 * (1 + abs(exact))


@pytest.mark.parametrize(
    "text", ["abs(s)", "max(s, 0)", "min(s, 1) + s", "sign(s) * s", "step(s)", "sqrt(s**2)", "(s**2)**1.5"]
)
def test_kinks_are_refused_where_a_smooth_function_is_expected(text):
    with pytest.raises(LanguageError, match="kink"):
        scalar_function(text, smooth=True)
    assert S in scalar_function(text).free_symbols


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "invalid syntax"),
        ("exp(t)", "unknown name 't'"),
        ("exp(x)", "unknown name 'x'"),
        ("sin(s)", "unknown function 'sin'"),
        ("exp(s", "never closed"),
        ("3", "depends on s"),
        ("s - s", "depends on s"),
        ("s * sqrt(-1)", "real function"),
        ("s / 0", "real function"),
        ("s + 1/(1 - 1)", "real function"),
        ("ones(3) * s", "scalar"),
        ("sum(s)", "takes a vector"),
        ("s == 1", "relation"),
        ("__import__('os')", "unknown function"),
        ("s.real", "not in the language"),
    ],
)
def test_error_quotes_the_text(text, hint):
    with pytest.raises(LanguageError) as caught:
        scalar_function(text, "the unit")
    message = str(caught.value)
    assert f"the unit {text!r}" in message
    assert hint in message

"""exp(-shift) phi^(k) as rewritten by `stabilise` is phi^(k), and does not overflow for s from -1000 to 1000."""

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from units import UNITS, combinations

from resmax_sym.codegen.printer import function
from resmax_sym.codegen.stable import SHIFT, stabilise
from resmax_sym.lang import LanguageError, S, scalar_function

RULES = {
    "expm1": mpmath.expm1,
    "logaddexp": lambda a, b: mpmath.log(mpmath.exp(a) + mpmath.exp(b)),
    "sech2": lambda a: mpmath.sech(a) ** 2,
    "undecayed": lambda a, k: mpmath.log1p(mpmath.exp(a + k)) / mpmath.exp(min(a, 0)),
    "Max": max,
    "Min": min,
    "Abs": abs,
    "sign": mpmath.sign,
}
"""What the functions of the stable form mean, without any care for overflow."""


def exact(expr, *symbols):
    return sp.lambdify(symbols, expr, modules=[RULES, "mpmath"])


def agreement(unit, points, digits):
    """Worst |rewritten exp(shift) - phi^(k)| / (|phi^(k)| + 10^(-digits/2)) at `digits` digits, over k and points."""
    phi = scalar_function(unit, smooth=True)
    stable = stabilise(phi)
    worst = 0
    with mpmath.workdps(digits):
        for order, scaled in enumerate(stable.derivatives):
            assert (stable.exponent is None) <= (not scaled.has(SHIFT))
            ours, plain = exact(scaled, S, SHIFT), exact(phi.diff(S, order), S)
            for s in points:
                s = mpmath.mpf(s)
                shift = 0 if stable.exponent is None else exact(stable.exponent, S)(s) + mpmath.mpf(1) / 3
                value = plain(s)
                gap = abs(ours(s, shift) * mpmath.exp(shift) - value)
                worst = max(worst, gap / (abs(value) + mpmath.mpf(10) ** (-digits // 2)))
    return worst


@pytest.mark.parametrize("unit", UNITS)
def test_units_mean_the_same_over_the_whole_range(unit):
    # exp(-3000) = 10^-1303 beside 1 must keep 60 digits, hence so many.
    assert agreement(unit, (-1000, -345.25, -40, -1.5, 0, 0.125, 37, 1000), 1500) < mpmath.mpf(10) ** -60


@given(combinations, st.lists(st.floats(-20, 20), min_size=2, max_size=2))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_combinations_mean_the_same(unit, points):
    # Exponents reach 2 * 2 * 2 * 20 = 160, or 140 digits, on both sides of the point.
    assert agreement(unit, points, 400) < mpmath.mpf(10) ** -60


def rows(unit):
    """float64 code of the scaled derivatives, through the printer."""
    stable = stabilise(scalar_function(unit, smooth=True))
    names = {S: sp.Symbol("t", real=True)}
    scope = {"np": np}
    exec(function("rows", ["t", "shift"], [], tuple(e.xreplace(names) for e in stable.derivatives), "rows"), scope)
    exec(function("size", ["t"], [], (stable.exponent or sp.Integer(0)).xreplace(names), "size"), scope)
    return scope["rows"], scope["size"]


def finite(unit, t):
    """The scaled derivatives at t, any overflow or invalid operation being an error."""
    derivatives, size = rows(unit)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        shift = np.max(size(t))
        return [np.broadcast_to(value, t.shape) for value in derivatives(t, shift)]


@pytest.mark.parametrize("unit", UNITS)
def test_units_never_overflow(unit):
    for t in (np.linspace(-1000, 1000, 4001), *np.linspace(-1000, 1000, 41)[:, None]):
        u, v, w = finite(unit, t)
        assert np.isfinite([u, v, w]).all()
        # Something of order 1 is left to divide by: nothing was scaled away.
        assert max(np.abs(z).max() for z in (u, v, w)) > 0.1


@given(combinations, st.lists(st.floats(-1000, 1000), min_size=1, max_size=5))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_combinations_never_overflow(unit, t):
    assert np.isfinite(finite(unit, np.array([-1000.0, 1000.0, *t]))).all()
    for s in t:
        assert np.isfinite(finite(unit, np.array([s]))).all()


def test_plain_code_overflows():
    """What the shift is for: the same functions printed as they stand."""
    scope = {"np": np}
    exec(function("plain", ["s"], [], sp.exp(S) / (1 + sp.exp(S)), "plain"), scope)
    with np.errstate(over="raise", invalid="raise"), pytest.raises(FloatingPointError):
        scope["plain"](np.array([1000.0]))


def test_a_wrong_rewriting_is_noticed(monkeypatch):
    monkeypatch.setitem(RULES, "expm1", mpmath.exp)
    assert agreement("sinh(s)", (0.5,), 60) > 0.1


def test_softplus_keeps_its_decay():
    """log(1 + exp(s)) underflows at -1000, and alpha = sum of it with it; the scaled form is 1, as is the ratio v / u."""
    u, v, w = finite("log(1+exp(s))", np.array([-1000.0, -1000.0]))
    assert [*u, *v, *w] == [1.0] * 6


@pytest.mark.parametrize(("inner", "slope"), [("s/10", 1 / 10), ("3*s - 1", 3)])
def test_the_slope_of_tanh_keeps_its_digits(inner, slope):
    """1 - tanh(a)^2 has none left where |a| > 20; the slope is 1 / cosh(a)^2, down to where it underflows."""
    t = np.array([-1000.0, -123.0, -20.5, -1.5, 0.0, 1e-9, 7.0, 19.0, 100.0, 1000.0])
    _, v, w = finite(f"2 + tanh({inner})", t)
    with mpmath.workdps(60):
        a = [eval(inner, {"s": mpmath.mpf(s)}) for s in t]
        bell = [mpmath.sech(z) ** 2 for z in a]
        bend = [-2 * slope**2 * mpmath.tanh(z) * q for z, q in zip(a, bell, strict=True)]
        for got, exact in ((v, [slope * q for q in bell]), (w, bend)):
            for g, value in zip(got, exact, strict=True):
                assert abs(mpmath.mpf(float(g)) - value) <= 1e-12 * abs(value) + mpmath.mpf("1e-290")


def test_units_outside_the_language_are_refused():
    with pytest.raises(LanguageError):
        stabilise(scalar_function("abs(s)", smooth=True))

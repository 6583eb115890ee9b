"""[low, high] contains phi([lo, hi]), shrinks with hi - lo, and stays an enclosure where an exponential overflows."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from units import UNITS, combinations

from resmax_sym.codegen import interval
from resmax_sym.codegen.interval import HI, LO, extension
from resmax_sym.codegen.printer import function
from resmax_sym.lang import LanguageError, S, scalar_function

# Bounds and samples are rounded, also where terms of the size of `scale` cancel: a few dozen roundings of 1e-16.
ROUNDING = 1e-13


def bounds(unit):
    """`unit_range` of a unit as the generated module has it."""
    scope = {"np": np}
    ends = extension(scalar_function(unit, smooth=True))
    exec(function("unit_range", [LO.name, HI.name], [], ends, "range"), scope)

    def unit_range(lo, hi):
        with np.errstate(over="ignore", invalid="ignore"):
            return tuple(map(float, scope["unit_range"](float(lo), float(hi))))

    return unit_range


def exact(unit):
    """phi at 40 digits, far from any overflow."""
    phi = scalar_function(unit, smooth=True)
    return lambda s: sp.Float(phi.subs(S, sp.Rational(float(s))).evalf(40), 40)


def scale(unit, lo, hi):
    """The sum of the absolute values of the terms of phi, at most, over the interval."""
    terms = [sp.lambdify(S, sp.Abs(term), "numpy") for term in scalar_function(unit).as_ordered_terms()]
    samples = np.linspace(lo, hi, 9)
    return max(float(np.max(sum(np.broadcast_to(term(samples), samples.shape) for term in terms))), 1.0)


@given(unit=st.sampled_from(UNITS) | combinations, ends=st.tuples(st.floats(-30, 30), st.floats(-30, 30)))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_range_is_enclosed_and_the_enclosure_is_isotone(unit, ends):
    lo, hi = sorted(ends)
    phi = sp.lambdify(S, scalar_function(unit), "numpy")
    unit_range = bounds(unit)
    slack = ROUNDING * scale(unit, lo, hi)
    low, high = unit_range(lo, hi)
    values = phi(np.linspace(lo, hi, 501))
    assert low - slack <= values.min()
    assert values.max() <= high + slack
    middle = (lo + hi) / 2
    for a, b in ((lo, middle), (middle, hi)):  # the bounds over a part lie inside the bounds over the whole
        inner = unit_range(a, b)
        assert low - slack <= inner[0] <= inner[1] + slack <= high + 2 * slack


@pytest.mark.parametrize("unit", UNITS)
def test_width_shrinks_in_proportion(unit):
    unit_range, phi = bounds(unit), sp.lambdify(S, scalar_function(unit), "numpy")
    for s in (-3.0, -0.567, 0.0, 0.4, 5.0):
        widths = np.array([1e-1, 1e-2, 1e-3, 1e-4])
        spans = np.array([np.subtract(*unit_range(s - h / 2, s + h / 2)[::-1]) for h in widths])
        # The natural extension is Lipschitz: tenfold narrower intervals give bounds tenfold closer, up to curvature.
        assert (spans[1:] <= 0.11 * spans[:-1] + ROUNDING * scale(unit, s - 1, s + 1)).all()
        assert unit_range(s, s) == pytest.approx((phi(s), phi(s)), rel=ROUNDING, abs=ROUNDING)


@pytest.mark.parametrize(
    "unit", ["exp(s)", "exp(s) + s", "s**3+s", "sinh(s)", "log(1+exp(s))", "1/(1+exp(-s))", "tanh(s)"]
)
@given(ends=st.tuples(st.floats(-50, 50), st.floats(-50, 50)))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_monotone_units_have_exact_bounds(unit, ends):
    lo, hi = sorted(ends)
    phi = exact(unit)
    assert bounds(unit)(lo, hi) == pytest.approx((float(phi(lo)), float(phi(hi))), rel=1e-13, abs=1e-300)


@pytest.mark.parametrize(
    "unit",
    [
        "log(1+exp(s)) - 2*s",
        "log(1+exp(-2*s)) + s",
        "log(1+exp(s)+exp(2*s)) - s",
        "log(cosh(s)) - 2*s",
        "sqrt(1+exp(2*s)) - 2*exp(s)",
    ],
)
@pytest.mark.parametrize("s", [-1000.0, -720.0, -360.0, 360.0, 720.0, 1000.0])
def test_an_overflow_inside_never_becomes_a_bound(unit, s):
    """log(inf) = inf is above log(exp(1000)) = 1000: as a lower bound it would certify a wrong sign."""
    value = exact(unit)(s)
    low, high = bounds(unit)(s, s)
    slack = ROUNDING * (abs(value) + 1000)
    assert np.isnan(low) or low <= float(value + slack)
    assert np.isnan(high) or high >= float(value - slack)


def test_a_pole_inside_gives_no_bound():
    reciprocal = bounds("1/s + exp(s)")
    assert np.isnan(reciprocal(-1, 2)).all()
    assert np.isnan(reciprocal(0, 2)).all()
    low, high = reciprocal(1, 2)
    assert low <= 1 + np.e <= high


def test_even_powers_do_not_go_below_zero():
    assert bounds("s**2")(-3, 2) == (0, 9)
    assert bounds("cosh(s)")(-3, 2) == (1, pytest.approx(np.cosh(3)))


def test_a_forgotten_corner_is_noticed(monkeypatch):
    """The comparison with samples tells a wrong rule: s exp(s) on [-3, -0.5] has its bounds at mixed ends."""
    assert bounds("s*exp(s)")(-3, -0.5)[0] <= -np.exp(-1)
    monkeypatch.setattr(interval, "_product", lambda a, b: (a[0] * b[0], a[1] * b[1]))
    assert bounds("s*exp(s)")(-3, -0.5)[0] > -np.exp(-1)


def test_a_function_without_a_rule_is_refused():
    with pytest.raises(LanguageError, match="no interval rule for sin"):
        extension(sp.sin(S))

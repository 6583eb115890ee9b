"""layer(s) gives rho, rho', rho'' at full accuracy for s in +-1000, one-sided slopes at kinks; layer_range encloses rho."""

import functools
import math

import mpmath
import numpy as np
import pytest
import sympy as sp

from resmax_sym.codegen.forms import Layer
from resmax_sym.codegen.layer import functions, one_sided
from resmax_sym.lang import S, scalar_function
from resmax_sym.lang.slopes import slopes

MP = mpmath.MPContext()
MP.dps = 60


def sigmoid(s):
    return 1 / (1 + MP.exp(-s))


# rho, rho', rho'' by hand, off the kinks; None where rho is piecewise linear.
BY_HAND = {
    "max(s, 0)": (lambda s: max(s, 0), lambda s: int(s > 0), None),
    "max(s, s/10)": (lambda s: s if s > 0 else s / 10, lambda s: 1 if s > 0 else MP.mpf("0.1"), None),
    "abs(s)": (abs, lambda s: MP.sign(s), None),
    "min(max(s, -1), 1)": (lambda s: min(max(s, -1), 1), lambda s: int(-1 < s < 1), None),
    "s": (lambda s: s, lambda s: 1, None),
    "-3*s": (lambda s: -3 * s, lambda s: -3, None),
    "log(1+exp(s))": (lambda s: MP.log1p(MP.exp(s)), sigmoid, lambda s: sigmoid(s) * sigmoid(-s)),
    "tanh(s)": (MP.tanh, lambda s: MP.sech(s) ** 2, lambda s: -2 * MP.tanh(s) * MP.sech(s) ** 2),
    "max(s, 0) + tanh(s)": (
        lambda s: max(s, 0) + MP.tanh(s),
        lambda s: int(s > 0) + MP.sech(s) ** 2,
        lambda s: -2 * MP.tanh(s) * MP.sech(s) ** 2,
    ),
    "s/(1+exp(-s))": (
        lambda s: s * sigmoid(s),
        lambda s: sigmoid(s) + s * sigmoid(s) * sigmoid(-s),
        lambda s: sigmoid(s) * sigmoid(-s) * (2 + s * (sigmoid(-s) - sigmoid(s))),
    ),
    "1/(1+exp(-s))": (
        sigmoid,
        lambda s: sigmoid(s) * sigmoid(-s),
        lambda s: sigmoid(s) * sigmoid(-s) * (sigmoid(-s) - sigmoid(s)),
    ),
    "sqrt(1+s**2)": (lambda s: MP.sqrt(1 + s**2), lambda s: s / MP.sqrt(1 + s**2), lambda s: (1 + s**2) ** MP.mpf("-1.5")),
    "s**2": (lambda s: s**2, lambda s: 2 * s, lambda s: 2),
    "max(s, 0)**2": (lambda s: max(s, 0) ** 2, lambda s: 2 * max(s, 0), lambda s: 2 * int(s > 0)),
    "log(1+exp(abs(s)))": (
        lambda s: MP.log1p(MP.exp(abs(s))),
        lambda s: MP.sign(s) * sigmoid(abs(s)),
        lambda s: sigmoid(s) * sigmoid(-s),
    ),
}  # fmt: skip
RHO = pytest.mark.parametrize("text", BY_HAND)


@functools.cache
def made(text, replace=("", "")):
    rho = scalar_function(text)
    slope, bend = slopes(rho)
    scope = {"np": np}
    for source in functions(Layer(rho, slope, None if bend == 0 else bend)):
        assert replace[0] in source or "layer_range" in source
        exec(source.replace(*replace), scope)
    return scope["layer"], scope["layer_range"]


def worst(layer, text):
    """The largest error relative to the value, or to what it is a difference of, over the three functions."""
    rng = np.random.default_rng(0)
    sizes = 10 ** rng.uniform(-12, 3, 60)
    s = np.concatenate([rng.uniform(-1000, 1000, 40), rng.choice([-1, 1], 60) * sizes, [-1000.0, 1000.0, 0.5, -0.5]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = layer(s)
    assert (found[2] is None) == (BY_HAND[text][2] is None)
    error = 0.0
    for values, exact in zip(found, BY_HAND[text], strict=True):
        if exact is None:
            continue
        assert values.shape == s.shape
        for got, point in zip(values, s, strict=True):
            truth = exact(MP.mpf(float(point)))
            # Derivatives of the sigmoid are differences of numbers up to 1; all else is accurate to its own size.
            size = max(abs(truth), MP.mpf("1e-290"), text == "1/(1+exp(-s))")
            if abs(truth) > 1e-290 or abs(got) > 1e-290:
                error = max(error, float(abs(MP.mpf(float(got)) - truth) / size))
    return error


@RHO
def test_values_are_accurate_and_nothing_overflows(text):
    assert worst(made(text)[0], text) <= 1e-12


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("max(s, 0)", ("np.heaviside(s, 0.0)", "np.heaviside(-s, 0.0)")),
        ("tanh(s)", ("((1/np.cosh(np.clip(s, -710, 710)))**2)", "(1 - np.tanh(s)**2)")),
        ("log(1+exp(s))", ("np.logaddexp(0, s)", "np.maximum(0, s)")),
    ],
)
def test_a_wrong_layer_is_caught(text, change):
    assert worst(made(text, change)[0], text) > 1e-12


def test_a_naive_softplus_overflows():
    naive, _ = made("log(1+exp(s))", ("np.logaddexp(0, s)", "np.log(1 + np.exp(s))"))
    with pytest.raises(FloatingPointError, match="overflow"):
        worst(naive, "log(1+exp(s))")


@pytest.mark.parametrize(
    ("text", "kink", "slopes_there"),
    [
        ("max(s, 0)", 0.0, (0, 1)),
        ("min(s, 0)", 0.0, (0, 1)),
        ("max(s, s/10)", 0.0, (0.1, 1)),
        ("min(s, s/10)", 0.0, (0.1, 1)),
        ("max(-s, s/2)", 0.0, (-1, 0.5)),
        ("abs(s - 1)", 1.0, (-1, 1)),
        ("abs(1 - s)", 1.0, (-1, 1)),
        ("min(max(s, -1), 1)", -1.0, (0, 1)),
        ("min(max(s, -1), 1)", 1.0, (0, 1)),
    ],
)
def test_at_a_kink_the_slope_is_that_of_one_side(text, kink, slopes_there):
    """Never a sum of both or of none, as step(0) = 0 in step(-s)/10 + step(s) would give."""
    layer, _ = made(text)
    near = layer(np.array([math.nextafter(kink, -9), kink, math.nextafter(kink, 9)]))[1]
    assert sorted([near[0], near[2]]) == pytest.approx(slopes_there)
    assert near[1] in (near[0], near[2])


def test_relu_has_slope_zero_at_its_kink():
    assert made("max(s, 0)")[0](np.zeros(1))[1].tolist() == [0.0]


def test_one_sided_changes_nothing_off_the_kinks():
    e = scalar_function("step(2 - s)*s + step(-s/3)/10 + step(s)")
    changed = one_sided(e)
    assert changed != e
    for s in (-1, sp.Rational(1, 2), 3):
        heaviside = [{"step": lambda a: int(bool(a > 0))}, "sympy"]
        assert sp.lambdify(S, e, heaviside)(s) == sp.lambdify(S, changed, heaviside)(s)


@RHO
def test_range_encloses_the_layer_and_is_finite_where_the_layer_is(text):
    _, layer_range = made(text)
    rng = np.random.default_rng(1)
    lo = np.concatenate([rng.uniform(-3, 3, 30), [-1.0, 0.0, 1.0, -300.0, -300.0]])
    hi = np.concatenate([lo[:30] + rng.exponential(1, 30), [0.0, 0.0, 1.0, 300.0, -299.0]])
    low, high = (np.broadcast_to(end, lo.shape) for end in layer_range(lo, hi))
    assert np.isfinite(low).all()
    assert np.isfinite(high).all()
    for a, b, below, above in zip(lo, hi, low, high, strict=True):
        for s in np.linspace(a, b, 7):
            value = float(BY_HAND[text][0](MP.mpf(float(s))))
            assert below - 1e-12 * abs(value) <= value <= above + 1e-12 * abs(value)

"""exp, log, ... over balls enclose the true value, and what is undefined never looks like a number."""

import math
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resmax_sym.judge.arithmetic import Floats, Rationals
from resmax_sym.judge.balls import BALL_FUNCTIONS, Balls

DIGITS = 60
BALLS, FLOATS = Balls(DIGITS), Floats()
EXACT = {
    "exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt, "cosh": mpmath.cosh, "sinh": mpmath.sinh,
    "tanh": mpmath.tanh, "abs": abs, "sign": mpmath.sign, "step": lambda z: mpmath.mpf(int(z > 0)),
    "flat": lambda z: mpmath.mpf(0),
}  # fmt: skip
POSITIVE = {"log", "sqrt"}
OFF_ZERO = {"step", "flat"}
fractions = st.fractions(-30, 30, max_denominator=10**6)


def ball(value):
    with BALLS.precision():
        return BALLS.number(Fraction(value))


def contains(enclosure, value):
    """Whether the ball holds an mpmath value, which is right to 70 digits."""
    with BALLS.precision():
        middle = flint.arb(mpmath.nstr(value, 75))
        return enclosure.overlaps(middle + flint.arb(0, float(abs(value)) * 1e-69 + 1e-200))


def tight(enclosure):
    """At 60 digits a ball of one operation is narrow: 5 digits are left for the condition of the functions tried here."""
    return float(enclosure.rad()) <= 1e-55 * max(1.0, float(abs(enclosure.mid())))


@pytest.mark.parametrize("name", EXACT)
@given(value=fractions)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_balls_hold_the_value_to_60_digits(name, value):
    if (name in POSITIVE and value <= 0) or (name in OFF_ZERO and value == 0):
        return
    with BALLS.precision():
        enclosure = BALLS.call(name, BALLS.number(value))
    with mpmath.workdps(80):
        exact = EXACT[name](mpmath.mpf(value.numerator) / value.denominator)
        assert contains(enclosure, exact)
        assert tight(enclosure)
        assert not contains(
            enclosure, exact + mpmath.mpf(10) ** -50 * max(1, abs(exact))
        )  # the check sees the 51st digit


@given(fractions, fractions)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_larger_and_smaller(a, b):
    with BALLS.precision():
        high, low = (BALLS.call(name, BALLS.number(a), BALLS.number(b)) for name in ("max", "min"))
    with mpmath.workdps(80):
        for enclosure, exact in ((high, max(a, b)), (low, min(a, b))):
            assert contains(enclosure, mpmath.mpf(exact.numerator) / exact.denominator)
            assert tight(enclosure)


@pytest.mark.parametrize(
    "exponent", [Fraction(k) for k in (-3, -1, 0, 1, 2, 5)] + [Fraction(1, 2), Fraction(-3, 2), Fraction(1, 3)], ids=str
)
@given(value=fractions)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_powers(exponent, value):
    if (value == 0 and exponent < 0) or (value < 0 and exponent.denominator > 1):
        return
    with BALLS.precision():
        enclosure = BALLS.power(BALLS.number(value), exponent)
    with mpmath.workdps(80):
        z, p = (mpmath.mpf(q.numerator) / q.denominator for q in (value, exponent))
        exact = mpmath.mpf(1) if p == 0 else mpmath.mpf(0) if z == 0 else z**p
        assert contains(enclosure, exact)
        assert tight(enclosure)


def test_zero_to_the_zero_is_one():
    assert BALLS.power(ball(0), Fraction(0)) == 1
    assert FLOATS.power(np.zeros(2), Fraction(0)).tolist() == [1, 1]
    assert Rationals().power(np.array([Fraction(0)]), Fraction(0)) == [1]


@pytest.mark.parametrize(
    ("name", "value"),
    [("log", 0), ("log", -1), ("sqrt", -1), ("step", 0), ("flat", 0)],
)
def test_what_is_undefined_is_not_finite(name, value):
    with BALLS.precision():
        assert not BALLS.call(name, ball(value)).is_finite()
    with FLOATS.precision():
        assert not np.isfinite(FLOATS.call(name, np.array(float(value))))


@pytest.mark.parametrize(
    ("base", "exponent"), [(0, Fraction(-1)), (0, Fraction(-1, 2)), (-1, Fraction(1, 2)), (-8, Fraction(1, 3))]
)
def test_undefined_powers_are_not_finite(base, exponent):
    with BALLS.precision():
        assert not BALLS.power(ball(base), exponent).is_finite()
    with FLOATS.precision():
        assert not np.isfinite(FLOATS.power(np.array(float(base)), exponent))


@pytest.mark.parametrize("name", BALL_FUNCTIONS)
def test_what_is_undefined_stays_undefined(name):
    """sign of an undefined value would be a ball from -1 to 1, and a 0-th power the number 1: both are refused."""
    nan = flint.arb("nan")
    arguments = [(nan,)] if name not in ("max", "min") else [(nan, ball(1)), (ball(1), nan)]
    with BALLS.precision():
        for argument in arguments:
            assert not BALLS.call(name, *argument).is_finite()
        for exponent in (Fraction(0), Fraction(2), Fraction(-1), Fraction(1, 2)):
            assert not BALLS.power(nan, exponent).is_finite()
        for product in (nan * ball(0), ball(0) * (ball(1) / ball(0)), nan - nan, ball(0) / nan):
            assert not product.is_finite()


def test_a_ball_that_holds_a_jump_covers_both_sides():
    wide = flint.arb(0, 1e-30)
    with BALLS.precision():
        sign = BALLS.call("sign", wide)
        assert all(sign.contains(k) for k in (-1, 0, 1))
        assert not BALLS.call("step", wide).is_finite()
        assert not BALLS.call("log", wide).is_finite()
        assert not BALLS.power(wide, Fraction(-1)).is_finite()
        assert BALLS.call("abs", wide).contains(0)
    assert BALLS.call("sign", ball(0)) == 0


def test_finite_marks_the_entries_that_are_numbers():
    with BALLS.precision():
        entries = np.array([ball(1), flint.arb("nan"), ball(1) / ball(0), flint.arb(0, 1)], dtype=object)
        assert BALLS.finite(entries).tolist() == [True, False, False, True]
    assert FLOATS.finite(np.array([1.0, np.nan, np.inf])).tolist() == [True, False, False]


def test_precision_is_put_back():
    before = flint.ctx.prec
    with BALLS.precision():
        assert flint.ctx.prec > before
    assert flint.ctx.prec == before
    with pytest.raises(ZeroDivisionError), BALLS.precision():
        _ = 1 / 0
    assert flint.ctx.prec == before


def test_more_digits_make_narrower_balls():
    radii = []
    for digits in (20, 60, 150):
        balls = Balls(digits)
        with balls.precision():
            radii.append(float(balls.call("exp", balls.number(Fraction(1, 3))).rad()))
    assert radii[0] > radii[1] > radii[2]
    assert radii[2] < 1e-145


def test_pi():
    with BALLS.precision(), mpmath.workdps(80):
        assert contains(BALLS.pi(), +mpmath.pi)
        assert tight(BALLS.pi())
    assert FLOATS.pi() == math.pi

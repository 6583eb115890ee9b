"""Fractions are exact or refuse, floats agree with balls, and no function is in one arithmetic alone."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resmax_sym.judge.arithmetic import FLOAT_FUNCTIONS, Floats, Rationals
from resmax_sym.judge.balls import BALL_FUNCTIONS, Balls

BALLS, FLOATS = Balls(60), Floats()
POSITIVE = {"log", "sqrt"}
OF_TWO = {"max", "min"}
fractions = st.fractions(-30, 30, max_denominator=10**6)


@pytest.mark.parametrize("name", sorted(FLOAT_FUNCTIONS.keys() - OF_TWO))
def test_floats_agree_with_balls(name):
    values = np.array([0.25, 1.5, 3.0] if name in POSITIVE | {"norm"} else [-2.5, -0.25, 0.5, 3.0])
    with FLOATS.precision():
        floats = FLOATS.call(name, values)
    for value, result in zip(values, floats, strict=True):
        with BALLS.precision():
            enclosure = BALLS.call(name, BALLS.number(Fraction(value)))
        # Elementary functions of numpy are right to 4 units in the last place, 1e-15 relative.
        assert abs(float(enclosure.mid()) - result) <= 1e-15 * max(1.0, abs(result))


@given(fractions, fractions)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_rationals_are_exact(a, b):
    ring = Rationals()
    assert ring.call("max", a, b) == max(a, b)
    assert ring.call("abs", a) == abs(a)
    assert ring.call("sqrt", a * a) == abs(a)
    assert ring.call("sign", a) == (a > 0) - (a < 0)
    assert ring.power(np.array([a]), Fraction(3)) == [a**3]


@pytest.mark.parametrize("name", ["exp", "log", "step", "tanh"])
def test_rationals_know_what_they_cannot_do(name):
    ring = Rationals()
    for outside in (lambda: ring.call(name, Fraction(1)), lambda: ring.call("sqrt", Fraction(2)), ring.pi):
        with pytest.raises(NotImplementedError):
            outside()
    with pytest.raises(NotImplementedError):
        ring.call("sqrt", Fraction(-4))
    with pytest.raises(ZeroDivisionError):
        ring.power(np.array([Fraction(0)]), Fraction(-1))


def test_every_function_of_one_arithmetic_is_in_the_other():
    assert BALL_FUNCTIONS.keys() == FLOAT_FUNCTIONS.keys()


def test_long_powers_of_fractions_are_not_multiplied_out():
    z = Rationals().power(Fraction(10), Fraction(99))
    assert z == 10**99
    with pytest.raises(NotImplementedError, match="binary digits"):
        Rationals().power(Rationals().power(z, Fraction(99)), Fraction(99))

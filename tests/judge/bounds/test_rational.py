"""Rational bounds lie on their side of the constant, and near it."""

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resmax_sym.judge.bounds.poly import Poly, Unbounded
from resmax_sym.judge.bounds.rational import exp_bound, power_below, root_bound, without_constants

NEAR = mpmath.mpf(2) ** -40  # balls have 53 bits by default, and an operation or two lose some of them
positive = st.fractions(Fraction(1, 1000), 1000, max_denominator=1000)


def number(value):
    return (
        mpmath.mpf(int(value.numerator)) / int(value.denominator)
        if isinstance(value, Fraction)
        else number(plain(value))
    )


def plain(value):
    return Fraction(int(value.p), int(value.q))


def between(low, exact, high):
    return low <= exact <= high and high - low <= NEAR * max(1, abs(exact))


@given(positive, st.integers(1, 6))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_roots(value, order):
    with mpmath.workdps(50):
        exact = mpmath.root(number(value), order) if order > 1 else number(value)
        assert between(number(root_bound(value, order, True)), exact, number(root_bound(value, order, False)))


@given(st.fractions(-20, 20, max_denominator=50))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_exponentials(value):
    with mpmath.workdps(50):
        assert between(number(exp_bound(value, True)), mpmath.exp(number(value)), number(exp_bound(value, False)))


@given(positive, st.fractions(Fraction(1, 6), 4, max_denominator=6))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_powers_from_below(value, exponent):
    with mpmath.workdps(50):
        exact = number(value) ** number(exponent)
        assert 0 <= exact - number(power_below(value, exponent)) <= 100 * NEAR * exact  # the root is raised again


@pytest.mark.parametrize("sign", [1, -1])
def test_constants_of_a_bound(sign):
    p = Poly.atom(("pi",)) * Poly.size("n") * Poly.number(sign) + Poly.number(1).exp() * Poly.number(sign)
    found = without_constants(p)
    exact = {frozenset(): sign * mpmath.e, frozenset([(("size", "n"), 1)]): sign * mpmath.pi}
    assert found.keys() == exact.keys()
    for monomial, value in found.items():
        assert 0 < exact[monomial] - number(value) < NEAR  # strictly: neither of them is rational


def test_what_is_whole_stays_exact():
    assert plain(root_bound(Fraction(0), 3, True)) == 0
    assert plain(root_bound(Fraction(1), 2, False)) == plain(exp_bound(Fraction(0), False)) == 1
    assert power_below(Fraction(2, 3), Fraction(3)) == Fraction(8, 27)


def test_what_is_too_large_has_no_bound():
    with pytest.raises(Unbounded):
        exp_bound(Fraction(10**6), False)

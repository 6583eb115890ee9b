"""sum_m c_m m: Laurent polynomials over atoms form a ring, with the relations of deltas, roots, absolute values and reciprocals."""

import itertools
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import DIGITS, Data, close, polynomial_value
from sympy import QQ

from resmax_sym.lang.elementary import root
from resmax_sym.lang.normal import reduce
from resmax_sym.lang.polynomial import (
    MAX_WEIGHT,
    UNIT,
    Singular,
    TooLarge,
    add,
    atom,
    common,
    constant,
    free,
    key,
    leading,
    multiply,
    negate,
    power,
    reciprocal,
    relations,
    text,
    weight,
)

SIZES = {"n": 3, "d": 2}
PLACES = {"i": 1, "j": 2}
X, Y, B = atom(("v", "x", "i")), atom(("v", "x", "j")), atom(("v", "b", "i"))
DELTA = atom(("d", "i", "j"))
EXP = atom(("exp", next(iter(X))))
ONE = constant(Fraction(1))
ATOMS = [X, Y, B, DELTA, EXP, atom(("s", "n")), atom(("fn", "abs", key(X))), root(X, 2), reciprocal(add(X, ONE))]


@st.composite
def polynomials(draw, max_terms=3):
    result = {}
    for _ in range(draw(st.integers(0, max_terms))):
        term = constant(Fraction(draw(st.integers(-3, 3)), draw(st.integers(1, 3))))
        for _ in range(draw(st.integers(0, 3))):
            term = multiply(term, draw(st.sampled_from(ATOMS)))
        result = add(result, term)
    return result


def value(p, seed=0):
    with mpmath.workdps(DIGITS):
        return polynomial_value(p, Positive(seed, SIZES), PLACES)


class Positive(Data):
    """Positive entries, on which every root is real."""

    def entry(self, name, places):
        return abs(super().entry(name, places))


@given(polynomials(), polynomials(), polynomials())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_ring_axioms(p, q, r):
    assert add(p, q) == add(q, p)
    assert add(add(p, q), r) == add(p, add(q, r))
    assert multiply(p, q) == multiply(q, p)
    assert reduce(multiply(multiply(p, q), r)) == reduce(multiply(p, multiply(q, r)))
    assert reduce(multiply(p, add(q, r))) == reduce(add(multiply(p, q), multiply(p, r)))
    assert add(p, negate(p)) == {}
    assert multiply(p, ONE) == p
    assert multiply(p, {}) == {}


@given(polynomials(), polynomials(), st.integers(0, 5))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_arithmetic_is_that_of_values(p, q, seed):
    with mpmath.workdps(DIGITS):
        a, b = value(p, seed), value(q, seed)
        assert close(value(add(p, q), seed), a + b)
        assert close(value(multiply(p, q), seed), a * b)
        assert close(value(power(p, 3), seed), a**3)
        assert close(value(reduce(p), seed), a)


@given(polynomials().filter(bool), st.integers(0, 5))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_reciprocal_is_that_of_values(p, seed):
    try:
        inverse = reciprocal(p)
    except Singular:
        return
    with mpmath.workdps(DIGITS):
        a = value(p, seed)
        if abs(a) > 1e-6:  # elsewhere 1/a has too few digits left
            assert close(value(inverse, seed) * a, mpmath.mpf(1))


def test_relations_of_deltas():
    assert multiply(DELTA, DELTA) == DELTA
    assert multiply(DELTA, add(X, Y, -1)) == {}
    assert multiply(DELTA, Y) == multiply(DELTA, X)
    assert multiply(DELTA, X) != X
    with pytest.raises(Singular):
        reciprocal(DELTA)


def test_relations_of_roots_and_absolute_values():
    half, third = root(X, 2), root(X, 3)
    assert multiply(half, half) == X
    assert power(third, 3) == X
    assert power(half, 3) == multiply(X, half)
    assert multiply(half, reciprocal(half)) == ONE
    assert multiply(half, third) not in (X, half)
    size = atom(("fn", "abs", key(X)))
    assert power(size, 2) == power(X, 2)
    assert multiply(power(size, -2), power(X, 2)) == ONE
    assert power(size, 3) != power(X, 3)


def test_a_sum_over_its_own_reciprocal_is_one():
    p = add(add(X, Y), constant(Fraction(2)))
    inverse = reciprocal(p)
    assert reduce(multiply(p, inverse)) == ONE
    assert reciprocal(multiply(constant(Fraction(3)), p)) == multiply(constant(Fraction(1, 3)), inverse)
    assert reciprocal(multiply(p, B)) == multiply(inverse, power(B, -1))
    assert reduce(multiply(add(p, ONE), inverse)) == add(ONE, inverse)
    with pytest.raises(Singular):
        reciprocal({})


def test_common_and_leading():
    p = add(multiply(X, X), multiply(X, B))
    assert common(p) == next(iter(X))
    assert leading(p) in p
    assert leading(multiply(p, B)) != leading(p)


def test_free_indices_forget_what_a_sum_binds():
    body = frozenset([(("v", "A", "i", "#1.0"), 1), (("v", "x", "#1.0"), 1)])
    total = ("sum", 1, ("d",), body)
    assert free(total) == {"i"}
    assert free(("rec", key(atom(total)))) == {"i"}
    assert free(("s", "i")) == frozenset()


def test_spelling_does_not_depend_on_the_order_of_construction():
    parts = [next(iter(p)) for p in (X, Y, B, EXP)]
    spellings = {text(frozenset().union(*order)) for order in itertools.permutations(parts)}
    assert len(spellings) == 1
    assert text(parts[0]) != text(parts[1])


def test_weight_counts_shared_parts_each_time_and_is_bounded():
    p = X
    with pytest.raises(TooLarge, match="functions of functions"):  # noqa: PT012
        for _ in range(60):
            p = atom(("fn", "log", key(add(p, multiply(p, p)))))
            assert all(weight(m) <= 2 * MAX_WEIGHT for m in p)


def test_products_are_bounded():
    long = {frozenset([(("v", "x", str(k)), 1)]): QQ(1) for k in range(200)}
    with pytest.raises(TooLarge, match="terms"):
        multiply(long, long)


def test_nothing_applies_to_a_plain_monomial():
    assert relations(next(iter(multiply(X, B)))) is None
    assert constant(Fraction(0)) == {}
    assert UNIT in ONE

"""Arithmetic modulo primes: exp is a homomorphism, identities vanish, and each near miss does not."""

from fractions import Fraction

import numpy as np
import pytest
from sympy import isprime

from resmax_sym.judge.modular import TOWERS, Residues, Unsupported, vanishes
from resmax_sym.models import SOFTMAX, Model

MODEL = Model()
SIZES = {"n": 3, "d": 2}


def judge(text, model=MODEL, seed=0):
    return vanishes(model, model.relation(text), list(model.variables.values()), SIZES, seed)


@pytest.mark.parametrize("tower", TOWERS)
def test_towers(tower):
    p0, p1, p2 = tower.primes
    assert all(map(isprime, tower.primes))
    assert min(tower.primes) > 2**60
    assert (p0 - 1) % p1 == (p1 - 1) % p2 == 0
    for g, order, p in zip(tower.generators, (p1, p2), (p0, p1), strict=True):
        assert g % p != 1
        assert pow(g, order, p) == 1


@pytest.mark.parametrize("tower", TOWERS)
def test_arithmetic(tower):
    ring = Residues(tower)
    a, b, c = ring.random((3,), np.random.default_rng(0))
    assert a * (b + c) == a * b + a * c
    assert (a / b) * b == a
    assert a - a == ring.number(Fraction(0))
    assert ((a + b).exp()).parts[:2] == (a.exp() * b.exp()).parts[:2]
    assert (-a).exp().parts[0] == (a.exp() ** -1).parts[0]
    assert ring.number(Fraction(1, 3)) * ring.number(Fraction(3)) == ring.number(Fraction(1))
    with pytest.raises(ZeroDivisionError):
        a / (b - b)
    with pytest.raises(Unsupported):
        a.exp().exp().exp()


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("grad(L) == A.T @ q", "grad(L) == -A.T @ q"),
        ("hess(L) == A.T @ B @ A", "hess(L) == A.T @ diag(delta) @ A"),
        ("grad(1 / alpha) == -(A.T @ v) / alpha**2", "grad(1 / alpha) == -(A.T @ v) / alpha"),
        ("hess(L_reg) == A.T @ diag(omega**2) @ A", "hess(L_reg) == A.T @ diag(omega) @ A"),
        ("exp(t) * exp(-t) == ones(n)", "exp(t) * exp(-2*t) == ones(n)"),
        ("exp(2 * alpha) == exp(alpha)**2", "exp(2 * alpha) == exp(alpha)"),
        ("cosh(t)**2 - sinh(t)**2 == ones(n)", "cosh(t)**2 + sinh(t)**2 == ones(n)"),
        ("norm(c)**2 == 2 * L", "norm(c)**2 == L"),
    ],
)
def test_identities_and_near_misses(true, false):
    for seed in range(3):
        assert judge(true, seed=seed) is True
        assert judge(false, seed=seed) is False


def test_unit_matters():
    text = "B == (eye(n) - outer(f, ones(n))) @ diag(f * (f + psi)) @ (eye(n) - outer(ones(n), f))"
    assert judge(text, Model(SOFTMAX)) is True
    assert judge(text) is False


@pytest.mark.parametrize("text", ["norm(c) == norm(f)", "abs(c) == c", "eigmin(B) == 0", "opnorm(A) == 1"])
def test_without_a_meaning(text):
    assert judge(text) is None


def test_division_by_zero_everywhere():
    assert judge("1 / (alpha - alpha) == 1") is None

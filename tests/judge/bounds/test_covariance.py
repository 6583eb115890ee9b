"""Rules for the terms of a variance: true at random and extreme points, proved, re-checked, and powerless where something is missing."""

import json

import numpy as np
import pytest
from claims import MAX, SOFT

from resmax_sym.judge import Claim
from resmax_sym.judge.bounds import Bounded, bound
from resmax_sym.judge.bounds.recheck import Unsound, recheck

LET = {"h": "omega - inner(f, omega)", "r": "f * h**2", "V": "sum(r)", "X": "inner(f, r)"}
ONE, OVERLAP = "V - V*f - r", "V - V*f - r + 4*f*r - 2*X"
SQUARES = "omega**2 + (sum(omega) - omega)**2 - inner(omega, omega)"
ROUNDING = 1e-12  # of sums of numbers of size 1


def claim(statement, *assume, model=MAX, parameters=None):
    return Claim("c", statement, model=model, let=LET, assume=assume, parameters=parameters or {})


def saved(c):
    return json.loads(json.dumps(bound(c).to_json()))


def simplex(rng, n):
    """Random, nearly extreme and extreme points of the simplex."""
    kind = rng.integers(4)
    if kind == 0:
        return np.eye(n)[rng.integers(n)]
    f = rng.dirichlet(np.full(n, (0.02, 0.3, 3.0)[kind - 1]))
    f[rng.random(n) < 0.2] = 0
    return f / f.sum() if f.sum() else np.eye(n)[0]


def vectors(rng, n):
    """Random vectors, vectors with one large entry, and multiples of ones."""
    z = rng.normal(size=n) * np.exp(2 * rng.normal(size=n))
    return z if rng.random() < 0.9 else np.full(n, z[0])


@pytest.mark.parametrize("n", [1, 2, 3, 5, 9])
def test_terms_of_a_variance(n):
    rng = np.random.default_rng(n)
    closest = np.inf
    for _ in range(4000):
        f, z = simplex(rng, n), vectors(rng, n)
        r = f * (z - f @ z) ** 2
        size = r.sum() + ROUNDING * (z @ z)
        one, overlap = (1 - f) * r.sum() - r, (1 - f) * r.sum() - r + 4 * f * r - 2 * (f @ r)
        assert min(one.min(), overlap.min()) >= -1e-9 * size  # h is known to within the rounding of z
        closest = min(closest, overlap.min() / size)
    assert closest < 1e-3  # the bound is attained


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_sums_of_all_terms_but_one(n):
    rng = np.random.default_rng(n)
    for _ in range(2000):
        v, b = rng.exponential(size=n) * (rng.random(n) < 0.7), vectors(rng, n)
        assert (v.sum() - v).min() >= -ROUNDING * (1 + v.sum())
        assert (v**2 + (v.sum() - v) ** 2 - v @ v).min() >= -ROUNDING * (1 + v.sum() ** 2)
        b = b / np.abs(b).sum()
        w = rng.normal(size=n)
        assert abs(b @ w) <= np.abs(w).max() + ROUNDING


TRUE = [
    claim(f"{ONE} >= 0"),
    claim(f"{ONE} >= 0", "u > 0", model=SOFT),
    claim(f"{OVERLAP} >= 0"),
    claim(f"{OVERLAP} >= 0", "t >= 0", model=SOFT),
    claim("sum(omega) - omega >= 0", "omega >= 0"),
    claim(f"{SQUARES} >= 0", "omega >= 0"),
    claim("V - inner(b, omega) >= 0", "norm1(b) <= 1", "V - omega >= 0", "V + omega >= 0"),
    claim("V + inner(omega, b) >= 0", "norm1(b) <= 1 / 2", "V - omega >= 0", "V + omega >= 0"),
    claim("b - t >= 0", "V**3 * (b - t) >= 0", "(b - t) + 7*V >= 0"),
    claim("L - sum(b) >= 0", "V * (L - sum(b)) >= 0", "L - sum(b) + V >= 0"),
]


@pytest.mark.parametrize("c", TRUE, ids=lambda c: f"{c.statement} | {', '.join(c.assume)}")
def test_proved_and_checked_again(c):
    found = bound(c)
    assert isinstance(found, Bounded)
    recheck(c, saved(c))


MISSING = [
    claim(f"{ONE} >= 0", model=SOFT),  # f need not be on the simplex
    claim(f"{OVERLAP} >= 0", model=SOFT),
    claim(f"{ONE} - r >= 0"),
    claim("V - V*f - r + 4*f*r - 3*X >= 0"),
    claim(
        "sum(b*(omega - inner(f, omega))**2) - sum(b*(omega - inner(f, omega))**2)*f - b*(omega - inner(f, omega))**2 >= 0"
    ),
    claim("sum(omega) - omega >= 0"),
    claim("sum(omega) - 2*omega >= 0", "omega >= 0"),
    claim(f"{SQUARES} >= 0"),
    claim("V - inner(b, omega) >= 0", "norm(b) <= 1", "V - omega >= 0", "V + omega >= 0"),
    claim("V - inner(b, omega) >= 0", "norm1(b) <= 1", "V - omega >= 0"),
    claim("b - t >= 0", "V**3 * (b - t) >= 0"),
    claim("b - t >= 0", "(b - t) + 7*V >= 0"),
    claim("b - t >= 0", "sum(b) * (b - t) >= 0", "(b - t) + 7*sum(b) >= 0"),  # sum(b) may be negative
    claim("b - t >= 0", "V * (b - t) >= 0", "(b - t) + L*V >= 0"),  # L is no number
]


@pytest.mark.parametrize("c", MISSING, ids=lambda c: f"{c.statement} | {', '.join(c.assume)}")
def test_not_proved_where_something_is_missing(c):
    assert not isinstance(bound(c), Bounded)


@pytest.mark.parametrize("c", TRUE, ids=lambda c: f"{c.statement} | {', '.join(c.assume)}")
def test_premises_cannot_be_dropped_or_swapped(c):
    for change in (lambda p: p[:-1], lambda p: p[::-1], lambda p: [*p, *p[:1]]):
        table = saved(c)
        row = table["steps"][-1]
        if len(row["premises"]) > 1 or change(row["premises"]) != row["premises"]:
            row["premises"] = change(row["premises"])
            with pytest.raises(Unsound):
                recheck(c, table)


@pytest.mark.parametrize("c", TRUE, ids=lambda c: f"{c.statement} | {', '.join(c.assume)}")
def test_bounds_cannot_be_raised(c):
    table = saved(c)
    assert table["steps"][-1]["kind"] == "lo"
    table["steps"][-1]["bound"] = "1 / 100"
    with pytest.raises(Unsound):
        recheck(c, table)


def test_a_certificate_is_about_its_own_subject():
    table = saved(claim(f"{OVERLAP} >= 0"))
    table["claim"] = table["claim"].replace("2 * inner", "3 * inner")
    table["steps"][-1]["subject"] = table["steps"][-1]["subject"].replace("2 * inner", "3 * inner")
    with pytest.raises(Unsound):
        recheck(claim("V - V*f - r + 4*f*r - 3*X >= 0"), table)

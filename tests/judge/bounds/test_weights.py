"""Rules for derivatives of softmax weights: true at random and extreme points, nearly attained, proved, re-checked, and no more."""

import json
import math

import mpmath as mp
import numpy as np
import pytest
from claims import MAX, SOFT

from resmax_sym.judge import Claim
from resmax_sym.judge.bounds import Bounded, bound
from resmax_sym.judge.bounds.recheck import Unsound, recheck

LET = {"h": "omega - inner(f, omega)", "V": "sum(f * h**2)", "K": "sum(f * h**3)"}
FIRST, SECOND, THIRD = "f * h", "f * h**2 - V * f", "f * h**3 - 3 * V * f * h - f * K"
OF_SQUARE = f"3 * inner({FIRST}, {SECOND}) + inner(f, {THIRD})"
BALL = "norm(omega) <= 1"
CONSTANTS = (1 / 2, math.sqrt(6) / 9, math.sqrt(2) / 4, 0.36115)


def claim(statement, *assume, model=MAX, let=None):
    return Claim("c", statement, model=model, let=let or LET, assume=assume)


def saved(c):
    return json.loads(json.dumps(bound(c).to_json()))


def derivatives(f, z):
    h = z - f @ z
    V, K = f @ h**2, f @ h**3
    return f * h, f * h**2 - V * f, f * h**3 - 3 * V * f * h - f * K


def sizes(f, z):
    """The four quantities for z / |z|."""
    one, two, three = derivatives(f, z / np.linalg.norm(z))
    return np.array([np.linalg.norm(one), np.linalg.norm(two), np.abs(three).max(), abs(3 * one @ two + f @ three)])


@pytest.mark.parametrize("n", [1, 2, 3, 5, 9])
def test_no_bound_is_exceeded(n):
    rng, largest = np.random.default_rng(n), np.zeros(4)
    for _ in range(4000):
        f = rng.dirichlet(np.full(n, rng.choice([0.05, 0.5, 5.0])))
        z = rng.normal(size=n) * np.exp(rng.normal(size=n) * rng.choice([0, 2]))
        largest = np.maximum(largest, sizes(f, z))
    assert (largest <= np.array(CONSTANTS) + 1e-12).all()  # rounding of numbers of size 1
    assert n == 1 or (largest[:3] > 0.6 * np.array(CONSTANTS[:3])).all()


def test_the_bounds_are_attained_or_nearly():
    """First and third at f = (1/2, 1/2), the second at 1/3 of the way, all for n = 2; for the square 0.355 occurs at n = 2 already."""
    z = np.array([1.0, -1.0])
    half = sizes(np.array([0.5, 0.5]), z)
    assert half[[0, 2]] == pytest.approx([CONSTANTS[0], CONSTANTS[2]])
    grid = np.array([sizes(np.array([p, 1 - p]), z) for p in np.linspace(0, 1, 2001)])
    assert grid[:, 1].max() == pytest.approx(CONSTANTS[1], rel=1e-6)
    assert 0.3 < grid[:, 3].max() < CONSTANTS[3]


def test_derivatives_along_a_line():
    """By another route: differences of softmax in 40 digits."""
    s, z = [mp.mpf(k) / 7 for k in (3, -2, 5)], [mp.mpf(k) / 9 for k in (4, 1, -6)]

    def weight(k, e):
        u = [mp.exp(a + e * b) for a, b in zip(s, z, strict=True)]
        return u[k] / sum(u)

    with mp.workdps(40):
        f = np.array([float(weight(k, 0)) for k in range(3)])
        for order, found in enumerate(derivatives(f, np.array(z, dtype=float)), start=1):
            wanted = [float(mp.diff(lambda e, k=k: weight(k, e), 0, order)) for k in range(3)]
            assert found == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_the_scalar_inequalities_of_the_docstring():
    """On fine grids: the bound of |f_k'''|, and F and its neighbour for the square."""
    p, D, s = np.meshgrid(np.linspace(0, 1, 61), np.linspace(0, math.sqrt(2), 61), np.linspace(0, 0.5, 61))
    pq = p * (1 - p)
    third = pq * (abs(1 - 6 * pq) * D**3 + 3 * abs(1 - 2 * p) * D * s + s * np.sqrt(np.maximum(2 - 4 * s, 0)))
    assert third[D**2 / 2 + 2 * s <= 1].max() <= CONSTANTS[2] + 1e-12
    X, S = np.meshgrid(np.linspace(0, 0.5, 801), np.linspace(0, 2, 801))
    w = np.sqrt(np.maximum(2 - S - 4 * X, 0))
    for E in (6 * X - 1 + S, 1 - X):
        value = (X * (E * w + np.sqrt(X) * S / 2))[S <= 2 - 4 * X]
        assert 0.15 < value.max() <= CONSTANTS[3]
    r = mp.findroot(lambda w: 15 * w**4 - 30 * w**2 + 8, 0.56)
    assert r * (2 - r**2) * (4 - 3 * r**2) / 8 == pytest.approx(0.361145, abs=1e-6)


TRUE = [
    claim(f"norm({FIRST}) <= norm(omega) / 2"),
    claim(f"norm({SECOND}) <= sqrt(6) / 9 * norm(omega)**2"),
    claim(f"norminf({THIRD}) <= sqrt(2) / 4 * norm(omega)**3"),
    claim(f"abs({OF_SQUARE}) <= 0.36115 * norm(omega)**3"),
    claim(f"norminf({THIRD}) <= 0.35356", BALL, "u > 0", model=SOFT),
    claim(f"abs({OF_SQUARE}) <= 0.36115", BALL, "t >= 0", model=SOFT),
    claim(f"norminf({THIRD}) <= 0.35356", "norm(b) <= 1", let=LET | {"h": "b - inner(b, f)"}),
]


def by_statement(c):
    return f"{c.model.unit}: {c.statement} | {', '.join(c.assume)}"


@pytest.mark.parametrize("c", TRUE, ids=by_statement)
def test_proved_and_checked_again(c):
    assert isinstance(bound(c), Bounded)
    recheck(c, saved(c))


MISSING = [
    claim(f"norm({FIRST}) <= 0.49 * norm(omega)"),
    claim(f"norm({SECOND}) <= 0.272 * norm(omega)**2"),
    claim(f"norminf({THIRD}) <= 0.3535 * norm(omega)**3"),
    claim(f"norm({THIRD}) <= sqrt(2) / 4 * norm(omega)**3"),  # another norm
    claim(f"abs({OF_SQUARE}) <= 0.3611 * norm(omega)**3"),
    claim(f"norm({FIRST}) <= norm(omega) / 2", model=SOFT),  # f need not be on the simplex
    claim(f"norminf({THIRD}) <= 0.35356", model=SOFT),
    claim(f"abs({OF_SQUARE}) <= 0.36115", "u > 0", model=SOFT),  # omega is not bounded
    claim(f"norminf({THIRD}) <= 0.35356", BALL, let=LET | {"h": "omega - inner(b, omega)"}),
    claim(f"norminf({THIRD}) <= 0.35356", BALL, let=LET | {"V": "sum(b * h**2)"}),
    claim("norm(b * h) <= norm(omega) / 2"),
    claim(f"abs(3 * inner({FIRST}, {SECOND}) - inner(f, {THIRD})) <= 0.36115", BALL),
    claim(f"abs(3 * inner({FIRST}, {SECOND}) + inner(b, {THIRD})) <= 0.36115", BALL),
]


@pytest.mark.parametrize("c", MISSING, ids=by_statement)
def test_not_proved_where_something_is_missing(c):
    assert not isinstance(bound(c), Bounded)


def last(table):
    """The step by one of the new rules."""
    (row,) = [row for row in table["steps"] if "derivative of" in row["rule"]]
    return row


@pytest.mark.parametrize("c", TRUE, ids=by_statement)
def test_premises_and_bounds_cannot_be_changed(c):
    changes = (
        lambda row: row["premises"].pop(),
        lambda row: row["premises"].reverse(),
        lambda row: row.update(bound=f"999/1000 * ({row['bound']})"),
        lambda row: row.update(kind="norm1"),
        lambda row: row.update(subject=row["subject"].replace("f", "b", 1)),
    )
    for change in changes:
        table = saved(c)
        change(last(table))
        with pytest.raises(Unsound):
            recheck(c, table)


def test_a_rule_does_not_stand_for_another():
    table = saved(TRUE[2])
    last(table)["rule"] = "second derivative of weights"
    with pytest.raises(Unsound):
        recheck(TRUE[2], table)

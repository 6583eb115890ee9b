"""<r, v> <= 0 from two entries at a time: the lemma at adversarial points, the rule, its second statement, and what it does not prove."""

import json

import numpy as np
import pytest
from claims import MAX, SOFT

from resmax_sym.judge import Claim
from resmax_sym.judge.bounds import Bounded, bound
from resmax_sym.judge.bounds.recheck import Unsound, recheck

LET = {
    "h": "omega - inner(f, omega)",
    "r": "f * h**2",
    "V": "sum(r)",
    "k": "omega**2",  # weights without room for f are no such weights
    "v3": "b + 3 * inner(b, f)",
}


def masked(v, f="f"):
    return f"(1 - eye(n)) * max(outer((1 - {f})*({v}), ones(n)) + outer({f}, {v}), 0) == 0"


def claim(statement, *assume, model=MAX):
    return Claim("c", statement, model=model, let=LET, assume=assume)


def saved(c):
    return json.loads(json.dumps(bound(c).to_json()))


@pytest.mark.parametrize("n", [2, 3, 5])
def test_the_lemma(n):
    """Weights with room for f, and v pushed to where a pair is met exactly."""
    rng, tight = np.random.default_rng(n), -np.inf
    for _ in range(3000):
        f, z = rng.dirichlet(np.full(n, rng.choice([0.1, 1, 9]))), rng.normal(size=n)
        r = f * (z - f @ z) ** 2
        v = rng.normal(size=n) * rng.choice([0.1, 1, 10])
        pairs = (1 - f)[:, None] * v[:, None] + f[:, None] * v[None, :]
        v -= pairs[~np.eye(n, dtype=bool)].max()  # the largest pair is 0 now, for the weights 1 - f_i and f_i sum to 1
        size = r.sum() * np.abs(v).max()
        assert r @ v <= 1e-12 * size  # an equality where n = 2
        tight = max(tight, (r @ v) / size)
        q = r.sum() * (1 - f) - r
        by_hand = (pairs * r[None, :]).sum(axis=1) - np.diag(pairs) * r
        w = v + pairs[~np.eye(n, dtype=bool)].max()
        assert np.allclose(by_hand, f * (r @ w) + q * w)
    assert tight > -0.2


def test_room_is_needed():
    """rho = e_1 and f = (1/2, 1/2): the pairs are met by v = (1, -1), and <rho, v> is 1."""
    f, v, rho = np.full(2, 0.5), np.array([1.0, -1.0]), np.array([1.0, 0.0])
    pairs = (1 - f)[:, None] * v[:, None] + f[:, None] * v[None, :]
    assert pairs[~np.eye(2, dtype=bool)].max() <= 0 < rho @ v


TRUE = [
    claim("inner(r, b) <= 0", masked("b")),
    claim("inner(b, r) <= 0", masked("b")),
    claim("inner(r, v3) <= 0", masked("v3")),
    claim("inner(r, b) <= 0", masked("b"), "u > 0", model=SOFT),
    claim("0 >= inner(r, b)", masked("b")),
]


@pytest.mark.parametrize("c", TRUE, ids=lambda c: f"{c.statement} | {', '.join(c.assume)}")
def test_proved_and_checked_again(c):
    found = bound(c)
    assert isinstance(found, Bounded)
    assert "sum over pairs of entries" in found.rules()
    recheck(c, saved(c))


MISSING = [
    claim("inner(r, b) <= 0"),
    claim("inner(r, b) <= 0", masked("omega")),
    claim("inner(r, b) < 0", masked("b")),
    claim("inner(r, b) >= 0", masked("b")),
    claim("inner(r, b) <= 0", masked("b"), model=SOFT),  # f need not be on the simplex
    claim("inner(f * k, b) <= 0", masked("b")),  # no room for f
    claim("inner(f, b) <= 0", masked("b")),
    claim("inner(r, b) <= 0", masked("b", f="f**2")),
    claim("inner(r, b) <= 0", "max(outer((1 - f)*b, ones(n)) + outer(f, b), 0) * eye(n) == 0"),
    claim("inner(r, b) <= 0", "(1 - eye(n)) * max(outer(f, b), 0) == 0"),
    claim("inner(r, b) <= 0", "(1 - eye(n)) * min(outer((1 - f)*b, ones(n)) + outer(f, b), 0) == 0"),
]


@pytest.mark.parametrize("c", MISSING, ids=lambda c: f"{c.statement} | {', '.join(c.assume)}")
def test_not_proved_where_something_is_missing(c):
    assert not isinstance(bound(c), Bounded)


@pytest.mark.parametrize("c", TRUE[:3], ids=lambda c: c.statement)
def test_a_certificate_cannot_be_changed(c):
    def last(table):
        return next(row for row in table["steps"] if row["rule"] == "sum over pairs of entries")

    for change in (lambda p: p[:-1], lambda p: p[::-1], lambda p: [p[0], p[2], p[1], p[3]], lambda p: [*p, p[0]]):
        table = saved(c)
        last(table)["premises"] = change(last(table)["premises"])
        with pytest.raises(Unsound):
            recheck(c, table)
    for new in ({"bound": "-1 / 100"}, {"kind": "lo"}, {"subject": "inner(f, b)"}, {"rule": "all terms but one"}):
        table = saved(c)
        last(table).update(new)
        with pytest.raises(Unsound):
            recheck(c, table)
    other = claim(c.statement, masked("omega"))
    with pytest.raises(Unsound):
        recheck(other, saved(c))

"""Entries M_ij, i != j: what is proved holds at adversarial points, what fails somewhere is not proved, forgeries are found."""

import copy
import json

import numpy as np
import pytest

from resmax_sym.judge import Claim, Status, judge, pairs, pairs_check, pairs_formula
from resmax_sym.judge.bounds.recheck import Unsound
from resmax_sym.judge.certificate import Invalid, certificate, digest, replay
from resmax_sym.models import SOFTMAX, Model

SOFT = Model(SOFTMAX)
MASS, BALL = "norm1(b) <= 1", "norm(omega) <= 1"
NUMPY = {"outer": np.outer, "inner": np.dot, "sum": np.sum, "ones": np.ones}


def about(matrix, *assume, model=SOFT, **rest):
    given = assume or (MASS, BALL)
    return Claim("c", f"(1 - eye(n)) * max({matrix}, 0) == 0", model=model, assume=given, **rest)


def proved(c):
    return pairs.prove(c, c.given) is not None


def largest(matrix, n, count, rng):
    """The largest entry (0, 1) found over weights f, b = +-e_k and unit vectors omega, which is met exactly."""
    code, best = compile(matrix, "", "eval"), -np.inf
    for _ in range(count):
        f = rng.dirichlet(np.full(n, rng.choice([0.05, 0.3, 1, 4])))
        f = f[np.argsort(-f)] if rng.random() < 0.5 else f
        b = rng.choice([-1, 1]) * np.eye(n)[rng.integers(n)]
        here = NUMPY | {"f": f, "b": b, "n": n}
        origin, *moved = (eval(code, here | {"omega": omega})[0, 1] for omega in (np.zeros(n), *np.eye(n)))
        best = max(best, origin + np.linalg.norm(np.array(moved) - origin))
    return best


FORMS = [
    "outer(f, omega)",
    "outer(f * omega, ones(n)) - outer(f, f * omega)",
    "outer((1 - f) * f * omega, ones(n)) + outer(f, f * omega) - inner(f**2, omega) / 2",
    "outer(f, b * f) + outer(f * b, omega) / 2",
    "inner(f * b, omega - inner(f, omega)) * outer(f, ones(n)) - outer(b * f, f * omega)",
    "2 * outer(f * (omega - inner(f, omega)), f) - inner(f, f) * outer(f, b)",
    "inner(f**2 - 2 * f, omega) - outer(f, f * omega) + inner(f, b) * outer(f, f) / 3",
]


@pytest.mark.parametrize("form", FORMS)
def test_bounds_are_proved_above_the_largest_entry_only(form):
    rng = np.random.default_rng(len(form))
    top = max(largest(form, n, 250, rng) for n in (2, 3, 5))
    assert not proved(about(f"{form} - {max(top, 0) * 0.999:.6f}")), "a bound below an entry that occurs"
    assert proved(about(f"{form} - {max(top, 0) * 1.1 + 0.15:.6f}"))


LET = {
    "h": "omega - inner(f, omega)",
    "G": "inner(f, f)",
    "C": "0.64",
    "tau": "5/2",
    "wt": "4*f*h - 6*inner(f**2, h) - G*h + 3*inner(f*b, h) + inner(f, b)*h - b*h",
    "vt": "wt + C*tau**2*f - 2*C*tau",
}
PAIR = "outer((1 - f)*vt, ones(n)) + outer(f, vt)"
THIRD = about(PAIR, let=LET)


def changed(**names):
    return about(PAIR, let=LET | names)


def test_the_claim_about_the_third_derivative():
    verdict = judge(THIRD, budget=0.5)
    assert (verdict.status, verdict.method) == (Status.PROVED, "pairs of entries")
    assert replay(json.loads(json.dumps(certificate(verdict)))).statement == THIRD.statement
    assert proved(about(PAIR, MASS, BALL, "u > 0", model=Model(), let=LET))  # any f on the simplex
    assert proved(about(PAIR, "norm1(b) <= 1/2", "norm(omega) <= 1/3", let=LET))
    assert proved(Claim("c", THIRD.statement.replace("== 0", "== 3 * 0"), model=SOFT, let=LET, assume=(MASS, BALL)))


FALSE = {
    "best constant for a fixed tau is .583": changed(C="0.57"),
    "below the best constant": changed(C="0.5714", tau="1.1936 + 1.8*G"),
    "tau too small": changed(tau="1"),
    "tau too large": changed(tau="7/2"),
    "no bound of b": about(PAIR, BALL, let=LET),
    "b in the Euclidean ball": about(PAIR, BALL, "norm(b) <= 1", let=LET),
    "a larger b": about(PAIR, BALL, "norm1(b) <= 2", let=LET),
    "no bound of omega": about(PAIR, MASS, let=LET),
    "a larger omega": about(PAIR, MASS, "norm(omega) <= 2", let=LET),
    "another norm of omega": about(PAIR, MASS, "norminf(omega) <= 1", let=LET),
    "f not on the simplex": about(PAIR, MASS, BALL, model=Model(), let=LET),
    "w with another sign": changed(wt=LET["wt"].replace("- b*h", "+ b*h")),
    "w without a term": changed(wt=LET["wt"].replace("3*inner(f*b, h) + ", "5*inner(f*b, h) + ")),
    "not affine in b": changed(wt=LET["wt"] + " + inner(b, f)*b"),
    "not affine in omega": changed(wt=LET["wt"] + " + inner(omega, f)*omega"),
    "with the diagonal": Claim("c", f"max({PAIR}, 0) == 0", model=SOFT, let=LET, assume=(MASS, BALL)),
    "below 0": Claim("c", THIRD.statement.replace("== 0", "== -1"), model=SOFT, let=LET, assume=(MASS, BALL)),
    "the other sign": Claim("c", f"(1 - eye(n)) * min({PAIR}, 0) == 0", model=SOFT, let=LET, assume=(MASS, BALL)),
    "the diagonal alone": Claim("c", f"eye(n) * max({PAIR}, 0) == 0", model=SOFT, let=LET, assume=(MASS, BALL)),
}


@pytest.mark.parametrize("c", FALSE.values(), ids=FALSE.keys())
def test_false_and_foreign_statements_are_not_proved(c):
    assert not proved(c)


@pytest.fixture(scope="module")
def table():
    return json.loads(json.dumps(pairs.prove(THIRD, THIRD.given)))


def rows(table):
    return table["cases"]


FORGERIES = {
    "a case less": lambda t: rows(t).pop(),
    "a case twice": lambda t: rows(t).append(rows(t)[-1]),
    "cases swapped": lambda t: rows(t).reverse(),
    "one for the other": lambda t: rows(t).__setitem__(0, rows(t)[1]),
    "another sign": lambda t: rows(t)[0].update(sign=-1),
    "no b": lambda t: t.update(cases=[{**rows(t)[0], "sign": 0}]),
    "more rounds": lambda t: rows(t)[0].update(rounds=60),
    "no number of rounds": lambda t: rows(t)[0].update(rounds="1"),
    "a polynomial less": lambda t: rows(t)[2]["bisections"].pop(),
    "an end less": lambda t: rows(t)[3]["bisections"][1].pop(),
    "an end for another": lambda t: rows(t)[3]["bisections"][1].reverse(),
    "no bisection": lambda t: rows(t)[3]["bisections"][1].__setitem__(0, "."),
    "a piece left out": lambda t: rows(t)[3]["bisections"][1].__setitem__(0, rows(t)[3]["bisections"][1][0][:-2]),
    "a piece too many": lambda t: rows(t)[3]["bisections"][1].__setitem__(0, rows(t)[3]["bisections"][1][0] + " ."),
    "no premises": lambda t: t.update(premises=[]),
    "premises of b dropped": lambda t: t["premises"].pop(),
    "premises swapped": lambda t: t["premises"].reverse(),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_forgeries_are_found(forge, table):
    forged = copy.deepcopy(table)
    forge(forged)
    with pytest.raises(Unsound):
        pairs_check.check(THIRD, forged, THIRD.given)


@pytest.mark.parametrize(
    "c", [c for name, c in FALSE.items() if name != "below the best constant"], ids=lambda c: c.statement[:30]
)
def test_a_certificate_does_not_carry_over(c, table):
    with pytest.raises((Unsound, LookupError)):
        pairs_check.check(c, table, c.given)


def test_polynomials_of_the_prover_are_not_taken_on_trust(table, monkeypatch):
    right = pairs.wanted

    def wrong(where, model, M):
        first, second = right(where, model, M)
        return first, second + 1

    monkeypatch.setattr(pairs, "wanted", wrong)
    with pytest.raises(Unsound, match="another one"):
        pairs_check.check(THIRD, table, THIRD.given)


@pytest.mark.parametrize("text", ["inner(b, f)*b", "inner(omega, f)*omega"])
def test_what_is_not_affine_is_found_by_the_second_route(text, monkeypatch):
    """Even where the prover were to take it for affine."""
    c = changed(wt=f"{LET['wt']} + {text}")
    sample = pairs_formula.Sample(SOFT, pairs_formula.over_weights(SOFT, pairs_formula.matrix(c.relation)))
    with pytest.raises(Unsound, match="affine"):
        sample.check_affine()


def elementary(k):
    """e_k(f) by Newton's identities in the power sums p1 = 1, p2, ...: 0 for every f with fewer than k entries."""
    found = ["1"]
    for j in range(1, k + 1):
        terms = "".join(f" {'+-'[(i - 1) % 2]} ({found[j - i]}) * p{i}" for i in range(1, j + 1))
        found.append(f"(0{terms}) / {j}")
    return found[k]


def test_a_formula_that_vanishes_at_all_points_tried_is_not_taken_for_affine(monkeypatch):
    let = {f"p{k}": f"sum(f**{k})" for k in range(1, 9)} | {"e": elementary(8)}
    text = "(1 - eye(n)) * max((1000000000 * e * (1 - inner(b, b)) - 1) * outer(ones(n), ones(n)), 0) == 0"
    c = Claim("c", text, model=SOFT, let=let, assume=(MASS, BALL))
    monkeypatch.setattr(pairs, "cases", lambda model, M: pairs.VERTICES)
    forged = json.loads(json.dumps(pairs.prove(c, c.given)))
    with pytest.raises(Unsound, match="affine in b"):
        pairs_check.check(c, forged, c.given)


def test_a_polynomial_that_vanishes_is_no_obstacle():
    text = "(1 - eye(n)) * max(outer(f*b, f) - outer(f, f), 0) == 0"
    assert proved(Claim("c", text, model=SOFT, assume=(MASS, BALL)))


def test_what_the_second_route_does_not_confirm_is_not_proved():
    text = "(1 - eye(n)) * max(sum((f + 1)**2 - 1 - 2*f)*outer(f, f) - outer(ones(n), ones(n)), 0) == 0"
    assert judge(Claim("c", text, model=SOFT, assume=(MASS, BALL)), budget=0.2).status is Status.UNREFUTED


@pytest.mark.parametrize(
    "text",
    [
        "outer(f, f) * sum(1 - f)",
        "outer(f, f) * n",
        "diag(f)",
        "outer(f, t)",
        "outer(f, f) * norm(f)",
        "outer(f, abs(b))",
    ],
)
def test_foreign_formulas_are_found_by_the_second_route(text):
    with pytest.raises(Unsound):
        pairs_formula.over_weights(SOFT, SOFT.parse(text))


def test_replay_rejects_what_is_changed(table):
    body = certificate(judge(THIRD, budget=0.2))
    body["claim"][0]["let"]["C"] = "0.57"
    with pytest.raises(Invalid):
        replay(body)
    with pytest.raises(Invalid, match="bound does not follow"):
        replay({**body, "digest": digest(body)})


def test_power_sums_lie_where_the_rule_says():
    """s^4 (1 + ... + (1 - m)^r) <= S_3 <= s^3, S_4 <= s S_3, s <= m, for vectors of any length, with zeros and close to equality."""
    rng, tight = np.random.default_rng(5), np.inf
    for _ in range(3000):
        n = rng.integers(1, 9)
        x = rng.dirichlet(np.full(n, rng.choice([0.05, 1, 50]))) * rng.random() ** rng.choice([0, 1, 4])
        m, s, third, fourth = x.sum(), np.sqrt(x @ x), (x**3).sum(), (x**4).sum()
        for rounds in range(pairs_check.MOST_ROUNDS + 1):
            low = s**4 * sum((1 - m) ** k for k in range(rounds + 1))
            assert low <= third * (1 + 1e-12)
            tight = min(tight, third / low - 1)
        assert third <= s**3 * (1 + 1e-12)
        assert fourth <= s * third * (1 + 1e-12)
        assert s <= m * (1 + 1e-12)
    assert tight < 1e-6

"""A certificate that was changed: stronger bounds, other rules, premises, subjects and constants are found by recheck."""

import json
from fractions import Fraction

import numpy as np
import pytest
from claims import MAX, PAIR, POS, RB, SOFT, TRUE, claim

from resmax_sym.judge import Claim
from resmax_sym.judge.bounds import bound
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck import STATEMENTS, Unsound, recheck
from resmax_sym.judge.bounds.recheck.context import Context
from resmax_sym.judge.bounds.recheck.reading import Reader
from resmax_sym.judge.bounds.recheck.terms import expanded
from resmax_sym.judge.bounds.record import LOWER

LEAVES = ("==", "given")
PER_CLAIM = 6
CHOSEN = [c for c in TRUE[::2] if "beta**5" not in c.statement]


def about(step):
    """What a step speaks of, apart from its bound."""
    return step.kind, repr(step.subject) if step.kind in LEAVES else expanded(step.subject)


def stronger(step):
    """The bound moved by one per cent of each of its terms, or by 1/100 where it is 0."""
    share = (
        Poly.of({m: abs(Fraction(c)) / 100 for m, c in step.bound.items})
        if not step.bound.is_zero
        else Poly.number(Fraction(1, 100))
    )
    return step.bound + share if step.kind in (*LOWER, "total") else step.bound - share


class Tampered:
    """Changes of one step, drawn from a generator."""

    def __init__(self, c, table, rng):
        self.rows, self.rng = table["steps"], rng
        self.steps = Reader(c.names, Context.both(c.model, c.given)["pair"]).steps(self.rows)

    def pick(self, options):
        return options[self.rng.integers(len(options))] if len(options) else None

    def bound(self, k):
        step = self.steps[k]
        return None if step.kind in (*LEAVES, "pos") else {"bound": str(stronger(step))}

    def rule(self, k):
        own = STATEMENTS[self.rows[k]["rule"]]
        return {"rule": self.pick([name for name, found in sorted(STATEMENTS.items()) if not set(own) & set(found)])}

    def premise(self, k):
        cited = self.rows[k]["premises"]
        if not cited:
            return None
        j = int(self.rng.integers(len(cited)))
        other = self.pick([i for i in range(k) if about(self.steps[i]) != about(self.steps[cited[j]])])
        return None if other is None else {"premises": [*cited[:j], other, *cited[j + 1 :]]}

    def dropped(self, k):
        cited = self.rows[k]["premises"]
        j = int(self.rng.integers(len(cited))) if cited else 0
        return {"premises": [*cited[:j], *cited[j + 1 :]]} if cited else None

    def subject(self, k):
        step = self.steps[k]
        if step.kind in LEAVES:
            return None
        others = [s.number for s in self.steps if s.kind not in LEAVES and s.subject.shape == step.subject.shape]
        other = self.pick([i for i in others if expanded(self.steps[i].subject) != expanded(step.subject)])
        return None if other is None else {"subject": self.rows[other]["subject"]}

    def kind(self, k):
        same_shape = {
            "norm": "norm1",
            "norminf": "norm",
            "lo": "hi",
            "hi": "lo",
            "opnorm": "fro",
            "qlo": "qhi",
            "qhi": "qlo",
        }
        other = same_shape.get(self.steps[k].kind)
        return None if other is None else {"kind": other}


@pytest.mark.parametrize("c", CHOSEN, ids=lambda c: f"{c.model.unit}: {c.statement}")
def test_one_step_changed(c):
    """A stronger conclusion is always found; where rule or premises changed, what passes is another proof of the same step."""
    table, rng = json.loads(json.dumps(bound(c).to_json())), np.random.default_rng(0)
    tampered = Tampered(c, table, rng)
    count = len(tampered.rows)
    for k in rng.choice(count, min(count, PER_CLAIM), replace=False):
        for how in ("bound", "subject", "kind", "rule", "premise", "dropped"):
            change = getattr(tampered, how)(int(k))
            if change is None:
                continue
            rows = [row | change if i == k else row for i, row in enumerate(tampered.rows)]
            reason = complaint(c, table | {"steps": rows})
            assert not reason.startswith("nothing rests")  # the step itself is at fault, not what is left over
            if not reason:
                assert how in ("rule", "premise", "dropped"), (k, change)
                assert accounted(tampered, int(k), rows[k]), (k, change)


def complaint(c, table):
    """What recheck finds wrong; empty if nothing."""
    try:
        recheck(c, table)
    except Unsound as error:
        return str(error)
    return ""


def accounted(tampered, k, row):
    """Whether a changed step that passes is seen to be a proof: its conclusion is the old one, and a premise has it already."""
    premises = [tampered.steps[i] for i in row["premises"]]
    old = tampered.steps[k]
    twice = len(set(tampered.rows[k]["premises"])) < len(tampered.rows[k]["premises"])
    return twice or any(p.kind == old.kind and p.bound == old.bound for p in premises)


SHARP = [
    claim("norm(f) <= 1"),
    claim("L <= 1", "simplex(b)"),
    claim("norm(c) <= 1 + norm(b)"),
    claim("opnorm(J) <= 1 / 2"),
    claim("norm(f - at(f, y)) <= 0.5 * opnorm(A) * norm(x - y)"),
    claim("alpha <= n * exp(R**2)", *PAIR, parameters=RB),
    claim("norm(u - at(u, y)) <= R * (exp(R**2) + 1) * norm(x - y)", *PAIR, model=SOFT, parameters=RB),
    claim("opnorm(hess(L) - at(hess(L), y)) <= 17 / 2 * opnorm(A)**3 * norm(x - y)", "norm1(b) <= 1", model=MAX),
    claim("eigmax(hess(L)) <= 2 * opnorm(A)**2", "norm1(b) <= 1"),
]


@pytest.mark.parametrize("c", SHARP, ids=lambda c: c.statement)
def test_a_claim_one_per_cent_stronger(c):
    table = json.loads(json.dumps(bound(c).to_json()))
    recheck(c, table)
    cut = Claim(
        "c", c.statement.replace("<= ", "<= 0.99 * (", 1) + ")", model=c.model, assume=c.assume, parameters=c.parameters
    )
    with pytest.raises(Unsound, match="is about"):
        recheck(cut, table)
    with pytest.raises(Unsound):
        recheck(cut, table | {"claim": cut.statement})


ALPHA = claim("abs(alpha - at(alpha, y)) <= n * R * exp(R**2) * norm(x - y)", *PAIR, *POS, parameters=RB)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"steps": None},
        {"steps": []},
        {"comparisons": []},
        {"comparisons": [{"method": "check", "facts": [0], "strict": False}]},
        {"comparisons": [{"method": "bounds", "facts": [0, -1], "strict": False}]},
        {"claim": "norm(f) <="},
        {"claim": 3},
    ],
)
def test_what_is_no_certificate(broken):
    table = json.loads(json.dumps(bound(ALPHA).to_json()))
    with pytest.raises(Unsound):
        recheck(ALPHA, table | broken if broken else {})


@pytest.mark.parametrize(
    "change",
    [{"premises": [10**6]}, {"premises": [-1]}, {"premises": ["0"]}, {"premises": [True]}, {"kind": "norm2"}, {"bound": "1e400"},
     {"bound": "q"}, {"bound": "__import__('os')"}, {"bound": "(" * 500}, {"subject": "alpha.T"}, {"subject": "hull(A, A)"},
     {"subject": "hull(x, b)"}, {"rule": "because"}, {"rule": None}, {"subject": "x.__class__"}, {"bound": "2**10**10"},
     {"kind": "==", "subject": "alpha == 0", "premises": []}, {"kind": "given", "subject": "alpha <= 0"}],
    ids=str,
)  # fmt: skip
def test_what_is_no_step(change):
    table = json.loads(json.dumps(bound(ALPHA).to_json()))
    rows = [*table["steps"][:-1], table["steps"][-1] | change]
    with pytest.raises(Unsound):
        recheck(ALPHA, table | {"steps": rows})


def test_no_parameter_stands_for_the_argument_of_the_unit():
    """phi(g) is exp(s) for s = g alone: what a claim calls s, _s or the like is another number."""
    for name in ("s", "_s", "_t", "z"):
        statement = f"exp(g) <= exp({name})"
        false = Claim("c", statement, model=MAX, parameters={"g": "g >= 0", name: f"{name} >= 0"})
        value = {"rule": "exact value", "subject": f"exp({name})", "bound": f"exp({name})", "premises": []}
        unit = {
            "rule": "unit written out",
            "kind": "hi",
            "subject": "phi0(g)",
            "bound": f"exp({name})",
            "premises": [0],
        }
        equal = {"rule": "normal form", "kind": "==", "subject": "exp(g) == phi0(g)", "bound": "0", "premises": []}
        form = {"rule": "other form", "kind": "hi", "subject": "exp(g)", "bound": f"exp({name})", "premises": [2, 1]}
        steps = [{**value, "kind": "hi"}, unit, equal, form, {**value, "kind": "lo"}]
        last = {"method": "bounds", "facts": [3, 4], "strict": False, "condition": "", "decided": ""}
        with pytest.raises(Unsound, match="step 1 "):
            recheck(false, {"claim": statement, "steps": steps, "comparisons": [last]})

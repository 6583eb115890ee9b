"""recheck(claim, bound(claim).to_json()): every proof passes a second statement of each rule, and every rule has one."""

import ast
import json
import re
from functools import lru_cache
from pathlib import Path

import pytest
from audit import all_facts
from claims import BALL, HEADLINE, MAX, PAIR, POS, RB, SOFT, TRUE, R, claim
from test_rules import EVERYWHERE, KEPT, R_BETA, SETTINGS

from resmax_sym.judge import Claim, bounds, read_claims
from resmax_sym.judge.bounds import Bounded, bound
from resmax_sym.judge.bounds.assumed import Assumed
from resmax_sym.judge.bounds.canonical import push
from resmax_sym.judge.bounds.engine import Engine
from resmax_sym.judge.bounds.prove import mentioned
from resmax_sym.judge.bounds.recheck import STATEMENTS, Unsound, recheck
from resmax_sym.judge.bounds.recheck.case import check
from resmax_sym.judge.bounds.recheck.context import Context
from resmax_sym.judge.bounds.recheck.identities import differentiable_between, missing
from resmax_sym.judge.bounds.recheck.reading import Reader
from resmax_sym.judge.bounds.recheck.segment import contexts_of_premises
from resmax_sym.judge.bounds.record import numbered
from resmax_sym.judge.bounds.units import without_gaps
from resmax_sym.models import Model

CORPUS = sorted((Path(__file__).parents[2] / "corpus").glob("*_true.toml"))


def spelled(c):
    return f"{c.model.unit}: {c.statement} | {', '.join(c.assume)}"


def saved(c):
    """The certificate of a claim, as a file has it."""
    return json.loads(json.dumps(bound(c).to_json()))


@pytest.mark.parametrize("c", TRUE, ids=spelled)
def test_every_proof_passes(c):
    recheck(c, saved(c))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_proof_of_the_corpus_passes(path):
    for c in read_claims(path):
        found = bound(c)
        if isinstance(found, Bounded):
            recheck(c, json.loads(json.dumps(found.to_json())))


def rules_in_source():
    """The names that rule modules give to steps, a formatted one as a pattern."""
    names = set()
    for path in Path(bounds.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text())
        given = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                given.setdefault(node.targets[0].id, []).append(node.value)
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) >= 4]
        todo = [
            node.args[3]
            for node in calls
            if getattr(node.func, "id", getattr(node.func, "attr", "")) in ("Fact", "moved")
        ]
        while todo:
            match todo.pop():
                case ast.Constant(value=str(name)):
                    names.add(re.escape(name))
                case ast.IfExp(body=a, orelse=b):
                    todo += [a, b]
                case ast.Name(id=name):
                    todo += given.get(name, [])
                case ast.JoinedStr(values=parts):
                    names.add("".join(re.escape(p.value) if isinstance(p, ast.Constant) else r"\w+" for p in parts))
    return names


def test_every_rule_has_a_second_statement():
    names = rules_in_source()
    assert len(names) > 90
    for name in sorted(names):
        assert any(re.fullmatch(name, rule) for rule in STATEMENTS), f"no statement of the rule {name}"
    for rule in STATEMENTS:
        assert any(re.fullmatch(name, rule) for name in names), f"no rule is called {rule}"


def test_nothing_is_shared_with_the_search():
    allowed = {"poly", "positivity", "rational", "spelling", "recheck"}
    for path in (Path(bounds.__file__).parent / "recheck").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module.startswith(bounds.__name__):
                assert node.module[len(bounds.__name__) + 1 :].split(".")[0] in allowed, (path.name, node.module)


def steps_that_fail(claim, facts, where):
    """Facts written and read back, each checked in every context in which it is used."""
    contexts = Context.both(claim.model, claim.given)
    rows, _ = numbered(facts)
    steps = Reader(claim.names, contexts["pair"]).steps(json.loads(json.dumps(rows)))
    needed = {step.number: set() for step in steps}
    for step in reversed(steps):
        for context in needed[step.number] or {where}:
            needed[step.number].add(context)
            places = contexts_of_premises(step.rule, len(step.premises), context)
            for premise, place in zip(step.premises, places, strict=True):
                needed[premise.number].add(place)
    failures = []
    for step in steps:
        for context in needed[step.number]:
            try:
                check(step, contexts[context])
            except Unsound as error:
                failures.append(str(error))
    return failures, {step.rule for step in steps}


def test_every_fact_of_the_engine_passes():
    """Not only what a proof uses: all that the rules derive for a wide choice of formulas and assumptions."""
    seen, stride = set(), 12
    for k, (name, (model, assume)) in enumerate(SETTINGS.items()):
        c = Claim("c", "L >= 0", model=model, assume=assume, parameters=R_BETA)
        kept = KEPT if "nothing" in name or "unbounded" in name else "norm(x - y)"
        engine = Engine(model, Assumed.of(c.assumptions, mentioned(model.parse(kept))))
        for text in EVERYWHERE[k % stride :: stride]:
            engine.facts(push(model.parse(text)))
        for where, facts in (("pair", all_facts(engine)), ("segment", all_facts(engine.segment))):
            failures, rules = steps_that_fail(c, facts, where)
            assert not failures, (name, where, failures[:3])
            seen |= rules
    assert len(seen) >= 95


PULLED = "abs(alpha - at(alpha, y)) <= R * norm(x - y)"


def test_the_mean_value_inequality_needs_its_premises_on_the_segment():
    on_segment = claim(PULLED, "opnorm(A) <= R", "on_segment(norm(v) <= 1)", model=MAX, parameters=R)
    table = saved(on_segment)
    assert any(step["rule"] == "mean value inequality on the segment" for step in table["steps"])
    recheck(on_segment, table)
    at_both_ends = claim(PULLED, "opnorm(A) <= R", "norm(v) <= 1", "at(norm(v), y) <= 1", model=MAX, parameters=R)
    with pytest.raises(Unsound, match="is not assumed here"):
        recheck(at_both_ends, table)


def test_a_ball_is_convex_only_if_both_ends_lie_in_it():
    statement = "abs(alpha - at(alpha, y)) <= n * R * exp(R**2) * norm(x - y)"
    both = claim(statement, *PAIR, model=MAX, parameters=R)
    with pytest.raises(Unsound):
        recheck(claim(statement, *BALL, model=MAX, parameters=R), saved(both))


@lru_cache(maxsize=1)
def headline():
    return saved(claim(HEADLINE, *PAIR, *POS, model=SOFT, parameters=RB))


@pytest.mark.parametrize("lost", range(6))
def test_no_assumption_can_be_left_out(lost):
    assume = [a for k, a in enumerate((*PAIR, *POS)) if k != lost]
    with pytest.raises(Unsound):
        recheck(claim(HEADLINE, *assume, model=SOFT, parameters=RB), headline())


@pytest.mark.parametrize(
    "changed", [{"R": "R >= 1/2"}, {"R": ""}, {"beta": "0 <= beta <= 1"}, {"beta": "0 < beta"}], ids=str
)
def test_ranges_are_read_from_the_claim(changed):
    with pytest.raises(Unsound):
        recheck(claim(HEADLINE, *PAIR, *POS, model=SOFT, parameters=RB | changed), headline())


def test_another_model_is_another_claim():
    table = saved(claim("simplex(f)", model=Model("exp(s)")))
    with pytest.raises(Unsound):
        recheck(claim("simplex(f)", model=Model("sinh(s)")), table)


def test_the_certificate_is_compact_and_readable():
    table = headline()
    assert len(json.dumps(table)) < 200_000
    assert {"phi1(hull(t, at(t, y)))", "exp(hull(t, at(t, y))) + 1"} <= {step["subject"] for step in table["steps"]}


def test_users_cannot_write_inner_nodes():
    for text in ("norm(hull(t, u)) <= 1", "phi1(t) >= 0", "ratio(1, 3) <= 1"):
        with pytest.raises(ValueError, match="unknown function"):
            _ = claim(text).relation


@pytest.mark.parametrize(
    "unit", ["exp(s) + s", "log(1 + exp(s))", "log(s)", "s**2 / (1 + s**2)", "sqrt(s)", "tanh(s)**3", "s**(1 / 3)"]
)
def test_units_without_gaps(unit):
    assert differentiable_between(unit)
    assert without_gaps(Model(unit).phi)


@pytest.mark.parametrize("unit", ["1 / s", "s / (1 - exp(s))", "log(s**2)", "tanh(1 / s)"])
def test_units_with_gaps(unit):
    assert not differentiable_between(unit)
    assert not without_gaps(Model(unit).phi)


def test_an_identity_may_not_narrow_the_domain():
    """sum(t) = sum(t) * (alpha / alpha) where alpha is not 0, which says nothing of what happens there."""
    whole, narrow = (SOFT.parse(text) for text in ("sum(t)", "sum(t) * (alpha / alpha)"))
    assert missing(SOFT, narrow, whole) is None
    assert "undefined at more points" in missing(SOFT, whole, narrow)


@pytest.mark.parametrize(
    ("unit", "bounded"),
    [
        ("log(1 + s)", "u <= 1"),
        ("s / (2 - s)", "u <= 1"),
        ("s**2 / (1 + s)", "norm(v) <= 2"),
        ("s / (1 - s * s)", "u <= 2"),
    ],
)
def test_a_unit_with_a_gap_may_be_spelled_in_any_order(unit, bounded):
    c = Claim("gap", bounded, model=Model(unit), sizes={"n": (2,)}, box={"t": "[0, 1/2]"})
    assert isinstance(bound(c), Bounded)
    recheck(c, saved(c))


def test_another_gap_is_not_the_same():
    one, more = (SOFT.parse(text) for text in ("1 / (1 + sum(t))", "(1 - sum(t)) / (1 - sum(t)) / (sum(t) + 1)"))
    assert missing(SOFT, more, one) is None
    assert "not 1 - sum(t) != 0" in missing(SOFT, one, more)

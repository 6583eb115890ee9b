"""Rules for single entries and for formulas in one entry: never violated, re-checked, and powerless where the hypotheses are missing."""

import json

import numpy as np
import pytest
from audit import Audit, all_facts, points
from claims import MAX, SOFT, claim

from resmax_sym.judge import Claim
from resmax_sym.judge.arithmetic import SearchFloats
from resmax_sym.judge.bounds import Bounded, Undecided, bound
from resmax_sym.judge.bounds.assumed import Assumed
from resmax_sym.judge.bounds.canonical import push
from resmax_sym.judge.bounds.engine import Engine
from resmax_sym.judge.bounds.prove import mentioned
from resmax_sym.judge.bounds.recheck import Unsound, recheck
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.lang import parse

POSITIVE = ("u > 0", "norm1(b) <= 1")
GAP = "1 - f - abs(inner(b, f) - b)"
BS = "(eye(n) - outer(ones(n), f)).T @ diag(f * (f + psi)) @ (eye(n) - outer(ones(n), f))"
TILTED = "diag(f * psi) - (outer(f, f * psi) + outer(f * psi, f))"

FORMULAS = {
    "distance of an entry from the mean": (MAX, ("norm1(b) <= 1",), (GAP, "1 - f - (b - inner(f, b))", "1 - f - (inner(b, f) - b)")),
    "one of several squares": (SOFT, (), ("inner(b, b) - b**2", "inner(f, f) - f**2", "inner(t, t) - t**2")),
    "squares on the simplex": (SOFT, ("t >= 0",), ("f**2 + (1 - f)**2 - inner(f, f)",)),
    "assumed difference": (
        SOFT,
        ("v <= 2 * u", "b < t", "-v <= 2 * u"),
        ("2 * u - v", "v - 2 * u", "t - b", "b - t", "2 * u - -v"),
    ),
    "assumed equality": (MAX, (f"B == {BS}", "norm1(b) <= 1"), ("B", "diag(t) @ B @ diag(t)")),
    "product on a rectangle": (
        MAX,
        ("-2 <= b", "b <= 1 / 3", "-3 <= t", "t <= 1", "abs(omega) <= R"),
        ("b * t", "t * b * b", "sum(b) * t", "omega * (omega * omega)"),
    ),
    "third moment of softmax": (MAX, ("norm1(b) <= 1",), ("J - at(J, y)", "B - at(B, y)")),
    "third cumulant on the simplex": (MAX, ("norm1(b) <= 1",), (TILTED, "B")),
    "fourth cumulant of softmax": (MAX, ("norm1(b) <= 1",), ("hess(L) - at(hess(L), y)", f"({TILTED}) - at({TILTED}, y)")),
    "formula in one entry": (
        SOFT,
        ("t >= -1 / 2", "abs(b) <= 2", "omega >= 1", "R >= 1"),
        ("v / u", "w / u - (v / u)**2", "f * (1 - f**2)", "2 * f * (1 - f)**2", "b**3 - b", "b / (1 + b**2)", "omega**2 - omega",
         "1 / omega - 1 / omega**2", "t * exp(-t)", "exp(b) - b", "b * exp(-b)", "exp(2 * b) - 3 * exp(b)", "R * exp(t) - t - R",
         "(t + 1) / (t + 2)", "b - b**5", "b**2 * exp(-b) - b"),
    ),
}  # fmt: skip
SIZES = ({"n": 1, "d": 1}, {"n": 2, "d": 1}, {"n": 3, "d": 2}, {"n": 9, "d": 2})


@pytest.mark.parametrize("rule", FORMULAS)
def test_no_fact_is_violated(rule):
    model, assume, texts = FORMULAS[rule]
    c = Claim("c", "L >= 0", model=model, assume=assume, parameters={"R": "1 / 2 <= R <= 3 / 2"})
    engine = Engine(model, Assumed.of(c.assumptions, mentioned(model.parse("norm(x - y) * opnorm(A)"))))
    for text in texts:
        engine.facts(push(parse(text, c.names)))
    facts, found = all_facts(engine), Audit()
    for seed, sizes in enumerate(SIZES):
        batch = points(c, sizes, 200, seed)
        if len(batch["x"]):
            found.facts(model, sizes, batch, facts)
    assert not found.violations, found.violations[:5]
    assert found.checked[rule] > 50


TRUE = [
    claim("abs(inner(b, f) - b) <= 1 - f", *POSITIVE, model=SOFT),
    claim("abs(b - inner(f, b)) <= 1 - f", "norm1(b) <= 1 / 2"),
    claim("inner(f, f) >= f**2", model=SOFT),
    claim("inner(f, f) <= f**2 + (1 - f)**2", "t >= 0", model=SOFT),
    claim("f * (1 - f**2) <= 0.385"),
    claim("2 * f * (1 - f)**2 <= 8 / 27"),
    claim("f * (1 - f) <= 1 / 4"),
    claim("v <= 2 * u", "t >= 0", model=SOFT),
    claim("v / u <= 2", "t >= 0", model=SOFT),
    claim("w / u - (v / u)**2 >= -3", "t >= 0", model=SOFT),
    claim("w / u - (v / u)**2 <= 0.0371", "t >= 0", model=SOFT),
    claim("t * exp(-t) <= 0.3679", "t >= 0"),
    claim("t * exp(t) >= -0.3679", "t <= 0"),
    claim("b / (1 + b**2) <= 1 / 2", "b >= -3"),
    claim("b**2 - 2 * b + 1 >= 0", "b >= -3"),
    claim("R * exp(t) - t - R >= 0", "t >= 0", parameters={"R": "R >= 1"}),
    claim("R * u - v >= 0", "v <= R * u", model=SOFT, parameters={"R": "R >= 0"}),
    claim("R * u - v > 0", "v < R * u", model=SOFT, parameters={"R": "R >= 0"}),
    claim("b * t >= -6", "-2 <= b", "b <= 1", "-3 <= t", "t <= 3"),
    claim("b * t <= 6", "-2 <= b", "b <= 1", "-3 <= t", "t <= 3"),
    claim("opnorm(J) <= R", "J == diag(b)", "norminf(b) <= R", model=SOFT, parameters={"R": "R >= 0"}),
]  # fmt: skip
FALSE = [
    claim("abs(inner(b, f) - b) <= 1 - f", "norm1(b) <= 1", model=SOFT),
    claim("abs(inner(b, f) - b) <= 1 - f", "u > 0", model=SOFT),
    claim("abs(inner(b, f) - b) <= 1 - f", "norm(b) <= 1"),
    claim("abs(inner(b, f) - b) <= 1 - f", "norm1(b) <= 1.01"),
    claim("abs(inner(b, f) - b) <= 0.99 - f", "norm1(b) <= 1"),
    claim("inner(f, f) <= f**2", model=SOFT),
    claim("inner(f, b) >= f**2"),
    claim("inner(f, f) <= f**2 + (1 - f)**2", model=SOFT),
    claim("inner(f, f) <= f**2 + (1 - b)**2", "simplex(b)"),
    claim("f * (1 - f**2) <= 0.3848"),
    claim("2 * f * (1 - f)**2 <= 0.2962"),
    claim("f * (1 - f**2) <= 0.385", model=SOFT),
    claim("v / u <= 1.999", "t >= 0", model=SOFT),
    claim("v / u <= 2", "t >= -1 / 100", model=SOFT),
    claim("v / u <= 2", "u > 0", model=SOFT),
    claim("w / u - (v / u)**2 >= -2.999", "t >= 0", model=SOFT),
    claim("w / u - (v / u)**2 <= 0.037", "t >= 0", model=SOFT),
    claim("t * exp(-t) <= 0.3678", "t >= 0"),
    claim("t * exp(-t) >= 0"),
    claim("b / (1 + b**2) <= 0.4999", "b >= -3"),
    claim("1 / b - 1 / b**2 <= 1", "b >= -3"),
    claim("b**2 - 2 * b + 0.9999 >= 0", "b >= -3"),
    claim("b**2 - 2 * f + 1 >= 0", "b >= -3"),
    claim("R * exp(t) - t - R >= 0", "t >= 0", parameters={"R": "R >= 0.99"}),
    claim("R * u - v >= 0", "v >= R * u", model=SOFT, parameters={"R": "R >= 0"}),
    claim("R * u - v > 0", "v <= R * u", model=SOFT, parameters={"R": "R >= 0"}),
    claim("R * u - v >= 0", "max(v) <= R * max(u)", model=SOFT, parameters={"R": "R >= 0"}),
    claim("b * t >= -5.9", "-2 <= b", "b <= 1", "-3 <= t", "t <= 3"),
    claim("b * t <= 3", "-2 <= b", "b <= 1", "-3 <= t", "t <= 3"),
    claim("opnorm(J) <= R", "J == diag(b)", "norminf(f) <= R", model=SOFT, parameters={"R": "R >= 0"}),
]  # fmt: skip


def spelled(c):
    return f"{c.model.unit}: {c.statement} | {', '.join(c.assume)}"


@pytest.mark.parametrize("c", TRUE, ids=spelled)
def test_true_claims_are_proved_and_pass_the_second_statement(c):
    found = bound(c)
    assert isinstance(found, Bounded), found
    recheck(c, json.loads(json.dumps(found.to_json())))


@pytest.mark.parametrize("c", FALSE, ids=spelled)
def test_false_claims_are_not_proved(c):
    assert isinstance(bound(c), Undecided)


@pytest.mark.parametrize("c", TRUE, ids=spelled)
def test_no_assumption_can_be_left_out(c):
    """A certificate says nothing where an assumption that its derivation cites is not made."""
    table = bound(c).to_json()
    cited = {step["subject"] for step in table["steps"] if step["kind"] == "given"}
    for lost in c.assume if cited else ():
        assume = [a for a in c.assume if a != lost]
        fewer = claim(c.statement, *assume, model=c.model, parameters=dict(c.parameters))
        if repr(claim(lost, model=c.model, parameters=dict(c.parameters)).relation) in cited:
            with pytest.raises(Unsound):
                recheck(fewer, table)


NEW = tuple(FORMULAS)


@pytest.mark.parametrize("c", [c for c in TRUE if c.relation.op in ("<=", ">=")], ids=spelled)
def test_a_stronger_bound_does_not_pass(c):
    """Every conclusion of a new rule, moved by 1 % and more: the step does not follow."""
    table = bound(c).to_json()
    moved = 0
    for k, step in enumerate(table["steps"]):
        if step["rule"] in NEW and step["kind"] in ("lo", "hi"):
            stronger = json.loads(json.dumps(table))
            share = f"({step['bound']}) + 1/50" if step["kind"] == "lo" else f"({step['bound']}) - 1/50"
            stronger["steps"][k]["bound"] = share
            moved += 1
            with pytest.raises(Unsound):
                recheck(c, stronger)
    assert moved or "opnorm" in c.statement or "R * u" in c.statement


RANDOM = 40


def random_polynomial(rng, name):
    degree = int(rng.integers(2, 6))
    terms = [
        f"({int(c)} / {int(q)}) * {name}**{k}"
        for k, (c, q) in enumerate(zip(rng.integers(-9, 10, degree), rng.integers(1, 6, degree), strict=True), 1)
    ]
    return " + ".join(terms)


@pytest.mark.parametrize("seed", range(3))
def test_polynomials_and_quotients_on_intervals(seed):
    """Against a fine grid: never violated, and within 1 % of the range where the bound comes from this rule."""
    rng, tight = np.random.default_rng(seed), 0
    for _ in range(RANDOM // 3):
        low, width = int(rng.integers(-4, 4)), int(rng.integers(1, 5))
        text = random_polynomial(rng, "b")
        if rng.random() < 0.5:
            text = f"({text}) / (1 + b**2 + ({random_polynomial(rng, 'b')})**2)"
        if rng.random() < 0.3:
            text = f"{text} + exp(b)"
        engine = Engine(MAX, Assumed.of(claim("L >= 0", f"b >= {low}", f"b <= {low + width}").assumptions))
        e = push(MAX.parse(text))
        s = np.linspace(low, low + width, 20001)
        value = Evaluator(MAX, {"n": len(s), "d": 1}, {"b": s}, SearchFloats())(e)
        for kind, extreme, sign in (("lo", value.min(), 1), ("hi", value.max(), -1)):
            for fact in engine.get(e, kind):
                assert sign * (float(fact.bound.numeric(lambda _: np.e)) - extreme) <= 1e-6 * (1 + abs(extreme)), (
                    text,
                    fact,
                )
            own = [float(f.bound.value) for f in engine.get(e, kind) if f.rule == "formula in one entry"]
            tight += any(abs(bound - extreme) <= 0.01 * (1 + np.ptp(value)) for bound in own)
    assert tight >= 10

"""bound(claim): true claims proved for all sizes and parameters, false ones never, whatever is proved survives attacks."""

import json

import numpy as np
import pytest
from audit import Audit, points
from claims import BALL, FALSE, HEADLINE, PAIR, POS, RB, SOFT, TRUE, claim

from resmax_sym.judge import Claim
from resmax_sym.judge.arithmetic import SearchFloats
from resmax_sym.judge.bounds import Bounded, Undecided, bound
from resmax_sym.judge.bounds.closed import agree
from resmax_sym.judge.domain import Domain
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.judge import symmetric
from resmax_sym.judge.margin import Margins
from resmax_sym.judge.search import Falsifier
from resmax_sym.lang import Relation
from resmax_sym.models import SOFTMAX, Model

SIZES = ({"n": 1, "d": 1, "m": 1}, {"n": 2, "d": 1, "m": 2}, {"n": 3, "d": 2, "m": 2}, {"n": 6, "d": 1, "m": 1})


def spelled(c):
    return f"{c.model.unit}: {c.statement} | {', '.join(c.assume)}"


@pytest.mark.parametrize("c", TRUE, ids=spelled)
def test_true_claims_are_proved(c):
    found = bound(c)
    assert isinstance(found, Bounded), found
    assert found.decided
    for k, step in enumerate(json.loads(json.dumps(found.to_json()))["steps"]):
        assert step["rule"]
        assert all(premise < k for premise in step["premises"])  # each step cites earlier ones only
    audit = Audit()
    facts = [step for fact in found.facts for step in fact.walk() if "segment" not in step.rule]
    batch = points(c, {"n": 3, "d": 2, "m": 2}, 100, 0)
    batch |= {name: np.zeros((len(next(iter(batch.values()))), 2)) for name in ("x", "y") if name not in batch}
    audit.facts(c.model, {"n": 3, "d": 2, "m": 2}, batch, facts)
    assert not audit.violations


@pytest.mark.parametrize("c", FALSE, ids=spelled)
def test_false_claims_are_not_proved(c):
    assert isinstance(bound(c), Undecided)


def ratio(c):
    """The largest lhs / rhs over random points that meet the assumptions."""
    best = 0.0
    for seed, sizes in enumerate(SIZES):
        batch = points(c, sizes, 300, seed)
        evaluator = Evaluator(c.model, sizes, batch, SearchFloats(), batched=True)
        with np.errstate(all="ignore"):
            lhs, rhs = (np.asarray(evaluator(side), dtype=float) for side in c.relation.args)
            values = np.where((rhs > 1e-3) & np.isfinite(lhs), lhs / rhs, 0.0)
        best = max(best, float(values.max(initial=0.0)))
    return best


CUT = [c for c in TRUE if c.relation.op == "<=" and not c.relation.lhs.shape and "beta**5" not in c.statement]


@pytest.mark.parametrize("c", CUT, ids=spelled)
def test_a_constant_below_what_occurs_is_not_proved(c):
    """The right side scaled to just below the largest ratio seen: false, since a point shows it."""
    share = ratio(c)
    assert share <= 1 + 1e-9
    if share:
        statement = c.statement.replace("<=", f"<= {0.98 * share:.6e} * (", 1) + ")"
        cut = Claim("c", statement, model=c.model, assume=c.assume, parameters=c.parameters)
        assert isinstance(bound(cut), Undecided)


@pytest.mark.parametrize("lost", range(6))
def test_the_headline_needs_every_assumption(lost):
    assume = [a for k, a in enumerate((*PAIR, *POS)) if k != lost]
    assert isinstance(bound(claim(HEADLINE, *assume, model=SOFT, parameters=RB)), Undecided)


def test_what_a_derivation_says():
    found = bound(claim("norm(grad(L)) <= 2 * opnorm(A)", "norm1(b) <= 1"))
    text = str(found)
    assert "grad(L) == A.T @ q    (normal form)" in text
    assert "norm(f - b) <= 2    (triangle inequality" in text
    assert {"normal form", "operator norm", "triangle inequality", "assumption"} <= set(found.rules())
    assert found.side_condition == "opnorm(A) <= 2*opnorm(A)"


def test_what_is_undecided_says_what_was_derived():
    found = bound(claim("norm(grad(L)) <= opnorm(A) / 2", "norm1(b) <= 1"))
    assert isinstance(found, Undecided)
    assert any(text.endswith("<= opnorm(A)") for text in found.best)


@pytest.mark.parametrize("statement", ["norm(f) <=", "norm(z) <= 1", "f @ f", "hess(L) <= 1"])
def test_what_is_no_claim(statement):
    assert isinstance(bound(claim(statement)), Undecided)


MODELS = [Model(unit) for unit in (SOFTMAX, "exp(s) + s", "cosh(s)", "s**2 + 1")]
MODELS += [Model(SOFTMAX, "plain"), Model("2 + tanh(s)", "rescaled")]
ASSUME = (
    "opnorm(A) <= R", "norm(x) <= R", "norm(y) <= R", "alpha >= beta", "at(alpha, y) >= beta", "norm(b) <= 1", "norm1(b) <= 1",
    "simplex(b)", "t >= 0", "at(t, y) >= 0", "omega**2 >= 2", "norminf(omega) <= R", "on_segment(t >= 0)", "n >= 2", "f >= 0",
)  # fmt: skip
LEFT = (
    "norm(f)", "norm1(c)", "L", "alpha", "-alpha", "norm(grad(L))", "opnorm(J)", "opnorm(B)", "-eigmin(B)", "eigmax(hess(L))",
    "abs(sigma)", "norm(u - at(u, y))", "norm(f - at(f, y))", "abs(L - at(L, y))", "norm(q - at(q, y))", "abs(1 / alpha)", "norm1(v)",
    "-min(t)", "norminf(psi)", "abs(1 / alpha - at(1 / alpha, y))", "fro(J)", "-eigmin(hess(L_tot))", "norm(u * v)",
    "opnorm(J - at(J, y))", "L_reg", "max(f) - min(f)",
)  # fmt: skip
RIGHT = ("1", "n", "sqrt(n)", "R", "exp(R**2)", "1 / beta", "opnorm(A)", "norm(b)", "norm(x - y)", "R**2", "norm(x)")


def random_claim(rng):
    """A claim of random parts: most are false or out of reach."""
    assume = tuple(a for a in ASSUME if rng.random() < 0.5)
    factors = rng.choice(RIGHT, size=rng.integers(1, 5))
    constant = rng.choice([0.1, 0.25, 0.5, 1, 2, 5, 20, 100])
    statement = f"{rng.choice(LEFT)} <= {constant} * {' * '.join(f'({factor})' for factor in factors)}"
    return claim(statement, *assume, model=MODELS[rng.integers(len(MODELS))], parameters=RB)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_proved_survives_attacks(seed):
    rng = np.random.default_rng(seed)
    proved = 0
    for _ in range(24):
        c = random_claim(rng)
        if not isinstance(bound(c), Bounded):
            continue
        proved += 1
        for sizes in SIZES:
            if sizes["n"] >= 2 or "n >= 2" not in c.assume:
                batch = points(c, sizes, 60, seed)
                if len(batch["x"]):
                    assert not (Margins(c.model, sizes).violation(c.relation, batch) > 1e-9).any(), spelled(c)
        if proved % 4 == 0:
            domain = Domain(c.model, c.symbols, c.assumptions)
            search = Falsifier(domain, c.relation, lambda matrix, c=c: symmetric(c.model, matrix), seed).run(0.1)
            assert search.witness is None, spelled(c)
    assert proved >= 2


def test_relations_are_read_with_their_ball():
    """`norm(x) <= R` bounds nothing at y, and on a segment it counts for both ends only together with y's."""
    statement = "abs(alpha - at(alpha, y)) <= n * R * exp(R**2) * norm(x - y)"
    alone = claim(statement, *BALL, parameters=RB)
    assert isinstance(bound(alone), Undecided)
    assert isinstance(bound(claim(statement, *BALL, "on_segment(norm(x) <= R)", parameters=RB)), Bounded)
    assert isinstance(alone.relation, Relation)


@pytest.mark.parametrize("unit", [SOFTMAX, "exp(s) + s", "s**3", "(s**2 - 1)**(3 / 2) * s", "log(s)", "1 / s"])
def test_a_point_tells_false_forms_from_true_ones(unit):
    model = Model(unit)
    gauss_newton = "J.T @ J + diag(psi * (w / alpha)) - (outer(v / alpha, psi * (v / alpha)) + outer(psi * (v / alpha), v / alpha))"
    assert agree(model, model["B"], model.parse(gauss_newton))
    assert agree(model, model.parse("grad(L)"), model.parse("A.T @ q"))
    assert not agree(model, model["B"], model.parse("J.T @ J"))
    assert agree(model, model["J"], model.parse("diag(f) - outer(f, f)")) == (unit == SOFTMAX)

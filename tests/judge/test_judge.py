"""judge(claim): a verdict is never stronger than its evidence, and two routes that disagree are a defect, not a verdict."""

import sys
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from trees import Undefined, value

from resmax_sym.judge import Claim, Defect, Status, judge, judge_all
from resmax_sym.judge.identity import Equal
from resmax_sym.models import Model

identity_module = sys.modules["resmax_sym.judge.identity"]
engines_module = sys.modules["resmax_sym.judge.engines"]

BUDGET = 0.1
"""In operations: what is false here falls at once, and what is true need not be searched for long."""


def verdict(statement, budget=BUDGET, **fields):
    return judge(Claim("c", statement, **fields), budget=budget)


@pytest.mark.parametrize(
    ("statement", "fields"),
    [
        ("grad(L) == A.T @ q", {}),
        ("hess(L) == hess(L).T", {}),
        ("sum(f) == 1", {}),
        ("u == v", {"model": Model("exp(s)")}),
        ("g * alpha == sum(u)", {"let": {"g": "1"}}),
        ("grad(eps * sum(x)) == eps * ones(d)", {"parameters": {"eps": ""}}),
        ("trace(eye(n)) == n", {}),
        ("B == 0 * B", {"sizes": {"n": (1,)}}),
    ],
)
def test_proved(statement, fields):
    found = verdict(statement, **fields)
    assert found.status is Status.PROVED
    assert found.evidence
    assert found.seconds >= 0


@pytest.mark.parametrize(
    ("statement", "fields"),
    [
        ("u == v", {}),
        ("grad(L) == A.T @ (v * c) / alpha", {}),
        ("hess(L) == A.T @ diag(delta) @ A", {}),
        ("trace(M)**2 == trace(M @ M)", {"let": {"M": "outer(p, v) + outer(v, p)"}, "assume": ("n >= 2",)}),
        ("n * inner(t, b) == sum(t) * sum(b)", {}),
        ("eye(n) == 1", {}),
        ("n >= 2", {}),
        ("abs(x) <= 1", {}),
        ("norm(x + y) >= norm(x)", {}),
        ("alpha > 0", {}),
        ("alpha <= R", {"parameters": {"R": "R >= 1"}, "assume": ("norm(x) <= R",)}),
        ("at(L, y) == L", {}),
    ],
)
def test_refuted_with_a_witness_that_a_second_reading_confirms(statement, fields):
    claim = Claim("c", statement, **fields)
    found = judge(claim, budget=2.0)
    assert found.status is Status.REFUTED
    record = found.evidence["witness"]
    sizes = {name: record[name] for name in ("n", "d")}
    data = {s.data: read(record[s.data]) for s in claim.symbols}
    assert not holds(claim.model, sizes, data, claim.relation)
    assert all(holds(claim.model, sizes, data, assumption) for assumption in claim.assumptions)


@pytest.mark.parametrize("statement", ["psd(outer(x, y))", "eigmin(outer(x, y)) >= 0"])
def test_a_matrix_counts_where_it_is_symmetric(statement):
    """outer(x, y) is so for d = 1; elsewhere psd fails, and eigenvalues are undefined."""
    assert verdict(statement, budget=1).status is Status.REFUTED


def read(entry):
    return Fraction(entry) if isinstance(entry, str) else np.vectorize(Fraction, otypes=[object])(entry)


def holds(model, sizes, data, relation):
    """Truth by mpmath: what is closer than 1e-9 counts as equal, far above its error for the derivatives here."""
    with mpmath.workdps(60):
        left, right = (np.asarray(value(model, sizes, data, side), dtype=object) for side in relation.args)
        gap = np.atleast_1d(left - right).ravel()
    tests = {"==": lambda z: abs(z) < 1e-9, "<=": lambda z: z < 1e-9, ">=": lambda z: z > -1e-9}
    tests |= {"<": lambda z: z < -1e-12, ">": lambda z: z > 1e-12}
    return all(tests[relation.op](z) for z in gap)


@pytest.mark.parametrize(
    "statement",
    [
        "grad(sum(log(x))) >= 0",  # 1/x has values below 0, where log(x) has no slope
        "grad(sum(log(x))) == abs(1 / x)",
        "x + sign(log(x)) - sign(log(x)) > 0",
        "log(x)**0 * x > 0",
        "sqrt(x)**2 >= 0",
        "x**0.5 >= 0",
        "step(x)**2 == step(x)",
        "D(abs(x)) == D(abs(x)) * D(abs(x)) * D(abs(x))",
        "grad(norm(x)) @ x >= 0",
        "grad(sum(x**1.5)) > 0",  # at 0, the border of its domain, a root has no slope
        "grad(sum(sqrt(x)**2)) * x > 0",
        "alpha / alpha >= 1",
    ],
)
def test_what_holds_where_it_is_defined_is_not_refuted(statement):
    found = verdict(statement)
    assert found.status in (Status.UNREFUTED, Status.PROVED)
    assert found.guards


@pytest.mark.parametrize("unit", ["log(s)", "1 / s"])
def test_the_unit_is_not_left_outside_its_domain(unit):
    statement = "v >= 0" if unit == "log(s)" else "v <= 0"
    found = verdict(statement, model=Model(unit))
    assert found.status is Status.UNREFUTED
    assert found.evidence["points"] > 0
    assert any("t" in guard for guard in found.guards)


@pytest.mark.parametrize(
    "statement",
    ["log(-1 - norm(x)) == 5", "1 / (sum(x) - inner(ones(d), x)) == 3", "grad(sum(x) / 0) == 0", "sqrt(-1) == 1"],
)
def test_a_statement_without_a_point_is_no_fact(statement):
    """Vacuous where that is shown; else unrefuted with 0 points, which is a failure as well."""
    found = verdict(statement)
    assert found.status in (Status.VACUOUS, Status.UNREFUTED)
    assert found.evidence.get("points", 0) == 0
    assert not found.expected
    assert found.guards


@pytest.mark.parametrize(
    ("statement", "fields", "hint"),
    [
        ("u ==", {}, "column"),
        ("u == zz", {}, "unknown name 'zz'"),
        ("A <= A", {}, "psd(N - M)"),
        ("x == b", {}, "equal shapes"),
        ("0 < alpha < 1", {}, "chain"),
        ("x == x", {"assume": ("y",)}, "expected a relation"),
        ("x == x", {"let": {"x": "1"}}, "reserved"),
        ("x == x", {"parameters": {"g": "g >"}}, "column"),
        ("x == x", {"proof": ("zz == 1",)}, "unknown name 'zz'"),
        (
            "sum(z) == 1",
            {"let": {f"z{k or ''}": f"exp(z{k - 1 or ''}) * z{k - 1 or ''}" if k else "x" for k in range(40)}},
            "written out",
        ),
    ],
)
def test_invalid_says_why(statement, fields, hint):
    found = verdict(statement, **fields)
    assert found.status is Status.INVALID
    assert hint in found.evidence["reason"]
    assert not found.expected


def test_a_derivative_without_a_closed_form_proves_and_refutes_nothing():
    found = verdict("grad(norminf(x)) == grad(norminf(x)) + 1")
    assert found.status is Status.UNREFUTED
    assert found.evidence["points"] == 0


def test_the_seed_decides():
    runs = [judge(Claim("c", "norm(f) <= norm(c) + norm(b) + 0.001"), budget=0.5, seed=seed) for seed in (1, 1, 2)]
    records = [{k: v for k, v in run.evidence.items() if k != "stopped_by_clock"} for run in runs]
    assert records[0] == records[1]
    assert records[0]["seed"] != records[2]["seed"]


def test_a_proof_that_a_second_route_contradicts_is_a_defect(monkeypatch):
    monkeypatch.setattr(engines_module, "equal", lambda model, relation: Equal(every_unit=True, unfolded=False))
    with pytest.raises(Defect, match="normal form proves"):
        verdict("u == 2 * v")
    assert verdict("sum(f) == 1").status is Status.PROVED


def test_a_normal_form_that_always_vanishes_is_found_out(monkeypatch):
    """The same one layer below: the zero test is broken, and every false identity raises."""
    identity_module.equal.cache_clear()
    monkeypatch.setattr(identity_module, "is_zero", lambda p: True)
    try:
        for statement in ("x == 2 * x", "grad(L) == A.T @ u", "abs(x) == x", "trace(A @ A.T) == sum(b)"):
            with pytest.raises(Defect):
                verdict(statement)
    finally:
        identity_module.equal.cache_clear()


def test_depends():
    claims = [
        Claim("base", "grad(alpha) == A.T @ v"),
        Claim("false", "u == v"),
        Claim("good", "sum(f) == 1", depends=("base",)),
        Claim("bad", "L_tot == L + L_reg", depends=("base", "false")),
        Claim("worse", "c == f - b", depends=("bad",)),
        Claim("lost", "c == f - b", depends=("nothing",)),
        Claim("itself", "c == f - b", depends=("itself",)),
        Claim("refuted", "f == c", depends=("false",)),
    ]
    found = {v.claim.id: v for v in judge_all(claims, budget=BUDGET)}
    assert [str(found[name].status) for name in ("base", "false", "good")] == ["proved", "refuted", "proved"]
    for name, culprit in (("bad", "false"), ("worse", "bad"), ("lost", "nothing"), ("itself", "itself")):
        assert found[name].status is Status.UNREFUTED
        assert culprit in found[name].method
        assert not found[name].expected
    assert found["refuted"].status is Status.REFUTED


def test_guards_are_inherited():
    claims = [Claim("base", "f * alpha == u"), Claim("top", "A.T @ A == (A.T @ A).T", depends=("base",))]
    base, top = judge_all(claims)
    assert judge(claims[1]).guards == ()
    assert base.guards == top.guards == ("alpha != 0",)


def test_undefined_is_undefined_for_the_second_reading_too():
    """The negative control of the confirmation above."""
    with pytest.raises(Undefined):
        holds(Model(), {"n": 1, "d": 1}, {"x": read(["-1"])}, Model().relation("log(x) == 1"))
    assert not holds(Model(), {"n": 1, "d": 1}, {"x": read(["2"])}, Model().relation("x == 1"))
    assert holds(Model(), {"n": 1, "d": 1}, {"x": read(["2"])}, Model().relation("x == 2"))

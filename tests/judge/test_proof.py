"""Chains of relations: what follows is seen, what does not is not, and a claim's steps are checked one by one."""

import dataclasses

import pytest

from resmax_sym.judge import Claim, Defect, Status, judge
from resmax_sym.judge import judge as judge_module_function
from resmax_sym.judge.engines import Evidence
from resmax_sym.judge.judge import judge_after
from resmax_sym.judge.proof import UNDEFINED, UNPROVED, derive, follows
from resmax_sym.models import Model
from resmax_sym.report.details import details

MODEL = Model()


def relations(*texts):
    return [MODEL.relation(text) for text in texts]


@pytest.mark.parametrize(
    ("statement", "known", "expected"),
    [
        ("L <= norm(b)", ["L <= norm(f)", "norm(f) <= norm(b)"], True),
        ("norm(b) >= L", ["norm(b) >= norm(f)", "norm(f) >= L"], True),
        ("inner(c, c) / 2 <= norm(b)", ["L <= norm(b)"], True),  # equal by the normal form
        ("L <= norm(b)", ["L < norm(f)", "norm(f) == norm(b)"], True),
        ("L < norm(b)", ["L <= norm(f)", "norm(f) < norm(b)"], True),
        ("L < norm(b)", ["L <= norm(f)", "norm(f) <= norm(b)"], False),
        ("L == norm(b)", ["L == norm(f)", "norm(b) == norm(f)"], True),
        ("L == norm(b)", ["L <= norm(b)"], False),
        ("L >= norm(b)", ["L <= norm(b)"], False),
        ("L <= norm(b)", ["norm(f) <= norm(b)"], False),
        ("L <= norm(b)", ["L <= 2 * norm(b)"], False),
        ("f <= b", ["f <= c", "c <= b"], True),
        ("f <= 1", ["f <= b", "b <= 1"], True),  # a scalar stands for a vector of equal entries
        ("psd(hess(L))", ["psd(A.T @ B @ A)"], True),
        ("psd(B)", ["psd(A.T @ B @ A)"], False),
        ("psd(B)", ["psd(J.T @ J)", "B == J.T @ J"], True),
        ("simplex(f)", ["simplex(f)"], True),
        ("L <= norm(b)", [], False),
        ("L <= inner(c, c) / 2", [], True),
    ],
)
def test_follows(statement, known, expected):
    assert follows(MODEL, MODEL.relation(statement), relations(*known)) is expected


def test_steps_are_checked():
    claim = Claim(
        "steps",
        "norm(grad(L)) == norm(A.T @ (v * psi / alpha))",
        proof=("grad(L) == A.T @ q",),
        assume=("n >= 2",),
    )
    assert judge(claim, budget=0.2).status is Status.PROVED


def test_a_false_step_proves_nothing():
    claim = Claim("c", "L <= norm(b)", proof=("L <= norm(f)", "norm(f) <= norm(b)"))
    verdict = judge(claim, budget=1)
    assert verdict.status is Status.REFUTED


def test_assumptions_carry_a_proof_and_guards_are_listed():
    claim = Claim("c", "f <= omega", assume=("f <= b", "b <= omega"), proof=("f <= b",))
    verdict = judge(claim, budget=0.5)
    assert verdict.status is Status.PROVED
    assert verdict.method == "proof in 1 step"
    assert verdict.guards == ("alpha != 0",)


@pytest.mark.parametrize(
    ("statement", "proof"),
    [
        ("norm(b - 31/7 * ones(n)) > 0", ("exp(log(norm(b - 31/7 * ones(n)))) > 0",)),
        ("alpha >= 0", ("sqrt(alpha)**2 >= 0",)),
        ("-1 - alpha**2 >= 0", ("sqrt(-1 - alpha**2)**2 >= 0",)),
        ("inner(b, b) >= 1/100", ("inner(b, b) * inner(x, x) / inner(x, x) == inner(b, b)", "inner(b, b) >= 1/100")),
    ],
)
def test_a_step_that_is_undefined_where_the_claim_fails_proves_nothing(statement, proof):
    verdict = judge(Claim("c", statement, proof=proof), budget=0.2)
    assert verdict.status is not Status.PROVED


def test_a_step_may_need_what_the_claim_assumes():
    claim = Claim("c", "norm(b) * norm(f) >= 0", assume=("u > 0",), proof=("exp(log(alpha)) > 0",))
    assert judge(claim, budget=0.2).status is Status.PROVED
    assert derive(claim, (), lambda part, given: "shown", "glue") == ["shown", "shown"]
    weaker = dataclasses.replace(claim, assume=())
    assert derive(weaker, (), lambda part, given: "shown", "glue") is None


def test_disagreement_is_loud(monkeypatch):
    """A proof that the search refutes is a defect of the suite, whatever the engine says."""
    import sys

    module = sys.modules["resmax_sym.judge.judge"]
    monkeypatch.setattr(module, "derive", lambda *arguments: [Evidence(Status.PROVED, "forged")] * 2)
    with pytest.raises(Defect, match="yet it fails"):
        judge_module_function(Claim("c", "L <= norm(b)", proof=("L <= norm(f)",)), budget=20)


@pytest.mark.parametrize(
    ("proof", "number", "statement", "reason"),
    [
        (("sum(f) == 1", "norm(f)**2 >= 1 / n"), 2, "norm(f)**2 >= 1 / n", UNPROVED),
        (("sum(f) == 1",), 2, "n * norm(f)**2 >= 1", UNPROVED),  # the statement itself, after every step
        (("sqrt(alpha - 1)**2 >= 0",), 1, "sqrt(alpha - 1)**2 >= 0", UNDEFINED),
    ],
)
def test_the_step_that_fails_is_named(proof, number, statement, reason):
    verdict = judge(Claim("c", "n * norm(f)**2 >= 1", assume=("alpha > 0",), proof=proof), budget=0.1)
    assert verdict.status is Status.UNREFUTED
    assert verdict.evidence["failed_step"] == {"number": number, "statement": statement, "reason": reason}
    assert f"failed step {number}: {statement}    ({reason})" in details(verdict)


@pytest.mark.parametrize(
    "claim",
    [
        Claim("no steps", "n * norm(f)**2 >= 1", assume=("alpha > 0",)),
        Claim("proved", "norm(b) >= 0", assume=("alpha > 0",), proof=("norm(b) >= 0",)),
        Claim("refuted", "norm(b) >= 1", assume=("alpha > 0",), proof=("norm(b) >= 1",)),
    ],
    ids=lambda claim: claim.id,
)
def test_where_no_step_is_to_blame_none_is(claim):
    verdict = judge(claim, budget=0.1)
    assert "failed_step" not in verdict.evidence
    assert "failed step" not in details(verdict)


@pytest.mark.parametrize(
    ("assume", "proof"),
    [
        (("n == 2", "alpha**n >= 0"), ("alpha == exp(log(alpha))", "exp(log(alpha)) >= 0")),
        (("n == 2", "alpha**n >= 0"), ("log(alpha) == log(alpha)",)),
    ],
)
def test_a_condition_that_is_only_sufficient_for_a_value_is_not_known(assume, proof):
    """(-1)**2 has a value though -1 is not positive, so that nothing follows of the sign of what is raised to a power."""
    assert judge(Claim("false", "alpha >= 0", assume=assume, proof=proof), budget=0.2).status is not Status.PROVED


def test_a_claim_that_cannot_be_read_is_invalid_whatever_is_known():
    claim = Claim("unread", "n >= 1", parameters={"p": "p >= 0"}, assume=("nothing >= 0",))
    assert judge_after(claim, {}, 0.1).status is Status.INVALID

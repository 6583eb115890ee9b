"""Which hypothesis carries a theorem: a row for each, judged once, read from the record afterwards."""

import pytest

from derivations import LEDGER
from derivations.soft_residual.theorems import HEADLINES
from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge import ablation as judged
from resmax_sym.judge.store import Store
from resmax_sym.models import SOFTMAX, Model
from resmax_sym.report import ablation
from resmax_sym.report.ablation import dropped, lines, weaker_claims

BUDGET = 0.2
CLAIM = Claim("c", "s <= 1", parameters={"s": "s <= 1", "r": ""}, assume=("r * s >= -9", "norm(b) <= 1"))
BASE = Claim("base", "norm(b) >= 0")
CARRIES = {  # theorem, hypothesis that must not be dropped
    "regularised-definite": {"eigmin(B) >= -g", "eigmin(A.T @ A) >= s", "omega**2 >= g + l / s"},
    "closeness-upper-hessian": {"k > 1", "eigmin(B) >= -g", "omega**2 >= k * g"},
    "softmax-eigmin-b": {"norm1(b) <= 1", "unit exp(s)"},
    "from-zero-spectrum-upper": {"t >= 0", "norm1(b) <= 1"},
    "bound-hessian": {"alpha >= beta"},
    "lipschitz-hessian": {"alpha >= beta", "at(alpha, y) >= beta"},
    "sharp-lipschitz-hessian": {"norm1(b) <= 1", "unit exp(s)"},
    "contraction-softmax": {"norm1(b) <= 1", "opnorm(A)**2 <= 1 / (2 * k)"},
}


def test_a_row_for_each_hypothesis():
    rows = list(dropped([CLAIM], {}, budget=BUDGET))
    assert [(row.theorem, row.hypothesis) for row in rows] == [
        ("c", "s <= 1"),
        ("c", "r * s >= -9"),
        ("c", "norm(b) <= 1"),
    ]
    assert rows[0].word.startswith("refuted at n = ")
    assert [row.word for row in rows[1:]] == ["still proved", "still proved"]
    head, *body = lines(rows).splitlines()
    assert head.split() == ["theorem", "without", "verdict"]
    assert [line.startswith("c ") for line in body] == [True, False, False]  # a theorem is named once


def test_on_two_processes_the_same():
    claim = Claim("c", "norm(b) + s >= 1", parameters={"s": "s >= 1"}, assume=("norm(x) <= 1",), depends=("base",))
    theorems, done = [claim, CLAIM], {"base": judge(BASE, BUDGET)}
    alone, shared = (
        [(row.theorem, row.hypothesis, row.word, row.verdict.evidence) for row in rows]
        for rows in (dropped(theorems, done, budget=BUDGET), dropped(theorems, done, budget=BUDGET, jobs=2))
    )
    assert alone == shared
    assert [row[2] for row in alone[:2]] == ["refuted at n = 1, d = 1", "still proved"]


def test_another_unit_is_a_hypothesis():
    claim = Claim("c", "alpha > 0", model=Model(SOFTMAX))
    (row,) = dropped([claim], {}, budget=BUDGET)
    assert (row.hypothesis, row.verdict.status) == ("unit exp(s)", Status.REFUTED)
    assert list(weaker_claims(Claim("c", "alpha > 0"))) == []


def test_what_is_not_done_is_not_used():
    claim = Claim("c", "norm(b) + 1 >= 1", assume=("norm(x) <= 1",), proof=("norm(b) >= 0",), depends=("base", "gone"))
    (row,) = dropped([claim], {"base": judge(BASE, BUDGET)}, budget=BUDGET)
    assert row.verdict.claim.depends == ("base",)
    assert row.word == "still proved"


def test_undecided_is_open():
    claim = Claim("c", "n * norm(f)**2 >= 1", assume=("alpha > 0",))
    (row,) = dropped([claim], {}, budget=BUDGET)
    assert row.word == "open"


def test_what_is_on_record_is_not_judged_again(tmp_path, monkeypatch):
    store = Store(tmp_path)
    base = judge(BASE)
    store.save(base, 10.0, 0)
    claim = Claim("c", "norm(b) <= 1", assume=("norm(b) <= 1", "norm(x) <= 1"), depends=("base",))
    first = list(dropped([claim], {"base": base}, store, BUDGET))
    assert [row.word.split()[0] for row in first] == ["refuted", "still"]
    monkeypatch.setattr(ablation, "fate", None)
    again = list(dropped([claim], {"base": base}, store, BUDGET))
    assert lines(again) == lines(first)
    assert again[0].verdict.claim.depends == ()  # a witness needs nothing that the theorem rests on
    assert again[1].verdict.claim.depends == ("base",)


def test_a_witness_is_looked_for_before_a_proof(monkeypatch):
    monkeypatch.setattr(judged, "judge_after", None)
    assert judged.fate(Claim("c", "norm(b) <= 1"), {}, BUDGET).status is Status.REFUTED


def test_a_claim_that_cannot_be_read_is_invalid():
    assert judged.fate(Claim("c", "norm(b) <="), {}, BUDGET).status is Status.INVALID


def test_every_subject_has_a_theorem_and_every_theorem_a_hypothesis_that_carries_it():
    assert set(HEADLINES) == {
        "convexity", "closeness", "softmax spectrum", "positive units", "norm bounds", "Lipschitz", "softmax Lipschitz", "contraction",
    }  # fmt: skip
    assert set(CARRIES) <= {name for names in HEADLINES.values() for name in names}


@pytest.mark.parametrize("name", CARRIES)
def test_what_carries_each_theorem(name):
    """Without it there is a witness."""
    weaker = dict(weaker_claims(LEDGER.claims[name]))
    assert CARRIES[name] <= weaker.keys()
    for hypothesis in CARRIES[name]:
        found = judged.fate(weaker[hypothesis], {}, budget=1)
        assert found.status is Status.REFUTED, hypothesis

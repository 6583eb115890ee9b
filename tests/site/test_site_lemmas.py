"""A claim as a directive: no verdict without a record, and what is refuted never reads as if it were true."""

import pytest

from derivations import LEDGER
from docs import lemmas
from docs.formulas import about, assumptions, guards, relation, where
from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.judge.ledger import Ledger
from resmax_sym.models import Model
from resmax_sym.report.prose import reading

ROOT = Claim("root", "alpha == sum(u)", title="The root")
LEAF = Claim(
    "leaf",
    "norm(r) <= R",
    parameters={"R": "R >= 1", "k": ""},
    assume=("0 < alpha <= R",),
    let={"g": "2 * f", "r": "g - b", "unused": "f"},
    sizes={"n": (1, 2)},
    box={"t": "[-1, 1]"},
    depends=("root",),
)
LITTLE = Ledger([ROOT, LEAF])


def verdict(status, claim=LEAF):
    point = {"n": 1, "d": 1, "A": [["1"]], "x": ["0"], "b": ["1/2"], "R": "1"}
    evidence = {"witness": point} if status is Status.REFUTED else {"points": 5, "best": 0.0}
    return Verdict(claim, status, "a method", 0.0, evidence, ("alpha != 0",))


def test_without_a_record_there_is_no_verdict():
    text = lemmas.directive(LEAF, LITTLE, None)
    assert text.startswith("::::{prf:conjecture} leaf\n:label: leaf\n:class: open\n")
    assert "[not judged]" in text
    assert not any(str(status) in text for status in Status)


@pytest.mark.parametrize(
    ("status", "kind"), [(Status.PROVED, "lemma"), (Status.CERTIFIED, "lemma"), (Status.UNREFUTED, "conjecture")]
)
def test_verdict_decides_what_a_claim_is_called(status, kind):
    text = lemmas.directive(LEAF, LITTLE, verdict(status))
    assert text.startswith(f"::::{{prf:{kind}}} leaf\n")
    assert f"[{status}]{{.verdict .{status}}} (a method)" in text
    assert "not" not in text.split("$$")[0]


def test_refuted_claim_says_so_before_its_formula():
    text = lemmas.directive(LEAF, LITTLE, verdict(Status.REFUTED))
    assert text.startswith("::::{prf:observation}")
    assert "need *not* be true" in text.split("$$")[0]


def test_headline_is_a_theorem_only_where_it_holds():
    name = sorted(lemmas.HEADLINES)[0]
    claim = LEDGER.claims[name]
    assert lemmas.kind(claim, verdict(Status.PROVED, claim)) == "theorem"
    assert lemmas.kind(claim, verdict(Status.UNREFUTED, claim)) == "conjecture"
    assert lemmas.kind(claim, None) == "conjecture"


def test_formula_assumptions_and_abbreviations_are_the_claims_own():
    names = reading(LEAF)
    assert relation(LEAF.statement, names) == r"\lVert r \rVert \le R"
    assert assumptions(LEAF, names) == [r"R \ge 1", r"0 < \alpha \le R", r"n \in \{1, 2\}", "t \\in [-1, 1]"]
    assert relation("on_segment(alpha > 0)", names) == r"\alpha > 0 \text{ between } x \text{ and } y"
    assert where(LEAF, names) == [r"g = 2 \, f", "r = g - b"]


def test_conditions_that_hold_anyway_are_left_out():
    found = Verdict(LEAF, Status.PROVED, "a method", 0.0, {}, ("2 != 0", "alpha != 0"))
    assert guards(found, reading(LEAF)) == [r"\alpha \ne 0"]


@pytest.mark.parametrize(
    ("model", "every", "said"),
    [
        (Model(), True, "for every smooth unit"),
        (Model("exp(s)"), False, r"for $\varphi(s) = \exp(s)$"),
        (Model(head="plain"), True, "for every smooth unit, with the plain head"),
        (
            Model(inner_layer="max(s, 0)"),
            True,
            r"for every smooth unit, with $t = A_2 \, \rho(A_1 x)$, $\rho(s) = \max(s, 0)$",
        ),
    ],
)
def test_the_model_is_named_where_it_matters(model, every, said):
    assert about(model, every) == said


def test_links_lead_both_ways():
    assert "Rests on {prf:ref}`root`" in lemmas.directive(LEAF, LITTLE, None)
    assert "Used by {prf:ref}`leaf`" in lemmas.directive(ROOT, LITTLE, None)

"""The roots of the ledger are definitions, and a claim rests on the definition of every name that it uses."""

import dataclasses

import pytest

from derivations.soft_residual import CHAPTERS, CLAIMS, DEFINITIONS
from derivations.soft_residual.grounding import definitions_of, grounded, quantities
from derivations.soft_residual.names import CLAIMS as NAMES
from derivations.soft_residual.names import MEANINGS
from derivations.soft_residual.theorems import HEADLINES, ROOM
from resmax_sym.judge import Claim, Status, judge, judge_all
from resmax_sym.judge.basis import Basis, is_definition
from resmax_sym.judge.ledger import Ledger
from resmax_sym.models import AFTER, BEFORE, HEADS, SOFTMAX, Model

LEDGER = Ledger(CLAIMS)
IDS = {claim.id for claim in DEFINITIONS}
THEOREMS = {
    "theorem-gradient",
    "theorem-hessian",
    "theorem-low-rank",
    "regularised-definite",
    "lipschitz-gradient",
    "lipschitz-hessian",
}


def test_the_roots_are_the_definitions():
    assert set(LEDGER.roots()) == IDS
    assert all(not claim.depends for claim in DEFINITIONS)


def test_the_leaves_include_the_headlines():
    assert set(LEDGER.leaves()) >= THEOREMS


def test_every_claim_rests_on_the_definitions_of_its_names():
    ungrounded = Ledger(claim for chapter in CHAPTERS for claim in chapter.CLAIMS)
    assert len(ungrounded.roots()) > 2 * len(IDS)  # the rule has something to do
    for claim in CLAIMS:
        if claim.id not in IDS:
            below = set(LEDGER.rests_on(claim.id))
            assert set(definitions_of(claim)) <= below, claim.id
            assert below & IDS, claim.id


def test_there_is_a_definition_of_every_name():
    assert {*MEANINGS, "u"} == {"t", "u", "v", "w", *BEFORE, *HEADS["normalized"], *AFTER}


@pytest.mark.parametrize("claim", DEFINITIONS, ids=lambda claim: claim.id)
def test_definitions_hold_and_nothing_near_them_does(claim):
    assert judge(claim, budget=0.2).status is Status.PROVED
    wrong = dataclasses.replace(claim, statement=claim.statement.replace(" == ", " == 2 * ", 1))
    assert judge(wrong, budget=1).status is Status.REFUTED


def test_names_are_followed_down_to_the_data():
    model = Model()
    assert quantities(model.relation("norm(w) <= 1")) == {"w", "v", "u", "t"}
    assert quantities(model.relation("opnorm(A) <= 1")) == {"t"}
    assert quantities(model.relation("norm(b) <= 1")) == set()
    assert quantities(model.relation("L_reg >= 0")) == {"L_reg", "t"}
    assert quantities(model.relation("at(f, y) >= 0")) == {"f", "alpha", "u", "t"}


def test_assumptions_and_steps_name_things_too():
    claim = Claim("c", "norm(b) >= 0", assume=("alpha > 0",), proof=("norm(w) >= 0",))
    assert definitions_of(claim) == ["definition-u", "definition-t", "definition-v", "definition-w", "definition-alpha"]
    soft = dataclasses.replace(claim, model=Model(SOFTMAX))
    assert definitions_of(soft)[0] == "definition-u-softmax"


def test_numbers_stand_for_shares_unless_the_claim_says_what_they_are():
    bare = Claim("bare", "r + 1 >= 1", parameters={"r": "r >= 0"})
    *_, low, high = grounded((*NAMES, bare, dataclasses.replace(bare, id="above", depends=("bare",))), NAMES)
    assert low.depends == ("definition-alpha",)
    assert high.depends == ("bare",)
    *_, lemma = judge_all([LEDGER.claims["definition-alpha"], low], budget=0.2)
    assert lemma.status is Status.PROVED
    assert lemma.guards == ()  # it can be put to use entry by entry, wherever that is


def test_what_a_base_brings_is_not_listed_again():
    base, above = Claim("base", "sum(f) == 1"), Claim("above", "norm(c) >= 0", depends=("base",))
    *_, low, high = grounded((*NAMES, base, above), NAMES)
    assert low.depends == ("definition-u", "definition-t", "definition-alpha", "definition-f")
    assert high.depends == ("base", "definition-c")


def test_a_wrong_definition_takes_what_rests_on_it_along():
    wrong = dataclasses.replace(LEDGER.claims["definition-alpha"], statement="alpha == 2 * sum(u)")
    claims = [wrong if claim.id == wrong.id else claim for claim in CLAIMS]
    chosen = [*LEDGER.rests_on("derivative-alpha"), "derivative-alpha"]
    found = {v.claim.id: v.status for v in judge_all([c for c in claims if c.id in chosen], budget=0.2)}
    assert found["derivative-u"] is Status.PROVED
    assert found["derivative-alpha"] is Status.UNREFUTED
    assert {"gradient", "hessian", "lipschitz-hessian", "softmax-eigmin-b"} <= set(LEDGER.impact("definition-alpha"))


def test_a_definition_tells_a_proof_nothing_new():
    """Names are written out by every engine: definitions stay out of what a proof may take, so that they cost it no time."""
    claim = Claim("c", "norm(f) <= norm(u) / alpha", assume=("alpha > 0",))
    slopes = tuple(one.relation for one in NAMES if one.id in ("definition-v", "definition-w"))
    assert Basis.of(claim, [(one, ()) for one in NAMES]).known == slopes  # these speak of derivatives
    assert not is_definition(Claim("c", "f == v / alpha"))
    assert not is_definition(Claim("c", "u / alpha == f"))
    assert not is_definition(Claim("c", "f <= u / alpha"))


def test_tables_name_claims_of_the_ledger():
    named = [name for names in HEADLINES.values() for name in names]
    assert len(named) == len(set(named))
    assert {*named, *(case.claim for case in ROOM)} <= LEDGER.claims.keys()
    assert all(Status.PROVED in LEDGER.claims[name].expect for name in named)

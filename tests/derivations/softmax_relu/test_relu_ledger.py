"""Every claim of the chapter on softmax-ReLU regression has its verdict, rests on definitions, and says where it is undefined."""

import json

import pytest

import derivations
from benchmarks.mutants import changes
from derivations import LEDGER
from derivations.softmax_relu import (
    CHAPTERS,
    CLAIMS,
    DEFINITIONS,
    definitions,
    gradient,
    hessian,
    kinks,
    names,
    semidefinite,
)
from derivations.softmax_relu.grounding import definitions_of
from derivations.softmax_relu.names import LAYERED, MAPS
from resmax_sym import cli
from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.ablation import ablate
from resmax_sym.judge.certificate import Invalid, digest, replay
from resmax_sym.judge.slack import slack
from resmax_sym.lang import parse_relations, to_text

CLAIM = {claim.id: claim for claim in CLAIMS}
FIRST_HALF = (*definitions.CLAIMS, *gradient.CLAIMS, *hessian.CLAIMS, *kinks.CLAIMS, *semidefinite.CLAIMS)
PROVED = [claim.id for claim in FIRST_HALF if Status.PROVED in claim.expect]
REFUTED = [claim.id for claim in FIRST_HALF if Status.REFUTED in claim.expect]
IDENTITIES = [
    "relu-homogeneous",
    "relu-derivative-f",
    "relu-gradient",
    "relu-regulariser-hessian",
    "relu-gradient-tanh",
]

SOME = [
    "relu-scaling",
    "relu-layer-norm-product",
    "relu-loss-lipschitz",
    "relu-inactive-flat",
]

CONTROLS = {
    "relu-jacobian-t": "relu-jacobian-plain",
    "relu-homogeneous": "relu-not-linear",
    "relu-scaling": "relu-scaling-sign",
    "relu-layer-norm": "relu-layer-norm-product",
    "relu-lipschitz-t": "relu-lipschitz-t-sharp",
    "relu-gradient-back": "relu-gradient-sign",
    "relu-gradient-tanh": "relu-gradient-tanh-step",
    "relu-hessian": "relu-hessian-plain",
    "relu-hessian-low-rank": "relu-hessian-diagonal",
    "relu-hessian-softplus": "relu-hessian-softplus-plain",
    "relu-loss-lipschitz": "relu-loss-lipschitz-fifth",
    "relu-inactive-gradient": "relu-inactive-minimum",
    "relu-example-slope": "relu-example-slope-rows",
    "relu-eigmin-b": "relu-eigmin-b-sharp",
    "relu-hessian-below": "relu-hessian-below-sharp",
    "relu-softmax-psd": "relu-softmax-psd-weight",
    "relu-strong": "relu-strong-modulus",
    "relu-ridge": "relu-ridge-alone",
    "relu-regularised-psd": "relu-never-strong",
}
"""Theorem -> a neighbour of it that is false."""


def test_the_chapter_is_well_formed():
    assert [claim.id for chapter in CHAPTERS for claim in chapter.CLAIMS] == [claim.id for claim in CLAIMS]
    assert all(claim in derivations.CLAIMS and claim.title and claim.prose for claim in CLAIMS)
    assert len(FIRST_HALF) >= 50
    assert len(PROVED) >= 30
    assert len(REFUTED) >= 18


def test_the_roots_are_the_definitions():
    assert [claim.id for claim in CLAIMS if not claim.depends] == [claim.id for claim in DEFINITIONS]
    assert {claim.id for claim in DEFINITIONS} >= {*MAPS.values()}


def test_every_claim_rests_on_the_definitions_of_its_names():
    for claim in CLAIMS:
        if claim not in DEFINITIONS:
            assert {*definitions_of(claim)} <= {*LEDGER.rests_on(claim.id)}, claim.id
    bare = Claim("c", "opnorm(A1) >= 0", model=LAYERED)
    assert definitions_of(bare) == ["relu-definition-t"]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_text_of_a_claim_gives_its_tree_back(claim):
    assert parse_relations(to_text(claim.relation), claim.names) == [claim.relation]


@pytest.mark.parametrize("name", SOME)
def test_verdicts_are_as_expected(name, verdicts):
    """Of all claims `resmax-sym ledger` says so, which `make test` runs first."""
    assert verdicts[name].expected


def test_each_theorem_has_a_false_neighbour():
    for theorem, neighbour in CONTROLS.items():
        assert theorem in PROVED
        assert neighbour in REFUTED
    assert {*CONTROLS.values(), "relu-convexity", "relu-psd-not-convex"} <= {*REFUTED}


@pytest.mark.parametrize("name", IDENTITIES)
def test_a_changed_identity_is_refuted(name):
    claim = CLAIM[name]
    changed = dict(reversed([*changes(claim.relation.rhs, claim.model.names)]))
    left = to_text(claim.relation.lhs)
    wrong = Claim("c", f"{left} == {to_text(changed['one added'])}", model=claim.model)
    assert judge(wrong, budget=1).status is Status.REFUTED


@pytest.mark.parametrize(
    "name", ["relu-gradient", "relu-hessian", "relu-total-hessian", "relu-softmax-psd", "relu-homogeneous"]
)
def test_a_statement_with_a_gradient_is_outside_its_domain_on_a_kink(name, verdicts):
    assert "A1 @ x != 0" in verdicts[name].guards


@pytest.mark.parametrize(
    "name", ["relu-gradient-t", "relu-hessian-t", "relu-loss-lipschitz", "relu-lipschitz-t", "relu-eigmin-b"]
)
def test_a_statement_about_t_or_the_loss_speaks_of_kinks_too(name, verdicts):
    assert not any("A1" in guard for guard in verdicts[name].guards)


EVIDENCE = [
    "relu-homogeneous",
    "relu-scaling",
    "relu-loss-lipschitz",
    "relu-inactive-gradient",
    "relu-eigmin-b",
    "relu-strong",
]


@pytest.mark.parametrize("name", [*EVIDENCE, "relu-not-linear", "relu-psd-not-convex"])
def test_the_certificate_replays_and_a_tampered_one_does_not(name, verdicts):
    body = verdicts.certificate(name)
    assert replay(body).id == name
    other = {**body, "claim": [{**body["claim"][0], "statement": "t == 2 * t"}]}
    if "refuted" in CLAIM[name].expect:
        other["claim"][0]["statement"] = "t == t"
    with pytest.raises(Invalid):
        replay({**other, "digest": digest(other)})


def test_hypotheses_are_dropped_in_turn(verdicts):
    done = {base: verdicts[base] for base in CLAIM["relu-regularised-psd"].depends}
    found = {one.dropped: one.needed for one in ablate(CLAIM["relu-regularised-psd"], done, budget=0.5)}
    assert found == {"g >= 0": None, "eigmin(B) >= -g": True, "omega**2 >= g": True}


def test_the_room_of_a_bound_is_measured():
    (row,) = slack(CLAIM["relu-layer-norm"], budget=0.3)
    assert 0.5 * row.claimed <= row.found <= row.claimed * (1 + 1e-9)
    assert row.proved == pytest.approx(row.claimed)


def test_what_falls_with_the_jacobian(capsys):
    falls = LEDGER.impact("relu-jacobian-t")
    assert {"relu-derivative-f", "relu-gradient", "relu-hessian", "relu-softmax-psd", "relu-ridge"} <= {*falls}
    assert "relu-loss-lipschitz" not in falls
    assert cli.main(["ledger", "--impact", "relu-jacobian-t", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"claim": "relu-jacobian-t", "falls": falls}
    assert {"relu-eigmin-b", "relu-softmax-psd", "relu-softmax-strong"} <= {*LEDGER.impact("softmax-eigmin-b")}


def test_the_paper_is_named():
    assert {LEDGER.papers[claim.id] for claim in CLAIMS} == {"2308.08358"}
    assert all(claim.id.startswith("relu-") for claim in names.CLAIMS)

"""Certificates: replayed they hold up, changed anywhere they fail, and forged with a new digest they fail on their content."""

import json
import random

import pytest
from certified import CLAIMS, forge

from resmax_sym.judge import Claim, judge, judge_all
from resmax_sym.judge.certificate import Invalid, certificate, load, replay


@pytest.mark.parametrize("name", CLAIMS)
def test_holds_up(certificates, name):
    claim = replay(certificates[name])
    assert (claim.id, claim.statement) == (name, CLAIMS[name].statement)


@pytest.mark.parametrize("name", CLAIMS)
def test_one_changed_character_fails(certificates, name, tmp_path):
    text = json.dumps(certificates[name])
    draw = random.Random(name)
    for _ in range(60):
        k = draw.randrange(len(text))
        changed = text[:k] + draw.choice("0123456789abcdefxyz+-*/") + text[k + 1 :]
        path = tmp_path / "changed.json"
        path.write_text(changed)
        try:
            body = load(path)
        except Invalid:
            continue
        if body == certificates[name]:
            continue  # the same character was drawn
        with pytest.raises(Invalid):
            replay(body)


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("identity", "hess(L) == A.T @ diag(delta) @ A"),
        ("one unit", "u == 2 * v"),
        ("sizes", "B == 1 + 0 * B"),
        ("steps", "norm(b) <= 2"),
        ("box", "s**3 - s + 0.384 >= 0"),
        ("sizes and box", "inner(f, f) >= 0.51"),
        ("bounds", "norm(grad(L)) <= 0.9 * opnorm(A)"),
        ("steps with bounds", "psd((k + 1) * diag(omega**2) - 2 * k * (B + diag(omega**2)))"),
        ("assignment", "at(q, y) == q"),
        ("witness", "L >= 0"),
        ("spectrum", "eigmin(hess(L)) >= -1 * opnorm(A)**2"),
    ],
)
def test_forged_statement_fails(certificates, name, statement):
    def change(body):
        body["claim"][0]["statement"] = statement

    with pytest.raises(Invalid):
        replay(forge(certificates[name], change))


def test_forged_verdict_fails(certificates):
    for name, verdict in (("identity", "refuted"), ("witness", "proved"), ("box", "proved"), ("witness", "unrefuted")):
        with pytest.raises(Invalid):
            replay(forge(certificates[name], lambda body, verdict=verdict: body.update(verdict=verdict)))


def test_what_it_rests_on_is_replayed():
    base = Claim("base", "norm(c)**2 == 2 * L", assume=("n >= 2",))
    claim = Claim("top", "psd(diag(b))", assume=("n >= 2", "psd(diag(b))"), depends=("base",))
    first, second = judge_all([base, claim], budget=1)
    under = certificate(first)
    assert replay(json.loads(json.dumps(certificate(second, [under])))).id == "top"
    wrong = forge(
        certificate(second, [forge(under, lambda b: b["claim"][0].update(statement="L == 1"))]), lambda b: None
    )
    with pytest.raises(Invalid):
        replay(wrong)
    stronger = Claim("top", "norm(b) <= 1", assume=("norm(b) <= 1",))
    elsewhere = certificate(judge(stronger), [under])  # base assumes n >= 2, the claim does not
    with pytest.raises(Invalid, match="not known where"):
        replay(json.loads(json.dumps(elsewhere)))


def test_one_text_of_two_meanings_is_not_known():
    """norm(x) <= g is assumed by both, but g is 1 in one of them and 5 in the other."""
    base = Claim("base", "norm(x) <= 1", let={"g": "1"}, assume=("norm(x) <= g",), proof=("norm(x) <= g",))
    under = json.loads(json.dumps(certificate(judge(base))))
    assert replay(under).id == "base"
    top = {"let": {"g": "5"}, "assume": ["norm(x) <= g"], "id": "top", "statement": "norm(x) <= 1"}
    forged = forge(under, lambda body: body.update(claim=[top], evidence={"steps": []}, known=[under]))
    with pytest.raises(Invalid, match="not known where"):
        replay(forged)


@pytest.mark.parametrize("guards", [[], 5, ["x != 0"]])
def test_guards_are_part_of_what_is_shown(certificates, guards):
    with pytest.raises(Invalid):
        replay(forge(certificates["identity"], lambda body: body.update(guards=guards)))

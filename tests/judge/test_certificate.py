"""Certificates: replayed they hold up, changed anywhere they fail, and forged with a new digest they fail on their content."""

import copy
import json
import random

import pytest

from resmax_sym.judge import Claim, judge, judge_all
from resmax_sym.judge.certificate import Invalid, certificate, digest, load, read_point, replay
from resmax_sym.lang import LanguageError
from resmax_sym.models import SOFTMAX, Model

MAX = Model(SOFTMAX)
CLAIMS = {
    "identity": Claim("identity", "hess(L) == A.T @ B @ A"),
    "one unit": Claim("one unit", "u == v", model=MAX),
    "sizes": Claim("sizes", "B == 0 * B", sizes={"n": (1,)}),
    "steps": Claim(
        "steps", "norm(b) <= 3", assume=("norm(b) <= norm(f)", "norm(f) <= 3"), proof=("norm(b) <= norm(f)",)
    ),
    "box": Claim("box", "s**3 - s + 0.386 >= 0", parameters={"s": ""}, box={"s": "[0, 1]"}),
    "sizes and box": Claim(
        "sizes and box", "inner(f, f) >= 0.45", model=MAX, sizes={"n": (1, 2), "d": (1,)}, box={"t": "[-1/4, 1/4]"}
    ),
    "bounds": Claim("bounds", "norm(grad(L)) <= opnorm(A)", assume=("norm1(b) <= 1",), model=MAX),
    "steps with bounds": Claim(
        "steps with bounds",
        "psd((k + 1) * diag(omega**2) - k * (B + diag(omega**2)))",
        parameters={"g": "g >= 0", "k": "k > 1"},
        assume=("eigmax(B) <= g", "omega**2 >= k * g"),
        proof=("psd(diag(omega**2) - k * B)",),
    ),
    "assignment": Claim("assignment", "at(f, y) == f", assume=("y == -x",), model=Model("cosh(s)")),
    "witness": Claim("witness", "L <= R / 2", assume=("norm1(b) <= R",), parameters={"R": "R >= 1"}),
    "spectrum": Claim("spectrum", "eigmin(hess(L)) >= -0.2 * opnorm(A)**2", assume=("norm1(b) <= 1",), model=MAX),
}


@pytest.fixture(scope="module")
def certificates():
    return {name: json.loads(json.dumps(certificate(judge(claim, budget=5)))) for name, claim in CLAIMS.items()}


def forge(body, change):
    """The certificate after `change`, with a digest that fits."""
    body = copy.deepcopy(body)
    change(body)
    return {**body, "digest": digest(body)}


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


def test_forged_witness_fails(certificates):
    body = certificates["witness"]

    def outside(body):
        body["evidence"]["witness"]["b"] = ["100"] * body["evidence"]["witness"]["n"]

    def missing(body):
        del body["evidence"]["witness"]["x"]

    def wrong_shape(body):
        body["evidence"]["witness"]["b"] = ["1"] * 7

    def not_a_number(body):
        body["evidence"]["witness"]["R"] = "__import__('os')"

    for change in (outside, missing, wrong_shape, not_a_number):
        with pytest.raises(Invalid):
            replay(forge(body, change))


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


def test_nothing_to_certify():
    with pytest.raises(Invalid, match="unrefuted"):
        certificate(judge(Claim("c", "L <= norm(b)**2 + norm(f)**2"), budget=0.1))


def test_unreadable_files(tmp_path):
    with pytest.raises(Invalid, match="no such file"):
        load(tmp_path / "none.json")
    for text in ("", "{", "[]", '{"format": 99}', "[" * 100_000):
        path = tmp_path / "bad.json"
        path.write_text(text)
        with pytest.raises(Invalid):
            load(path)


def test_points_are_rational():
    with pytest.raises(LanguageError):
        read_point({"n": 1, "d": 1, "x": ["1/0"]})


def test_one_text_of_two_meanings_is_not_known():
    """norm(x) <= g is assumed by both, but g is 1 in one of them and 5 in the other."""
    base = Claim("base", "norm(x) <= 1", let={"g": "1"}, assume=("norm(x) <= g",), proof=("norm(x) <= g",))
    under = json.loads(json.dumps(certificate(judge(base))))
    assert replay(under).id == "base"
    top = {"let": {"g": "5"}, "assume": ["norm(x) <= g"], "id": "top", "statement": "norm(x) <= 1"}
    forged = forge(under, lambda body: body.update(claim=[top], evidence={"steps": []}, known=[under]))
    with pytest.raises(Invalid, match="not known where"):
        replay(forged)


@pytest.mark.parametrize("size", [0, -1, 2.5, "2", True, None])
def test_sizes_are_positive_integers(size):
    with pytest.raises(LanguageError):
        read_point({"n": size, "d": 1})


@pytest.mark.parametrize("entry", ["1e999999999", "9" * 2000, "1_0", "0x1", "nan", "inf", "", " ", "1/2/3", "٣"])
def test_entries_are_rationals_of_some_length(entry):
    for value in (entry, [entry], [["1", entry]]):
        with pytest.raises(LanguageError):
            read_point({"n": 1, "d": 1, "x": value})


@pytest.mark.parametrize("guards", [[], 5, ["x != 0"]])
def test_guards_are_part_of_what_is_shown(certificates, guards):
    with pytest.raises(Invalid):
        replay(forge(certificates["identity"], lambda body: body.update(guards=guards)))


@pytest.mark.parametrize("witness", [[], "x", 3, {"n": 1, "d": 1, "x": {}}])
def test_a_witness_of_another_kind_is_refused(certificates, witness):
    with pytest.raises(Invalid):
        replay(forge(certificates["witness"], lambda body: body["evidence"].update(witness=witness)))

"""The evidence of every kind of verdict in words: what was done, with the numbers that are on record and no others."""

import re
from html import unescape

import pytest

from resmax_sym.judge import Claim, Status, Verdict, judge, judge_all
from resmax_sym.report.evidence_page import evidence, witness
from resmax_sym.report.prose import reading


def words(verdict):
    """The text without its markup."""
    html = evidence(verdict, reading(verdict.claim))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def judged(*args, budget=0.1, **fields):
    return judge(Claim("c", *args, **fields), budget)


def test_normal_form():
    verdict = judged("sum(f) == 1")
    assert verdict.evidence["every_unit"]
    assert (
        words(verdict)
        == "Both sides have one normal form, for every smooth unit; by a second route they agree at 4 sizes modulo two primes."
    )
    assert "for this unit" in words(judged("u == exp(t) + t"))


def test_balls_are_named_where_primes_have_no_meaning():
    verdict = Verdict(Claim("c", "u == u"), Status.PROVED, "normal form", 0, {
        "every_unit": True, "unfolded": False, "normal_forms": {}, "second_route": "0 sizes modulo two primes, 4 in balls",
    })  # fmt: skip
    assert words(verdict).endswith("they agree at 4 sizes in balls.")


def test_bounds_name_every_rule_and_the_search_against_them():
    verdict = judged("norm(b) <= 2 * k", assume=("norm(b) <= k",), parameters={"k": "k >= 1"})
    said = words(verdict)
    assert said.startswith(f"By bounds in {len(verdict.evidence['bounds']['steps'])} steps: ")
    assert all(rule in said for rule in verdict.evidence["rules"])
    assert "Left to compare: k ≤ 2 k ." in said
    assert said.endswith(f"A search for a counterexample at {verdict.evidence['points']} points (seed 0) found none.")


def test_steps_are_listed_with_what_shows_each():
    verdict = judged("f <= omega", assume=("f <= u", "u <= omega"), proof=("u >= f",))
    assert evidence(verdict, reading(verdict.claim)).count("<li>") == 2 == len(verdict.evidence["steps"])
    assert "u ≥ f By bounds" in words(verdict)


def test_a_witness_is_exact():
    verdict = judged("u == v")
    html = evidence(verdict, {})
    assert "breaks the statement and meets every assumption" in html
    for name, value in verdict.evidence["witness"].items():
        assert f"<mi>{name}</mi><mo>=</mo>" in html
        assert isinstance(value, int) or "<mtable>" in html
    assert "search" not in html


def test_numbers_and_matrices():
    html = witness({"n": 2, "A": [["1/3", "-2"], ["0", "-1/2"]], "b": ["1", "0"], "eta": "-1/7"})
    assert html.count("<mtr>") == 4
    assert html.count("<mtd>") == 6
    assert "<mfrac><mn>1</mn><mn>3</mn></mfrac>" in html
    assert "<mi>η</mi><mo>=</mo><mrow><mo>−</mo><mfrac><mn>1</mn><mn>7</mn></mfrac></mrow>" in html


def test_an_enclosure_says_how_far_it_is_from_zero():
    verdict = judged("exp(k) - 2*k**2 > 1/2", parameters={"k": ""}, box={"k": "[0, 1]"})
    assert verdict.status is Status.CERTIFIED, verdict
    assert f"on {verdict.evidence['boxes']} piece" in words(verdict)
    assert verdict.evidence["enclosure"] in words(verdict)
    certified = Verdict(Claim("c", "u == u"), Status.CERTIFIED, "enclosure", 0, {
        "boxes": 1, "skipped": 2, "digits": 20, "enclosure": "[0.5, 1]", "sizes": [{}], "points": 7, "seed": 0,
    })  # fmt: skip
    said = words(certified)
    assert said.startswith(
        "Ball arithmetic with 20 digits on 1 piece of the box, 2 pieces left out where an assumption fails;"
    )
    assert "[0.5, 1]" in said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"best": -1.0, "ratio": 0.25}, "One side over the other came to 0.25 at most."),
        (
            {"best": 1e-9, "ratio": None},
            "The largest violation in floating point is 1e-09; no exact point confirmed it.",
        ),
        ({"best": -1.0, "ratio": None, "stopped_by_clock": True}, "The clock stopped it."),
    ],
)
def test_what_is_open_is_said_to_be_open(fields, said):
    record = {"points": 5, "sizes": [{"n": 1, "d": 1}], "seed": 3, "stopped_by_clock": False, **fields}
    text = words(Verdict(Claim("c", "u == u"), Status.UNREFUTED, "search", 0, record))
    assert text.startswith("Not decided: a search at 5 points of 1 size (seed 3) found no counterexample.")
    assert text.endswith(said)


def test_a_step_that_fails_is_named():
    verdict = judged("eigmax(B) <= 3", proof=("eigmax(B) <= 2.9",), assume=("t >= 1", "norm1(b) <= 1"))
    assert "Step 1 could not be shown" in words(verdict), verdict.evidence
    failed = {"failed_step": {"number": 1, "statement": "u >= 0", "reason": "<i>"}, "points": 0, "best": -1.0}
    text = evidence(Verdict(Claim("c", "u == u"), Status.UNREFUTED, "search", 0, failed), reading(Claim("c", "u == u")))
    assert "Step 1 could not be shown (&lt;i&gt;): <math>" in text


def test_vacuous_and_invalid_give_their_reason():
    assert judged("u == u", assume=("n <= 0",)).status is Status.VACUOUS
    assert words(judged("u == u", assume=("n <= 0",))) == "n <= 0, yet n > 0 by what else is assumed."
    assert "unknown name 'nothing'" in words(judged("u == nothing"))


def test_what_rests_on_something_open_says_so():
    claims = [Claim("base", "u == v"), Claim("top", "f == f", depends=("base",))]
    assert "It rests on base, which is not proved." in words(list(judge_all(claims, 0.05))[1])


def test_the_ways_of_a_proof_that_have_no_numbers():
    for method, evidence_, said in [
        ("normal form after assignment", {"assigned": ["b == 0"]}, "once b == 0 is put in"),
        ("normal form at each size", {"sizes": [{"n": 1}, {"n": 2, "d": 1}]}, "at each size: n = 1; n = 2, d = 1."),
        (
            "pairs of entries",
            {"pairs": {"cases": [{}, {}], "premises": [{"claim": "norm1(b) <= 1"}]}},
            "in each of 2 cases",
        ),
    ]:
        assert said in words(Verdict(Claim("c", "u == u"), Status.PROVED, method, 0, evidence_))

"""Slack on record: measured once, read again, and measured anew when the claim, its fate or the program is another."""

import dataclasses
import json

import pytest

from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.judge.ledger import Ledger
from resmax_sym.judge.slack import Case
from resmax_sym.report import room
from resmax_sym.report.evidence_page import slack_table
from resmax_sym.report.ledger_page import page
from resmax_sym.report.room import rooms
from resmax_sym.report.slack import Row, measure

CLAIM = Claim("bound", "norm(b) <= 2 * k", parameters={"k": "k >= 1"}, assume=("norm(b) <= k",))
CASES = [Case("bound", "norm of b", "k", value, {"k": value}, {"n": (2,), "d": (1,)}) for value in ("1", "3")]
ELSEWHERE = Case("absent", "nothing", "n", "1")
PROVED = {"bound": Verdict(CLAIM, Status.PROVED, "bound calculus", 0)}


@pytest.fixture
def counted(monkeypatch):
    """The cases that are measured; the search has no more than a moment."""
    seen = []

    def counting(case, claim, settled):
        seen.append(case.value)
        return measure(case, claim, settled, 0.05)

    monkeypatch.setattr(room, "measure", counting)
    return seen


def test_what_is_not_on_record_is_left_out_unless_it_is_asked_for(tmp_path, counted):
    file = tmp_path / "slack.json"
    assert rooms([*CASES, ELSEWHERE], PROVED, file) == {}
    assert not file.exists()
    told = []
    found = rooms([*CASES, ELSEWHERE], PROVED, file, True, told.append)
    assert told == ["slack of bound at k = 1", "slack of bound at k = 3"]
    assert [row.case for row in found["bound"]] == CASES
    for row, k in zip(found["bound"], (1, 3), strict=True):
        assert row.claimed == pytest.approx(2 * k)
        assert row.proved == pytest.approx(k)  # the calculus knows norm(b) <= k
        assert row.found == pytest.approx(k, rel=1e-3)
    assert rooms([*CASES, ELSEWHERE], PROVED, file) == found == rooms(CASES, PROVED, file, True)
    assert counted == ["1", "3"]


@pytest.mark.parametrize("change", ["claim", "fate", "program"])
def test_numbers_of_something_else_are_not_taken_over(tmp_path, counted, monkeypatch, change):
    file = tmp_path / "slack.json"
    rooms(CASES, PROVED, file, True)
    verdict = PROVED["bound"]
    if change == "claim":
        verdict = dataclasses.replace(verdict, claim=dataclasses.replace(CLAIM, statement="norm(b) <= 3 * k"))
    elif change == "fate":
        verdict = dataclasses.replace(verdict, status=Status.UNREFUTED)
    else:
        monkeypatch.setattr(room, "program", lambda: "another")
    assert rooms(CASES, {"bound": verdict}, file) == {}


@pytest.mark.parametrize("text", ["", "[1]", '{"a": 1}', '{"a": ["x", 1, 2]}', "\x00"])
def test_a_damaged_file_is_as_good_as_none(tmp_path, counted, text):
    file = tmp_path / "slack.json"
    file.write_text(text)
    assert rooms(CASES, PROVED, file) == {}
    assert len(rooms(CASES[:1], PROVED, file, True)["bound"]) == 1
    assert all(len(row) == 3 for row in json.loads(file.read_text()).values())


def test_the_page_shows_it_beside_the_evidence():
    rows = [
        Row(CASES[0], 2.0, 1.0, 0.5),
        Row(dataclasses.replace(CASES[1], value="inf", along="tau"), None, None, None),
    ]
    table = slack_table(rows)
    assert "<caption>norm of b</caption>" in table
    assert "<td>2</td><td>1</td><td>0.5</td><td>2</td>" in table
    assert "<mi>τ</mi><mo>=</mo><mn>∞</mn></math></th><td>-</td><td>-</td><td>-</td><td>-</td>" in table
    assert slack_table([]) == ""
    with_room = page(Ledger([CLAIM]), PROVED.values(), rooms={"bound": rows})
    assert f"<dt>Slack</dt><dd>{table}</dd>" in with_room
    assert "<dt>Slack</dt>" not in page(Ledger([CLAIM]), PROVED.values())

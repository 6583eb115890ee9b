"""Ablation and slack are reported as asked for: aligned lines for a reader, plain data for a program."""

import json
from fractions import Fraction

import pytest

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.slack import Slack
from resmax_sym.report.probes import Probes, aligned, probe

BUDGET = 0.1
CLAIM = Claim("bound", "k * s <= k", parameters={"s": "s <= 1", "k": "k >= 0"}, assume=("norm(b) <= 1",))


def probed(claim=CLAIM, ablation=True, room=True):
    """What was found, and what was said meanwhile."""
    said = []
    return probe(judge(claim, BUDGET), [], BUDGET, 0, ablation, room, said.append), said


@pytest.fixture(scope="module")
def both():
    return probed()


def test_every_hypothesis_has_a_line(both):
    lines = both[0].text().splitlines()
    assert lines[:4] == [
        "bound",
        "  without s <= 1        refuted  needed",
        "  without k >= 0        refuted  needed",
        "  without norm(b) <= 1  proved   not needed",
    ]


def test_slack_is_a_table(both):
    head, *rows = both[0].text().splitlines()[4:]
    assert head.split("  ")[1] == "parameters"
    assert [head.count(word) for word in ("claimed", "best found", "best proved")] == [1, 1, 1]
    assert len(rows) == len(both[0].slack) > 0
    assert all(row.startswith("  s = ") for row in rows)
    assert len({row.index("n = ") for row in rows}) == 1  # in a column


def test_data_are_plain(both):
    data = both[0].to_json()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["ablation"][0] == {"dropped": "s <= 1", "verdict": "refuted", "needed": True}
    for row in data["slack"]:
        assert list(row) == ["parameters", "sizes", "claimed", "found", "proved"]
        assert row["found"] <= row["claimed"] + 1e-9
        assert all(isinstance(value, str) for value in row["parameters"].values())


def test_progress_speaks_of_each_step(both):
    found, said = both
    assert said[0] == "bound without s <= 1: refuted"
    assert len(said) == len(found.ablation) + len(found.slack)


@pytest.mark.parametrize(("ablation", "room"), [(False, False), (True, False), (False, True)])
def test_only_what_is_asked_for(ablation, room):
    found, _ = probed(Claim("c", "s <= 1", parameters={"s": "s == 1"}), ablation, room)
    assert list(found.to_json()) == ["ablation"] * ablation + ["slack"] * room
    assert ("without" in found.text()) == ablation
    assert ("claimed" in found.text()) == room
    assert (found.text() == "") == (not ablation and not room)


@pytest.mark.parametrize(
    ("claim", "status", "text"),
    [
        (
            Claim("free", "sum(f) == 1"),
            Status.PROVED,
            "free\n  assumes nothing\n  no inequality between numbers, so no slack",
        ),
        (
            Claim("false", "u == v", assume=("n >= 2",)),
            Status.REFUTED,
            "false\n  refuted as it stands\n  no inequality between numbers, so no slack",
        ),
        (Claim("no claim", "u == uu"), Status.INVALID, ""),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_where_there_is_nothing_to_probe(claim, status, text):
    found, said = probed(claim)
    assert found.status is status
    assert found.text() == text
    assert found.to_json() == {"ablation": [], "slack": []}
    assert said == []


def test_no_valid_point_is_said():
    claim = Claim("empty", "norm(x) <= k", parameters={"k": "k**2 == 2"})
    text = probed(claim, ablation=False)[0].text()
    assert text.splitlines()[-1].split("  ")[-1].strip() == "-"
    assert "none valid" in text


def test_infinite_numbers_are_left_out_of_the_data():
    row = Slack({"k": Fraction(1, 2)}, {"n": 1, "d": 1}, float("inf"), float("nan"), None)
    found = Probes(Status.PROVED, CLAIM, slack=[row])
    (data,) = found.to_json()["slack"]
    assert data == {
        "parameters": {"k": "1/2"},
        "sizes": {"n": 1, "d": 1},
        "claimed": None,
        "found": None,
        "proved": None,
    }
    assert "inf" in found.text()


def test_columns_are_as_wide_as_they_need_to_be():
    assert aligned([("a", "bb", ""), ("ccc", "d", "e")]) == ["  a    bb", "  ccc  d   e"]
    assert aligned([]) == []

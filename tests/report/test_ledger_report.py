"""The ledger as data, as lines, as a table that fits a narrow terminal, and as a picture that is the same every time."""

import dataclasses
import io
import json
import re

import pytest
from rich.console import Console

from resmax_sym.judge import Claim, Status, judge_all
from resmax_sym.judge.ledger import Ledger
from resmax_sym.judge.store import Store
from resmax_sym.report.ledger import PAINT, as_json, draw, lines, table, tally

BUDGET = 0.1
LEDGER = Ledger(
    [
        Claim("base", "norm(c)**2 == 2 * L", assume=("f <= u",)),
        Claim("top", "f <= omega", parameters={"k": "k >= 1", "r": ""}, assume=("f <= u", "u <= omega"), depends=("base",)),
        Claim("[bold]false", "u == v", depends=("base", "top")),
        Claim("known to be false", "f == u", expect=(Status.REFUTED,)),
    ],
    {"base": "2309.13482"},
)  # fmt: skip


@pytest.fixture(scope="module")
def verdicts():
    return list(judge_all(LEDGER.order(), BUDGET))


def test_data(verdicts):
    data = as_json(LEDGER, iter(verdicts))
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    (_, top, false, _) = data["claims"]
    assert list(top) == ["id", "paper", "verdict", "method", "assume", "depends", "digest"]
    assert (top["assume"], top["depends"]) == (["k >= 1", "f <= u", "u <= omega"], ["base"])
    assert [claim["paper"] for claim in data["claims"]] == ["2309.13482", None, None, None]
    assert false["verdict"] == "refuted"


def test_the_digest_is_that_of_the_certificate_on_record(verdicts, tmp_path):
    assert any("steps" in v.evidence and v.claim.depends for v in verdicts)
    store = Store(tmp_path)
    for verdict in verdicts:
        store.save(verdict, BUDGET, 0)
    kept = [json.loads(store.path(v.claim.id).read_text())["digest"] for v in verdicts]
    assert [claim["digest"] for claim in as_json(LEDGER, verdicts)["claims"]] == kept
    assert len(set(kept)) == len(kept)


def test_lines_are_one_for_each_claim(verdicts):
    head, *rows = lines(verdicts).splitlines()
    assert head.split() == ["claim", "verdict", "method", "rests", "on"]
    assert [row[: head.index("verdict")].strip() for row in rows] == list(LEDGER.claims)
    assert "  refuted (unexpected)  " in rows[2]
    assert rows[2].endswith("base, top")
    assert "unexpected" not in rows[3]
    assert not any(row.endswith(" ") for row in (head, *rows))


@pytest.mark.parametrize("width", [80, 160])
def test_the_table_fits_a_terminal(verdicts, width):
    screen = Console(file=io.StringIO(), width=width)
    screen.print(table(verdicts))
    text = screen.file.getvalue()
    assert max(map(len, text.splitlines())) <= width
    for claim in LEDGER.claims.values():
        assert claim.id in text
    assert "[bold]false        refuted (unexpected)" in text
    assert "rests on base, top" in text


def test_the_table_counts_and_names_definitions_by_what_they_define(verdicts):
    many = [dataclasses.replace(v, claim=dataclasses.replace(v.claim, depends=depends)) for v, depends in zip(
        verdicts, [("definition-u", "lemma", "relu-definition-L_tot"), ("definition-u",), ("lemma",), ()], strict=True
    )]  # fmt: skip
    screen = Console(file=io.StringIO(), width=120)
    screen.print(table(iter(many)))
    text = screen.file.getvalue()
    assert "rests on lemma, the definitions of u L_tot\n" in re.sub(" +\n", "\n", text)
    assert "rests on the definition of u\n" in re.sub(" +\n", "\n", text)
    assert text.count("rests on") == 3
    assert text.rstrip().endswith("4 claims: 2 proved, 2 refuted; 1 unexpected")
    assert tally(verdicts[:1]) == "1 claim: 1 proved"
    assert "definition-u, lemma" in lines(many)  # in a pipe they can be looked for


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_the_picture_is_the_same_every_time(verdicts, tmp_path, suffix, start):
    pytest.importorskip("matplotlib")
    found = {v.claim.id: v for v in verdicts}
    paths = [tmp_path / f"{name}{suffix}" for name in "ab"]
    for path in paths:
        draw(LEDGER, found, path)
    first, second = (path.read_bytes() for path in paths)
    assert first.startswith(start)
    assert first == second


def test_the_picture_shows_verdicts_by_colour(verdicts, tmp_path):
    pytest.importorskip("matplotlib")
    draw(LEDGER, {v.claim.id: v for v in verdicts}, tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text().lower()
    seen = {v.status for v in verdicts}
    assert seen == {Status.PROVED, Status.REFUTED}
    assert all(PAINT[status].lower() in text for status in seen)
    assert PAINT[Status.CERTIFIED].lower() not in text
    assert set(PAINT) == set(Status)

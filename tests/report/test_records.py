"""A notebook reads verdicts: from the record where there is one, and each of them is checked again."""

import json

import pytest

from resmax_sym.judge import Claim, Status
from resmax_sym.judge.ledger import Ledger, LedgerError
from resmax_sym.report.records import judged, records

LEDGER = Ledger(
    [
        Claim("base", "norm(b) >= 0"),
        Claim("top", "norm(b) + 1 >= 1", depends=("base",)),
        Claim("false", "norm(b) >= 1"),
        Claim("other", "norm(x) >= 0"),
    ]
)


def test_the_part_that_is_asked_for():
    found = judged(LEDGER, ["top", "false"], jobs=1)
    assert {name: str(one.status) for name, one in found.items()} == {
        "base": "proved",
        "top": "proved",
        "false": "refuted",
    }
    assert list(LEDGER.part(["top"]).claims) == ["base", "top"]
    with pytest.raises(LedgerError, match=r"'tops'.*top"):
        LEDGER.part(["tops"])


def test_records_are_found_above_and_checked(tmp_path, monkeypatch):
    folder = tmp_path / "build" / "ledger"
    folder.mkdir(parents=True)
    (below := tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(below)
    assert records().folder == folder
    judged(LEDGER, ["false"], jobs=1)
    (path,) = folder.iterdir()
    known = json.loads(path.read_text())
    known["evidence"]["witness"]["b"] = ["5"]
    path.write_text(json.dumps(known))
    again = judged(LEDGER, ["false"], jobs=1)["false"]
    assert again.status is Status.REFUTED
    assert again.evidence["witness"]["b"] != ["5"]


def test_without_records(tmp_path):
    assert records(tmp_path) is None

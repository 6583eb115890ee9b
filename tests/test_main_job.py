"""verify: every verdict as expected, on record, and checked again from the record; the tables hold every line."""

import contextlib
import functools
import io
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

import derivations
from resmax_sym import cli, commands, report
from resmax_sym.judge import Status
from resmax_sym.judge.certificate import LASTING, load, replay
from resmax_sym.judge.store import Store
from resmax_sym.models import Model

VERIFY = sys.modules["resmax_sym.report.verify"]  # the function of that name hides the module
ABOUT_ONE_UNIT = {"definition-u", "half-line-jerk"}


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main(list(arguments))
    return code, out.getvalue(), err.getvalue()


RECORDS = Path(__file__).parents[1] / "build" / "ledger"
"""Where `make test` has put the verdicts; what is missing is judged here."""


def test_main_job(monkeypatch):
    """One test, so that the ledger is read once; the derivatives at all their points are another's."""
    monkeypatch.setattr(VERIFY, "POINTS", 4)
    # `make test` has just judged what is on record, or checked it again; some of it is once more below.
    monkeypatch.setattr(Store, "load", functools.partialmethod(Store.load, again=False))
    reports = []
    monkeypatch.setattr(report, "verify", lambda *args: reports.append(VERIFY.verify(*args)) or reports[-1])
    code, out, err = run("verify", "--json", "--jobs", "1", "--certificates", str(RECORDS))
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    data = json.loads(out)
    check_data(data)
    check_verdicts(reports[0].verdicts)
    check_records(Store(RECORDS))
    monkeypatch.setattr(report, "verify", lambda *args: reports[0])
    monkeypatch.setattr(commands.verify, "judged_ledger", lambda *args: reports[0].verdicts)
    check_tables(*run("verify", "--jobs", "1", "--certificates", str(RECORDS)))


def check_data(data):
    assert data["failures"] == []
    assert [claim["id"] for claim in data["claims"]] == [claim.id for claim in derivations.CLAIMS]
    for claim in data["claims"]:
        assert {"id", "verdict", "method", "seconds", "evidence"} <= claim.keys()
        assert claim["verdict"] in list(Status)
    assert all(part["passed"] for part in data["derivatives"] + data["generated"] + data["fits"])
    assert {fit["data"] for fit in data["fits"]} == {"diabetes", "digits"}
    assert len(data["generated"]) == 3
    assert json.loads(json.dumps(data, allow_nan=False)) == data  # NaN and infinity are not JSON


def check_verdicts(verdicts):
    count = Counter(verdict.status for verdict in verdicts)
    assert count[Status.PROVED] >= 0.6 * len(derivations.CLAIMS)
    assert not count[Status.INVALID] + count[Status.VACUOUS]
    for verdict in verdicts:
        assert verdict.expected, verdict
        if verdict.method.startswith("normal form") and verdict.claim.model == Model() and not verdict.claim.sizes:
            assert verdict.evidence["every_unit"] or verdict.claim.id in ABOUT_ONE_UNIT
        if verdict.status is Status.REFUTED:
            assert {"n", "d"} < verdict.evidence["witness"].keys()


def check_records(store):
    """Verdicts that last: three of each kind from the file alone as `replay` reads it, changed in one place none.

    `make test` has put them all on record or checked them again before, and `make verify` checks all that is on record.
    """
    kinds = defaultdict(list)
    for claim in derivations.CLAIMS:
        body = load(store.path(claim.id))
        body.pop("record")
        if body["verdict"] in list(map(str, LASTING)):
            with pytest.raises(ValueError, match="digest"):
                replay({**body, "guards": ["nothing"]})
            kinds[body["verdict"], body["method"].partition(" in ")[0].partition(",")[0]].append((claim, body))
    assert len(kinds) >= 6
    for found in kinds.values():
        for claim, body in (found[0], found[len(found) // 2], found[-1]):
            assert replay(body).statement == claim.statement


def check_tables(code, out, err):
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    lines = out.splitlines()
    for claim in derivations.CLAIMS:
        (row,) = [line for line in lines if line.split()[:1] == [claim.id]]
        assert any(status in row for status in claim.expect)
    assert "in sync" in out
    assert "All as expected" in lines[-1]

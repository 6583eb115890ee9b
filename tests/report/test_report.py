"""A report passes only if every part of it does, and its tables name what failed."""

import dataclasses
import io

import numpy as np
import pytest
from rich.console import Console

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.oracle import Comparison
from resmax_sym.models import Model
from resmax_sym.report import Report
from resmax_sym.report.fits import AGREEMENT, DATA, Fit
from resmax_sym.report.tables import console, tables
from resmax_sym.report.verify import Timed

FIT = Fit("diabetes", 442, 10, "exp(s) + s", 1e-4, 1e-12, 4, "done", True, 1e-16, 1e-12)


def report(true="alpha == sum(u)", error=1e-90, points=200, in_sync=True, **fit):
    """A report in which everything is as expected, but for what is asked for."""
    verdict = judge(Claim("a-claim", true))
    comparison = Comparison(Model(), Model().parse("grad(L)"), points, error, wanted=200)
    code = Timed("generated/x.py", in_sync, "equal bytes" if in_sync else "3 lines differ", 0.1)
    return Report([verdict], [(comparison, 0.1)], [code], [(dataclasses.replace(FIT, **fit), 0.1)])


def printed(found):
    target = Console(file=io.StringIO(), width=160)
    target.print(tables(found))
    return target.file.getvalue()


def test_everything_as_expected():
    assert report().failures == []
    text = printed(report())
    for word in (
        "a-claim",
        "proved",
        "grad(L)",
        "200",
        "1e-90",
        "in sync",
        "diabetes",
        "All as expected: 1 claims proved",
    ):
        assert word in text


def test_every_verdict_is_counted_as_what_it_is():
    found = report()
    (verdict,) = found.verdicts
    fates = (Status.PROVED, Status.PROVED, Status.CERTIFIED, Status.REFUTED, Status.UNREFUTED)
    claim = dataclasses.replace(verdict.claim, expect=fates)
    found.verdicts = [
        dataclasses.replace(verdict, claim=claim, status=fate, evidence={"witness": {"n": 1, "d": 1}}) for fate in fates
    ]
    said = "All as expected: 2 claims proved, 1 certified in balls, 1 refuted with an exact witness, 1 open."
    assert said in printed(found)


def test_a_narrow_terminal_cuts_no_name_off():
    found = report()
    (verdict,) = found.verdicts
    long = "positive-unit-congruence-needs-bend-everywhere"
    found.verdicts = [dataclasses.replace(verdict, claim=dataclasses.replace(verdict.claim, id=long))]
    screen = Console(file=io.StringIO(), width=72)
    screen.print(tables(found))
    text = screen.file.getvalue()
    assert long in text
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 72


BAD = {
    "a false claim": ({"true": "alpha == 2 * sum(u)"}, "claim a-claim: refuted, expected proved"),
    "an invalid claim": ({"true": "alpha == sum(nonsense)"}, "claim a-claim: invalid"),
    "a wrong derivative": ({"error": 1e-39}, "derivative grad(L)"),
    "a derivative that is NaN": ({"error": float("nan")}, "derivative grad(L)"),
    "a derivative nobody could compare": ({"points": 0}, "derivative grad(L)"),
    "code out of date": ({"in_sync": False}, "generated/x.py: 3 lines differ"),
    "a solver that gave up": ({"converged": False}, "fit diabetes"),
    "another minimum than SciPy's": ({"loss_gap": 2 * AGREEMENT}, "fit diabetes"),
    "another A x than SciPy's": ({"prediction_gap": 2 * AGREEMENT}, "fit diabetes"),
    "a fit that is NaN": ({"loss_gap": float("nan")}, "fit diabetes"),
}


@pytest.mark.parametrize("what", BAD)
def test_any_part_that_fails_is_named(what):
    change, line = BAD[what]
    found = report(**change)
    (failure,) = found.failures
    assert failure.startswith(line)
    text = printed(found)
    assert "Not as expected:" in text
    assert line in text
    assert "All as expected" not in text


def test_json_of_a_report_is_plain_data():
    data = report(true="alpha == 2 * sum(u)").to_json()
    assert data["claims"][0]["verdict"] == "refuted"
    assert type(data["claims"][0]["verdict"]) is str
    assert data["claims"][0]["evidence"]["guards"] == []
    assert data["fits"][0]["passed"] is True


def test_a_pipe_gets_whole_lines(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    assert console().width == 120


@pytest.mark.parametrize("name", DATA)
def test_real_data_are_what_the_fits_say_they_are(name):
    A, b = DATA[name]()
    assert A.shape == {"diabetes": (442, 10), "digits": (1797, 64)}[name]
    assert np.isfinite(A).all()
    assert b.shape == A.shape[:1]
    assert b.sum() == pytest.approx(1, abs=1e-12)
    assert b.min() >= 0
    # The digits have columns that are always 0, so x is not unique: fits compare A x.
    assert (np.linalg.matrix_rank(A) < A.shape[1]) == (name == "digits")

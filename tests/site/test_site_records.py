"""A verdict is shown for the very claim, by the very judge, that the record is about; anything else is no verdict."""

import dataclasses
import json

import pytest

from docs import records
from resmax_sym.judge import Claim, judge
from resmax_sym.judge.store import Store

CLAIM = Claim("gradient", "grad(L) == A.T @ (v * psi) / alpha")


@pytest.fixture
def folder(tmp_path):
    records.recorded.cache_clear()
    Store(tmp_path).save(judge(CLAIM), 10, 0)
    return tmp_path


def test_record_is_read(folder):
    found, judged = records.verdict_of(CLAIM, folder), judge(CLAIM)
    assert (found.status, found.method, found.guards) == (judged.status, judged.method, judged.guards)


def test_no_record_no_verdict(tmp_path):
    assert records.verdict_of(CLAIM, tmp_path) is None


@pytest.mark.parametrize("change", [{"statement": "grad(L) == A.T @ (v * c) / alpha"}, {"assume": ("alpha > 0",)}])
def test_record_of_another_wording_is_none(folder, change):
    assert records.verdict_of(dataclasses.replace(CLAIM, **change), folder) is None


@pytest.mark.parametrize(
    "tamper",
    [
        lambda body: body.update(verdict="refuted"),
        lambda body: body["record"]["circumstances"].update(program="another judge"),
        lambda body: body.pop("record"),
    ],
    ids=["verdict", "program", "record"],
)
def test_tampered_record_is_none(folder, tamper):
    path = Store(folder).path(CLAIM.id)
    body = json.loads(path.read_text())
    tamper(body)
    path.write_text(json.dumps(body))
    assert records.verdict_of(CLAIM, folder) is None

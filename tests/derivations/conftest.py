"""Verdicts on the ledger and their certificates, judged once for all tests: `make test` judges on every core before they start."""

from pathlib import Path

import pytest

from derivations import LEDGER
from resmax_sym.judge.certificate import load
from resmax_sym.judge.judge import BUDGET, judge_after
from resmax_sym.judge.store import Store

RECORDS = Path(__file__).parents[2] / "build" / "ledger"


class Recorded(dict):
    """Verdicts by id. One on record is taken, since `make test` has just judged it or checked it again; what is missing is judged."""

    def __init__(self, store):
        super().__init__()
        self.store = store

    def __missing__(self, name):
        claim = LEDGER.claims[name]
        bases = {base: self[base] for base in claim.depends}
        verdict = self.store.load(claim, BUDGET, 0, again=False)
        if verdict is None:
            verdict = judge_after(claim, bases)
            self.store.save(verdict, BUDGET, 0)
        self[name] = verdict
        return verdict

    def certificate(self, name):
        """The certificate on record of a claim, with those that it rests on, as `check --certificates` writes it."""
        self[name]
        body = load(self.store.path(name))
        body.pop("record")
        return body


@pytest.fixture(scope="session")
def verdicts():
    return Recorded(Store(RECORDS))

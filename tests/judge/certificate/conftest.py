"""One certificate of each kind of evidence, as read from its file."""

import json

import pytest
from certified import CLAIMS

from resmax_sym.judge import judge_all
from resmax_sym.judge.certificate import certificate


@pytest.fixture(scope="session")
def certificates():
    found = {}
    for verdict in judge_all(CLAIMS.values(), budget=1):
        found[verdict.claim.id] = certificate(verdict, [found[name] for name in verdict.claim.depends])
    return {name: json.loads(json.dumps(body)) for name, body in found.items()}

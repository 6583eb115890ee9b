"""The corpus: no true claim is refuted, no false claim is settled; every other claim, with less than a second for each.

`make corpus` judges all of them with the default budget, and prints the shares that it has to reach.
"""

from itertools import pairwise

import pytest

from benchmarks.corpus import files, outcome, pieces
from resmax_sym.judge import Status, read_claims

BUDGET = 0.4
"""Calibrated seconds of search for each claim."""

PIECES = [piece for path in files() for piece in pieces(path)]


@pytest.mark.parametrize("piece", PIECES[::2], ids=lambda piece: f"{piece[0].stem}:{piece[1][-1]}")
def test_no_wrong_verdict(piece):
    found = outcome(*piece, BUDGET)
    assert not found.wrong, f"{found.verdict} ({found.method})"


@pytest.mark.parametrize("truth", ["true", "false"])
def test_there_are_enough_claims(truth):
    assert sum(piece[0].stem.endswith(f"_{truth}") for piece in PIECES) >= 80


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_claims_are_well_formed(path):
    """Each says what may become of it, why it is true or false, and means the model that its file declares."""
    claims = read_claims(path)
    standing = [Status.PROVED, Status.CERTIFIED, Status.UNREFUTED]
    allowed = standing if path.stem.endswith("_true") else [Status.REFUTED, Status.UNREFUTED]
    assert all(list(claim.expect) == allowed and not claim.defect for claim in claims)
    lines = path.read_text().splitlines()
    reasons = [before for before, line in pairwise(lines) if line == "[[claim]]"]
    assert len(reasons) == len(claims)
    assert all(reason.startswith("# ") and len(reason) > 5 for reason in reasons)

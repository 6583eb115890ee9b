"""claim -> verdict on record: what `resmax-sym ledger` found and keeps in build/ledger; no verdict is typed by hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.judge.certificate import Invalid, claim_table, digest, load
from resmax_sym.judge.store import Store, program

FOLDER = Path(__file__).resolve().parent.parent / "build" / "ledger"


@cache
def recorded(claim_id: str, folder: Path = FOLDER) -> dict | None:
    """The file of a claim, if it is whole and was written by the judge as it is now."""
    try:
        body = load(Store(folder).path(claim_id))
        record = body.pop("record")
        sound = body["digest"] == digest(body) and record["circumstances"]["program"] == program()
        return body | {"seconds": float(record["seconds"])} if sound else None
    except (Invalid, LookupError, TypeError, ValueError):
        return None


def verdict_of(claim: Claim, folder: Path = FOLDER) -> Verdict | None:
    """The verdict on this very claim; None where the record is missing, or is about another wording.

    The evidence is not checked again here: `make site` has run `resmax-sym ledger` before, which replays every certificate.
    """
    body = recorded(claim.id, folder)
    if body is None or {"model": body["model"], "claim": body["claim"]} != claim_table(claim):
        return None
    return Verdict(
        claim, Status(body["verdict"]), body["method"], body["seconds"], body["evidence"], tuple(body["guards"])
    )

"""Verdicts for a reader: what is on record is checked again and taken over, what is missing is judged now."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from resmax_sym.judge import Verdict
from resmax_sym.judge.ledger import Ledger
from resmax_sym.judge.schedule import judge_ledger
from resmax_sym.judge.store import Store

__all__ = ["judged", "records"]

FOLDER = Path("build", "ledger")


def records(start: Path | None = None) -> Store | None:
    """Where `make test` and `resmax-sym ledger` put verdicts: build/ledger in a folder (the present one unless given) or above it."""
    here = (start or Path.cwd()).resolve()
    found = (folder / FOLDER for folder in (here, *here.parents) if (folder / FOLDER).is_dir())
    return next((Store(folder) for folder in found), None)


def judged(ledger: Ledger, names: Iterable[str], jobs: int | None = None) -> dict[str, Verdict]:
    """The verdicts on some claims of a ledger and on everything that they rest on, by id.

    Parameters
    ----------
    jobs : int, optional
        Processes, as in `judge_ledger`.
    """
    return {verdict.claim.id: verdict for verdict in judge_ledger(ledger.part(names), jobs=jobs, store=records())}

"""proved / found on record: the slack of bounds, measured once for a claim and a program and read again after that."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from resmax_sym.atomic import write
from resmax_sym.judge import Claim, Verdict
from resmax_sym.judge.claim import SETTLED
from resmax_sym.judge.slack import Case
from resmax_sym.judge.store import program
from resmax_sym.report import slack
from resmax_sym.report.slack import BUDGET, Row, measure

NUMBERS = ("claimed", "proved", "found")


def rooms(
    cases: Iterable[Case],
    verdicts: Mapping[str, Verdict],
    file: Path,
    missing: bool = False,
    progress: Callable[[str], None] = lambda text: None,
) -> dict[str, list[Row]]:
    """id -> the rows of a claim, in the order of the cases; a case of which nothing is on record is left out.

    Parameters
    ----------
    file : Path
        Where the numbers are kept.
    missing : bool
        Whether what is not on record is measured, and put there.
    progress : called with what is about to be measured

    Raises
    ------
    OSError
        The file cannot be written.
    """
    known, found = _read(file), {}
    for case in cases:
        if case.claim not in verdicts:
            continue
        verdict = verdicts[case.claim]
        settled, key = verdict.status in SETTLED, _key(case, verdict)
        if key not in known and missing:
            progress(f"slack of {case.claim} at {case.along} = {case.value}")
            row = measure(case, verdict.claim, settled)
            known[key] = [getattr(row, name) for name in NUMBERS]
            write(file, json.dumps(known, indent=1) + "\n")
        if key in known:
            found.setdefault(case.claim, []).append(Row(case, *known[key]))
    return found


def _read(file: Path) -> dict[str, list[float | None]]:
    """The numbers on record; a file of another form is as good as none."""
    try:
        body = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    rows = body.items() if isinstance(body, dict) else ()
    return {key: row for key, row in rows if _is_row(row)}


def _is_row(row: object) -> bool:
    return isinstance(row, list) and len(row) == len(NUMBERS) and all(x is None or type(x) in (int, float) for x in row)


def _key(case: Case, verdict: Verdict) -> str:
    """All that the numbers depend on."""
    what = [dataclasses.asdict(case), _meaning(verdict.claim), verdict.status in SETTLED, BUDGET, program()]
    text = json.dumps(what, sort_keys=True) + Path(slack.__file__).read_text()
    return f"{case.claim} {case.along}={case.value} {hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _meaning(claim: Claim) -> str:
    names = ("statement", "model", "parameters", "let", "assume", "sizes", "box")
    return repr([getattr(claim, name) for name in names])

"""Which assumptions a claim needs, and how much room its bound leaves: tables for a terminal, data for `--json`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.judge.ablation import Ablated, ablate
from resmax_sym.judge.slack import Slack, slack

NEEDED = {True: "needed", False: "not needed", None: "not known to be needed"}


@dataclass(frozen=True)
class Probes:
    """What was asked for besides the verdict on a claim; None: not asked for."""

    status: Status
    claim: Claim
    ablation: list[Ablated] | None = None
    slack: list[Slack] | None = None

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.ablation is not None:
            found["ablation"] = [
                {"dropped": a.dropped, "verdict": str(a.verdict.status), "needed": a.needed} for a in self.ablation
            ]
        if self.slack is not None:
            found["slack"] = [
                {
                    "parameters": {name: str(value) for name, value in row.parameters.items()},
                    "sizes": row.sizes,
                    **{name: _finite(getattr(row, name)) for name in ("claimed", "found", "proved")},
                }
                for row in self.slack
            ]
        return found

    def text(self) -> str:
        """A few lines under the name of the claim; empty where nothing was asked for."""
        if self.status is Status.INVALID:
            return ""
        lines = [self.claim.id]
        if self.ablation is not None:
            rows = [(f"without {a.dropped}", str(a.verdict.status), NEEDED[a.needed]) for a in self.ablation]
            lines += aligned(rows) or [
                f"  {'refuted as it stands' if self.status is Status.REFUTED else 'assumes nothing'}"
            ]
        if self.slack is not None:
            rows = [("parameters", "sizes", "claimed", "best found", "best proved"), *map(_row, self.slack)]
            lines += aligned(rows) if self.slack else ["  no inequality between numbers, so no slack"]
        return "\n".join(lines) if len(lines) > 1 else ""


def probe(
    verdict: Verdict,
    judged: Iterable[Verdict],
    budget: float,
    seed: int,
    ablation: bool,
    room: bool,
    progress: Callable[[str], None],
) -> Probes:
    """Ablation and slack of a claim that has been judged, each within the budget."""
    claim, done = verdict.claim, {other.claim.id: other for other in judged}
    fallen = verdict.status in (Status.REFUTED, Status.INVALID)  # so is it with fewer assumptions
    empty = verdict.status in (Status.INVALID, Status.VACUOUS)  # there is no point at which it speaks
    dropped = []
    for one in ablate(claim, done, budget, seed) if ablation and not fallen else ():
        dropped.append(one)
        progress(f"{claim.id} without {one.dropped}: {one.verdict.status}")
    rows = []
    for row in slack(claim, budget, seed) if room and not empty else ():
        rows.append(row)
        progress(f"room in {claim.id} at {_values(row)}")
    return Probes(verdict.status, claim, dropped if ablation else None, rows if room else None)


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Columns of text, two spaces before each."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _finite(value: float | None) -> float | None:
    """JSON has no word for an infinite number."""
    return value if value is not None and math.isfinite(value) else None


def _row(row: Slack) -> tuple[str, ...]:
    sizes = "none valid" if row.sizes is None else ", ".join(f"{name} = {k}" for name, k in row.sizes.items())
    numbers = ("-" if value is None else f"{value:.6g}" for value in (row.claimed, row.found, row.proved))
    return (_values(row), sizes, *numbers)


def _values(row: Slack) -> str:
    return ", ".join(f"{name} = {value}" for name, value in row.parameters.items()) or "none"

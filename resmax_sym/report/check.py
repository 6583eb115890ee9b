"""resmax-sym check FILE: one line per claim, or one JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.text import Text

from resmax_sym.atomic import write
from resmax_sym.judge import Claim, Status, Verdict, judge_all
from resmax_sym.judge.certificate import LASTING, certificate
from resmax_sym.judge.claimfile import OF_MODEL
from resmax_sym.judge.store import Store, known_to
from resmax_sym.report.probes import Probes

COLOURS = {
    Status.PROVED: "green", Status.CERTIFIED: "green", Status.REFUTED: "magenta",
    Status.UNREFUTED: "yellow", Status.VACUOUS: "red", Status.INVALID: "red",
}  # fmt: skip


def check(
    claims: Iterable[Claim],
    budget: float,
    seed: int,
    only: str | None = None,
    progress: Callable[[str], None] = print,
    judged: Callable[[Verdict], None] = lambda verdict: None,
) -> list[Verdict]:
    """The verdicts; with `only`, those on what one claim depends on, and its own last.

    Parameters
    ----------
    progress : called with what is about to be done
    judged : called with each verdict as soon as it is known

    Raises
    ------
    KeyError
        No claim has the id `only`.
    """
    claims = list(claims)
    order = _order(claims, only)
    verdicts, found = judge_all([claims[k] for k in order], budget, seed), {}
    for k in order:
        progress(f"judging {claims[k].id}")
        found[k] = next(verdicts)
        judged(found[k])
    return [found[k] for k in (sorted(order) if only is None else order)]


def _order(claims: list[Claim], only: str | None) -> list[int]:
    """Places of the claims, each after what it depends on wherever that stands; a circle is cut somewhere."""
    place = {claim.id: k for k, claim in reversed([*enumerate(claims)])}
    order: dict[int, None] = {}

    def visit(k: int, path: tuple[int, ...]) -> None:
        if k not in order and k not in path:
            for name in claims[k].depends:
                if name in place:
                    visit(place[name], (*path, k))
            order[k] = None

    for k in range(len(claims)) if only is None else (place[only],):
        visit(k, ())
    return list(order)


def figure(verdict: Verdict) -> str:
    """The number that says most about a verdict."""
    e = verdict.evidence
    match verdict.status:
        case Status.REFUTED:
            return f"n = {e['witness']['n']}, d = {e['witness']['d']}"
        case Status.UNREFUTED if e.get("points") == 0:
            return "no point found where the assumptions hold and the statement is defined"
        case Status.UNREFUTED if "points" in e:
            return f"{e['points']} points, best {e['best']:.2g}" + (
                ", stopped by the clock" if e["stopped_by_clock"] else ""
            )
        case Status.CERTIFIED if "boxes" in e:  # not where it was proved from what is certified
            return f"{e['boxes']} boxes"
        case Status.INVALID | Status.VACUOUS:
            return str(e.get("reason") or e.get("contradiction") or "")
    return ""


def as_json(file: str, verdicts: Iterable[Verdict], probes: Mapping[str, Probes]) -> dict[str, Any]:
    """{"file":, "claims": [{"id", "verdict", "method", "seconds", "evidence"}]}, with what was asked for besides."""
    return {"file": file, "claims": [{**claim_json(v), **probes[v.claim.id].to_json()} for v in verdicts]}


def claim_json(verdict: Verdict) -> dict[str, Any]:
    """One verdict as plain data."""
    return {
        "id": verdict.claim.id,
        "verdict": str(verdict.status),
        "method": verdict.method,
        "seconds": round(verdict.seconds, 4),
        "evidence": {**verdict.evidence, "guards": list(verdict.guards)},
    }


def line(verdict: Verdict, repeated: bool = False) -> str:
    """One line for a pipe, however long; `repeated` where its reason has been printed in full."""
    return "  ".join(filter(None, _row(verdict, repeated)))


def coloured(verdict: Verdict, width: int, repeated: bool = False) -> Text:
    """The same for a terminal: the ids padded to one width, so that lines printed one by one stand in columns."""
    name, fate, *rest = _row(verdict, repeated)
    colour = COLOURS[verdict.status] if verdict.expected else "bold red"
    parts = [Text(name.ljust(width)), Text(fate.ljust(len("unrefuted")), colour), *map(Text, filter(None, rest))]
    return Text("  ").join(parts)


def _row(verdict: Verdict, repeated: bool) -> tuple[str, ...]:
    note = "" if verdict.expected else " (unexpected)"
    said = f"{OF_MODEL}as above" if repeated else figure(verdict)
    return verdict.claim.id, f"{verdict.status}{note}", verdict.method, said


def of_model(verdict: Verdict) -> bool:
    """Whether a claim is invalid for what all claims of its file share."""
    return verdict.claim.defect.startswith(OF_MODEL)


def save_certificates(folder: Path, verdicts: Iterable[Verdict]) -> None:
    """A certificate for each verdict that has one, in a file named after the claim.

    Raises
    ------
    OSError
        The folder cannot be made or written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, dict[str, Any]] = {}
    store = Store(folder)
    done = {verdict.claim.id: verdict for verdict in verdicts}
    for claim in _in_order(done):
        verdict = done[claim.id]
        if verdict.status in LASTING:
            made[claim.id] = certificate(verdict, known_to(verdict, made))
            write(store.path(claim.id), json.dumps(made[claim.id], indent=1) + "\n")


def _in_order(done: Mapping[str, Verdict]) -> list[Claim]:
    claims = [verdict.claim for verdict in done.values()]
    return [claims[k] for k in _order(claims, None)]

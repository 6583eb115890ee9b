"""The ledger: a line for each claim, the same as data, and the graph of what rests on what."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from resmax_sym.judge import Status, Verdict
from resmax_sym.judge.certificate import body_of
from resmax_sym.judge.ledger import Ledger
from resmax_sym.judge.store import known_to
from resmax_sym.report.check import COLOURS, figure
from resmax_sym.report.probes import aligned

DEFINITION = "definition-"
"""Before what is defined, in the ids of claims that say what a name means."""

COLUMNS = ("claim", "verdict", "method", "rests on")

PAINT = {
    Status.PROVED: "#009E73", Status.CERTIFIED: "#56B4E9", Status.UNREFUTED: "#E69F00",
    Status.REFUTED: "#CC79A7", Status.VACUOUS: "#999999", Status.INVALID: "#999999",
}  # fmt: skip
"""A palette that the colour-blind can tell apart."""


def as_json(ledger: Ledger, verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """{"claims": [{"id", "paper", "verdict", "method", "assume", "depends", "digest"}]}, paper being an arXiv id."""
    verdicts = list(verdicts)
    digests = _digests(ledger, verdicts)
    return {
        "claims": [
            {
                "id": v.claim.id,
                "paper": ledger.papers.get(v.claim.id),
                "verdict": str(v.status),
                "method": v.method,
                "assume": [*filter(None, v.claim.parameters.values()), *v.claim.assume],
                "depends": list(v.claim.depends),
                "digest": digests[v.claim.id],
            }
            for v in verdicts
        ]
    }


def _digests(ledger: Ledger, verdicts: Iterable[Verdict]) -> dict[str, str]:
    """Those of the certificates, which hold the certificates of what a proof uses."""
    found, bodies = {v.claim.id: v for v in verdicts}, {}
    for claim in ledger.order():
        bodies[claim.id] = body_of(found[claim.id], known_to(found[claim.id], bodies))
    return {name: body["digest"] for name, body in bodies.items()}


def table(verdicts: Iterable[Verdict]) -> Table:
    """For a terminal: each claim and its fate, under the method what it rests on, and how many there are of each verdict."""
    verdicts = list(verdicts)
    result = Table(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), caption=Text(f"\n{tally(verdicts)}"), caption_justify="left"
    )
    for column in COLUMNS[:3]:
        result.add_column(column, header_style="dim", no_wrap=column != "method")
    for v in verdicts:
        name, fate, method, _ = _row(v)
        under = Text(f"\nrests on {_bases(v.claim.depends)}" if v.claim.depends else "", "dim")
        colour = COLOURS[v.status] if v.expected else "bold red"
        result.add_row(Text(name), Text(fate, colour), Text(method) + under)
    return result


def counts(verdicts: Iterable[Verdict]) -> dict[Status, int]:
    """How many there are of each verdict that occurs, strongest evidence first."""
    found = Counter(v.status for v in verdicts)
    return {status: found[status] for status in Status if found[status]}


def tally(verdicts: Iterable[Verdict]) -> str:
    """How many claims there are, of each verdict, strongest evidence first, and how many are not as expected."""
    verdicts = list(verdicts)
    parts = [f"{count} {status}" for status, count in counts(verdicts).items()]
    odd = sum(not v.expected for v in verdicts)
    return (
        f"{len(verdicts)} claim{'s' * (len(verdicts) != 1)}: {', '.join(parts)}{f'; {odd} unexpected' if odd else ''}"
    )


def _bases(depends: Iterable[str]) -> str:
    """Lemmas by their ids, definitions by what they define: many claims rest on a dozen of these."""
    lemmas, defined = [], []
    for name in depends:
        _, mark, what = name.rpartition(DEFINITION)
        (defined if mark else lemmas).append(what if mark else name)
    return ", ".join(
        [*lemmas, *([f"the definition{'s' * (len(defined) > 1)} of {' '.join(defined)}"] if defined else [])]
    )


def lines(verdicts: Iterable[Verdict]) -> str:
    """For a pipe: a head, and one line per claim, however long."""
    rows = [COLUMNS, *map(_row, verdicts)]
    return "\n".join(line[2:] for line in aligned(rows))


def _row(v: Verdict) -> tuple[str, ...]:
    method = ", ".join(filter(None, (v.method, figure(v))))
    return v.claim.id, f"{v.status}{'' if v.expected else ' (unexpected)'}", method, ", ".join(v.claim.depends)


def draw(ledger: Ledger, verdicts: Mapping[str, Verdict], path: Path) -> None:
    """The graph in layers, from definitions on the left to theorems on the right, painted by verdict."""
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    depth, place = ledger.depth(), {}
    layers = [[name for name in ledger.claims if depth[name] == k] for k in range(max(depth.values()) + 1)]
    tallest = max(map(len, layers))
    for k, layer in enumerate(layers):
        for row, name in enumerate(layer):
            place[name] = (k, (row + 0.5) * tallest / len(layer))
    with mpl.rc_context({"font.size": 7, "svg.hashsalt": "ledger"}):
        chart = Figure(figsize=(2.6 * len(layers), 0.34 * tallest + 1), layout="constrained")
        axes = chart.subplots()
        axes.set_axis_off()
        axes.invert_yaxis()
        for base, name in ledger.graph.edges:
            thin = {"linewidth": 0.7 if depth[base] else 0.15}  # most lines come from a few definitions
            arrow = {"arrowstyle": "-", "color": "#BBBBBB", "shrinkA": 2, "shrinkB": 2, **thin}
            axes.annotate("", place[name], place[base], arrowprops=arrow)
        for name, (x, y) in place.items():
            colour = PAINT[verdicts[name].status]
            box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": colour, "linewidth": 1.4}
            axes.text(x, y, textwrap.fill(name, 26), ha="center", va="center", bbox=box)
        axes.set_xlim(-0.5, len(layers) - 0.5)
        axes.set_ylim(tallest, 0)
        seen = [status for status in Status if any(v.status is status for v in verdicts.values())]
        legend = [Patch(facecolor="white", edgecolor=PAINT[status], label=str(status)) for status in seen]
        axes.legend(handles=legend, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(seen), frameon=False)
        metadata = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(
            path.suffix
        )  # the same bytes every time
        chart.savefig(path, dpi=150, metadata=metadata)

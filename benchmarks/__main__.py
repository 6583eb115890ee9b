"""make bench: ratios to floors and peers, each pair side by side in one run; writes build/bench.json and build/bench-*.png."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from benchmarks import certificate, derivatives, larger_than_memory, solution, sparse
from benchmarks.rows import Row

BUILD = Path("build")


GROUPS: tuple[tuple[Callable[[], Iterable[Row]], float], ...] = (
    (derivatives.rows, 60),
    (lambda: [sparse.row()], 30),
    (lambda: solution.rows(BUILD), 360),
    (certificate.rows, 30),
    (larger_than_memory.rows, 50),
)
"""What is measured, and about how many seconds each takes: only the time left is told from them."""


def table(found: list[Row]) -> Table:
    """The rows as they are printed."""
    made = Table(box=None)
    for column in ("what", "ratio", "target", "met", "detail"):
        made.add_column(column, justify="right" if column in ("ratio", "target") else "left")
    for row in found:
        made.add_row(row.name, f"{row.ratio:.3g}", f"{row.target:.3g}", "yes" if row.met else "no", row.detail)
    return made


def main() -> int:
    BUILD.mkdir(exist_ok=True)
    found: list[Row] = []
    columns = (BarColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("measuring", total=sum(seconds for _, seconds in GROUPS))
        for rows, seconds in GROUPS:
            for row in rows():
                found.append(row)
                progress.update(task, description=f"{len(found)} rows, last: {row.name}")
                # Written after each row: what was measured is not lost when a later one fails.
                (BUILD / "bench.json").write_text(json.dumps({"rows": [asdict(r) for r in found]}, indent=1) + "\n")
            progress.update(task, advance=seconds)
    console = Console()
    (console if console.is_terminal else Console(width=160)).print(table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())

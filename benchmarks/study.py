"""python -m benchmarks.study: do sampled Hessians fail as rarely, and do steps contract as much, as the theorems say?

Theorem E is put to the test with the M that is seen at some points of each step, which is at most the true one: a violation
contradicts the theorem or that M, and none is no proof that the steps meet its hypotheses (`solve(audit=True)` proves an M).

Writes build/study.json; ends with 1 where what is seen contradicts a theorem.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.study_samples import UNITS, Cost, Failure, cost, failures
from benchmarks.study_steps import SEGMENT, Summary, local_step, regularised_step, summary

SEEDS = 1000
OUTPUT = Path(__file__).parents[1] / "build" / "study.json"
SEEN = f"M seen at {len(SEGMENT)} points"
SIZES = ((1000, 5), (10_000, 5), (100_000, 5), (100_000, 20), (100_000, 40))


def steps(seeds: int) -> list[Summary]:
    """Both theorems, both units, a step for each seed."""
    return [
        summary(name, unit, [step(unit, seed) for seed in range(seeds)])
        for name, step in ((f"E, sampled Hessian, {SEEN}", local_step), ("D, regulariser", regularised_step))
        for unit in UNITS
    ]


def table(title: str, rows: Sequence[Any], columns: dict[str, str]) -> Table:
    """The attributes `columns` of each row, each in its format."""
    result = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        result.add_column(name, justify="right" if columns[name] else "left")
    for row in rows:
        result.add_row(*(format(getattr(row, name), form) for name, form in columns.items()))
    return result


FAILURES = {"unit": "", "sketch": "", "prob": "g", "choice": "", "rows": "d", "quality": ".2g", "failed": "d", "low": ".4f", "high": ".4f",
            "promised": "d", "kept": "d"}  # fmt: skip
STEPS = {
    "theorem": "",
    "unit": "",
    "steps": "d",
    "applied": "d",
    "violated": "d",
    "measured": ".3f",
    "proved": ".3f",
    "closest": ".3f",
}
COSTS = {"n": "d", "d": "d", "rows": "d", "passes": ".2f", "operations": ".2e", "ratio": ".2f"}


def contradictions(failed: Sequence[Failure], seen: Sequence[Summary]) -> list[str]:
    """What the theorems exclude and was seen."""
    lines = [
        f"{f.unit}, {f.sketch}: {f.failed} of {f.trials} above {f.eps}, promised {f.prob}" for f in failed if not f.kept
    ]
    return lines + [
        f"Theorem {s.theorem}, {s.unit}: {s.violated} of {s.applied} above the factor" for s in seen if s.violated
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.study", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help="for each row of a table (%(default)s)")
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="FILE", help="%(default)s")
    args = parser.parse_args(arguments)
    if args.seeds < 1:
        parser.error(f"--seeds: expected at least 1, got {args.seeds}")
    failed, seen = failures(args.seeds), steps(args.seeds)
    counted: list[Cost] = [cost(n, d) for n, d in SIZES]
    parts = {"failures": failed, "steps": seen, "costs": counted}
    args.output.parent.mkdir(parents=True, exist_ok=True)
    listed = {name: [dataclasses.asdict(row) for row in rows] for name, rows in parts.items()}
    args.output.write_text(json.dumps({"seeds": args.seeds, **listed}, indent=1) + "\n")
    console = Console() if sys.stdout.isatty() else Console(width=140)
    console.print(table("Error of a sample above eps = 0.5, with 95 % intervals of the rate", failed, FAILURES))
    console.print(table("\nError after a step over error before it, medians", seen, STEPS))
    print(f"Theorem E: with the {SEEN} between iterate and optimum, which is not a proved one")
    console.print(table("\nOperations of a step, over nnz log n + d^3 log(2 d) / eps^2", counted, COSTS))
    wrong = contradictions(failed, seen)
    print("\n".join(wrong) or "no theorem is contradicted")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())

"""python -m benchmarks.corpus: every claim of tests/corpus through the judge; a wrong verdict makes it fail."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from resmax_sym.judge import BUDGET, Defect, Status, judge_all, read_claims

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
STANDING = (Status.PROVED, Status.CERTIFIED, Status.UNREFUTED)
KINDS = (*STANDING, Status.REFUTED)
TARGETS = {True: 70, False: 95}
"""Per cent of the true claims to be proved or certified, and of the false ones to be refuted, in the default budget."""


@dataclass(frozen=True)
class Outcome:
    """What became of one claim: what its file says of it, and the verdict, or 'defect' where two engines disagree."""

    file: str
    claim: str
    truth: bool
    verdict: str
    method: str
    points: int | None
    seconds: float

    @property
    def wrong(self) -> bool:
        """A true claim that does not stand, a false one that is settled, and whatever is no verdict on a claim."""
        return self.verdict not in (STANDING if self.truth else (Status.REFUTED, Status.UNREFUTED))

    @property
    def settled(self) -> bool:
        """A true claim proved or certified, a false one refuted."""
        return self.verdict in ((Status.PROVED, Status.CERTIFIED) if self.truth else (Status.REFUTED,))


def files() -> list[Path]:
    """The claim files in order; the end of a name says whether its claims are true."""
    return sorted([*CORPUS.glob("*_true.toml"), *CORPUS.glob("*_false.toml")])


def pieces(path: Path) -> list[tuple[Path, tuple[str, ...]]]:
    """A file's claims, each with those that it depends on before it, as work that can be done in any order."""
    rests = {claim.id: claim.depends for claim in read_claims(path)}

    def chain(name: str) -> tuple[str, ...]:
        return (*(other for base in rests[name] for other in chain(base)), name)

    return [(path, tuple(dict.fromkeys(chain(name)))) for name in rests]


def outcome(path: Path, ids: tuple[str, ...], budget: float) -> Outcome:
    """The verdict on the last of `ids`, the others being what it rests on."""
    claims = {claim.id: claim for claim in read_claims(path)}
    start = time.perf_counter()
    try:
        *_, verdict = judge_all([claims[name] for name in ids], budget)
        found = (str(verdict.status), verdict.method, verdict.evidence.get("points"))
    except Defect as error:
        found = ("defect", str(error), None)
    return Outcome(path.name, ids[-1], path.stem.endswith("_true"), *found, time.perf_counter() - start)


def run(budget: float, jobs: int, progress: Callable[[str], object]) -> list[Outcome]:
    """Every claim of every file, `jobs` at a time, in the order of the files."""
    work = [piece for path in files() for piece in pieces(path)]
    with ProcessPoolExecutor(jobs) as pool:
        futures = [pool.submit(outcome, *piece, budget) for piece in work]
        for count, future in enumerate(as_completed(futures), start=1):
            found = future.result()
            progress(f"{count}/{len(work)} {found.file} {found.claim}: {found.verdict}, {found.seconds:.1f} s")
        return [future.result() for future in futures]


def table(found: list[Outcome]) -> Table:
    """A line for each file: how many claims met which fate, and how long it took."""
    result = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("file", "claims", *KINDS, "wrong", "seconds"):
        result.add_column(str(name), justify="left" if name == "file" else "right")
    for file in dict.fromkeys(one.file for one in found):
        result.add_row(*_row(file, [one for one in found if one.file == file]))
    result.add_row(*_row("all", found), style="bold")
    return result


def _row(name: str, found: list[Outcome]) -> list[str]:
    count = Counter(one.verdict for one in found)
    numbers = (len(found), *(count[kind] for kind in KINDS), sum(one.wrong for one in found))
    return [name, *map(str, numbers), f"{sum(one.seconds for one in found):.1f}"]


def summary(found: list[Outcome]) -> list[str]:
    """Wrong verdicts and misses by name, then the shares that are asked for."""
    lines = [f"wrong: {one.file} {one.claim}: {one.verdict} ({one.method})" for one in found if one.wrong]
    lines += [f"not refuted: {one.file} {one.claim}" for one in found if not one.truth and not one.settled]
    lines += [f"no valid point: {one.file} {one.claim}" for one in found if one.points == 0]
    for truth, what in ((False, "false claims refuted"), (True, "true claims proved or certified")):
        those = [one for one in found if one.truth is truth]
        share = 100 * sum(one.settled for one in those) / max(len(those), 1)
        lines.append(f"{what}: {share:.1f} % of {len(those)} (target {TARGETS[truth]} %)")
    refuted = sum(one.truth and one.verdict == Status.REFUTED for one in found)
    believed = sum(not one.truth and one.verdict in (Status.PROVED, Status.CERTIFIED) for one in found)
    return [*lines, f"true claims refuted: {refuted}; false claims proved or certified: {believed}"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpus", description=__doc__)
    parser.add_argument("--budget", type=float, default=BUDGET, metavar="SECONDS", help="for each claim (%(default)s)")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="claims at a time (%(default)s)"
    )
    args = parser.parse_args()
    found = run(args.budget, args.jobs, lambda line: print(line, file=sys.stderr, flush=True))
    console = Console()
    (console if console.is_terminal else Console(width=140)).print(table(found))
    print("\n".join(summary(found)))
    return int(any(one.wrong for one in found))


if __name__ == "__main__":
    sys.exit(main())

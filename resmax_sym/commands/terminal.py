"""Exit codes, one line for what a user can mend, and progress on standard error where that is a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resmax_sym.judge import Verdict
    from resmax_sym.judge.ledger import Ledger

DONE, FAILED, USAGE = 0, 1, 2
BAR = 24
"""Columns of a bar: in 80 there is room for what was done last."""


def fail(command: str, error: Exception, file: str | None = None) -> int:
    """One line on standard error for what a user can mend; where a file is missing, with the one that was meant."""
    said = str(error)
    if file is not None and not Path(file).exists():
        from resmax_sym.solve.file_names import beside

        said = "; ".join(filter(None, (said, beside(Path(file)))))
    print(f"resmax-sym {command}: error: {' '.join(said.split())}", file=sys.stderr)
    return USAGE


def defect(command: str, error: Exception) -> int:
    """Two routes of the suite disagree: said loudly, and no verdict is given."""
    text = " ".join(str(error).split())
    print(f"resmax-sym {command}: DEFECT of the suite, please report it: {text}", file=sys.stderr)
    return FAILED


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A live line on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text: None
        return
    with console.status("starting") as status:
        yield lambda text: status.update(Text(text))  # an id in brackets is no markup


def seconds(text: str) -> float:
    """A search effort on the command line."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError(f"expected seconds above 0 and up to 3600, got {text}")
    return value


def seed(text: str) -> int:
    """A seed on the command line."""
    if not text.isdecimal() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"expected a whole number that is not negative, got {text}")
    return int(text)


def jobs(text: str) -> int:
    """A number of processes on the command line."""
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"expected a number of processes from 1 to 256, got {text}")
    return int(text)


def add_ledger_arguments(parser: argparse.ArgumentParser) -> None:
    """How the claims of derivations/ are judged."""
    parser.add_argument(
        "--certificates",
        metavar="DIR",
        default="build/ledger",
        help="where verdicts are kept; what is there and still holds is not judged again (default %(default)s)",
    )
    parser.add_argument("--fresh", action="store_true", help="judge every claim, whatever is on record")
    parser.add_argument("--jobs", type=jobs, metavar="N", help="processes (default: one for each core)")


def judged_ledger(ledger: Ledger, arguments: argparse.Namespace) -> list[Verdict]:
    """The verdicts on a ledger, with a bar on standard error where that is a terminal."""
    from resmax_sym.judge.schedule import judge_ledger
    from resmax_sym.judge.store import Store

    store = Store(Path(arguments.certificates))
    with bar() as advance:
        return judge_ledger(
            ledger,
            jobs=arguments.jobs,
            store=store,
            resume=not arguments.fresh,
            progress=lambda verdict, done, total: advance(f"{verdict.claim.id}: {verdict.status}", total),
        )


@contextmanager
def bar() -> Iterator[Callable[[str, int], None]]:
    """A bar with the time left, on standard error, where that is a terminal: a call for each step, with how many there are."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text, total: None
        return
    said = TextColumn("{task.description}", markup=False)
    columns = (BarColumn(BAR), MofNCompleteColumn(), TimeRemainingColumn(), said)
    with Progress(*columns, console=console, transient=True) as screen:
        task = screen.add_task("starting", total=None)
        yield lambda text, total: screen.update(task, advance=1, total=total, description=text)

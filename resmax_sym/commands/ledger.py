"""resmax-sym ledger: every claim of derivations/ with its verdict, the graph of what rests on what, and what falls with a claim."""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from resmax_sym.commands.terminal import DONE, FAILED, add_ledger_arguments, defect, fail, judged_ledger, progress

if TYPE_CHECKING:
    from resmax_sym.judge import Verdict
    from resmax_sym.judge.ledger import Ledger

HELP = "print the ledger: every claim, its verdict, and what rests on what"
DESCRIPTION = (
    "Judges the claims of derivations/ (or takes over what is on record and still holds) and prints them. Exit 1 if a "
    "verdict is not as expected."
)
EXAMPLES = (
    ("ledger", "every claim and its verdict"),
    ("ledger --impact gradient", "what falls with this one"),
    ("ledger --html ledger.html", "a page for a browser"),
    ("ledger --graph ledger.svg", "what rests on what, drawn"),
)
PICTURES = (".png", ".svg", ".pdf")
PAGES = (".html",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--graph", metavar="FILE", help=f"draw the graph into a file ({', '.join(PICTURES)})")
    one.add_argument(
        "--html", metavar="FILE", help="write a page of every claim: one file for a browser, without a network"
    )
    one.add_argument("--impact", metavar="ID", help="print only the claims that fall if this one is false")
    parser.add_argument(
        "--slack", action="store_true", help="with --html: measure the slack of bounds that is not on record"
    )
    add_ledger_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """resmax-sym ledger."""
    from derivations import LEDGER
    from resmax_sym.judge import Defect
    from resmax_sym.report.ledger import as_json, lines, table
    from resmax_sym.report.tables import console

    wrong = _misuse(arguments, LEDGER)
    if wrong is not None:
        return fail("ledger", ValueError(wrong))
    if arguments.impact is not None:
        falls = LEDGER.impact(arguments.impact)
        for line in [json.dumps({"claim": arguments.impact, "falls": falls})] if arguments.json else falls:
            print(line)
        return DONE
    try:
        if arguments.graph is not None:
            import_module("matplotlib")  # better missed before the judge has worked than after
        verdicts = judged_ledger(LEDGER, arguments)
        _write(arguments, LEDGER, verdicts)
    except Defect as error:
        return defect("ledger", error)
    except ImportError as error:
        if error.name != "matplotlib":
            raise
        return fail("ledger", ImportError("--graph draws with matplotlib; pip install 'resmax-sym[notebooks]'"))
    except OSError as error:
        if error.filename is None:  # standard output
            raise
        return fail("ledger", ValueError(f"expected a writable file, got {error.filename}: {error.strerror or error}"))
    screen = console()
    if arguments.json:
        print(json.dumps(as_json(LEDGER, verdicts)))
    elif screen.is_terminal:
        screen.print(table(verdicts))
    else:
        print(lines(verdicts))
    return DONE if all(verdict.expected for verdict in verdicts) else FAILED


def _misuse(arguments: argparse.Namespace, ledger: Ledger) -> str | None:
    """What is wrong with the arguments, before anything is judged."""
    from resmax_sym.lang import nearest

    if arguments.slack and arguments.html is None:
        return "expected --html FILE with --slack, got none; name a file for the page"
    name = arguments.impact
    if name is not None and name not in ledger.claims:
        return f"expected the id of a claim, got {name!r}" + nearest(name, ledger.claims)
    for file, endings in ((arguments.graph, PICTURES), (arguments.html, PAGES)):
        if file is not None and Path(file).suffix not in endings:
            return f"expected a file ending in {', '.join(endings)}, got {file}; rename it"
        if file is not None and not Path(file).parent.is_dir():
            return f"expected a file in a folder that is there, got {file}; make the folder"
    return None


def _write(arguments: argparse.Namespace, ledger: Ledger, verdicts: list[Verdict]) -> None:
    """The picture or the page that was asked for."""
    if arguments.graph is not None:
        from resmax_sym.report.ledger import draw

        draw(ledger, {v.claim.id: v for v in verdicts}, Path(arguments.graph))
    if arguments.html is not None:
        from derivations import SYSTEMS
        from derivations.soft_residual.theorems import ROOM
        from resmax_sym.atomic import write
        from resmax_sym.report.ledger_page import chapters, page
        from resmax_sym.report.room import rooms

        folder, found = arguments.certificates, {v.claim.id: v for v in verdicts}
        with progress() as tell:
            room = rooms(ROOM, found, Path(folder).with_name("slack.json"), arguments.slack, tell)
        write(Path(arguments.html), page(ledger, verdicts, chapters(SYSTEMS), folder, room))

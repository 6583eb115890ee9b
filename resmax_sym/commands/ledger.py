"""resmax-sym ledger: every claim of derivations/ with its verdict, the graph of what rests on what, and what falls with a claim."""

from __future__ import annotations

import argparse
import json
from importlib import import_module
from pathlib import Path

from resmax_sym.commands.terminal import DONE, FAILED, add_ledger_arguments, defect, fail, judged_ledger

HELP = "print the ledger: every claim, its verdict, and what rests on what"
DESCRIPTION = (
    "Judges the claims of derivations/ (or takes over what is on record and still holds) and prints them. Exit 1 if a "
    "verdict is not as expected. Example: resmax-sym ledger --impact gradient"
)
PICTURES = (".png", ".svg", ".pdf")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--graph", metavar="FILE", help=f"draw the graph into a file ({', '.join(PICTURES)})")
    one.add_argument("--impact", metavar="ID", help="print only the claims that fall if this one is false")
    add_ledger_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """resmax-sym ledger."""
    from derivations import LEDGER
    from resmax_sym.judge import Defect
    from resmax_sym.lang import nearest
    from resmax_sym.report.ledger import as_json, draw, lines, table
    from resmax_sym.report.tables import console

    name, picture = arguments.impact, Path(arguments.graph) if arguments.graph else None
    if name is not None and name not in LEDGER.claims:
        return fail("ledger", ValueError(f"expected the id of a claim, got {name!r}" + nearest(name, LEDGER.claims)))
    if picture is not None and picture.suffix not in PICTURES:
        return fail("ledger", ValueError(f"expected a file ending in {', '.join(PICTURES)}, got {picture}; rename it"))
    if picture is not None and not picture.parent.is_dir():
        return fail("ledger", ValueError(f"expected a file in a folder that is there, got {picture}; make the folder"))
    if name is not None:
        falls = LEDGER.impact(name)
        for line in [json.dumps({"claim": name, "falls": falls})] if arguments.json else falls:
            print(line)
        return DONE
    try:
        if picture is not None:
            import_module("matplotlib")  # better missed before the judge has worked than after
        verdicts = judged_ledger(LEDGER, arguments)
        if picture is not None:
            draw(LEDGER, {v.claim.id: v for v in verdicts}, picture)
    except Defect as error:
        return defect("ledger", error)
    except ImportError as error:
        if error.name != "matplotlib":
            raise
        return fail("ledger", ImportError("--graph draws with matplotlib; pip install 'resmax-sym[notebooks]'"))
    except OSError as error:
        return fail("ledger", ValueError(f"expected a writable file, got {error.filename}: {error.strerror or error}"))
    screen = console()
    if arguments.json:
        print(json.dumps(as_json(LEDGER, verdicts)))
    elif screen.is_terminal:
        screen.print(table(verdicts))
    else:
        print(lines(verdicts))
    return DONE if all(verdict.expected for verdict in verdicts) else FAILED

"""resmax-sym verify: the claims of derivations/, derivatives against differences, generated code, fits of real data."""

from __future__ import annotations

import argparse
import json

from resmax_sym.commands.terminal import DONE, FAILED, add_ledger_arguments, bar, defect, fail, judged_ledger

HELP = "prove every claim, check derivatives and generated code, solve real problems"
DESCRIPTION = (
    "The main job: judge the claims of derivations/, compare derivatives with differences and generated code "
    "with the claims, fit real data. Exit 1 if anything is not as expected."
)
EXAMPLES = (
    ("verify", "all of it; a few minutes the first time"),
    ("verify --fresh --jobs 1", "judge every claim anew, one at a time"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    add_ledger_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """resmax-sym verify."""
    from derivations import LEDGER
    from resmax_sym.judge import Defect
    from resmax_sym.report import verify
    from resmax_sym.report.tables import console, tables

    try:
        verdicts = judged_ledger(LEDGER, arguments)
        with bar() as advance:
            report = verify(verdicts, advance)
    except Defect as error:
        return defect("verify", error)
    except ImportError as error:
        if error.name != "sklearn":
            raise
        return fail(
            "verify", ImportError("the fits use data bundled with scikit-learn; pip install 'resmax-sym[notebooks]'")
        )
    if arguments.json:
        print(json.dumps(report.to_json()))
    else:
        console().print(tables(report))
    return FAILED if report.failures else DONE

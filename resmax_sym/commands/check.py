"""resmax-sym check FILE: a verdict on each claim of a TOML file, with ablation and slack on request."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from resmax_sym.commands.terminal import DONE, FAILED, defect, fail, progress, seconds, seed

if TYPE_CHECKING:
    from resmax_sym.judge import Verdict

HELP = "judge the claims of a TOML file"
DESCRIPTION = (
    "Judges the claims of a file. Each is proved, certified, refuted with an exact witness, or unrefuted, which means not decided. "
    "Exit 1 if a verdict is not as its claim expects; 2 if the file cannot be read."
)
EXAMPLES = (
    ("check lemmas.toml", "a line for each claim"),
    ("check lemmas.toml --claim mine --verbose", "one claim, with its evidence"),
    ("check lemmas.toml --ablate --slack", "which assumptions matter, and how tight it is"),
    ("check lemmas.toml --certificates proofs/", "files that replay checks again"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE.toml", help="[model] and [[claim]] tables; docs/claims.md has the language"
    )
    parser.add_argument("--claim", metavar="ID", help="judge this claim alone (and what it depends on)")
    parser.add_argument(
        "--budget", type=seconds, default=10.0, metavar="SECONDS", help="search effort per claim (default 10)"
    )
    parser.add_argument("--seed", type=seed, default=0, metavar="N", help="seed of the search (default 0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    parser.add_argument("--certificates", metavar="DIR", help="write a certificate for each claim that is settled")
    parser.add_argument("--ablate", action="store_true", help="drop each assumption in turn: which ones are needed?")
    parser.add_argument("--slack", action="store_true", help="claimed bound, best value found, best bound proved")
    parser.add_argument("--verbose", action="store_true", help="print statements, guards and evidence as well")


def run(arguments: argparse.Namespace) -> int:
    """resmax-sym check."""
    from resmax_sym.judge import ClaimFileError, Defect, read_claims
    from resmax_sym.lang import nearest
    from resmax_sym.report.check import as_json, check, save_certificates
    from resmax_sym.report.details import details
    from resmax_sym.report.probes import probe

    try:
        claims = read_claims(arguments.file)
        ids = {claim.id: claim for claim in claims}
        if arguments.claim is not None and arguments.claim not in ids:
            raise ClaimFileError(f"{arguments.file}: no claim {arguments.claim!r}" + nearest(arguments.claim, ids))
        if arguments.certificates is not None:  # better missed before the judge has worked than after
            Path(arguments.certificates).mkdir(parents=True, exist_ok=True)
        show = _quiet if arguments.json else printer(ids, arguments.claim)
        with progress() as tell:
            effort = (arguments.budget, arguments.seed)
            judged = check(claims, *effort, arguments.claim, tell, show)
            verdicts = judged if arguments.claim is None else judged[-1:]
            probes = {v.claim.id: probe(v, judged, *effort, arguments.ablate, arguments.slack, tell) for v in verdicts}
        if arguments.certificates is not None:
            save_certificates(Path(arguments.certificates), judged)
    except ClaimFileError as error:
        return fail("check", error, arguments.file)
    except Defect as error:
        return defect("check", error)
    except OSError as error:
        if error.filename is None:  # standard output, and none of the certificates
            raise
        reason = error.strerror or str(error)
        return fail("check", ValueError(f"expected a folder for certificates, got {error.filename}: {reason}"))
    if arguments.json:
        print(json.dumps(as_json(arguments.file, verdicts, probes)))
    else:
        for text in filter(None, (probes[v.claim.id].text() for v in verdicts)):
            print("\n" + text)
        if arguments.verbose:
            print("\n" + "\n\n".join(map(details, verdicts)))
    return DONE if all(verdict.expected for verdict in verdicts) else FAILED


def printer(ids: Iterable[str], only: str | None) -> Callable[[Verdict], None]:
    """What prints a verdict at once, in a pipe as well; with `only`, that on one claim.  What is wrong with [model] is said once."""
    from resmax_sym.report.check import coloured, line, of_model
    from resmax_sym.report.tables import console

    screen, pipe, width = console(), sys.stdout, max(map(len, ids), default=0)
    before: list[Verdict] = []

    def show(verdict: Verdict) -> None:
        if only not in (None, verdict.claim.id):
            return
        repeated = of_model(verdict) and any(map(of_model, before))
        before.append(verdict)
        if screen.is_terminal:
            with screen.capture() as text:
                screen.print(coloured(verdict, width, repeated), soft_wrap=True)
            print(text.get(), end="", flush=True)  # a live line of progress lets it pass above itself
        else:
            # not sys.stdout, which a live line of progress replaces
            print(line(verdict, repeated), file=pipe, flush=True)

    return show


def _quiet(verdict: Verdict) -> None:
    """Nothing is printed before all is known."""

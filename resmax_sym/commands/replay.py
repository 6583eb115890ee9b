"""resmax-sym replay CERTIFICATE: a saved verdict checked again from the file alone, without a search."""

from __future__ import annotations

import argparse

from resmax_sym.commands.terminal import DONE, FAILED, fail

HELP = "check a certificate again"
DESCRIPTION = "Checks a saved verdict from the file alone, without a search. Exit 1 if it does not hold up."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="CERTIFICATE", help="written by check --certificates")


def run(arguments: argparse.Namespace) -> int:
    """resmax-sym replay."""
    from resmax_sym.judge.certificate import Invalid, load, replay

    try:
        body = load(arguments.file)
    except Invalid as error:
        return fail("replay", error)
    try:
        claim = replay(body)
    except Invalid as error:
        print(f"{arguments.file}: does not hold up: {error}")
        return FAILED
    print(f"{claim.id}: {body['verdict']}, checked again: {claim.statement}")
    return DONE

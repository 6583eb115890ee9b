"""resmax-sym replay CERTIFICATE: a saved verdict, or a certified critical point, checked again from the file alone."""

from __future__ import annotations

import argparse

from resmax_sym.commands.terminal import DONE, FAILED, fail

HELP = "check a certificate again"
DESCRIPTION = "Checks a saved verdict, or the certificate of a critical point, from the file alone. Exit 1 if it does not hold up."
EXAMPLES = (
    ("replay proofs/mine.json", "from check --certificates proofs/"),
    ("replay point.json", "from solve --certify point.json"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="CERTIFICATE", help="written by check --certificates or solve --certify")


def run(arguments: argparse.Namespace) -> int:
    """resmax-sym replay."""
    from resmax_sym.judge.certificate import Invalid, load, replayed
    from resmax_sym.lang import parse, symbol
    from resmax_sym.solve.certificate.replay import is_critical_point, replay_critical_point

    try:
        body = load(arguments.file)
        body.pop("record", None)  # what the ledger keeps beside a certificate, and no part of it
    except Invalid as error:
        return fail("replay", error, arguments.file)
    try:
        if is_critical_point(body):
            statement = replay_critical_point(body)
            unit = parse(body["unit"], {"s": symbol("s")})  # in our own words: the text is that of the file
            layer = f", inner layer {body['inner_layer']}, m = {body['m']}" if "inner_layer" in body else ""
            print(f"L_tot for {unit!r}{layer}, n = {body['n']}, d = {body['d']}, checked again: {statement}")
            return DONE
        verdict = replayed(body)
    except Invalid as error:
        print(f"{arguments.file}: does not hold up: {error}")
        return FAILED
    print(f"{verdict.claim.id}: {verdict.status}, checked again: {verdict.claim.statement}")
    return DONE

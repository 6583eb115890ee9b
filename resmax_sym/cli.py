"""resmax-sym verify | check | ledger | replay | generate | solve: data to standard output, progress to standard error, exit 0, 1 or 2."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from resmax_sym import __version__
from resmax_sym.commands import check, generate, ledger, replay, verify
from resmax_sym.commands.terminal import FAILED, USAGE


class Parser(argparse.ArgumentParser):
    """argparse with errors of one line."""

    def error(self, message: str) -> None:
        message = " ".join(message.split())
        print(f"{self.prog}: error: {message}; see {self.prog} --help", file=sys.stderr)
        raise SystemExit(USAGE)


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    from resmax_sym.solve import command as solve

    parser = Parser(
        prog="resmax-sym", description="Check and use the mathematics of regression losses, for every n and d."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    modules = {
        "verify": verify,
        "check": check,
        "ledger": ledger,
        "replay": replay,
        "generate": generate,
        "solve": solve,
    }
    for name, module in modules.items():
        one = commands.add_parser(name, help=module.HELP, description=module.DESCRIPTION)
        module.add_arguments(one)
        one.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `resmax-sym`."""
    try:
        arguments = build_parser().parse_args(argv)
        code = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader of a pipe has left, as `head` does; the last flush must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        print(f"resmax-sym: error: expected a writable output, got: {error.strerror or error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return USAGE
    except KeyboardInterrupt:
        print("resmax-sym: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main())

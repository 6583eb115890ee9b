"""resmax-sym verify | check | ledger | replay | generate | solve: data to standard output, progress to standard error, exit 0, 1 or 2."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Iterable, Sequence

from resmax_sym import __version__
from resmax_sym.commands import check, generate, ledger, replay, verify
from resmax_sym.commands.terminal import FAILED, USAGE

EXAMPLES = "examples:"


def near(name: str, known: Iterable[str]) -> str:
    """`; did you mean ...?`, where one of the known names is close."""
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


class Help(argparse.HelpFormatter):
    """argparse's help, with lines of examples left as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if text.startswith(EXAMPLES) else super()._fill_text(text, width, indent)


class Parser(argparse.ArgumentParser):
    """argparse with errors of one line."""

    def error(self, message: str) -> None:
        message = " ".join(message.split())
        print(f"{self.prog}: error: {message}; see {self.prog} --help", file=sys.stderr)
        raise SystemExit(USAGE)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """As in argparse, with the nearest choice."""
        if action.choices is not None and value not in action.choices:
            known = [str(choice) for choice in action.choices]
            message = f"expected one of {', '.join(known)}, got {value!r}{near(str(value), known)}"
            raise argparse.ArgumentError(action, message)

    def unknown(self, extra: Sequence[str]) -> None:
        """Ends with an error about arguments that none of the declared ones takes."""
        option = next((text.partition("=")[0] for text in extra if text.startswith("-")), None)
        if option is None:
            self.error(f"expected no further argument, got {' '.join(extra)}")
        self.error(f"unknown option {option}{near(option, self._option_string_actions)}")


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    from resmax_sym.solve import command as solve

    parser = Parser(
        prog="resmax-sym",
        description="Check and use the mathematics of regression losses, for every n and d.",
        epilog="resmax-sym COMMAND --help has the options of a command, with examples.",
    )
    parser.add_argument("--version", action="version", version=__version__, help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    modules = {
        "verify": verify,
        "check": check,
        "ledger": ledger,
        "replay": replay,
        "generate": generate,
        "solve": solve,
    }
    for name, module in modules.items():
        epilog = examples(module.EXAMPLES)
        one = commands.add_parser(
            name, help=module.HELP, description=module.DESCRIPTION, epilog=epilog, formatter_class=Help
        )
        module.add_arguments(one)
        one.set_defaults(run=module.run, parser=one)
    parser.set_defaults(parser=parser)
    return parser


def examples(lines: Sequence[tuple[str, str]]) -> str:
    """Each command under a line that says what it is for."""
    return "\n".join([EXAMPLES, *(f"  # {what}\n  resmax-sym {command}" for command, what in lines)])


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `resmax-sym`."""
    try:
        arguments, extra = build_parser().parse_known_args(argv)
        if extra:
            arguments.parser.unknown(extra)
        if arguments.command is None:
            arguments.parser.error("expected a COMMAND, got none")
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

"""resmax-sym verify | generate | solve: data to standard output, progress to standard error, exit 0, 1 or 2."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from resmax_sym import __version__

DONE, FAILED, USAGE = 0, 1, 2


class Parser(argparse.ArgumentParser):
    """argparse with errors of one line."""

    def error(self, message: str) -> None:
        message = " ".join(message.split())
        print(f"{self.prog}: error: {message}; see {self.prog} --help", file=sys.stderr)
        raise SystemExit(USAGE)


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = Parser(
        prog="resmax-sym", description="Check and use the mathematics of regression losses, for every n and d."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)

    check = commands.add_parser(
        "verify",
        help="prove every claim, check derivatives and generated code, solve real problems",
        description="The main job: judge the claims of derivations/, compare derivatives with differences and generated code "
        "with the claims, fit real data. Exit 1 if anything is not as expected.",
    )
    check.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    check.set_defaults(run=run_verify)

    generate = commands.add_parser(
        "generate",
        help="write NumPy code from the proved claims",
        description="Proves the closed forms of gradient and Hessian and writes resmax_sym/generated/*.py from them; with "
        "--unit, the module for any smooth unit. Example: resmax-sym generate --unit 'log(1+exp(s))' --output softplus.py",
    )
    generate.add_argument(
        "--check", action="store_true", help="write nothing; print a diff and exit 1 if a file differs"
    )
    generate.add_argument("--unit", help="phi as an expression in s, instead of the committed units (needs --output)")
    generate.add_argument("--output", metavar="FILE.py", help="where the module of --unit goes")
    generate.set_defaults(run=run_generate)

    from resmax_sym.solve import command

    solve = commands.add_parser(
        "solve",
        help="fit x to data in files",
        description="Minimises 1/2 ||f(x) - b||^2 + 1/2 ||omega * A x||^2. Example: resmax-sym solve A.npy b.npy --json",
    )
    command.add_arguments(solve)
    solve.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `resmax-sym`."""
    try:
        arguments = build_parser().parse_args(argv)
        return arguments.run(arguments)
    except BrokenPipeError:  # the reader of a pipe has left, as `head` does
        sys.stderr.close()
        return FAILED
    except KeyboardInterrupt:
        print("resmax-sym: interrupted", file=sys.stderr)
        return 130


def fail(command: str, error: Exception) -> int:
    """One line on standard error for what a user can mend."""
    print(f"resmax-sym {command}: error: {' '.join(str(error).split())}", file=sys.stderr)
    return USAGE


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A live line on standard error, where that is a terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text: None
        return
    with console.status("starting") as status:
        yield status.update


def run_verify(arguments: argparse.Namespace) -> int:
    """resmax-sym verify."""
    from derivations import CLAIMS
    from resmax_sym.report import verify
    from resmax_sym.report.tables import console, tables

    try:
        with progress() as tell:
            report = verify(CLAIMS, tell)
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


def run_generate(arguments: argparse.Namespace) -> int:
    """resmax-sym generate."""
    from resmax_sym.codegen import difference, write
    from resmax_sym.kernels import MODULES, source
    from resmax_sym.report.verify import generated_path

    if bool(arguments.unit) != bool(arguments.output):
        return fail("generate", ValueError("expected --unit and --output together, or neither"))
    committed = {generated_path(name): unit for name, unit in MODULES.items()}
    targets = {Path(arguments.output): arguments.unit} if arguments.unit else committed
    try:
        texts = {path: source(unit) for path, unit in targets.items()}
        diffs = {path: difference(path, text) for path, text in texts.items()}
        if arguments.check:
            sys.stdout.writelines(diffs.values())
            return FAILED if any(diffs.values()) else DONE
        for path, text in texts.items():
            if diffs[path]:
                write(path, text)
            print(f"{path}: {len(text)} bytes{'' if diffs[path] else ', unchanged'}")
    except OSError as error:
        reason = error.strerror or str(error)
        return fail(
            "generate", ValueError(f"expected a writable file in an existing folder, got {error.filename}: {reason}")
        )
    except ValueError as error:
        return fail("generate", error)
    return DONE


if __name__ == "__main__":
    raise SystemExit(main())

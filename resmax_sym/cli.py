"""resmax-sym verify | check | replay | generate | solve: data to standard output, progress to standard error, exit 0, 1 or 2."""

from __future__ import annotations

import argparse
import json
import os
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

    claims = commands.add_parser(
        "check",
        help="judge the claims of a TOML file",
        description="Judges claims: proved, certified, refuted with an exact witness, or not refuted. Exit 1 if a verdict is "
        "not as its claim expects; 2 if the file cannot be read. Example: resmax-sym check lemmas.toml --budget 5",
    )
    claims.add_argument("file", metavar="FILE.toml", help="[model] and [[claim]] tables")
    claims.add_argument("--claim", metavar="ID", help="judge this claim alone (and what it depends on)")
    claims.add_argument(
        "--budget", type=_seconds, default=10.0, metavar="SECONDS", help="search effort per claim (default 10)"
    )
    claims.add_argument("--seed", type=_seed, default=0, metavar="N", help="seed of the search (default 0)")
    claims.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    claims.add_argument("--certificates", metavar="DIR", help="write a certificate for each claim that is settled")
    claims.add_argument("--verbose", action="store_true", help="print statements, guards and evidence as well")
    claims.set_defaults(run=run_check)

    again = commands.add_parser(
        "replay",
        help="check a certificate again",
        description="Checks a saved verdict from the file alone, without a search. Exit 1 if it does not hold up.",
    )
    again.add_argument("file", metavar="CERTIFICATE", help="written by check --certificates")
    again.set_defaults(run=run_replay)

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


def fail(command: str, error: Exception) -> int:
    """One line on standard error for what a user can mend."""
    print(f"resmax-sym {command}: error: {' '.join(str(error).split())}", file=sys.stderr)
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

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text: None
        return
    with console.status("starting") as status:
        yield status.update


def run_verify(arguments: argparse.Namespace) -> int:
    """resmax-sym verify."""
    from derivations import CLAIMS
    from resmax_sym.judge import Defect
    from resmax_sym.report import verify
    from resmax_sym.report.tables import console, tables

    try:
        with progress() as tell:
            report = verify(CLAIMS, tell)
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


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError(f"expected seconds above 0 and up to 3600, got {text}")
    return value


def _seed(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"expected a whole number that is not negative, got {text}")
    return int(text)


def run_check(arguments: argparse.Namespace) -> int:
    """resmax-sym check."""
    from resmax_sym.judge import ClaimFileError, Defect, read_claims
    from resmax_sym.lang import nearest
    from resmax_sym.report.check import as_json, check, details, lines, save_certificates, table
    from resmax_sym.report.tables import console

    try:
        claims = read_claims(arguments.file)
        ids = {claim.id: claim for claim in claims}
        if arguments.claim is not None and arguments.claim not in ids:
            raise ClaimFileError(f"{arguments.file}: no claim {arguments.claim!r}" + nearest(arguments.claim, ids))
        with progress() as tell:
            verdicts = check(claims, arguments.budget, arguments.seed, arguments.claim, tell)
        if arguments.certificates is not None:
            save_certificates(Path(arguments.certificates), verdicts)
    except ClaimFileError as error:
        return fail("check", error)
    except Defect as error:
        return defect("check", error)
    except OSError as error:
        reason = error.strerror or str(error)
        return fail("check", ValueError(f"expected a folder for certificates, got {error.filename}: {reason}"))
    if arguments.json:
        print(json.dumps(as_json(arguments.file, verdicts)))
    else:
        screen = console()
        if screen.is_terminal:
            screen.print(table(verdicts))
        else:
            print(lines(verdicts))
        if arguments.verbose:
            print("\n" + "\n\n".join(map(details, verdicts)))
    return DONE if all(verdict.expected for verdict in verdicts) else FAILED


def run_replay(arguments: argparse.Namespace) -> int:
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


def run_generate(arguments: argparse.Namespace) -> int:
    """resmax-sym generate."""
    from resmax_sym.atomic import write
    from resmax_sym.codegen import difference
    from resmax_sym.kernels import MODULES, source
    from resmax_sym.report.verify import generated_path

    if bool(arguments.unit) != bool(arguments.output):
        return fail("generate", ValueError("expected --unit and --output together, or neither"))
    if arguments.output and Path(arguments.output).suffix != ".py":
        return fail("generate", ValueError(f"expected an output file ending in .py, got {arguments.output}; rename it"))
    if arguments.output and Path(arguments.output).exists() and not Path(arguments.output).is_file():
        return fail("generate", ValueError(f"expected an output file, got {arguments.output}, which is something else"))
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
    except BrokenPipeError:
        raise
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

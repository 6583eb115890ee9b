"""resmax-sym generate: NumPy modules written from the proved claims, or compared with them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from resmax_sym.commands.terminal import DONE, FAILED, fail

HELP = "write NumPy code from the proved claims"
DESCRIPTION = (
    "Proves the closed forms of gradient and Hessian and writes resmax_sym/generated/*.py from them; with "
    "--unit, the module for any smooth unit, and with --inner-layer as well, for t = A2 rho(A1 x)."
)
EXAMPLES = (
    ("generate --check", "are the committed modules in sync?"),
    ("generate --unit 's**2 + 1' --output square.py", "a unit of your own"),
    ("generate --unit 'exp(s)' --inner-layer tanh --output two.py", "t = A2 tanh(A1 x)"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; print a diff and exit 1 if a file differs")
    parser.add_argument(
        "--unit", metavar="PHI", help="phi as an expression in s, instead of the committed units (needs --output)"
    )
    parser.add_argument(
        "--inner-layer",
        metavar="RHO",
        help="relu, softplus, tanh, or rho as an expression in s: the model with t = A2 rho(A1 x)",
    )
    parser.add_argument("--output", metavar="FILE.py", help="where the module of --unit goes")


def run(arguments: argparse.Namespace) -> int:
    """resmax-sym generate."""
    from resmax_sym.atomic import write
    from resmax_sym.codegen import difference
    from resmax_sym.kernels import MODULES, source
    from resmax_sym.report.verify import generated_path
    from resmax_sym.solve.kernels import inner_layer_of

    if arguments.inner_layer is not None and not arguments.unit:
        return fail(
            "generate", ValueError("expected --unit and --output beside --inner-layer; for softmax: --unit 'exp(s)'")
        )
    if bool(arguments.unit) != bool(arguments.output):
        return fail("generate", ValueError("expected --unit and --output together, or neither"))
    if arguments.output and Path(arguments.output).suffix != ".py":
        return fail("generate", ValueError(f"expected an output file ending in .py, got {arguments.output}; rename it"))
    if arguments.output and Path(arguments.output).exists() and not Path(arguments.output).is_file():
        return fail("generate", ValueError(f"expected an output file, got {arguments.output}, which is something else"))
    committed = {generated_path(name): model for name, model in MODULES.items()}
    try:
        layer = None if arguments.inner_layer is None else inner_layer_of(arguments.inner_layer)
        targets = {Path(arguments.output): (arguments.unit, layer)} if arguments.unit else committed
        texts = {path: source(*model) for path, model in targets.items()}
        diffs = {path: difference(path, text) for path, text in texts.items()}
        if arguments.check:
            sys.stdout.writelines(diffs.values())
            return FAILED if any(diffs.values()) else DONE
        for path, text in texts.items():
            if diffs[path]:
                write(path, text)
            print(f"{path}: {len(text)} bytes{'' if diffs[path] else ', unchanged'}")
    except OSError as error:
        if error.filename is None:  # standard output
            raise
        reason = error.strerror or str(error)
        return fail(
            "generate", ValueError(f"expected a writable file in an existing folder, got {error.filename}: {reason}")
        )
    except ValueError as error:
        return fail("generate", error)
    return DONE

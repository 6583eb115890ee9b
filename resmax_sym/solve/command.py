"""resmax-sym solve A b: data to standard output, progress to standard error, exit code 0, 1 or 2."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from scipy.optimize import OptimizeResult

from resmax_sym.solve.files import load_matrix, load_vector
from resmax_sym.solve.kernels import DEFAULT_UNIT, kernel_of
from resmax_sym.solve.methods import METHODS
from resmax_sym.solve.printout import as_json, as_table
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.result import progress_line
from resmax_sym.solve.solver import solve_problem
from resmax_sym.solve.targets import reserved

__all__ = ["add_arguments", "run"]

HELP = "fit x to data in files"
DESCRIPTION = "Minimises 1/2 ||f(x) - b||^2 + 1/2 ||omega * A x||^2. Example: resmax-sym solve A.npy b.npy --json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``resmax-sym solve``."""
    formats = ".npy, .npz, .csv or .mtx"
    parser.add_argument("A", help=f"data, shape (n, d): {formats}")
    parser.add_argument("b", help=f"target, shape (n,): {formats}")
    parser.add_argument("--unit", default=DEFAULT_UNIT, help="phi as an expression in s (default: %(default)s)")
    parser.add_argument(
        "--omega", default="0", metavar="W", help="regulariser weight: a number, or a file with one per row"
    )
    parser.add_argument("--x0", metavar="FILE", help="start, shape (d,) (default: zeros)")
    parser.add_argument(
        "--method",
        choices=METHODS,
        default="auto",
        help="exact: full Hessian; sampled: rows sampled, conjugate gradients; plain: the step of the theorem, without "
        "safeguards; auto: exact or sampled by size (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the sampled rows (default: %(default)s)")
    parser.add_argument(
        "--gtol", type=float, default=1e-9, help="gradient norm relative to the first (default: %(default)s)"
    )
    parser.add_argument("--maxiter", type=int, default=200, help="largest number of steps (default: %(default)s)")
    parser.add_argument("--output", metavar="FILE.npy", help="write x to this file")
    parser.add_argument(
        "--certify",
        metavar="FILE.json",
        help="prove in ball arithmetic that a critical point lies near x, and write what `replay` needs to check it again",
    )
    parser.add_argument(
        "--audit",
        action="store_true",
        help="say of each step which hypotheses of the theorems held, and what they prove",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--verbose", action="store_true", help="show progress on standard error")


def run(namespace: argparse.Namespace) -> int:
    """Solve as told by the parsed arguments.

    Returns
    -------
    int
        0 converged, 1 ended otherwise or without the certificate that was asked for (the reason is printed), 2 bad input
        (one line on standard error).
    """
    try:
        problem = Problem(
            load_matrix(namespace.A),
            load_vector(namespace.b),
            _weights(namespace.omega),
            kernel=kernel_of(namespace.unit),
        )
        x0 = None if namespace.x0 is None else load_vector(namespace.x0, "x0")
        read = [name for name in (namespace.A, namespace.b, namespace.x0, namespace.omega) if name is not None]
        written = [*read, namespace.output] if namespace.output else read
        with (
            reserved(namespace.output, ".npy", read) as save,
            reserved(namespace.certify, ".json", written) as save_certificate,
            _progress(namespace.verbose) as callback,
        ):
            options = {key: getattr(namespace, key) for key in ("method", "seed", "gtol", "maxiter")}
            wanted = {"certify": namespace.certify is not None, "audit": namespace.audit}
            result = solve_problem(problem, x0, callback=callback, **wanted, **options)
            save(lambda stream: np.save(stream, result.x, allow_pickle=False))
            if result.get("certificate"):
                save_certificate(lambda stream: stream.write(result.certificate.text().encode()))
    except (ValueError, MemoryError, OSError) as error:
        print(f"resmax-sym solve: error: {' '.join(str(error).split()) or 'out of memory'}", file=sys.stderr)
        return 2
    print(as_json(result, namespace) if namespace.json else as_table(result, problem, namespace))
    return 0 if result.success and result.get("certificate", True) else 1


def _weights(text: str) -> float | np.ndarray:
    try:
        return float(text)
    except ValueError:
        return load_vector(text, "omega")


@contextmanager
def _progress(wanted: bool) -> Iterator[Callable | None]:
    """A callback that reports each step on standard error: a live line on a terminal, plain lines elsewhere."""
    if not wanted:
        yield None
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:

        def line(intermediate_result: OptimizeResult) -> None:
            print(_step(intermediate_result), file=sys.stderr)

        yield line
        return
    with console.status("starting") as status:

        def update(intermediate_result: OptimizeResult) -> None:
            status.update(_step(intermediate_result))

        yield update


def _step(result: OptimizeResult) -> str:
    return progress_line(result.nit, result.fun, result.relative_gradient)

"""resmax-sym solve A b, or --inner-layer relu A1 A2 b: data to standard output, progress to standard error, exit code 0, 1 or 2."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from resmax_sym.solve.files import READERS, load_matrix, load_vector
from resmax_sym.solve.kernels import DEFAULT_LAYERED_UNIT, DEFAULT_UNIT, kernel_of
from resmax_sym.solve.layered import LayeredProblem, layered_problem
from resmax_sym.solve.methods import METHODS
from resmax_sym.solve.printout import as_json, as_table
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.progress import progress
from resmax_sym.solve.solver import solve_problem
from resmax_sym.solve.targets import reserved

__all__ = ["add_arguments", "run"]

HELP = "fit x to data in files"
DESCRIPTION = (
    "Minimises 1/2 ||f - b||^2 + 1/2 ||omega * t||^2, where f = phi(t) / sum(phi(t)) and t = A x, or t = A2 rho(A1 x) with "
    "--inner-layer rho. Exit 0 if it converged (and was certified, where that was asked for), 1 if not, 2 for bad input."
)
EXAMPLES = (
    ("solve A.npy b.npy", "phi(s) = exp(s) + s, no regulariser"),
    ("solve A.csv b.csv --unit 'exp(s)' --omega 0.1", "softmax regression"),
    ("solve --inner-layer relu A1.npy A2.npy b.npy", "softmax-ReLU regression"),
    ("solve A.npy b.npy --certify point.json", "prove in ball arithmetic that a critical point is near x"),
    ("replay point.json", "check that proof again, from the file alone"),
    ("solve A.npy b.npy --audit", "say of each step which theorems cover it"),
    ("solve A.npy b.npy --output x.npy --json", "for a program: x in a file, all figures in one object"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``resmax-sym solve``."""
    formats = ".npy, .npz, .csv or .mtx"
    parser.add_argument(
        "A",
        nargs="+",
        metavar="A",
        help=f"data, shape (n, d); for an inner layer A1 (m, d) and A2 (n, m): {formats}",
    )
    parser.add_argument("b", help=f"target, shape (n,): {formats}")
    parser.add_argument(
        "--unit",
        metavar="PHI",
        help=f"phi as an expression in s (default: {DEFAULT_UNIT}; with an inner layer {DEFAULT_LAYERED_UNIT}, whereas a file of "
        f"claims means {DEFAULT_UNIT} unless its [model] says otherwise)",
    )
    parser.add_argument(
        "--inner-layer",
        metavar="RHO",
        help="relu, softplus, tanh, or rho as an expression in s, defined for every s and continuous: t = A2 rho(A1 x)",
    )
    parser.add_argument(
        "--omega",
        default="0",
        metavar="W",
        help="weight of the regulariser, of which only the square counts: a number, or a file with one per row (default: 0)",
    )
    parser.add_argument(
        "--x0", metavar="FILE", help="start, shape (d,) (default: zeros, or drawn by the seed for relu)"
    )
    parser.add_argument(
        "--method",
        choices=METHODS,
        default="auto",
        help="exact: full Hessian; sampled: rows sampled, conjugate gradients; plain: the step of the theorem, without "
        "safeguards; auto: exact or sampled by size (default: %(default)s)",
    )
    parser.add_argument(
        "--seed", type=_whole, default=0, metavar="N", help="of what is drawn at random (default: %(default)s)"
    )
    parser.add_argument(
        "--gtol",
        type=_number,
        default=1e-9,
        metavar="TOL",
        help="end at this gradient norm, relative to the first (default: %(default)s)",
    )
    parser.add_argument(
        "--maxiter", type=_whole, default=200, metavar="N", help="largest number of steps (default: %(default)s)"
    )
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
        problem = _problem(namespace)
        x0 = None if namespace.x0 is None else load_vector(namespace.x0, "x0")
        read = [name for name in (*namespace.A, namespace.b, namespace.x0, namespace.omega) if name is not None]
        written = [*read, namespace.output] if namespace.output else read
        with (
            reserved(namespace.output, ".npy", read) as save,
            reserved(namespace.certify, ".json", written) as save_certificate,
            progress(namespace.verbose, namespace.gtol) as callback,
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


def _problem(namespace: argparse.Namespace) -> Problem | LayeredProblem:
    """The problem in the files; one matrix without an inner layer, two with one."""
    files, inner_layer = namespace.A, namespace.inner_layer
    unit = (DEFAULT_UNIT if inner_layer is None else DEFAULT_LAYERED_UNIT) if namespace.unit is None else namespace.unit
    for option, text, such in (("--inner-layer", inner_layer, "relu"), ("--unit", unit, "'exp(s)'")):
        if text is not None and Path(text).suffix.lower() in READERS:
            raise ValueError(
                f"{option}: expected a function such as {such}, got the file name {text}; write {option} {such} before the files"
            )
    if inner_layer is None:
        if len(files) != 1:
            raise ValueError(
                f"A: expected one matrix before b without --inner-layer, got {len(files)}; pass --inner-layer relu for A1, A2"
            )
        A, kernel = load_matrix(files[0]), kernel_of(unit)
        return Problem(A, load_vector(namespace.b), _weights(namespace.omega), kernel=kernel)
    if len(files) != 2:
        raise ValueError(
            f"A1, A2: expected two matrices before b with --inner-layer, got {len(files)}; pass A1, A2, b in this order"
        )
    layers = load_matrix(files[0], "A1"), load_matrix(files[1], "A2")
    return layered_problem(layers, load_vector(namespace.b), _weights(namespace.omega), unit, inner_layer)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a whole number, got {text:.40}") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a number, got {text:.40}") from None


def _weights(text: str) -> float | np.ndarray:
    try:
        return float(text)
    except ValueError:
        return load_vector(text, "omega")

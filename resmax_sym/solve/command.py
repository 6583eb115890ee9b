"""resmax-sym solve A b: data to standard output, progress to standard error, exit code 0, 1 or 2."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult

from resmax_sym.solve.files import InputError, load_matrix, load_vector
from resmax_sym.solve.kernels import DEFAULT_UNIT, kernel_of
from resmax_sym.solve.methods import METHODS
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.result import progress_line
from resmax_sym.solve.solver import solve_problem

__all__ = ["add_arguments", "run"]

HELP = "fit x to data in files"
DESCRIPTION = "Minimises 1/2 ||f(x) - b||^2 + 1/2 ||omega * A x||^2. Example: resmax-sym solve A.npy b.npy --json"
KEYS = ("x", "fun", "grad_norm", "relative_gradient", "nit", "status", "message")


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
        help="full Hessian, sampled rows, or by size (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the sampled rows (default: %(default)s)")
    parser.add_argument(
        "--gtol", type=float, default=1e-9, help="gradient norm relative to the first (default: %(default)s)"
    )
    parser.add_argument("--maxiter", type=int, default=200, help="largest number of steps (default: %(default)s)")
    parser.add_argument("--output", metavar="FILE.npy", help="write x to this file")
    parser.add_argument(
        "--certify",
        metavar="FILE",
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
        with _reserved(namespace.output) as save, _progress(namespace.verbose) as callback:
            options = {key: getattr(namespace, key) for key in ("method", "seed", "gtol", "maxiter")}
            certificate = _free(namespace.certify)
            wanted = {"certify": certificate is not None, "audit": namespace.audit}
            result = solve_problem(problem, x0, callback=callback, **wanted, **options)
            save(result.x)
            if certificate is not None and result.certificate:
                result.certificate.write(certificate)
    except (ValueError, MemoryError, OSError) as error:
        print(f"resmax-sym solve: error: {' '.join(str(error).split()) or 'out of memory'}", file=sys.stderr)
        return 2
    print(_json(result) if namespace.json else _table(result, problem))
    return 0 if result.success and result.get("certificate", True) else 1


def _free(text: str | None) -> Path | None:
    """The file that a certificate goes to; what cannot be written is said before the run."""
    if text is None:
        return None
    path = Path(text)
    if not path.absolute().parent.is_dir() or (path.exists() and not path.is_file()):
        raise InputError(text, "a file in a folder that exists", "something else", "choose another name")
    return path


def _weights(text: str) -> float | np.ndarray:
    try:
        return float(text)
    except ValueError:
        return load_vector(text, "omega")


@contextmanager
def _reserved(output: str | None) -> Iterator[Callable[[np.ndarray], None]]:
    """A function that saves x to `output`: the place is claimed at once, the file appears whole or not at all."""
    if output is None:
        yield lambda x: None
        return
    # Through a link the file it points to is replaced, not the link.
    path = Path(os.path.realpath(output))
    if path.suffix != ".npy":
        raise InputError(output, "an output file ending in .npy", path.suffix or "no ending", "rename it")
    if path.exists() and not path.is_file():
        raise InputError(output, "an output file", "something that is not a regular file", "choose another name")
    if path.exists() and not os.access(path, os.W_OK):
        raise InputError(
            output, "a writable output file", "a read-only one", "change its permissions or choose another"
        )
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        stream = partial.open("xb")
    except OSError as error:
        raise InputError(
            output, "a writable folder for the output", error.strerror or str(error), "choose another"
        ) from None

    def save(x: np.ndarray) -> None:
        np.save(stream, x, allow_pickle=False)
        stream.close()
        os.replace(partial, path)

    try:
        yield save
    finally:
        stream.close()
        partial.unlink(missing_ok=True)


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


def _plain(value: Any) -> Any:
    """A JSON value; JSON has no NaN and no infinity, null stands for them."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def _json(result: OptimizeResult) -> str:
    values = {key: _plain(result[key]) for key in KEYS}
    if "certificate" in result:
        values["certificate"] = _certificate(result.certificate)
    steps = [record.audit for record in result.history if record.audit]
    if steps:
        facts = [{"verdict": step.verdict} | asdict(step) for step in steps]
        values["audit"] = [{key: _plain(value) for key, value in step.items()} for step in facts]
    return json.dumps(values | {"status": int(result.status)}, allow_nan=False)


def _certificate(found: Any) -> dict[str, Any]:
    """What a certificate says, or why there is none."""
    if not found:
        return {"reason": found.reason}
    names = ("distance", "h", "is_minimum", "least_eigenvalue")
    return {"statement": str(found)} | {name: getattr(found, name) for name in names}


def _table(result: OptimizeResult, problem: Problem) -> str:
    rows = [
        ("problem", f"n = {problem.n}, d = {problem.d}, unit {problem.kernel.UNIT}"),
        ("loss", f"{result.fun:.15g}"),
        ("gradient norm", f"{result.grad_norm:.3e}"),
        ("relative gradient", f"{result.relative_gradient:.3e}"),
        ("steps", f"{result.nit}"),
        ("status", f"{int(result.status)} ({result.message})"),
    ]
    if problem.d <= 8:
        rows.append(("x", "  ".join(f"{value:.10g}" for value in result.x)))
    if "certificate" in result:
        rows.append(("certificate", str(result.certificate)))
    table = "\n".join(f"{name:<18} {value}" for name, value in rows)
    steps = [record.audit for record in result.history if record.audit]
    if not steps:
        return table
    from resmax_sym.solve.audit import audit_table

    return f"{table}\n\n{audit_table(steps)}"

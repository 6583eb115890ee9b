"""A result as the command prints it: a table for a reader, or one JSON object."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult

from resmax_sym.solve.layered import LayeredProblem
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.result import Status

__all__ = ["as_json", "as_table"]

KEYS = ("x", "fun", "grad_norm", "relative_gradient", "nit", "nfev", "njev", "nhev", "method", "message")
SHORT = 8
"""Columns up to which x is printed in the table."""


def as_json(result: OptimizeResult, namespace: argparse.Namespace) -> str:
    """One object, without NaN or infinity: null stands for them."""
    values = {key: _plain(result[key]) for key in KEYS} | {"seed": namespace.seed, "status": int(result.status)}
    if "on_kinks" in result:
        cell = {"alive": result.alive, "on_kinks": result.on_kinks, "kink_distance": result.kink_distance}
        values["cell"] = {key: _plain(value) for key, value in cell.items()}
    if "certificate" in result:
        values["certificate"] = _certificate(result.certificate)
    steps = _audited(result)
    if steps:
        facts = [{"verdict": step.verdict} | asdict(step) for step in steps]
        values["audit"] = [{key: _plain(value) for key, value in step.items()} for step in facts]
    return json.dumps(values, allow_nan=False)


def as_table(result: OptimizeResult, problem: Problem | LayeredProblem, namespace: argparse.Namespace) -> str:
    """A line for each figure, then the audit of the steps where it was asked for."""
    if isinstance(problem, LayeredProblem):
        random = bool(problem.kernel.KINKS) and namespace.x0 is None
    else:
        random = result.method not in (None, "exact")
    drawn = f", seed {namespace.seed}" if random else ""
    rows = [
        ("problem", _problem(problem)),
        ("method", f"{result.method}{drawn}"),
        ("loss", f"{result.fun:.15g}"),
        ("gradient norm", f"{result.grad_norm:.3e}"),
        ("relative gradient", f"{result.relative_gradient:.3e}"),
        ("steps", f"{result.nit}"),
        ("work", _work(result)),
        *_cell(result),
        ("status", f"{int(result.status)} ({result.message})"),
    ]
    # What is not saved and cannot be had again is printed, however long it is.
    unsaved = result.status in (Status.INTERRUPTED, Status.DATA_LOST) and namespace.output is None
    if problem.d <= SHORT or unsaved:
        rows.append(("x", "  ".join(f"{value:.{17 if unsaved else 10}g}" for value in result.x)))
    if "certificate" in result:
        old = not result.certificate and Path(namespace.certify).exists()
        earlier = f"; {namespace.certify} is of an earlier run and was left as it is" if old else ""
        rows.append(("certificate", f"{result.certificate}{earlier}"))
    table = "\n".join(f"{name:<18} {value}" for name, value in rows)
    steps = _audited(result)
    if not steps:
        return table
    from resmax_sym.solve.audit import audit_table

    return f"{table}\n\n{audit_table(steps)}"


def _problem(problem: Problem | LayeredProblem) -> str:
    if isinstance(problem, LayeredProblem):
        sizes = f"n = {problem.n}, m = {problem.m}, d = {problem.d}"
        return f"{sizes}, unit {problem.kernel.UNIT}, inner layer {problem.kernel.INNER}"
    return f"n = {problem.n}, d = {problem.d}, unit {problem.kernel.UNIT}"


def _work(result: OptimizeResult) -> str:
    counts = f"{result.nfev} losses, {result.njev} gradients, {result.nhev} "
    gradients = result.get("gradients")
    counts += "Hessians" if gradients is None else "Hessian-vector products"
    return counts if gradients is None else f"{counts}; all together as much as {gradients:.0f} gradients"


def _cell(result: OptimizeResult) -> list[tuple[str, str]]:
    """Where the end lies among the kinks of an inner layer."""
    if "on_kinks" not in result:
        return []
    crossed = sum(record.crossed for record in result.history)
    held = f", on the kinks of {len(result.on_kinks)}" if len(result.on_kinks) else ""
    nearest = f"next kink {result.kink_distance:.3g} away"
    return [("region", f"active units: {result.alive}{held}; {nearest}; kinks crossed on the way: {crossed}")]


def _audited(result: OptimizeResult) -> list[Any]:
    return [record.audit for record in result.history if record.audit]


def _certificate(found: Any) -> dict[str, Any]:
    """What a certificate says, or why there is none."""
    if not found:
        return {"reason": found.reason}
    names = ("distance", "h", "is_minimum", "least_eigenvalue")
    return {"statement": str(found)} | {name: getattr(found, name) for name in names}


def _plain(value: Any) -> Any:
    """A JSON value."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value

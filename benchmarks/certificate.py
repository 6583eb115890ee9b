"""seconds of a Newton-Kantorovich certificate / 30 at n = 5000, d = 50, for both units, and its replay."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.problem import generate
from benchmarks.rows import Row
from resmax_sym.judge.certificate import load
from resmax_sym.solve import Problem, kernel_of, solve_problem
from resmax_sym.solve.certificate import Certificate, certify
from resmax_sym.solve.certificate.replay import replay_critical_point

__all__ = ["rows"]

N, D, SECONDS, OMEGA = 5000, 50, 30, 1e-3


def rows() -> Iterator[Row]:
    """One row a unit."""
    base = generate(N, D, 1e2, omega=OMEGA)
    for unit in ("exp(s) + s", "exp(s)"):
        problem = Problem(base.data, base.b, OMEGA, kernel_of(unit))
        x = solve_problem(problem).x
        start = time.perf_counter()
        found = certify(problem, x)
        seconds = time.perf_counter() - start
        made = isinstance(found, Certificate)
        detail = f"{seconds:.1f} s; {replayed(found) if made else found.reason}"
        name = f"certificate of a minimum / {SECONDS} s, {unit}, n = {N}, d = {D}"
        yield Row(name, seconds / SECONDS if made else np.inf, 1.0, made and seconds <= SECONDS, detail)


def replayed(found: Certificate) -> str:
    """What is certified, and how long the replay takes from the file alone."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "point.json")
        found.write(file)
        start = time.perf_counter()
        statement = replay_critical_point(load(file))
        return f"replay {time.perf_counter() - start:.1f} s: {statement}"

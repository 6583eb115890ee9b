"""time to norm(gradient) <= 1e-9 norm(first gradient): the sampled Newton method beside SciPy's methods and the exact one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.figures import convergence
from benchmarks.problem import CONDITIONS, GTOL, generate
from benchmarks.rows import Row, side_by_side
from resmax_sym.report.runs import METHODS, Trace, scipy_method
from resmax_sym.solve import Problem, solve_problem

__all__ = ["rows"]

N, D = 200_000, 200
TARGETS = dict(zip(CONDITIONS, (1.15, 1 / 8, 1 / 20), strict=True))
PATIENCE = 40
"""A peer that takes this many times as long as we do has not solved the problem."""


def fresh(problem: Problem) -> Problem:
    """The same data, with nothing remembered."""
    return Problem(problem.data, problem.b, problem.omega, problem.kernel)


def ours(problem: Problem, method: str = "sampled") -> Trace:
    """One run of our solver; units are counted by the run itself."""
    here = fresh(problem)
    start = time.perf_counter()
    result = solve_problem(here, method=method, gtol=GTOL)
    seconds = time.perf_counter() - start
    units, relative = np.array([(record.gradients, record.relative_gradient) for record in result.history]).T
    spent = result.get("gradients", np.nan)  # the exact method does not count them
    return Trace(method, units, relative, spent, seconds)


def peer(problem: Problem, name: str, limit: float) -> Trace:
    """One run of a SciPy method of at most `limit` seconds."""
    return scipy_method(fresh(problem), name, GTOL, limit=limit)


def solved(run: Trace) -> bool:
    """Whether a run came to the tolerance."""
    return run.until(GTOL) < np.inf


def against_peers(cond: float, build: Path) -> Row:
    """Seconds of ours over those of the fastest peer that solves the problem."""
    problem = generate(N, D, cond)
    ours(problem)  # the first run warms caches
    mine = ours(problem)
    limit = PATIENCE * mine.seconds
    others = [peer(problem, name, limit) for name in METHODS]
    convergence([mine, *others], cond, build / f"bench-convergence-{cond:.0e}.png")
    arrived = sorted(filter(solved, others), key=lambda run: run.seconds)
    detail = [f"ours {mine.seconds:.2f} s, {mine.spent:.0f} gradients", *map(described, others)]
    name = f"time to solution / best peer, cond(A) = {cond:.0e}, n = {N:.0e}, d = {D}"
    if arrived:
        a, b = side_by_side(lambda: ours(problem), lambda: peer(problem, arrived[0].name, limit), repeats=2)
        ratio = a / b
    else:
        ratio = mine.seconds / limit
        detail.append(f"no peer within {PATIENCE} times our seconds, which stand in the ratio")
    return Row(name, ratio, TARGETS[cond], bool(solved(mine) and ratio <= TARGETS[cond]), "; ".join(detail))


def described(run: Trace) -> str:
    """What came of a peer."""
    if solved(run):
        return f"{run.name} {run.seconds:.1f} s, {run.spent:.0f}"
    return f"{run.name} not solved ({run.relative[-1]:.0e} after {run.seconds:.0f} s, {run.spent:.0f})"


def against_exact(d: int) -> Row:
    """Seconds of the sampled over those of the exact Newton method."""
    problem = generate(N, d, CONDITIONS[1])
    a, b = side_by_side(lambda: ours(problem), lambda: ours(problem, "exact"), repeats=3)
    name = f"sampled / exact Newton, cond(A) = 1e2, n = {N:.0e}, d = {d}"
    return Row(name, a / b, 1.0, a / b <= 1, f"{a:.2f} s against {b:.2f} s")


def rows(build: Path) -> Iterator[Row]:
    """Everything that is measured about solutions; figures go to `build`."""
    for cond in CONDITIONS:
        yield against_peers(cond, build)
    for d in (200, 400):
        yield against_exact(d)

"""time to norm(gradient) <= 1e-9 norm(first gradient): the sampled Newton method beside SciPy's methods and the exact one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.figures import convergence
from benchmarks.peers import PEERS, Outcome, run_peer
from benchmarks.problem import CONDITIONS, GTOL, generate
from benchmarks.rows import Row, side_by_side
from resmax_sym.solve import Problem, solve_problem

__all__ = ["rows"]

N, D = 200_000, 200
TARGETS = dict(zip(CONDITIONS, (1.15, 1 / 8, 1 / 20), strict=True))
PATIENCE = 40
"""A peer that takes this many times as long as we do has not solved the problem."""


def fresh(problem: Problem) -> Problem:
    """The same data, with nothing remembered."""
    return Problem(problem.data, problem.b, problem.omega, problem.kernel)


def ours(problem: Problem, method: str = "sampled") -> Outcome:
    """One run of our solver; units are counted by the run itself."""
    here = fresh(problem)
    start = time.perf_counter()
    result = solve_problem(here, method=method, gtol=GTOL)
    seconds = time.perf_counter() - start
    trace = tuple((record.gradients, np.nan, record.relative_gradient) for record in result.history)
    solved = bool(result.relative_gradient <= GTOL)
    units = result.get("gradients", np.nan)  # the exact method does not count them
    return Outcome(method, solved, seconds, units, result.fun, result.relative_gradient, trace)


def against_peers(cond: float, build: Path) -> Row:
    """Seconds of ours over those of the fastest peer that solves the problem."""
    problem = generate(N, D, cond)
    ours(problem)  # the first run warms caches
    mine = ours(problem)
    limit = PATIENCE * mine.seconds
    outcomes = [run_peer(name, lambda: fresh(problem), GTOL, limit) for name in PEERS]
    convergence([mine, *outcomes], cond, build / f"bench-convergence-{cond:.0e}.png")
    solved = sorted((outcome for outcome in outcomes if outcome.solved), key=lambda outcome: outcome.seconds)
    detail = [f"ours {mine.seconds:.2f} s, {mine.units:.0f} gradients", *map(described, outcomes)]
    name = f"time to solution / best peer, cond(A) = {cond:.0e}, n = {N:.0e}, d = {D}"
    if solved:
        best = solved[0]
        a, b = side_by_side(
            lambda: ours(problem), lambda: run_peer(best.name, lambda: fresh(problem), GTOL, limit), repeats=2
        )
        ratio = a / b
    else:
        ratio = mine.seconds / limit
        detail.append(f"no peer within {PATIENCE} times our seconds, which stand in the ratio")
    return Row(name, ratio, TARGETS[cond], bool(mine.solved and ratio <= TARGETS[cond]), "; ".join(detail))


def described(outcome: Outcome) -> str:
    """What came of a peer."""
    if outcome.solved:
        return f"{outcome.name} {outcome.seconds:.1f} s, {outcome.units:.0f}"
    return f"{outcome.name} not solved ({outcome.relative_gradient:.0e} after {outcome.seconds:.0f} s, {outcome.units:.0f})"


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

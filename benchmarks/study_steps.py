"""norm(r+) / norm(r) of single steps against the proved factors: Theorem E for the sampled Hessian, Theorem D for A^T W^2 A."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky, eigh, solve

from benchmarks.study_samples import UNITS
from derivations.soft_residual.positive_half_lines import HALF_LINES
from resmax_sym.solve.kernels import kernel_of
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.sketch import ExactLeverage, draw, sampled_grams
from resmax_sym.theorems import contraction_factor, curvature_bound

__all__ = ["Step", "Summary", "local_step", "optimum", "regularised_step", "summary"]

ROWS, COLUMNS, DRAWN = 400, 3, 120
SEGMENT = np.linspace(0.0, 1.0, 13)[1:]
EDGE = 0.5
"""With |A x| <= 1/2 the unit exp(s) + s is on the half line of its bounds."""
CURVATURE = {"softmax": curvature_bound(), "soft-residual": float(HALF_LINES["from-minus-half"][3])}
"""-gamma I <= B <= gamma I: for every t, and for t >= -1/2."""


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes
    ----------
    measured, proved : float
        Error after the step over the error before it, and the factor of the theorem (for E with an M that is seen, not proved);
        infinite where a hypothesis fails.
    eps, theta : float
        Quality of the sample and size of the region, for Theorem E.
    """

    measured: float
    proved: float
    eps: float = 0.0
    theta: float = 0.0


@dataclass(frozen=True)
class Summary:
    """Steps of one kind.

    Attributes
    ----------
    applied : int
        Steps for which the theorem gives a factor below 1.
    violated : int
        Those whose measured factor was above the proved one.
    measured, proved : float
        Medians over the steps to which the theorem applied.
    closest : float
        Largest measured / proved.
    """

    theorem: str
    unit: str
    steps: int
    applied: int
    violated: int
    measured: float
    proved: float
    closest: float


def optimum(problem: Problem, x: np.ndarray, limit: int = 60) -> np.ndarray:
    """A critical point by exact Newton steps, which end when the step is rounding.

    Raises
    ------
    ValueError
        Newton's method does not converge from x.
    """
    for _ in range(limit):
        step = solve(problem.hess(x), problem.jac(x), assume_a="sym")
        x = x - step
        if np.linalg.norm(step) <= 1e-13 * (1 + np.linalg.norm(x)):
            return x
    raise ValueError(f"expected Newton's method to converge in {limit} steps; start nearer to the optimum")


def energy(H: np.ndarray, z: np.ndarray) -> float:
    """norm of z in the norm of H."""
    return float(np.sqrt(z @ H @ z))


def local_step(unit: str, seed: int) -> Step:
    """A step with a sampled Hessian near the optimum, and the factor for the measured eps and theta.

    M is the largest norm(H(z) - H(y)) / norm(z - y) seen at the points `SEGMENT` between the iterate y and the optimum: at most the
    true one, so that the factor is what the theorem would give if nothing larger hid between them, not a proved one.
    """
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((ROWS, COLUMNS)) * (0.5 + rng.random(COLUMNS))
    A *= 0.3 if unit == "soft-residual" else 1.0
    problem = Problem(A, rng.dirichlet(np.full(ROWS, 0.3)), np.sqrt(0.02 / ROWS), kernel_of(UNITS[unit]))
    best = optimum(problem, np.zeros(COLUMNS))
    there = problem.hess(best)
    least = eigh(there, eigvals_only=True)[0]
    r = rng.standard_normal(COLUMNS)
    r *= rng.uniform(0.01, 0.2) / np.linalg.norm(r)
    y = best + r
    here = problem.hess(y)
    M = max(np.linalg.norm(problem.hess(y - s * r) - here, 2) / (s * np.linalg.norm(r)) for s in SEGMENT)
    delta, U, K = problem.factors(y)
    p = ExactLeverage().probabilities(problem.data, delta, None, rng)
    plus, minus = sampled_grams(problem.data, delta, draw(p, DRAWN, rng))
    sampled = plus - minus + U @ K @ U.T
    theta = M * np.linalg.norm(r) / least
    if eigh(here, eigvals_only=True)[0] <= 0:
        return Step(np.inf, np.inf, np.inf, theta)
    eps = np.abs(eigh(sampled, here, eigvals_only=True) - 1).max()
    measured = energy(there, r - np.linalg.solve(sampled, problem.jac(y))) / energy(there, r)
    return Step(measured, contraction_factor(eps, theta), float(eps), float(theta))


def regularised_step(unit: str, seed: int, k: float = 2.0) -> Step:
    """A step with A.T diag(omega**2) A from far away; omega**2 = k gamma."""
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((COLUMNS + 1, COLUMNS))
    b = np.eye(COLUMNS + 1)[rng.integers(COLUMNS + 1)]  # the corners are the worst targets
    gamma = CURVATURE[unit]
    problem = Problem(A, b, np.sqrt(k * gamma), kernel_of(UNITS[unit]))
    metric = k * gamma * A.T @ A
    best = optimum(problem, np.zeros(COLUMNS))
    start = rng.standard_normal(COLUMNS)
    start *= 2.0 if unit == "softmax" else 0.99 * EDGE / np.abs(A @ start).max()
    after = start - solve(metric, problem.jac(start), assume_a="pos")
    root = cholesky(metric)
    inside = unit == "softmax" or np.abs(A @ best).max() <= EDGE
    before = np.linalg.norm(root @ (start - best))
    return Step(float(np.linalg.norm(root @ (after - best)) / before), 1 / k if inside else np.inf)


def summary(theorem: str, unit: str, steps: list[Step]) -> Summary:
    """What the steps say of the theorem."""
    applied = [s for s in steps if s.proved < 1]
    # Errors of 1e-13 in the optimum, relative to a distance of 0.01.
    violated = sum(s.measured > s.proved + 1e-9 for s in applied)
    if not applied:
        return Summary(theorem, unit, len(steps), 0, 0, np.nan, np.nan, np.nan)
    measured, proved = (float(np.median([getattr(s, name) for s in applied])) for name in ("measured", "proved"))
    closest = max(s.measured / s.proved for s in applied)
    return Summary(theorem, unit, len(steps), len(applied), violated, measured, proved, closest)

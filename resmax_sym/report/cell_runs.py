"""norm(r+) <= rate norm(r), and F(x+) - min F <= rate (F(x) - min F): runs inside an activation region, step by step with each hypothesis.

Approximate Newton steps (claim `relu-newton-contraction`): F = L + mu |x|^2 / 2 with its critical point x* in the region, hess F >= l I
there, M = 0.57140736 ||G||^3, theta = M ||x - x*|| / l, and ||H~ - H|| <= eps l.  Projected steps (claim `relu-descent-rate`, PROOFS.md
Theorem F): F = L + |omega * t|^2 / 2, m H0 <= hess F <= La H0 with m = 1 - 1/k and La = 1 + 1/k, where
x+ = argmin over the closed region of <grad F, y - x> + La/2 |y - x|^2 in the norm of H0 = G^T W^2 G.  Rates and constants are read off
the claims; G is taken in doubles, and what is measured is measured in doubles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resmax_sym.models import SOFTMAX
from resmax_sym.region import Region
from resmax_sym.report.cell_problems import Cone, Ridged
from resmax_sym.report.probes import aligned
from resmax_sym.solve import Problem, kernel_of
from resmax_sym.theorems import descent_rate, descent_weight, region_contraction_factor, region_lipschitz_constant

__all__ = ["DescentStep", "NewtonStep", "descent_run", "newton_run", "table"]

ROUNDING = 1e-9
"""What the doubles of a measured ratio or an eigenvalue are trusted to."""

SETTLING = 400
"""Steps after which the least loss in the region is taken as reached."""


@dataclass(frozen=True)
class _Step:
    """What both kinds of runs log.

    Attributes
    ----------
    same_region : bool
        Whether x, x+ and the point that is approached have the signs of one region, in the closed one for projected steps.
    measured, proved : float
        The ratio of the step, and what the claim allows; `proved` is infinite where a hypothesis fails.
    failed : str
        The first hypothesis that fails, and its value; empty if all hold.
    is_rounding : bool
        Whether what is left is too small for doubles to measure a ratio.
    """

    same_region: bool
    measured: float
    proved: float
    failed: str
    is_rounding: bool

    @property
    def verdict(self) -> str:
        """`as proved`, `violated`, `at rounding level`, or `not covered`."""
        if self.failed:
            return "not covered"
        if self.measured <= self.proved * (1 + ROUNDING):
            return "as proved"
        return "at rounding level" if self.is_rounding else "violated"


@dataclass(frozen=True)
class NewtonStep(_Step):
    """An approximate Newton step: norm(x - x*) before it, theta and eps besides."""

    distance: float
    theta: float
    eps: float


@dataclass(frozen=True)
class DescentStep(_Step):
    """A projected step: F(x) - min F before it, and the extreme eigenvalues of hess F over H0 at x and x+."""

    gap: float
    sandwich: tuple[float, float]


def newton_run(
    A1: ArrayLike, A2: ArrayLike, b: ArrayLike, x0: ArrayLike, ridge: float, eps: float, steps: int, seed: int = 0
) -> list[NewtonStep]:
    """Steps x+ = x - H~^-1 grad F in the region of x0, with H~ = H + E for a random symmetric E of norm eps l.

    Raises
    ------
    ValueError
        x0 lies on a kink, or F has no critical point with a positive definite Hessian to go to.
    """
    region = Region.of(A1, x0)
    problem = Problem(region.jacobian(A2), b, kernel=kernel_of(SOFTMAX))
    loss = Ridged(problem, ridge)
    end = loss.critical_point(region.kinks.point(x0))
    least = float(np.linalg.eigvalsh(loss.hess(end))[0])
    M = region_lipschitz_constant() * float(np.linalg.norm(problem.data.dense_block(slice(0, problem.n)), 2)) ** 3
    covered = _mass(problem)
    rng, x, log = np.random.default_rng(seed), region.kinks.point(x0), []
    for _ in range(steps):
        H, E = loss.hess(x), _symmetric(rng, problem.d)
        after = x - np.linalg.solve(H + eps * least * E, loss.jac(x))
        before, left = np.linalg.norm(x - end), np.linalg.norm(after - end)
        theta = M * before / least
        same = all(region.contains(point) for point in (x, after, end))
        failed = (
            covered
            or ("" if same else "another region")
            or ("" if theta + eps < 1 else f"theta + eps = {theta + eps:.3g}")
        )
        rate = math.inf if failed else region_contraction_factor(eps, theta)
        rounding = bool(left <= ROUNDING * np.linalg.norm(end))
        log.append(NewtonStep(same, float(left / before), rate, failed, rounding, float(before), float(theta), eps))
        x = after
        if rounding:
            break
    return log


def descent_run(
    A1: ArrayLike, A2: ArrayLike, b: ArrayLike, x0: ArrayLike, k: float, steps: int, weight: float | None = None
) -> list[DescentStep]:
    """Projected steps in the closed region of x0, with omega_i^2 = `weight`; default 0.3082 k, what the claim asks for.

    Raises
    ------
    ValueError
        x0 lies on a kink, or G has dependent columns.
    """
    region = Region.of(A1, x0)
    asked = descent_weight() * k
    weight = math.nextafter(asked, math.inf) if weight is None else weight
    problem = Problem(region.jacobian(A2), b, math.sqrt(weight), kernel=kernel_of(SOFTMAX))
    cone = Cone(problem, region, 1 + 1 / k)
    covered = _mass(problem)
    covered = covered or ("" if weight >= asked * (1 - ROUNDING) else f"omega^2 = {weight:.3g} < {asked:.3g}")
    points = [region.kinks.point(x0)]
    for _ in range(SETTLING):
        points.append(cone.step(points[-1]))
    values = [problem.fun(x) for x in points]
    least = min(values)
    log, size = [], float(np.linalg.norm(points[0]))
    for x, after, value, new in zip(points[:steps], points[1:], values, values[1:], strict=False):
        low, high = (
            f(ends)
            for f, ends in zip((min, max), zip(cone.spectrum(x), cone.spectrum(after), strict=True), strict=True)
        )
        same = cone.holds(x, size) and cone.holds(after, size)
        failed = covered or ("" if same else "another region")
        if not failed and not 1 - 1 / k - ROUNDING <= low <= high <= 1 + 1 / k + ROUNDING:
            failed = f"hess F over H0 from {low:.3g} to {high:.3g}"
        gap, rounding = value - least, new - least <= ROUNDING * abs(least)
        rate = math.inf if failed else descent_rate(k)
        log.append(DescentStep(same, (new - least) / gap if gap > 0 else 0.0, rate, failed, rounding, gap, (low, high)))
        if gap <= ROUNDING * abs(least):
            break
    return log


def table(steps: list[NewtonStep] | list[DescentStep]) -> str:
    """A head, and a line for each step: what the hypotheses are about, proved and measured ratio, verdict."""
    about = ("distance", "theta", "eps") if isinstance(steps[0], NewtonStep) else ("gap", "hess F over H0")
    rows = [("step", *about, "region", "proved", "measured", "verdict")]
    for k, one in enumerate(steps):
        if isinstance(one, NewtonStep):
            numbers = tuple(f"{value:.1e}" for value in (one.distance, one.theta, one.eps))
        else:
            numbers = (f"{one.gap:.1e}", f"{one.sandwich[0]:.4f} to {one.sandwich[1]:.4f}")
        ratios = (f"{one.proved:.4f}", f"{one.measured:.4f}")
        verdict = f"{one.verdict}{': ' * bool(one.failed)}{one.failed}"
        rows.append((str(k), *numbers, "same" if one.same_region else "other", *ratios, verdict))
    return "\n".join(text[2:] for text in aligned(rows))


def _symmetric(rng: np.random.Generator, d: int) -> NDArray:
    """A random symmetric matrix of norm 1."""
    E = rng.normal(size=(d, d))
    E = E + E.T
    return E / np.linalg.norm(E, 2)


def _mass(problem: Problem) -> str:
    """What is missing of norm1(b) <= 1."""
    mass = float(np.abs(problem.b).sum())
    return "" if mass <= 1 + ROUNDING else f"norm1(b) = {mass:.3g} > 1"

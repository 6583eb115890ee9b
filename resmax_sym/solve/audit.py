"""||r+|| <= (eps (1 + theta) + theta/2) / ((1 - eps)(1 - theta)) ||r||: a run held against the theorems on approximate Newton steps.

Local contraction (Theorem E).  Let H* >= l I at the solution x*, let the Hessian be M-Lipschitz on the ball around x* that reaches x,
r = x - x*, and (1 - eps) H <= H~ <= (1 + eps) H at x.  Then x+ = x - H~^-1 grad contracts as above in the norm of H*, for
theta = M ||r|| < 1.  Here M and r are measured in coordinates where H* = I, hence l = 1; there nothing depends on the scaling of A.
Regularised contraction (Theorem D).  If |eigenvalues of B| <= g for every t and omega_i^2 >= k g, k > 1, then with H~ = A^T W^2 A the step
contracts by 1/k in the norm of that H~, from any start.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import OptimizeResult

from resmax_sym.solve.audit_solution import Solution
from resmax_sym.solve.certificate import Certificate, NotCertified, certify
from resmax_sym.solve.data import as_vector
from resmax_sym.solve.objective import intermediate_callback
from resmax_sym.solve.problem import Problem
from resmax_sym.theorems import contraction_factor

__all__ = ["Audited", "Trail", "audit", "audit_table"]


@dataclass(frozen=True)
class Audited:
    """One step of a run, x to x+, and what the theorems say about it.

    Attributes
    ----------
    step : int
    distance : float
        norm(x - x*) in the norm of H*.
    least : float
        l, with H* >= l I in x: a certified lower bound, or the least eigenvalue in floating point where there is no certificate.
    theta : float
        M norm(x - x*), M certified on the ball around x* that reaches x; infinite where no M is found.
    eps : float
        (1 - eps) H <= H~ <= (1 + eps) H for the H~ behind the step, s = -H~^-1 grad.  That is the H~ that was given, changed by what
        rounding did to the step, or, if it is not behind the step, the best symmetric one that could be: eps = norm(s - n) / norm(s) in the
        norm of H, n the exact step.
    sketch : float
        The least such eps for the H~ that was given, from the generalised eigenvalues of (H~, H); NaN if none was.
    sampled : bool
        Whether the step is that of the H~ that was given.
    contraction : tuple of float
        Bounds of norm(x+ - x*) / norm(x - x*): x* is known to within its certified radius.
    proved : float
        The factor of Theorem E; infinite where its hypotheses fail.
    regularised : float
        The factor 1/k of Theorem D, in its own norm; infinite where its hypotheses fail.
    regularised_contraction : float
        Measured in that norm; NaN where it does not apply.
    failed : str
        The first hypothesis of Theorem E that fails, and its value; empty if all hold.
    """

    step: int
    distance: float
    least: float
    theta: float
    eps: float
    sketch: float
    sampled: bool
    contraction: tuple[float, float]
    proved: float
    regularised: float
    regularised_contraction: float
    failed: str

    @property
    def verdict(self) -> str:
        """`as proved`, `violated`, `at rounding level`, or `not covered`."""
        low, high = self.contraction
        if not math.isfinite(self.proved):
            return "not covered"
        return "as proved" if high <= self.proved else "violated" if low > self.proved else "at rounding level"


class Trail:
    """A callback of `solve` that keeps what the audit asks for: `audit(problem, trail.points, trail.hessians)`.

    Parameters
    ----------
    x0 : array_like, shape (d,)
        The start of the run.
    callback : callable, optional
        Another callback of the run, called after the point is kept.

    Attributes
    ----------
    points : list of ndarray (d,)
    hessians : list of ndarray (d, d) or None
        The sampled Hessian of each step, where there was one.
    """

    def __init__(self, x0: ArrayLike, callback: Callable | None = None) -> None:
        self.points: list[NDArray] = [np.array(x0, dtype=float)]
        self.hessians: list[NDArray | None] = []
        self._callback = intermediate_callback(callback)

    def __call__(self, intermediate_result: OptimizeResult) -> None:
        done = intermediate_result.nit - 1  # a sampled run that goes on as an exact one may begin anew
        del self.points[done + 1 :], self.hessians[done:]
        self.points.append(intermediate_result.x)
        sampled = intermediate_result.get("sampled")
        self.hessians.append(None if sampled is None else sampled.matrix)
        self._callback(intermediate_result)


def audit(
    problem: Problem,
    iterates: Sequence[ArrayLike],
    approximate_hessians: Sequence[NDArray | None] | None = None,
    *,
    theta0: float = 0.1,
    solution: ArrayLike | None = None,
    certificate: Certificate | NotCertified | None = None,
) -> list[Audited]:
    """Hypothesis by hypothesis, what Theorems D and E say about each step of a finished run.

    Parameters
    ----------
    problem : Problem
    iterates : sequence of array_like, each of shape (d,)
        x_0, ..., x_N.
    approximate_hessians : sequence of ndarray (d, d) or None, length N, optional
        H~_k of the step from x_k to x_{k+1}, where there was one.
    theta0 : float, default 0.1
        How near is near enough: Theorem E is applied where theta <= theta0.
    solution : array_like, shape (d,), optional
        A point close to x*; default: the last iterate.
    certificate : Certificate or NotCertified, optional
        Of that point, if it is at hand.

    Raises
    ------
    ValueError
        Fewer than two iterates, another number of Hessians than of steps or a Hessian of another shape, theta0 not in (0, 1), or the
        certificate of another point, other data or another unit.
    """
    points = [as_vector(x, problem.d, f"iterate {k}", "the columns of A") for k, x in enumerate(iterates)]
    if len(points) < 2:
        raise ValueError(f"iterates: expected at least two points, got {len(points)}")
    if not 0 < theta0 < 1:
        raise ValueError(f"theta0: expected a number between 0 and 1, got {theta0!r}")
    hessians = [None] * (len(points) - 1) if approximate_hessians is None else list(approximate_hessians)
    if len(hessians) != len(points) - 1:
        raise ValueError(f"approximate_hessians: expected one for each of {len(points) - 1} steps, got {len(hessians)}")
    for k, H in enumerate(hessians):
        if H is not None and np.shape(H) != (problem.d, problem.d):
            raise ValueError(f"approximate Hessian {k}: expected shape {(problem.d, problem.d)}, got {np.shape(H)}")
    x = points[-1] if solution is None else as_vector(solution, problem.d, "solution", "the columns of A")
    end = Solution(problem, x, certify(problem, x) if certificate is None else certificate)
    return [_audited(end, k, points[k], points[k + 1], hessians[k], theta0) for k in range(len(hessians))]


def _audited(
    solution: Solution, k: int, x: NDArray, end: NDArray, approximate: NDArray | None, theta0: float
) -> Audited:
    """One step."""
    if solution.C is None:
        nan = math.nan
        return Audited(
            k, nan, solution.least, math.inf, nan, nan, False, (nan, nan), math.inf, math.inf, nan, solution.reason
        )
    start, after = solution.distance(x), solution.distance(end)
    theta = solution.theta(start + solution.error)
    eps, *given = solution.eps(x, end - x, approximate)
    failed = solution.reason
    if not failed and np.array_equal(x, end):
        failed = "no step was taken"
    if not failed and not theta <= theta0:
        failed = f"too far from x*: theta = {theta:.2g} > {theta0:.2g}"
    if not failed and not eps < 1:
        failed = f"H~ is no approximation of H: eps = {eps:.2g}"
    proved = math.inf if failed else contraction_factor(eps, theta)
    ratio = solution.contraction(start, after)
    return Audited(k, start, solution.least, theta, eps, *given, ratio, proved, *solution.regularised(x, end), failed)


def audit_table(steps: Sequence[Audited]) -> str:
    """A line for each step: distance, theta, eps of the sketch and of the step, proved factor, measured contraction, verdict."""
    names = ("distance", "theta", "sketch", "eps", "proved", "measured")
    lines = ["step " + " ".join(f"{name:>9}" for name in names) + "  verdict"]
    for one in steps:
        numbers = (one.distance, one.theta, one.sketch, one.eps, one.proved, one.contraction[1])
        said = one.verdict if not one.failed else f"{one.verdict}: {one.failed}"
        lines.append(f"{one.step:>4} " + " ".join(f"{value:>9.2e}" for value in numbers) + f"  {said}")
        if math.isfinite(one.regularised):
            measured = f"{one.regularised_contraction:.3g}"
            lines.append(f"     Theorem D: proved {one.regularised:.3g}, measured {measured} in the norm of A^T W^2 A")
    return "\n".join(lines)

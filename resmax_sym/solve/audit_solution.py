"""The end of a run, with coordinates where H* = I: distances to it, and what its certificate says about the Hessian around it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, eigh, norm

from resmax_sym.models import SOFTMAX
from resmax_sym.solve.certificate import Certificate, NotCertified
from resmax_sym.solve.certificate.balls import Undefined
from resmax_sym.solve.certificate.file import data_digest, read
from resmax_sym.solve.certificate.formulas import formulas_of
from resmax_sym.solve.certificate.kantorovich import above
from resmax_sym.solve.certificate.scaled import Instance, Scaled
from resmax_sym.solve.certificate.search import Failed, first_frame
from resmax_sym.solve.problem import Problem
from resmax_sym.theorems import curvature_bound

__all__ = ["Solution", "regularised_rate"]

DIGITS = 30
EPS = np.finfo(float).eps

SMALL = 1e-3
"""A theta from the bounds of the certificate that is small enough; a larger one is worth a bound on the very ball."""

SAME_STEP = 1e-6
"""A step is that of an approximate Hessian if it differs from it by no more, relative to its length."""


def regularised_rate(problem: Problem) -> float:
    """1/k of Theorem D from the proved bounds of the spectrum of B; infinite where there are none or k <= 1.

    Bounds for every t are proved for the softmax unit and norm1(b) <= 1.
    """
    if problem.kernel.UNIT != SOFTMAX or not np.abs(problem.b).sum() <= 1 + 1e-12:
        return math.inf
    if problem.coordinates.basis.shape[1] < problem.d:
        return math.inf
    largest = curvature_bound()
    least = float((problem.omega**2).min())
    return largest / least if least > largest else math.inf


class Solution:
    """The point that a run ended at.

    Parameters
    ----------
    problem : Problem
    x : ndarray, shape (d,)
    certificate : Certificate or NotCertified
        Of x.  Without one the Hessian at x in floating point gives coordinates, and `reason` says what is missing.

    Raises
    ------
    ValueError
        The certificate is of another point, of other data or of another unit.
    """

    def __init__(self, problem: Problem, x: NDArray, certificate: Certificate | NotCertified) -> None:
        self.problem, self.x, self.rate = problem, x, regularised_rate(problem)
        self.C = self.body = self.scaled = None
        self.error = self.off = 0.0
        if certificate:
            self._read(certificate)
            return
        self.reason = f"H* is not shown to be definite: {certificate.reason}"
        self.least = math.nan
        try:
            self.least = float(np.linalg.eigvalsh(problem.hess(x))[0])
            C, signs = first_frame(problem, x)
        except (Failed, LinAlgError):
            return
        self.C = C if (signs > 0).all() else None

    def _read(self, certificate: Certificate) -> None:
        body = self.body = certificate.body
        arrays = read(body)
        data = {
            "A": self.problem.data.dense_block(slice(0, self.problem.n)),
            "b": self.problem.b,
            "omega": self.problem.omega,
        }
        is_own = np.array_equal(arrays["x"], self.x) and body["data_sha256"] == data_digest(data)
        if not is_own or body["unit"] != self.problem.kernel.UNIT:
            raise ValueError(
                "certificate: expected that of the solution and of this problem, got another; leave it out"
            )
        self.C, self.error = arrays.pop("C"), body["radius"]
        self.scaled = Scaled(formulas_of(body["unit"]), Instance(body["unit"], **arrays), self.C, DIGITS)
        self.least = certificate.least_eigenvalue if certificate.is_minimum else -certificate.least_eigenvalue
        self.reason = "" if certificate.is_minimum else "H* has a negative eigenvalue: x* is no minimum"
        # how far C^T H* C may be from the identity
        self.off = body["bounds"]["defect"] + body["bounds"]["lipschitz"] * body["radius"]

    def distance(self, x: NDArray) -> float:
        """norm(x - x*) in the norm of H*, x* being known to within `error`."""
        return float(norm(np.linalg.solve(self.C, x - self.x)))

    def contraction(self, start: float, after: float) -> tuple[float, float]:
        """Bounds of the ratio of two distances that are known to within `error`, in a norm that is known to within `off`."""
        slack = (1 + self.off) / (1 - self.off)
        low = max(after - self.error, 0.0) / (start + self.error) / slack if start + self.error > 0 else 0.0
        high = (after + self.error) / (start - self.error) * slack if start > self.error else math.inf
        return low, high

    def theta(self, radius: float) -> float:
        """M radius, in coordinates where H* = I; infinite where no M is known."""
        if self.scaled is None:
            return math.inf
        bounds, slack = self.body["bounds"], (1 - self.off) ** 2
        stated = bounds["lipschitz"] * radius / slack if radius <= bounds["domain"] else math.inf
        if stated <= SMALL:
            return stated
        try:
            found = above(self.scaled.lipschitz(radius)) * radius / slack
        except Undefined:
            return stated
        return min(found, stated) if math.isfinite(found) else stated

    def derivatives(self, x: NDArray) -> tuple[NDArray, NDArray]:
        """C^T H C and C^T grad at x; from balls where there is a certificate, as near x* the gradient in doubles is all rounding."""
        if self.scaled is None:
            return self.C.T @ self.problem.hess(x) @ self.C, self.C.T @ self.problem.jac(x)
        at = Scaled(self.scaled.formulas, replace(self.scaled.instance, x=x), self.C, DIGITS)
        H, g = (np.array([float(ball.mid()) for ball in M.entries()]) for M in (at.hessian(), at.gradient()))
        return H.reshape(self.C.shape), g

    def eps(self, x: NDArray, step: NDArray, approximate: NDArray | None) -> tuple[float, float, bool]:
        """How well the Hessian behind the step approximates H, how well the one that was given does, and whether it is behind it.

        With H = I and a step s = -H~^-1 g + e some symmetric E, norm(E) = norm(H~ e) / norm(s), has (H~ + E) s = -g: H~ + E is
        behind the step.  So what rounding did to the step is added: eps <= sketch + (1 + sketch) norm(e) / norm(s).
        """
        s, sketch, rounding = np.linalg.solve(self.C, step), math.nan, 8 * len(step) * EPS
        try:
            H, g = self.derivatives(x)
            factor = np.linalg.cholesky(H).T
            length = norm(factor @ s)
            if not length > 0:
                return math.inf, sketch, False
            if approximate is not None:
                given = self.C.T @ approximate @ self.C
                sketch = float(np.abs(eigh(given, H, eigvals_only=True) - 1).max())
                off = float(norm(factor @ (s + np.linalg.solve(given, g))) / length)
                if off <= SAME_STEP:
                    return sketch + (1 + sketch) * off + rounding, sketch, True
            return float(norm(factor @ (s + np.linalg.solve(H, g))) / length) + rounding, sketch, False
        except (LinAlgError, ValueError, Undefined):
            return math.inf, sketch, False

    def regularised(self, x: NDArray, end: NDArray) -> tuple[float, float]:
        """1/k and the measured contraction in the norm of A^T W^2 A, where Theorem D applies to this step."""
        if not math.isfinite(self.rate):
            return math.inf, math.nan
        S = self.problem.coordinates.basis
        H0 = S.T @ self.problem.data.gram(self.problem.omega**2) @ S
        s, g = np.linalg.solve(S, end - x), S.T @ self.problem.jac(x)
        if norm(s + np.linalg.solve(H0, g)) > SAME_STEP * norm(s):
            return math.inf, math.nan
        upper = np.linalg.cholesky(H0).T
        before, after = (norm(upper @ np.linalg.solve(S, point - self.x)) for point in (x, end))
        return self.rate, float(after / before) if before > 0 else math.nan

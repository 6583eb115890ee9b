"""min g.p + p.H p / 2 over norm(p) <= Delta, exactly, for any symmetric H.

p solves it iff (H + mu I) p = -g, H + mu I >= 0, mu >= 0 and mu (Delta - norm(p)) = 0 (More and Sorensen 1983). One
eigendecomposition of H makes each radius cost O(r^2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh, norm
from scipy.optimize import brentq

__all__ = ["QuadraticModel", "Step"]

EPS = np.finfo(float).eps
TINY = np.finfo(float).tiny
CURVATURE = 1e-8


@dataclass(frozen=True)
class Step:
    """A minimiser of the model in a ball.

    Attributes
    ----------
    p : ndarray, shape (r,)
        The step.
    reduction : float
        Predicted decrease, ``-(g.p + p.H p / 2) >= 0``.
    on_boundary : bool
        Whether the ball, not the model, decided the length.
    """

    p: np.ndarray
    reduction: float
    on_boundary: bool


class QuadraticModel:
    """g.p + p.H p / 2 through the eigenvalues of H.

    Parameters
    ----------
    gradient : ndarray, shape (r,)
    hessian : ndarray, shape (r, r)
        Symmetric; only its symmetric part counts.
    gradient_noise : ndarray, shape (r,), optional
        Rounding level of each entry of the gradient; default ``r eps norm(gradient)``.
    hessian_noise : float, optional
        Rounding level of the eigenvalues of H, at least ``r eps norm(H)``.

    Notes
    -----
    A direction whose eigenvalue and gradient component are both rounding noise is null: it gets no step. Without this rule
    the quotient of the two noises would be a step of arbitrary length.
    """

    def __init__(
        self,
        gradient: np.ndarray,
        hessian: np.ndarray,
        gradient_noise: np.ndarray | None = None,
        hessian_noise: float = 0.0,
    ) -> None:
        size = gradient.size
        self.eigenvalues, self.vectors = eigh((hessian + hessian.T) / 2)
        self.norm = float(np.abs(self.eigenvalues).max(initial=0.0))
        self.noise = max(size * EPS * self.norm, hessian_noise)
        if gradient_noise is None:
            gradient_noise = np.full(size, size * EPS * _length(gradient))
        flat = np.abs(self.eigenvalues) <= self.noise
        self.components = self.vectors.T @ gradient
        with np.errstate(invalid="ignore"):  # an infinite noise says nothing, and makes nothing null
            self.null = flat & (np.abs(self.components) <= np.abs(self.vectors.T) @ gradient_noise)
        self.components[self.null] = 0.0
        self.values = np.where(flat, 0.0, self.eigenvalues)

    @property
    def least_eigenvalue(self) -> float:
        """Least eigenvalue of H as computed; 0.0 if H is empty."""
        return float(self.eigenvalues[0]) if self.eigenvalues.size else 0.0

    @property
    def is_noise(self) -> bool:
        """Whether all of H is at rounding level."""
        return self.norm <= 10 * self.noise

    @property
    def is_convex(self) -> bool:
        """Whether no eigenvalue is clearly negative.

        Where minimisers form a curve, H is singular on it, and next to it the eigenvalue along the curve has either sign
        and the size of the gradient: down to 1e-8 of the norm a negative one says nothing.
        """
        return self.least_eigenvalue >= -max(10 * self.noise, CURVATURE * self.norm)

    @property
    def aside(self) -> float:
        """The part of norm(gradient) in directions that do not curve upwards, in [0, 1]; null directions have none."""
        size = _length(self.components)
        return float(_length(self.components[self.values <= 0]) / size) if size > 0 else 0.0

    def newton_step(self) -> Step:
        """The Newton step in the directions that curve upwards; see `aside` for what it leaves alone."""
        upwards = self.values > 0
        step = np.zeros_like(self.values)
        step[upwards] = -self.components[upwards] / self.values[upwards]
        return self._finish(step, 0.0, False)

    def step(self, radius: float) -> Step:
        """The minimiser with ``norm(p) <= radius``."""
        least = float(self.values[0]) if self.values.size else 0.0
        if least >= 0:
            newton = self._solve(0.0, self.values)
            # The square overflows harmlessly: an infinite length is beyond every radius.
            with np.errstate(over="ignore"):
                inside = _length(newton) <= radius
            if inside:
                return self._finish(newton, 0.0, False)
        gap = self.values - least
        leading = gap == 0
        if least < 0 and not self.components[leading].any():
            rest = np.where(leading, 0.0, self._solve(0.0, gap))
            missing = radius**2 - rest @ rest
            if missing >= 0:
                # Hard case: the gradient is blind to the direction of least curvature; either sign along it is optimal.
                rest[int(np.argmax(leading))] = np.sqrt(missing)
                return self._finish(rest, -least, True)
        shift = self._secular(gap, radius, max(least, 0.0))
        return self._finish(self._solve(shift, gap), shift - least, True)

    def _solve(self, shift: float, values: np.ndarray) -> np.ndarray:
        """-components / (values + shift), where 0/0 = 0 means that a null direction gets no step."""
        with np.errstate(divide="ignore", over="ignore"):
            safe = np.where(self.components == 0, 1.0, values + shift)
            return -self.components / safe

    def _secular(self, gap: np.ndarray, radius: float, floor: float) -> float:
        """The shift >= floor at which the step has length `radius`.

        Written in gap_i = lambda_i - lambda_1, which loses no digits when the shift is tiny (near the hard case). In
        log-log coordinates the length is close to piecewise linear, which is what brentq likes.
        """
        size = np.abs(self.components)
        upper = _length(size) / radius * (1 + 8 * EPS)
        lower = max(floor, float((size / radius - gap).max()), TINY)

        def excess(log_shift: float) -> float:
            length = _length(self._solve(np.exp(log_shift), gap))
            return np.log(max(length, TINY)) - np.log(radius)

        if upper <= lower or excess(np.log(lower)) <= 0:
            return lower
        if excess(np.log(upper)) >= 0:
            return upper
        return float(np.exp(brentq(excess, np.log(lower), np.log(upper), xtol=1e-13, rtol=4 * EPS)))

    def _finish(self, step: np.ndarray, multiplier: float, on_boundary: bool) -> Step:
        # -(g.p + p.H p / 2) with g = -(H + mu) p: a sum of non-negative terms, free of cancellation
        with np.errstate(over="ignore", invalid="ignore"):
            reduction = 0.5 * float((self.values + multiplier) @ step**2 + multiplier * (step @ step))
            return Step(self.vectors @ step, max(reduction, 0.0), on_boundary)


def _length(v: np.ndarray) -> float:
    """norm(v), also where the squares are beyond float64; infinite where an entry is."""
    return float(norm(v, check_finite=False))

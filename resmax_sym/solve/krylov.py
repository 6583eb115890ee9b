"""min g.y + y.H y / 2 over norm(y) <= Delta by conjugate gradients, cut off at the ball or where H curves downwards.

Steihaug's method (SIAM J. Numer. Anal. 20, 1983). The iterates do not depend on Delta, only where the path ends does, so a
smaller ball costs no product. H is seen through its products alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import eigh_tridiagonal, norm

__all__ = ["FLAT", "Path", "Step", "least_curvature"]

FLAT = 1e-8
"""Curvature below this, relative to the metric, says nothing: next to a valley it has either sign."""

Product = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Step:
    """A point of the path: the step, ``-(g.y + y.H y / 2)``, and whether the ball or negative curvature ended it."""

    y: np.ndarray
    reduction: float
    on_boundary: bool


@dataclass
class Path:
    """Conjugate gradients from y = 0.

    Parameters
    ----------
    gradient : ndarray, shape (r,)
    product : callable
        ``z -> H z``.

    Attributes
    ----------
    residuals : list of float
        norm(g + H y) at every iterate.
    least : float
        Least Ritz quotient ``z.H z / z.z`` of a search direction so far; the least eigenvalue of H is at most that.
    """

    gradient: np.ndarray
    product: Product
    residuals: list[float] = field(default_factory=list)
    least: float = np.inf

    def __post_init__(self) -> None:
        self._residual = self.gradient.copy()
        self._direction = -self.gradient
        self._iterates = [np.zeros_like(self.gradient)]
        self._reductions = [0.0]
        self._directions: list[np.ndarray] = []
        self._curvatures: list[float] = []
        self.residuals.append(float(norm(self.gradient)))

    @property
    def inner(self) -> int:
        """Number of products."""
        return len(self._directions)

    @property
    def curves_down(self) -> bool:
        """Whether a direction of negative curvature was met."""
        return self.least <= 0

    def solve(self, tolerance: float, radius: float, limit: int) -> bool:
        """Go on until the residual is at most `tolerance` times the first, the path ends, or `limit` products are done.

        Returns
        -------
        bool
            False if a product was not finite, or a direction so short that its square is 0.
        """
        while (
            self.residuals[-1] > tolerance * self.residuals[0]
            and self.inner < limit
            and not self.curves_down
            and norm(self._iterates[-1]) < radius
        ):
            image = self.product(self._direction)
            curvature = float(self._direction @ image)
            size = float(self._direction @ self._direction)
            if not (np.isfinite(curvature) and np.isfinite(image).all() and size > 0):
                return False
            self.least = min(self.least, curvature / size)
            self._advance(image, curvature)
        return True

    def _advance(self, image: np.ndarray, curvature: float) -> None:
        direction, before = self._direction, self.residuals[-1] ** 2
        self._directions.append(direction)
        self._curvatures.append(curvature)
        if curvature <= 0:
            return
        length = before / curvature
        self._iterates.append(self._iterates[-1] + length * direction)
        self._reductions.append(self._reductions[-1] + 0.5 * length * before)
        self._residual = self._residual + length * image
        after = float(self._residual @ self._residual)
        self.residuals.append(np.sqrt(after))
        self._direction = -self._residual + (after / before) * direction

    def step(self, radius: float) -> Step:
        """The end of the path in the ball."""
        for k, direction in enumerate(self._directions):
            ends = self._curvatures[k] <= 0
            if ends or norm(self._iterates[k + 1]) > radius:
                return self._cut(k, direction, radius)
        return Step(self._iterates[-1], self._reductions[-1], False)

    def _cut(self, k: int, direction: np.ndarray, radius: float) -> Step:
        start = self._iterates[k]
        along, size = float(start @ direction), float(direction @ direction)
        missing = max(radius**2 - float(start @ start), 0.0)
        length = missing / (along + np.sqrt(along**2 + size * missing))
        slope, curvature = self.residuals[k] ** 2, self._curvatures[k]
        gain = length * slope - 0.5 * length**2 * curvature
        return Step(start + length * direction, self._reductions[k] + gain, True)


def least_curvature(
    product: Product, size: int, rng: np.random.Generator, *, missed: float = 1e-3, limit: int = 200
) -> tuple[float, np.ndarray, int]:
    """Least Ritz value of H in a Krylov space of a random start (infinite for r = 0), its vector (r,), number of products.

    Lanczos with full orthogonalisation from a uniformly distributed unit vector. It goes on until an eigenvalue <= 0 would have
    shown with probability at least 1 - `missed`; where `limit` products do not suffice for that, the value is at most 0, so that
    nobody takes H for positive definite.

    Let a and c be the extreme Ritz values, a > 0, no eigenvalue above c (the largest are found first), and some eigenvalue at most 0.
    At the start the part of its eigenvector is at least missed / sqrt(r) with that probability. The Chebyshev polynomial of
    degree k - 1 on [a, c] is at most 1 in absolute value there and at least T = T_{k-1}((c + a) / (c - a)) below 0. If
    missed T >= sqrt(r c / a), the Rayleigh quotient of its vector is below a, and so is the least Ritz value: a contradiction.
    """
    start = rng.standard_normal(size)
    if size == 0:
        return np.inf, start, 0
    basis, diagonal, beside = [start / norm(start)], [], []
    value, vector = np.inf, basis[0]
    for k in range(1, min(limit, size) + 1):
        image = product(basis[-1])
        diagonal.append(float(basis[-1] @ image))
        if not np.isfinite(image).all():
            return -np.inf, basis[-1], k
        values, vectors = eigh_tridiagonal(diagonal, beside)
        value, vector = float(values[0]), np.array(basis).T @ vectors[:, 0]
        spread = values[-1] - values[0]
        if value <= 0 or k == size:
            break
        growth = np.cosh((k - 1) * np.arccosh((values[-1] + values[0]) / spread)) if spread > 0 else 1.0
        if k > 1 and growth * missed >= np.sqrt(size * values[-1] / value):
            break
        for q in basis + basis:  # twice is enough
            image = image - (q @ image) * q
        beside.append(float(norm(image)))
        if beside[-1] <= 1e-12 * max(abs(values[0]), abs(values[-1])):
            break  # the Krylov space is invariant, and a random vector has a part in every eigenspace
        basis.append(image / beside[-1])
    else:
        value = min(value, 0.0)
    return value, vector, k

"""H~ = P - N + U K U^T and M = H~ made positive definite: the sampled Hessian at a point, and a factor of it.

P and N come from sampled rows (`sampled_grams`), the low-rank part is exact. M is made in the metric E~ = P + N + mean(|delta|) A~^T A~,
A~^T A~ from the same rows: the eigenvalues of H~ relative to E~ are replaced by their absolute values, at least FLOOR. So M
is the same for every linear change of the variables, and a ball of M bounds the change of A x also in rows where delta is small.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from resmax_sym.solve.problem import Problem
from resmax_sym.solve.sampling import draw, sampled_grams
from resmax_sym.solve.sketch import Sketch, filled, range_basis, unseen, whole_basis

__all__ = ["SampledHessian", "sampled_hessian"]

FLOOR = 0.02


@dataclass(frozen=True, eq=False)
class SampledHessian:
    """The sampled Hessian of the loss at a point.

    Attributes
    ----------
    matrix : ndarray, shape (d, d)
        H~.
    gram : ndarray, shape (d, d)
        G~, which estimates ``A.T diag(|delta|) A``; a column of A missed by the sample has a tiny stand-in on the diagonal.
    metric : ndarray, shape (d, d)
        E~; a column of A missed by the sample has a stand-in that is at most the entry of E.
    rows : int
        Number of rows drawn; n if the sum is exact.
    size : float
        sqrt(sum |delta|): the length, in the norm of G, of a step of 1 in every row.
    """

    matrix: np.ndarray
    gram: np.ndarray
    metric: np.ndarray
    rows: int
    size: float

    @cached_property
    def metric_basis(self) -> np.ndarray:
        """S, shape (d, d), with ``S.T G~ S = I``; directions that G~ does not see are long, so that rows along them show."""
        return whole_basis(self.gram)

    @cached_property
    def _relative(self) -> tuple[np.ndarray, np.ndarray]:
        """V (d, r) and l (r,) with ``V.T E~ V = I`` and ``V.T H~ V = diag(l)``; V spans what E~ sees, up to rounding."""
        S = range_basis(self.metric)
        relative = S.T @ self.matrix @ S
        values, vectors = np.linalg.eigh((relative + relative.T) / 2)
        return S @ vectors, values

    @cached_property
    def basis(self) -> np.ndarray:
        """C, shape (d, r), with ``C.T M C = I``; directions that E~ does not see, up to rounding, are left out."""
        V, values = self._relative
        return V / np.sqrt(np.maximum(np.abs(values), FLOOR))

    def solve(self, g: np.ndarray) -> np.ndarray | None:
        """H~^{-1} g, shape (d,), or None where H~ is singular, as seen from E~ within rounding."""
        V, values = self._relative
        if V.shape[1] < len(g) or np.abs(values).min() <= unseen(len(g)):
            return None
        return V @ ((V.T @ g) / values)


def sampled_hessian(
    problem: Problem,
    x: np.ndarray,
    sketch: Sketch,
    rng: np.random.Generator,
    *,
    rows: int,
    basis: np.ndarray | None = None,
) -> SampledHessian | None:
    """H~ at x from `rows` rows, or None where the curvature is not finite or all of it has vanished.

    Parameters
    ----------
    problem : Problem
    x : ndarray, shape (d,)
    sketch : Sketch
    rng : numpy.random.Generator
    rows : int
        Number of rows to draw where the sketch does not say.
    basis : ndarray, shape (d, d), optional
        `metric_basis` of an earlier point.
    """
    delta, U, K = problem.factors(x)
    with np.errstate(all="ignore"):
        total = float(np.abs(delta).sum())
        if not (np.isfinite(total) and np.isfinite(U).all() and np.isfinite(K).all() and total > 0):
            return None
        wanted = sketch.count(problem.n, problem.d, rows)
        if wanted < problem.n:
            sample = draw(sketch.probabilities(problem.data, delta, basis, rng), wanted, rng)
        else:
            sample = draw(np.broadcast_to(1 / problem.n, (problem.n,)), wanted, rng)
        plus, minus = sampled_grams(problem.data, delta, sample)
        mean, data = total / problem.n, problem.data
        even = sampled_grams(data, np.broadcast_to(mean, (problem.n,)), sample)[0]
        matrix, gram = plus - minus + U @ K @ U.T, filled(plus + minus, data, unseen(data.d) * mean)
        # E itself has at least mean * max_i a_ij^2 there.
        metric = filled(plus + minus + even, data, mean)
    if not (np.isfinite(matrix).all() and np.isfinite(metric).all()):
        return None
    return SampledHessian(matrix, gram, metric, sample.indices.size, np.sqrt(total))

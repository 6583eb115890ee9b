"""E sum_{i drawn} (delta_i / pi_i) a_i a_i^T = A^T diag(delta) A: row i is drawn with probability pi_i, independently.

delta has both signs, so what controls the error is G = A^T diag(|delta|) A, not the sum itself (see `row_count`). Why not with
replacement: a row that matters much (pi_i = 1) is then there once and exactly, not a random number of times.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from resmax_sym.solve.data import Data, row_slices

__all__ = ["Sample", "draw", "row_count", "sampled_grams", "scale_of"]

BLOCK_NUMBERS = 1 << 21
ROUNDS = 8


def row_count(d: int, eps: float, prob: float, *, kappa: float = 1.0, quality: float = 1.0) -> int:
    """m = ceil(2 k (1 + e / 3) log(2 d / prob) / e^2), k = d / quality, e = eps / kappa.

    Theorem. Let G = A^T diag(|delta|) A, l_i = |delta_i| a_i^T G^+ a_i, and let row i be drawn independently with probability
    pi_i >= min(1, m quality l_i / d). Then with probability at least 1 - prob

        -e G <= sum_{i drawn} (delta_i / pi_i) a_i a_i^T - A^T diag(delta) A <= e G.

    If the Hessian H = A^T diag(delta) A + U K U^T satisfies G <= kappa H, the sampled Hessian with the exact low-rank part
    lies between (1 - eps) H and (1 + eps) H.

    Proof. With u_i the unit vector along G^{-1/2} a_i on the range of G, the difference times G^{-1/2} on both sides is the
    sum of X_i = (1_i / pi_i - 1) sign(delta_i) l_i u_i u_i^T: independent, of mean 0, and 0 where pi_i = 1. Elsewhere norm(X_i) <=
    l_i / pi_i <= k / m, and sum E X_i^2 <= sum (l_i^2 / pi_i) u_i u_i^T <= (k / m) sum l_i u_i u_i^T = (k / m) I. The matrix
    Bernstein inequality (Tropp 2012, Theorem 1.4) gives P(norm > e) <= 2 d exp(-(e^2 / 2) / ((k / m) (1 + e / 3))).

    Parameters
    ----------
    d : int
        Number of columns.
    eps, prob : float
        Relative error and probability of failure, in (0, 1).
    kappa : float, default 1.0
        G <= kappa H; 1 for a bound relative to G itself.
    quality : float, default 1.0
        In (0, 1]: how much of the leverage scores the probabilities hold.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if d < 1 or not (0 < eps < 1 and 0 < prob < 1 and 0 < quality <= 1 and 1 <= kappa < math.inf):
        raise ValueError(
            "row_count: expected d >= 1, eps and prob in (0, 1), quality in (0, 1] and kappa >= 1, got "
            f"d = {d}, eps = {eps}, prob = {prob}, quality = {quality}, kappa = {kappa}"
        )
    k, e = d / quality, eps / kappa
    return math.ceil(2 * k * (1 + e / 3) * math.log(2 * d / prob) / e**2)


@dataclass(frozen=True)
class Sample:
    """Rows and what each stands for.

    Attributes
    ----------
    indices : ndarray of int, shape (k,)
        Increasing.
    weights : ndarray, shape (k,)
        1 / pi_i.
    """

    indices: np.ndarray
    weights: np.ndarray


def draw(shares: np.ndarray, rows: int, rng: np.random.Generator) -> Sample:
    """Each row by itself with probability min(1, c p_i) >= min(1, rows p_i), `rows` of them on average.

    With rows >= n it is every row once, which makes the sum exact.
    """
    n = shares.size
    if rows >= n:
        return Sample(np.arange(n), np.ones(n))
    chances = np.minimum(1.0, scale_of(shares, rows) * shares)
    indices = np.flatnonzero(rng.random(n) < chances)
    return Sample(indices, 1 / chances[indices])


def scale_of(shares: np.ndarray, total: int) -> float:
    """c >= `total` with sum min(1, c p_i) near `total`, never above it: what entries cut to 1 leave over goes to the others."""
    scale = float(total)
    for _ in range(ROUNDS):
        certain = shares * scale >= 1
        left = total - np.count_nonzero(certain)
        others = float(shares.sum(where=~certain))
        if left <= 0 or others <= 0 or left / others <= scale:
            break
        scale = left / others
    return scale


def sampled_grams(data: Data, delta: np.ndarray, sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """P and N, shape (d, d), from the rows with delta > 0 and < 0: P - N estimates A^T diag(delta) A, P + N estimates G."""
    weights = sample.weights * delta[sample.indices]
    return tuple(_gram(data, sample.indices[part], np.abs(weights[part])) for part in (weights > 0, weights < 0))


def _gram(data: Data, indices: np.ndarray, weights: np.ndarray) -> np.ndarray:
    total = np.zeros((data.d, data.d))
    for part in row_slices(0, indices.size, max(1, BLOCK_NUMBERS // data.d)):
        scaled = np.sqrt(weights[part])[:, None] * data.rows(indices[part])
        # One and the same factor twice: the symmetric kernel does half the work.
        total += scaled.T @ scaled
    return total

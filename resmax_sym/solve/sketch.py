"""p_i: shares by which rows are drawn for the sampled Hessian. The three sketches are uniform, exact and estimated leverage.

The leverage score of row i in sqrt(|delta|) A is l_i = |delta_i| a_i^T G^+ a_i, G = A^T diag(|delta|) A: the largest part that
the row can have in any direction of G. Drawing with p_i near l_i / d needs fewest rows (`sampling.row_count`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from resmax_sym.solve.coordinates import metric_basis
from resmax_sym.solve.data import Data, DenseData, row_slices
from resmax_sym.solve.options import check_count, check_share
from resmax_sym.solve.sampling import draw, row_count, sampled_grams, scale_of

__all__ = [
    "EstimatedLeverage",
    "ExactLeverage",
    "Sketch",
    "Uniform",
    "draw",
    "filled",
    "range_basis",
    "row_count",
    "sampled_grams",
    "unseen",
    "whole_basis",
]

UNIFORM_SHARE = 0.2
BLOCK_NUMBERS = 1 << 22
REGULAR = 1e-9  # least squared pivot of a matrix of cosines that is clearly regular


@dataclass(frozen=True, kw_only=True)
class Sketch(ABC):
    """How rows are chosen, and how many.

    Attributes
    ----------
    rows : int, optional
        Expected number of rows m. Without it `eps` decides, without both the method.
    eps : float, optional
        Error relative to G, from which `row_count` finds m.
    prob : float, default 0.01
        Probability of failure.
    quality : float, optional
        As in `row_count`; None is 1 where the sketch knows the scores.

    Raises
    ------
    ValueError
        On a field out of range, and where `eps` comes without a `quality` that the sketch does not know.
    """

    rows: int | None = None
    eps: float | None = None
    prob: float = 0.01
    quality: float | None = None

    passes = 0
    knows_scores = False

    def __post_init__(self) -> None:
        if self.rows is not None:
            check_count(self.rows, "rows")
        if self.eps is not None:
            check_share(self.eps, "eps")
        check_share(self.prob, "prob")
        if self.quality is not None:
            check_share(self.quality, "quality", closed=True)
        if self.eps is not None and self.quality is None and not self.knows_scores:
            raise ValueError(
                f"quality: expected a number in (0, 1] to go with eps, got none; {type(self).__name__} does not know the "
                "leverage scores"
            )

    def count(self, n: int, d: int, default: int) -> int:
        """m, at most n."""
        if self.rows is not None:
            return min(self.rows, n)
        if self.eps is None:
            return min(default, n)
        return min(row_count(d, self.eps, self.prob, quality=self.quality or 1.0), n)

    @abstractmethod
    def probabilities(
        self, data: Data, delta: np.ndarray, basis: np.ndarray | None, rng: np.random.Generator
    ) -> np.ndarray:
        """p, shape (n,), with sum 1 and positive where delta is not 0.

        Parameters
        ----------
        data : Data
        delta : ndarray, shape (n,)
            Not all zero.
        basis : ndarray, shape (d, d), optional
            S with S S^T near the inverse of an earlier G; None if there is none.
        rng : numpy.random.Generator
        """


@dataclass(frozen=True, kw_only=True)
class Uniform(Sketch):
    """p_i = 1 / n; `quality` is d / (n max l_i)."""

    def probabilities(
        self, data: Data, delta: np.ndarray, basis: np.ndarray | None, rng: np.random.Generator
    ) -> np.ndarray:
        return np.full(data.n, 1 / data.n)


@dataclass(frozen=True, kw_only=True)
class ExactLeverage(Sketch):
    """p_i = l_i / rank G, l_i = |delta_i| a_i^T G^+ a_i; costs as much as the exact Hessian, for experiments.

    G is formed, so that a direction in which sqrt(|delta|) A, its columns scaled to norm 1, is shorter than sqrt(4 d eps) of the longest
    cannot be told from rounding (condition numbers from about 3e7 / sqrt(d) on): rows that only such a direction sees score 0.
    """

    passes = 2
    knows_scores = True

    def probabilities(
        self, data: Data, delta: np.ndarray, basis: np.ndarray | None, rng: np.random.Generator
    ) -> np.ndarray:
        return _normalised(self.scores(data, delta))

    def scores(self, data: Data, delta: np.ndarray) -> np.ndarray:
        """l, shape (n,), each in [0, 1]; they add up to the rank of G."""
        weights = np.abs(delta)
        return weights * _squared_images(data, range_basis(data.gram(weights)))


@dataclass(frozen=True, kw_only=True)
class EstimatedLeverage(Sketch):
    """p_i = 0.8 l~_i / sum l~ + 0.2 / n, l~_i = |delta_i| norm(a_i^T S Omega)^2, Omega Gaussian with `directions` columns.

    Johnson-Lindenstrauss: with 8 log(n) / eps^2 directions, eps <= 1/2, all estimates are within 1 +- eps of the scores against
    the earlier factor with probability at least 1 - 2 n^(-1/3); fewer directions only lower the quality of the shares. One
    pass over A. The uniform share bounds the weight of every row. Without an earlier factor a pilot sample, uniform in |delta|, makes one.
    A row along a direction that the earlier factor does not see gets a huge estimate. Scores are at most 1 and add up to d at most, so
    its share is cut to 1 / d: the others keep theirs.

    Attributes
    ----------
    directions : int, default 8
        Columns of Omega.
    """

    directions: int = 8

    passes = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        check_count(self.directions, "directions")

    def probabilities(
        self, data: Data, delta: np.ndarray, basis: np.ndarray | None, rng: np.random.Generator
    ) -> np.ndarray:
        shares = _normalised(self.scores(data, delta, basis, rng))
        if shares.max() > 1 / data.d:
            shares = _normalised(np.minimum(scale_of(shares, data.d) * shares, 1.0))
        return (1 - UNIFORM_SHARE) * shares + UNIFORM_SHARE / data.n

    def scores(self, data: Data, delta: np.ndarray, basis: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
        """l~, shape (n,): estimates of the scores against the earlier factor."""
        if basis is None:
            basis = self._pilot(data, delta, rng)
        omega = rng.standard_normal((basis.shape[1], self.directions)) / np.sqrt(self.directions)
        return np.abs(delta) * _squared_images(data, basis @ omega)

    def _pilot(self, data: Data, delta: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        share = (1 - UNIFORM_SHARE) * _normalised(np.abs(delta)) + UNIFORM_SHARE / data.n
        plus, minus = sampled_grams(data, delta, draw(share, min(4 * data.d, data.n), rng))
        return whole_basis(filled(plus + minus, data, unseen(data.d) * np.abs(delta).mean()))


def _squared_images(data: Data, directions: np.ndarray) -> np.ndarray:
    """norm(a_i^T Z)^2 of every row, shape (n,), in one pass over A."""
    if not isinstance(data, DenseData):
        return np.concatenate(list(data.map_rows(_squares, args=(directions,))))
    # Views cost nothing, and few large products wait for the threads of BLAS less often than many small ones.
    blocks = row_slices(0, data.n, max(1, BLOCK_NUMBERS // data.d))
    return np.concatenate([_squares(data.dense_block(rows), directions) for rows in blocks])


def _squares(block: np.ndarray, directions: np.ndarray) -> np.ndarray:
    image = block @ directions
    return np.einsum("ij,ij->i", image, image)


def _normalised(scores: np.ndarray) -> np.ndarray:
    total = scores.sum()
    return scores / total if total > 0 else np.full(scores.size, 1 / scores.size)


def range_basis(gram: np.ndarray) -> np.ndarray:
    """S, shape (d, r), with S S^T = G^+ on the range of G: what rounding cannot tell from 0 is left out."""
    diagonal = gram.diagonal()
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    cosines = gram / np.outer(scale, scale)
    regular = _inverse_root(cosines)
    if regular is not None:
        return regular / scale[:, None]
    values, vectors = np.linalg.eigh(cosines)
    kept = values > 4 * len(gram) * np.finfo(float).eps * values[-1]
    basis = vectors[:, kept] / np.sqrt(values[kept]) / scale[:, None]
    # A zero column decouples, and rounding must not couple it again.
    basis[diagonal == 0] = 0.0
    return basis


def whole_basis(gram: np.ndarray) -> np.ndarray:
    """S, shape (d, d), with ``S.T G S = I``; directions that G does not see are long, so that rows along them show."""
    seen = range_basis(gram)
    return seen if seen.shape[1] == len(seen) else metric_basis(gram)


def _inverse_root(cosines: np.ndarray) -> np.ndarray | None:
    """L^{-T} with L L^T = G for a G of unit diagonal, ten times as fast as eigenvalues; None if G is close to singular.

    NumPy's functions, not SciPy's: each has threads of its own, and those of one would wait for those of the other.
    """
    try:
        L = np.linalg.cholesky(cosines)
    except np.linalg.LinAlgError:
        return None
    # Written so that NaN is not regular.
    return np.linalg.inv(L).T if L.diagonal().min() ** 2 >= REGULAR else None


def filled(gram: np.ndarray, data: Data, level: float) -> np.ndarray:
    """A sampled G; a column j of A that its rows missed gets ``level * max_i a_ij^2`` on the diagonal.

    That is what one row of weight `level` would leave there, and scales with the column as G itself does.
    """
    missed = (gram.diagonal() == 0) & (data.largest > 0)
    return gram + np.diag(np.where(missed, level * data.largest**2, 0.0))


def unseen(d: int) -> float:
    """The part of a diagonal entry of G at which its rounding begins: a direction this short passes for one that no row sees."""
    return d * np.finfo(float).eps

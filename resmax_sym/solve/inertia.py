"""nu(s) = nu_D(s) + pos T(s) - pos J: the number of eigenvalues of D + W^T J W below s, from a k x k matrix.

nu_D(s) counts the entries of the diagonal D below s, J = diag(+-1), T(s) = J + W (D - s)^{-1} W^T is the capacitance matrix
(Sylvester and Haynsworth: both sides are inertias of one bordered matrix).

Why bisection on counts: a count is an integer that rounding can only move as far as moving the matrix by a few ulp of its
norm would (see `_capacitance`), whatever the poles and however close; a root finder on det T meets poles, double roots and
roots that deflation has removed. About 50 counts of a few vector operations each are cheap enough.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

Array = NDArray[np.float64]

CHUNK = 1 << 14  # rows per step: the scratch arrays stay in the cache
WIDTH = 2.0**-48  # bisection stops at this part of the norm
CLEARANCE = 2.0**-46  # no pole is taken to be closer to s than this; with WIDTH 2e-14, the limit promised is 1e-12
NOTHING = -(1 << 16)  # the exponent of 0: below any exponent of a product of three numbers
INDEPENDENT = 2.0**-5  # least eigenvalue of a matrix of cosines that needs no change of basis


@dataclass(frozen=True, eq=False)
class NormalForm:
    """2^exponent (diag(diagonal) + weights^T diag(signs) weights), all entries at most about 1.

    The rows of weights, shape (k, n), are orthogonal, with squared norms `sizes`: W^T J W is a spectral decomposition.
    The norm is that of the diagonal plus that of W^T J W.
    """

    diagonal: Array
    weights: Array
    signs: Array
    sizes: Array
    norm: float
    exponent: int

    def negative(self) -> NormalForm:
        """Of the matrix times -1."""
        return dataclasses.replace(self, diagonal=-self.diagonal, signs=-self.signs)

    def unscaled(self, value: float) -> float:
        """2^exponent value, or OverflowError."""
        with np.errstate(over="ignore"):
            result = float(np.ldexp(value, self.exponent))
        if not np.isfinite(result):
            raise OverflowError(
                f"expected an eigenvalue below 1.8e308, got {value:.3g} * 2**{self.exponent}; scale the matrix down"
            )
        return result + 0.0  # -0.0 becomes 0.0


def normal_form(diagonal: Array, factors: Array, core: Array) -> NormalForm:
    """Orthogonalises the factors; powers of two are split off first, so that products neither overflow nor vanish."""
    column = _exponents(factors)
    mantissa, power = np.frexp(core)
    power = power + column[:, None] + column
    top = int(power.max(initial=NOTHING, where=mantissa != 0))
    scaled = np.ldexp(factors.T, -column[:, None], order="C").T  # columns in one piece: LAPACK overwrites them in place
    Q, R = scipy.linalg.qr(scaled, mode="economic", overwrite_a=True, check_finite=False)
    values, vectors = np.linalg.eigh(R @ np.ldexp(mantissa, power - top) @ R.T)
    # J has no zeros. An eigenvalue that is 0 but for rounding may stay: it is as harmless as any change of that size.
    values, vectors = values[values != 0], vectors[:, values != 0]
    exponent = int(max(_exponents(diagonal), top + _exponents(values)))
    sizes = np.ldexp(np.abs(values), top - exponent)
    weights = (vectors * np.sqrt(sizes)).T @ Q.T
    scaled_diagonal = np.ldexp(diagonal, -exponent)
    norm = np.abs(scaled_diagonal).max() + sizes.max(initial=0.0)
    return NormalForm(scaled_diagonal, weights, np.sign(values), sizes, norm, exponent)


def _exponents(columns: Array) -> NDArray[np.integer]:
    """e with max |column| in [2^(e-1), 2^e), of each column."""
    heights = np.maximum(columns.max(axis=0, initial=0.0), -columns.min(axis=0, initial=0.0))
    return np.where(heights > 0, np.frexp(heights)[1], NOTHING)


def least(form: NormalForm) -> float:
    """The smallest eigenvalue of the scaled matrix."""
    diagonal, positive = form.diagonal, np.count_nonzero(form.signs > 0)
    low = diagonal.min() + (form.signs * form.sizes).min(initial=0.0)  # Weyl
    high = (diagonal + np.einsum("k,kn,kn->n", form.signs, form.weights, form.weights)).min()  # a Rayleigh quotient
    if positive < diagonal.size:
        # Interlacing; it leaves at most `positive` entries of the diagonal below any s in the bracket.
        high = min(high, np.partition(diagonal, positive)[positive])
    width = WIDTH * form.norm
    while high - low > width:
        middle = low + (high - low) / 2
        if count(form, middle) > 0:
            high = middle
        else:
            low = middle
    return low + (high - low) / 2


def count(form: NormalForm, s: float) -> int:
    """nu(s); s = +-infinity is allowed."""
    below = np.count_nonzero(form.diagonal < s)
    if not form.signs.size or np.isinf(s):
        return below
    return below + np.count_nonzero(_capacitance(form, s) > 0) - np.count_nonzero(form.signs > 0)


def _capacitance(form: NormalForm, s: float) -> Array:
    """The eigenvalues of a matrix congruent to T(s) = J + C sign(D - s) C^T, C = W |D - s|^{-1/2}.

    Why not of T(s) itself: next to a pole one row of W^T makes T huge in one direction, and the rounding of what is huge
    hides the sign in the others. Entry (a, b) of T is known up to a few ulp of m_a m_b, with m_a the norm of row a of
    Y = [I, C]. If the rows of Y, divided by their norms, are far from dependent, such an error is an error of a few ulp in
    J and in sign(D - s), which is to say in the matrix, relative to its norm. So the basis is turned until they are: the
    rows of V^T Y with V the eigenvectors of Y Y^T are orthogonal up to 2^-53 cond(Y Y^T), which CLEARANCE keeps near 2^-7.
    """
    V = np.eye(form.signs.size)
    gram, below = _grams(form, s, V)
    unsigned = V + gram
    if np.linalg.eigvalsh(_over_lengths(unsigned, unsigned))[0] < INDEPENDENT:
        V = np.linalg.eigh(unsigned)[1]
        gram, below = _grams(form, s, V)
        unsigned = V.T @ V + gram
    # sign(D - s) is I minus twice the indicator of what is below s, at most r rows while `least` bisects.
    signed = (V.T * form.signs) @ V + gram - 2 * below
    return np.linalg.eigvalsh(_over_lengths(signed, unsigned))


def _over_lengths(matrix: Array, gram: Array) -> Array:
    """matrix_ab / (m_a m_b), m_a = sqrt(gram_aa)."""
    lengths = np.sqrt(gram.diagonal())
    return matrix / np.outer(lengths, lengths)


def _grams(form: NormalForm, s: float, V: Array) -> tuple[Array, Array]:
    """V^T C C^T V over all columns of C, and over those where the diagonal is below s, by chunks."""
    gram, below = np.zeros_like(V), np.zeros_like(V)
    clearance = CLEARANCE * form.norm
    turned = not np.array_equal(V, np.eye(len(V)))
    for start in range(0, form.diagonal.size, CHUNK):
        rows = slice(start, start + CHUNK)
        gap = form.diagonal[rows] - s
        distance = np.sqrt(np.maximum(np.abs(gap), clearance))
        C = (V.T @ form.weights[:, rows] if turned else form.weights[:, rows]) / distance
        gram += C @ C.T
        negative = np.flatnonzero(gap < 0)
        if negative.size:
            part = C[:, negative]
            below += part @ part.T
    return gram, below

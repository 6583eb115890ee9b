"""eigmin(M), opnorm(M), M > 0: enclosures of eigenvalues of ball matrices, by LDL^T and Rayleigh quotients.

A lower bound mu of the least eigenvalue is shown by an interval LDL^T of C (M - mu I) C^T, with C a floating-point
approximation of the inverse Cholesky factor at the midpoint: then the matrix is close to the identity, and wide balls do no harm.
An upper bound is the Rayleigh quotient of any vector.
"""

from __future__ import annotations

import flint
import numpy as np
import scipy.linalg
from numpy.typing import NDArray

Ball = flint.arb
RELATIVE = (2.0**-44, 2.0**-36, 2.0**-28, 2.0**-20, 2.0**-12, 2.0**-6)
"""How far below the approximate eigenvalue a lower bound is tried, relative to the norm; besides, as far as Weyl's bound says."""


def midpoint(M: NDArray) -> NDArray:
    """The midpoints as float64."""
    return np.array([float(z.mid()) for z in M.flat]).reshape(M.shape)


def positive_definite(M: NDArray) -> bool:
    """Whether every symmetric matrix within the balls is positive definite, shown by an interval LDL^T.

    False means not shown.
    """
    n = len(M)
    if not all(z.is_finite() for z in M.flat):
        return False
    try:
        factor = scipy.linalg.cholesky(midpoint(M), lower=True)
        C = scipy.linalg.solve_triangular(factor, np.eye(n), lower=True)
    except (np.linalg.LinAlgError, ValueError):
        return False
    C = np.array([Ball(v) for v in C.flat], dtype=object).reshape(n, n)
    W = C @ M @ C.T
    for k in range(n):
        pivot = W[k, k]
        if not pivot > 0:
            return False
        for i in range(k + 1, n):
            ratio = W[i, k] / pivot
            for j in range(k + 1, i + 1):
                W[i, j] = W[i, j] - ratio * W[j, k]
                W[j, i] = W[i, j]
    return True


def eigmin(M: NDArray) -> Ball:
    """A ball that holds the least eigenvalue of every symmetric matrix within `M`; not finite where none is shown."""
    n = len(M)
    if not all(z.is_finite() for z in M.flat):
        return Ball("nan")
    middle = midpoint(M)
    values, vectors = np.linalg.eigh((middle + middle.T) / 2)
    z = np.array([Ball(v) for v in vectors[:, 0]], dtype=object)
    above = (z @ M @ z) / (z @ z)
    scale = float(np.abs(values).max()) or 1.0
    identity = np.array([Ball(int(i == j)) for i in range(n) for j in range(n)], dtype=object).reshape(n, n)
    radius = float(np.sqrt(sum(float(entry.rad()) ** 2 for entry in M.flat)))  # how far an eigenvalue moves (Weyl)
    for offset in sorted([*(relative * scale for relative in RELATIVE), 1.01 * radius + RELATIVE[0] * scale]):
        below = Ball(float(values[0]) - offset)
        if positive_definite(M - below * identity):
            return below.union(above)
    return Ball("nan")


def eigmax(M: NDArray) -> Ball:
    """A ball that holds the largest eigenvalue."""
    return -eigmin(-M)


def opnorm(M: NDArray) -> Ball:
    """A ball that holds the largest singular value."""
    gram = M.T @ M if M.shape[0] >= M.shape[1] else M @ M.T
    largest = eigmax(gram)
    if not largest.is_finite():
        return largest
    low, high = largest.lower(), largest.upper()
    return (low.sqrt() if low > 0 else Ball(0)).union(high.sqrt() if high > 0 else Ball(0))


def solve(M: NDArray, right: NDArray) -> NDArray:
    """M^{-1} r for every matrix within the balls; not finite where M is not shown to be invertible."""
    columns = right.reshape(len(right), -1)
    try:
        solution = flint.arb_mat(M.tolist()).solve(flint.arb_mat(columns.tolist()))
    except ZeroDivisionError:
        return np.full(right.shape, Ball("nan"), dtype=object)
    return np.array(solution.entries(), dtype=object).reshape(right.shape)

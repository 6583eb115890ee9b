"""lambda_min and lambda_max of diag(delta) + U S U^T, rank U small, by the secular equation det(I + S U^T (D - s)^{-1} U) = 0.

The matrix is never formed: besides the input 2 r + 2 vectors of length n, and about 50 counts of O(n r^2) work for each
eigenvalue. The counting, and why its rounding does no harm, is in `inertia`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from resmax_sym.solve.data import as_vector, as_weights
from resmax_sym.solve.inertia import Array, count, least, normal_form
from resmax_sym.solve.kernels import Kernel

__all__ = [
    "SecularFunction",
    "count_below",
    "extreme_eigenvalues",
    "hessian_core_spectrum",
    "largest_eigenvalue",
    "smallest_eigenvalue",
]


def smallest_eigenvalue(diagonal: ArrayLike, factors: ArrayLike, core: ArrayLike) -> float:
    """lambda_min(diag(diagonal) + factors core factors^T); see `extreme_eigenvalues`."""
    form = normal_form(*_checked(diagonal, factors, core))
    return form.unscaled(least(form))


def largest_eigenvalue(diagonal: ArrayLike, factors: ArrayLike, core: ArrayLike) -> float:
    """lambda_max(diag(diagonal) + factors core factors^T); see `extreme_eigenvalues`."""
    form = normal_form(*_checked(diagonal, factors, core))
    return form.unscaled(-least(form.negative()))


def extreme_eigenvalues(diagonal: ArrayLike, factors: ArrayLike, core: ArrayLike) -> tuple[float, float]:
    """(lambda_min, lambda_max) of diag(diagonal) + factors core factors^T, in O(n r) memory.

    Parameters
    ----------
    diagonal : array_like, shape (n,)
        In any order, repeated entries allowed.
    factors : array_like, shape (n, r)
        Columns may be zero or parallel.
    core : array_like, shape (r, r)
        Symmetric; may be singular.

    Returns
    -------
    tuple of float
        Absolute error at most 1e-12 (max_i |diagonal_i| + sum_ab |core_ab| norm(factors_a) norm(factors_b)). Where nearly
        parallel factors cancel in the sum, one ulp of a factor moves the eigenvalues as much relative to the second term.

    Raises
    ------
    ValueError
        On shapes that do not fit, n = 0, numbers that are not real and finite, a core that is not symmetric.
    OverflowError
        An eigenvalue is beyond the range of float64.
    """
    form = normal_form(*_checked(diagonal, factors, core))
    return form.unscaled(least(form)), form.unscaled(-least(form.negative()))


def count_below(s: float, diagonal: ArrayLike, factors: ArrayLike, core: ArrayLike) -> int:
    """The number of eigenvalues below s, up to 1e-12 of the norms in `extreme_eigenvalues`."""
    form = normal_form(*_checked(diagonal, factors, core))
    if np.isnan(s):
        raise ValueError("s: expected a number, got NaN")
    with np.errstate(over="ignore"):  # beyond the range of float64 is beyond every eigenvalue
        return count(form, float(np.ldexp(s, -form.exponent)))


def hessian_core_spectrum(kernel: Kernel, t: ArrayLike, b: ArrayLike, omega: ArrayLike = 0.0) -> tuple[float, float]:
    """(lambda_min, lambda_max) of B + diag(omega^2), where A^T (B + diag(omega^2)) A is the Hessian at A x = t.

    Parameters
    ----------
    kernel : module
        Generated code of a unit, e.g. ``resmax_sym.kernels.kernel_for("exp(s) + s")``.
    t, b : array_like, shape (n,)
    omega : float or array_like, shape (n,)
        0 gives B itself.

    Raises
    ------
    ValueError
        On shapes that do not fit and numbers that are not finite; where alpha = 0, B is not defined.
    """
    t = as_vector(t, np.size(t), "t", "n")
    if t.size == 0:
        raise ValueError("t: expected at least one entry, got none; pass a vector of length n")
    block = t, as_vector(b, t.size, "b", "the entries of t"), as_weights(omega, t.size)
    with np.errstate(all="ignore"):  # alpha = 0 gives numbers that are not finite, which are refused below
        scalars = kernel.reduce([block])
        parts = *kernel.hessian_rows(*block, *scalars), kernel.hessian_core(*scalars)
    if not all(np.isfinite(part).all() for part in parts):
        raise ValueError("t: expected a point where B is finite, got alpha = 0 or an overflow; move t or scale omega")
    return extreme_eigenvalues(*parts)


@dataclass(frozen=True, eq=False)
class SecularFunction:
    """s -> det(I + S U^T (D - s)^{-1} U) = prod_i (lambda_i - s) / prod_i (delta_i - s), for plots.

    Attributes
    ----------
    diagonal, factors, core : ndarray, shapes (n,), (n, r), (r, r)
        As in `extreme_eigenvalues`, with the same errors.
    """

    diagonal: ArrayLike
    factors: ArrayLike
    core: ArrayLike

    def __post_init__(self) -> None:
        checked = _checked(self.diagonal, self.factors, self.core)
        for name, value in zip(("diagonal", "factors", "core"), checked, strict=True):
            object.__setattr__(self, name, value)

    @property
    def poles(self) -> Array:
        """The entries of the diagonal that the low-rank term touches, increasing; all other entries are eigenvalues."""
        return np.unique(self.diagonal[np.any(self.factors @ self.core, axis=1)])

    def __call__(self, s: ArrayLike) -> Array:
        """Values at s, in the shape of s; infinite or NaN on entries of the diagonal."""
        points = np.asarray(s, dtype=float)
        values = np.array([self._at(point) for point in points.flat])
        return values.reshape(points.shape)

    def _at(self, s: float) -> float:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            resolved = self.factors.T @ (self.factors / (self.diagonal - s)[:, None])
            return np.linalg.det(np.eye(len(self.core)) + self.core @ resolved)


def _checked(diagonal: ArrayLike, factors: ArrayLike, core: ArrayLike) -> tuple[Array, Array, Array]:
    diagonal, factors, core = _finite(diagonal, "diagonal"), _finite(factors, "factors"), _finite(core, "core")
    if diagonal.ndim != 1 or diagonal.size == 0:
        raise ValueError(f"diagonal: expected shape (n,) with n >= 1, got {diagonal.shape}; pass a vector")
    if factors.ndim != 2 or len(factors) != diagonal.size:
        raise ValueError(f"factors: expected shape ({diagonal.size}, r), got {factors.shape}; pass one row per entry")
    r = factors.shape[1]
    if core.shape != (r, r):
        raise ValueError(f"core: expected shape ({r}, {r}) for {r} columns of factors, got {core.shape}")
    if not np.array_equal(core, core.T):
        raise ValueError("core: expected a symmetric matrix, got core != core.T; pass (core + core.T) / 2")
    return diagonal, factors, core


def _finite(value: ArrayLike, name: str) -> Array:
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name}: expected real numbers, got dtype {array.dtype}; convert it with astype(float)")
    array = array.astype(float, copy=False)
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: expected finite numbers, got NaN or infinity; drop or replace such entries")
    return array

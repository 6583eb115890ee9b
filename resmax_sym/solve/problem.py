"""L_tot(x) = norm(f - b)^2 / 2 + norm(omega * A x)^2 / 2, f = phi(A x) / alpha: data, kernel and one cached point."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import norm

from resmax_sym.solve.coordinates import Coordinates, coordinates_of
from resmax_sym.solve.data import Data, as_vector, as_weights
from resmax_sym.solve.guard import certified_fraction, certified_sign
from resmax_sym.solve.kernels import DEFAULT_UNIT, Kernel, kernel_of

__all__ = ["Problem", "Rounding"]

EPS = np.finfo(float).eps
WELL_CONDITIONED = 1e2


@dataclass(frozen=True)
class Rounding:
    """Rounding levels at a point: differences below them carry no information.

    Attributes
    ----------
    fun : float
        Of the loss.
    gradient : ndarray, shape (r,)
        Of each entry of the gradient in scaled coordinates.
    hessian : float
        Of the eigenvalues of the Hessian in scaled coordinates.
    """

    fun: float
    gradient: np.ndarray
    hessian: float


@dataclass
class _Point:
    """What is known at one x."""

    x: np.ndarray
    t: np.ndarray
    scalars: tuple[float, ...]
    hess: np.ndarray | None = None
    factors: tuple[np.ndarray, np.ndarray] | None = None


class Problem:
    """A regression as functions of x, for any optimiser.

    Parameters
    ----------
    A : ndarray or scipy.sparse array, shape (n, d)
        Used in place if it is a float64 ndarray.
    b : array_like, shape (n,)
        Target.
    omega : float or array_like, shape (n,), default 0.0
        Weights of the regulariser.
    kernel : Kernel, optional
        Generated formulas; default the soft residual unit ``exp(s) + s``.

    Raises
    ------
    ValueError
        On data that `Data`, `as_vector` or `as_weights` reject.

    Notes
    -----
    Where alpha = 0 or a value overflows, the functions return NaN or infinity and give no warning. Calls of ``fun``,
    ``jac``, ``hess`` and ``hessp`` at the same x share one product ``A @ x``.
    """

    def __init__(self, A: Any, b: ArrayLike, omega: float | ArrayLike = 0.0, kernel: Kernel | None = None) -> None:
        self.kernel = kernel_of(DEFAULT_UNIT) if kernel is None else kernel
        self.data = A if isinstance(A, Data) else Data(A)
        self.n, self.d = self.data.n, self.data.d
        self.b = as_vector(b, self.n, "b", "the rows of A")
        self.omega = as_weights(omega, self.n)
        self._last: _Point | None = None
        self._step: tuple[np.ndarray, np.ndarray] | None = None

    @cached_property
    def coordinates(self) -> Coordinates:
        """Coordinates in which A has orthonormal columns."""
        return coordinates_of(self.data)

    @cached_property
    def _never_negative(self) -> bool:
        """Whether phi >= 0 on the whole line, so that alpha cannot change its sign."""
        with np.errstate(all="ignore"):
            low, _ = self.kernel.unit_range(np.array([-np.inf]), np.array([np.inf]))
        return bool(low[0] >= 0)

    @property
    def _well_conditioned(self) -> bool:
        coordinates = self.coordinates
        return coordinates.singular.size == self.d and coordinates.condition < WELL_CONDITIONED

    def _at(self, x: ArrayLike) -> _Point:
        x = np.asarray(x, dtype=float)
        if self._last is None or not np.array_equal(x, self._last.x):
            if x.shape != (self.d,):
                raise ValueError(f"x: expected shape ({self.d},), got {x.shape}")
            with np.errstate(all="ignore"):
                t = self.data.matvec(x)
                self._last = _Point(x.copy(), t, self.kernel.reduce([(t, self.b, self.omega)]))
        return self._last

    def fun(self, x: ArrayLike) -> float:
        """L_tot."""
        point = self._at(x)
        with np.errstate(all="ignore"):
            return float(self.kernel.loss_finish(*point.scalars))

    def jac(self, x: ArrayLike) -> np.ndarray:
        """Gradient of L_tot, shape (d,)."""
        point = self._at(x)
        with np.errstate(all="ignore"):
            return self.kernel.gradient_map(self.data.A, point.t, self.b, self.omega, *point.scalars)

    def hess(self, x: ArrayLike) -> np.ndarray:
        """Hessian of L_tot, shape (d, d)."""
        point = self._at(x)
        if point.hess is None:
            with np.errstate(all="ignore"):
                gram, U = self.data.hessian_map(self.kernel, point.t, self.b, self.omega, point.scalars)
                point.hess = self.kernel.hessian_finish(gram, U, *point.scalars)
        return point.hess.copy()

    def hessp(self, x: ArrayLike, z: ArrayLike) -> np.ndarray:
        """Hessian of L_tot at x times z, shape (d,)."""
        z = np.asarray(z, dtype=float).reshape(self.d)
        delta, U, _ = self.factors(x)
        with np.errstate(all="ignore"):
            partial = self.kernel.product_map(self.data.A, delta, z)
            return self.kernel.product_finish(partial, U, z, *self._at(x).scalars)

    def factors(self, x: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """delta (n,), U (d, r) and K (r, r): the Hessian of L_tot at x is A.T diag(delta) A + U K U.T."""
        point = self._at(x)
        with np.errstate(all="ignore"):
            if point.factors is None:
                delta, W = self.kernel.hessian_rows(point.t, self.b, self.omega, *point.scalars)
                point.factors = delta, self.data.rmatvec(W)
            return *point.factors, self.kernel.hessian_core(*point.scalars)

    def scaled_hess(self, x: ArrayLike) -> np.ndarray:
        """S.T H S in the problem's `coordinates`, shape (r, r).

        For ill-conditioned A each row block is multiplied by S first: the errors then grow with the condition number
        of A instead of its square.
        """
        S = self.coordinates.basis
        if S.shape[1] == 0:
            return np.zeros((0, 0))
        if self._well_conditioned:
            with np.errstate(all="ignore"):
                return S.T @ self.hess(x) @ S
        point = self._at(x)
        gram = U = 0.0
        with np.errstate(all="ignore"):
            for rows in self.data.row_blocks():
                block = self.data.dense_block(rows) @ S
                part = self.kernel.hessian_map(block, point.t[rows], self.b[rows], self.omega[rows], *point.scalars)
                gram, U = gram + part[0], U + part[1]
            return self.kernel.hessian_finish(gram, U, *point.scalars)

    def alpha(self, x: ArrayLike) -> float:
        """alpha up to a positive factor (the kernel scales it against overflow); only its sign has a meaning."""
        return float(self.alpha_of(self._at(x)))

    def alpha_of(self, point: _Point) -> float:
        return point.scalars[self.kernel.SCALARS.index("alpha")]

    def sign(self, x: ArrayLike) -> int:
        """Sign of alpha at x; 0 if it is zero within the rounding of t = A x and of the sum."""
        point = self._at(x)
        alpha = self.alpha_of(point)
        if not np.isfinite(alpha):
            return 0
        if self._never_negative:
            return int(alpha > 0)
        margin = 4 * EPS * np.abs(point.t)
        return certified_sign(self.kernel.unit_range, point.t - margin, point.t + margin)

    def safe_fraction(self, x: ArrayLike, p: ArrayLike) -> float:
        """Largest fraction of the segment from x to x + p on which alpha certainly keeps its sign."""
        if self._never_negative:
            return 1.0
        t = self._at(x).t
        return certified_fraction(self.kernel.unit_range, t, self._image(np.asarray(p, dtype=float)), self.sign(x))

    def displacement(self, p: ArrayLike) -> float:
        """max |A p|: how far a step moves any row."""
        return float(np.abs(self._image(np.asarray(p, dtype=float))).max())

    def _image(self, p: np.ndarray) -> np.ndarray:
        """A p, remembered for the last p: the stop test and the guard ask for the same step."""
        if self._last is not None and np.array_equal(p, self._last.x):
            return self._last.t
        if self._step is None or not np.array_equal(p, self._step[0]):
            self._step = p.copy(), self.data.matvec(p)
        return self._step[1]

    def rounding(self, x: ArrayLike, scaled_hessian: np.ndarray) -> Rounding:
        """Rounding levels at x, from the sizes of the terms that the kernel adds up.

        Parameters
        ----------
        x : array_like, shape (d,)
        scaled_hessian : ndarray, shape (r, r)
            ``scaled_hess(x)``: it carries the rounding of t = A x into the gradient.

        Notes
        -----
        The gradient is affine in b, so its rows at b = 0 and their difference from those at b show the terms that cancel
        when the residual is small.
        """
        point = self._at(x)
        kernel, zero = self.kernel, np.zeros_like(self.b)
        condition = self.coordinates.condition
        with np.errstate(all="ignore"):
            q = kernel.gradient_rows(point.t, self.b, self.omega, *point.scalars)
            fit = kernel.reduce([(point.t, zero, self.omega)])
            q_fit = kernel.gradient_rows(point.t, zero, self.omega, *fit)
            delta, W = kernel.hessian_rows(point.t, self.b, self.omega, *point.scalars)
            core = np.abs(kernel.hessian_core(*point.scalars))
            per_row = np.einsum("ij,jk,ik->i", np.abs(W), core, np.abs(W)).max()
            columns = norm(W, axis=0)
            curvature = np.abs(delta).max() + columns @ core @ columns
            loss = float(kernel.loss_finish(*point.scalars))
            residual_terms = np.sqrt(2 * float(kernel.loss_finish(*fit))) + norm(self.b)
            # |A| |x| row by row, at most: what cancels inside t = A x
            cancelled = EPS * np.abs(point.x * self.coordinates.column_scale).sum()
            # A row of W K W.T is the square of a slope times a residual, a row of q the slope times a residual.
            slopes = norm(q) + norm(q_fit) + np.sqrt(per_row * residual_terms)
            rows = 8 * EPS * slopes + 2 * norm(scaled_hessian) * cancelled
            return Rounding(
                fun=4 * EPS * (loss + np.sqrt(2 * loss) * residual_terms) + norm(q) * cancelled,
                gradient=np.sqrt(self.d) * rows / self.coordinates.singular,
                hessian=4 * EPS * curvature * condition ** (2 if self._well_conditioned else 1),
            )

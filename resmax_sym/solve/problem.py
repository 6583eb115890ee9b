"""L_tot(x) = norm(f - b)^2 / 2 + norm(omega * A x)^2 / 2, f = phi(A x) / alpha: data, kernel and one cached point."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import norm

from resmax_sym.solve.coordinates import RANGE, Coordinates, coordinates_of
from resmax_sym.solve.data import Data, as_vector, as_weights, row_slices
from resmax_sym.solve.guard import certified_fraction, sign_in_boxes
from resmax_sym.solve.kernels import DEFAULT_UNIT, Kernel, kernel_of
from resmax_sym.solve.moving import MovingPoint, PointData
from resmax_sym.solve.rounding import Rounding, sizes_at

__all__ = ["Problem", "Rounding"]

EPS = np.finfo(float).eps
WELL_CONDITIONED = 1e2


class Problem(MovingPoint):
    """A regression as functions of x, for any optimiser.

    Parameters
    ----------
    A : Data, or what makes one: ndarray, memmap, scipy.sparse array or dask array, shape (n, d)
        A float64 ndarray is used in place, and what is larger than memory stays where it is.
    b : array_like, shape (n,)
        Target.
    omega : float or array_like, shape (n,), default 0.0
        Weights of the regulariser.
    kernel : Kernel, optional
        Generated formulas; default the soft residual unit ``exp(s) + s``.
    scheduler : str, distributed.Client or cluster, optional
        For a dask array: where its chunks are computed, as in `DaskData`.

    Raises
    ------
    ValueError
        On data that `Data`, `as_vector` or `as_weights` reject, or a column of A whose squared norm is no number.
    DataLost
        Here and from any function of x, if A can no longer be read.

    Notes
    -----
    Where alpha = 0 or a value overflows, the functions return NaN or infinity and give no warning. Calls of ``fun``,
    ``jac``, ``hess`` and ``hessp`` at the same x share one product ``A @ x``. Besides b, at most five vectors of length n are
    held at a time: t and delta, those of the point before the last `move` or one in the making, and the image of the last step.
    All of A is looked at once here; Ctrl-C during that look is raised as KeyboardInterrupt, as there is no point yet.
    """

    def __init__(
        self,
        A: Any,
        b: ArrayLike,
        omega: float | ArrayLike = 0.0,
        kernel: Kernel | None = None,
        scheduler: Any = None,
    ) -> None:
        if isinstance(A, Data) and scheduler is not None:
            raise ValueError(
                f"scheduler: expected none beside a {type(A).__name__}, got {scheduler!r}; give it to that one"
            )
        kernel = kernel_of(DEFAULT_UNIT) if kernel is None else kernel
        data = A if isinstance(A, Data) else Data(A, scheduler)
        try:
            b, omega = as_vector(b, data.n, "b", "the rows of A"), as_weights(omega, data.n)
            super().__init__(data, b, omega, kernel)
            # The norm of a column is at least its largest entry, and at most sqrt(n) times that.
            sizes = data.largest[data.largest > 0]
            if ((sizes < 1 / RANGE) | (sizes > RANGE / np.sqrt(data.n))).any():
                self.coordinates  # noqa: B018 (knows the norms, and refuses those out of range)
        except BaseException:
            if data is not A:
                data.close()
            raise

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

    def fun(self, x: ArrayLike) -> float:
        """L_tot."""
        point = self._at(x)
        with np.errstate(all="ignore"):
            return float(self.kernel.loss_finish(*point.scalars))

    def jac(self, x: ArrayLike) -> np.ndarray:
        """Gradient of L_tot, shape (d,)."""
        point = self._at(x)
        with np.errstate(all="ignore"):
            return self.data.gradient_map(self.kernel, point.t, self.b, self.omega, point.scalars)

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
            partial = self.data.product_map(self.kernel, delta, z)
            return self.kernel.product_finish(partial, U, z, *self._at(x).scalars)

    def factors(self, x: ArrayLike) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """delta (n,), U (d, r) and K (r, r): the Hessian of L_tot at x is A.T diag(delta) A + U K U.T."""
        point = self._at(x)
        with np.errstate(all="ignore"):
            if point.factors is None:
                self._before = None  # who asks for these stays here; room for them
                point.factors = self.data.curvature_map(self.kernel, point.t, self.b, self.omega, point.scalars)
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
        with np.errstate(all="ignore"):
            parts = self.data.scaled_hessian_map(self.kernel, S, point.t, self.b, self.omega, point.scalars)
            return self.kernel.hessian_finish(*parts, *point.scalars)

    def alpha(self, x: ArrayLike) -> float:
        """alpha up to a positive factor (the kernel scales it against overflow); only its sign has a meaning."""
        return float(self.alpha_of(self._at(x)))

    def alpha_of(self, point: PointData) -> float:
        return point.scalars[self.kernel.SCALARS.index("alpha")]

    def sign(self, x: ArrayLike) -> int:
        """Sign of alpha at x; 0 if it is zero within the rounding of t = A x and of the sum."""
        point = self._at(x)
        alpha = self.alpha_of(point)
        if not np.isfinite(alpha):
            return 0
        if self._never_negative:
            return int(alpha > 0)
        blocks = (point.t[rows] for rows in row_slices(0, self.n))
        product = self._product_error(point.x)
        boxes = ((t - (margin := 4 * EPS * np.abs(t) + product), t + margin) for t in blocks)
        return sign_in_boxes(self.kernel.unit_range, boxes)

    def safe_fraction(self, x: ArrayLike, p: ArrayLike) -> float:
        """Largest fraction of the segment from x to x + p on which alpha certainly keeps its sign."""
        if self._never_negative:
            return 1.0
        point, p = self._at(x), np.asarray(p, dtype=float)
        margin = self._product_error(point.x) + self._product_error(p)
        return certified_fraction(self.kernel.unit_range, point.t, self._image(p), self.sign(x), margin=margin)

    def _product_error(self, x: np.ndarray) -> float:
        """d eps max_i (|A| |x|)_i, at most: the rounding of any row of A x, in which terms larger than it may cancel."""
        return float(self.d * EPS * (np.abs(x) @ self.data.largest))

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
        with np.errstate(all="ignore"):
            sizes = sizes_at(self.kernel, point.t, self.b, self.omega, point.scalars)
            loss = float(self.kernel.loss_finish(*point.scalars))
            residual_terms = np.sqrt(2 * sizes.loss_fit) + norm(self.b)
            # |A| |x| row by row, at most: what cancels inside t = A x
            cancelled = EPS * np.abs(point.x * self.coordinates.column_scale).sum()
            # A row of W K W.T is the square of a slope times a residual, a row of q the slope times a residual.
            slopes = sizes.q + sizes.q_fit + np.sqrt(sizes.per_row * residual_terms)
            rows = 8 * EPS * slopes + 2 * norm(scaled_hessian) * cancelled
            return Rounding(
                fun=4 * EPS * (loss + np.sqrt(2 * loss) * residual_terms) + sizes.q * cancelled,
                gradient=np.sqrt(self.d) * rows / self.coordinates.singular,
                hessian=4 * EPS * sizes.curvature * self.coordinates.condition ** (2 if self._well_conditioned else 1),
            )

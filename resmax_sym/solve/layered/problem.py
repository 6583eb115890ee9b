"""L_tot(x) = norm(f - b)^2 / 2 + norm(omega * t)^2 / 2 for t = A2 rho(A1 x): two matrices, a kernel and one cached point."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import norm

from resmax_sym.solve.coordinates import Coordinates, coordinates_of
from resmax_sym.solve.data import Data, as_vector, as_weights, row_slices
from resmax_sym.solve.guard import sign_in_boxes, walk
from resmax_sym.solve.kernels import LayeredKernel
from resmax_sym.solve.layered.outer import InnerMatrix, OuterMatrix
from resmax_sym.solve.layered.point import LayeredPoint
from resmax_sym.solve.layered.rounding import rounding_at
from resmax_sym.solve.rounding import Rounding

__all__ = ["LayeredProblem"]

EPS = np.finfo(float).eps


class LayeredProblem:
    """A regression with an inner layer, as functions of x for any optimiser.

    Parameters
    ----------
    A1 : array_like, memmap or scipy.sparse array, shape (m, d)
        Inner data; float64 is used in place.
    A2 : array_like, memmap, scipy.sparse array or dask array, shape (n, m)
        Outer data; read by row blocks unless it is sparse, so that it may be larger than memory.
    b : array_like, shape (n,)
        Target.
    omega : float or array_like, shape (n,), default 0.0
        Weights of the regulariser.
    kernel : LayeredKernel
        Generated formulas of a unit and an inner layer.
    scheduler : str, distributed.Client or cluster, optional
        For a dask array A2.

    Raises
    ------
    ValueError
        On data that are no such arrays, or do not fit together; the message names the one.
    DataLost
        Here and from any function of x, if A2 can no longer be read.

    Notes
    -----
    Inside a cell of rho everything here is the linear problem with A = G(x) = A2 diag(rho'(A1 x)) A1; at a kink `jac` and
    `hess` use the slope that the kernel states. No array of n x n or m x m numbers is made, and G is formed by row blocks.
    """

    def __init__(
        self,
        A1: Any,
        A2: Any,
        b: ArrayLike,
        omega: float | ArrayLike = 0.0,
        *,
        kernel: LayeredKernel,
        scheduler: Any = None,
    ) -> None:
        self.kernel = kernel
        self.inner, self.outer = InnerMatrix(A1), OuterMatrix(A2, scheduler)
        self.m, self.d = self.inner.shape
        self.n = self.outer.n
        try:
            if self.outer.m != self.m:
                raise ValueError(
                    f"A2: expected {self.m} columns, one per row of A1, got shape ({self.n}, {self.outer.m}); "
                    "pass A1 of shape (m, d) first, then A2 of shape (n, m)"
                )
            self.b = as_vector(b, self.n, "b", "the rows of A2")
            self.omega = as_weights(omega, self.n, axis="the rows of A2")
        except BaseException:
            self.outer.close()
            raise
        self._last: LayeredPoint | None = None
        self._counts = dict.fromkeys(("nfev", "njev", "nhev"), 0)

    @property
    def counts(self) -> dict[str, int]:
        """How many losses, gradients and Hessians have been computed so far."""
        return dict(self._counts)

    @property
    def data(self) -> Data:
        """The rows of A2."""
        return self.outer.data

    @cached_property
    def weights(self) -> NDArray:
        """Norms of the columns of A2, shape (m,): how much a unit can move t."""
        return self.outer.column_norms()

    @cached_property
    def coordinates(self) -> Coordinates:
        """Coordinates in which diag(weights) A1 has orthonormal columns: one metric for all cells.

        It bounds that of each cell, norm(G p) <= sqrt(m) max|rho'| norm(weights * (A1 p)), and neither a linear change of x nor a
        positive scaling of the rows of A1 with its inverse in the columns of A2 changes what it measures.
        """
        try:
            return coordinates_of(Data(self.inner.weighted(self.weights)))
        except ValueError as error:
            text = str(error).replace(
                "A: expected columns", "A1, A2: expected columns of diag(norms of the columns of A2) A1"
            )
            raise ValueError(text) from None

    @cached_property
    def reduced(self) -> NDArray:
        """A1 S, shape (m, r), in the problem's `coordinates`."""
        return np.asarray(self.inner.matrix @ self.coordinates.basis)

    def at(self, x: ArrayLike) -> LayeredPoint:
        """The point x; the last one is remembered."""
        x = np.asarray(x, dtype=float)
        if self._last is None or not np.array_equal(x, self._last.x):
            if x.shape != (self.d,):
                raise ValueError(f"x: expected shape ({self.d},), got {x.shape}")
            self._last = None
            with np.errstate(all="ignore"):
                s = self.inner.matrix @ x
                r = self.kernel.layer(s)[0]
                self._last = self._point(x.copy(), s, r)
        return self._last

    def _point(self, x: NDArray, s: NDArray, r: NDArray) -> LayeredPoint:
        self._counts["nfev"] += 1
        t = self.data.matvec(r)
        blocks = [(t[rows], self.b[rows], self.omega[rows]) for rows in row_slices(0, self.n)]
        scalars = self.kernel.reduce(blocks)
        return LayeredPoint(x, s, r, t, scalars, float(self.kernel.loss_finish(*scalars)))

    def back(self, point: LayeredPoint) -> NDArray:
        """A2.T @ q, shape (m,)."""
        if point.back is None:
            self._counts["njev"] += 1
            with np.errstate(all="ignore"):
                point.back = self.data.gradient_map(self.kernel, point.t, self.b, self.omega, point.scalars)
        return point.back

    def gradient(self, point: LayeredPoint, slopes: NDArray) -> NDArray:
        """A1.T @ (slopes * back), shape (d,): the gradient of the smooth extension that has these slopes."""
        with np.errstate(all="ignore"):
            return self.kernel.gradient_finish(self.inner.matrix, slopes, self.back(point))

    def curvature(self, point: LayeredPoint, slopes: NDArray, bends: NDArray | None, basis: NDArray) -> NDArray:
        """basis.T H basis, shape (k, k), of the extension with these slopes and second derivatives of rho.

        Parameters
        ----------
        point : LayeredPoint
        slopes, bends : ndarray, shape (m,)
            rho' and rho''; None where rho is piecewise linear.
        basis : ndarray, shape (m, k)
            The image ``A1 @ directions`` of the directions that count.
        """
        if basis.shape[1] == 0:
            return np.zeros((0, 0))
        self._counts["nhev"] += 1
        with np.errstate(all="ignore"):
            vectors = (point.t, self.b, self.omega)
            gram, U = self.outer.hessian_map(self.kernel, basis, slopes, vectors, point.scalars)
            hessian = self.kernel.hessian_finish(gram, U, *point.scalars)
            if bends is not None:
                hessian = hessian + self.kernel.layer_curvature(basis, bends, self.back(point))
        return hessian

    def fun(self, x: ArrayLike) -> float:
        """L_tot."""
        return self.at(x).fun

    def jac(self, x: ArrayLike) -> NDArray:
        """Gradient of L_tot, shape (d,)."""
        point = self.at(x)
        return self.gradient(point, self._layer(point)[1])

    def hess(self, x: ArrayLike) -> NDArray:
        """Hessian of L_tot, shape (d, d)."""
        point = self.at(x)
        _, slopes, bends = self._layer(point)
        return self.curvature(point, slopes, bends, self.inner.dense())

    def scaled_hess(self, x: ArrayLike) -> NDArray:
        """S.T H S in the problem's `coordinates`, shape (r, r)."""
        point = self.at(x)
        _, slopes, bends = self._layer(point)
        return self.curvature(point, slopes, bends, self.reduced)

    def jacobian(self, x: ArrayLike) -> Any:
        """G(x) = A2 diag(rho'(A1 x)) A1, shape (n, d), for a look at a small problem; the solver itself never holds it."""
        return self.outer.jacobian(self.kernel, self.inner.matrix, self._layer(self.at(x))[1])

    def _layer(self, point: LayeredPoint) -> tuple[NDArray, NDArray, NDArray | None]:
        with np.errstate(all="ignore"):
            return self.kernel.layer(point.s)

    def alpha(self, x: ArrayLike) -> float:
        """alpha up to a positive factor; only its sign has a meaning."""
        return float(self.at(x).scalars[self.kernel.SCALARS.index("alpha")])

    @cached_property
    def never_negative(self) -> bool:
        """Whether phi >= 0 on the whole line, so that alpha cannot change its sign."""
        with np.errstate(all="ignore"):
            low, _ = self.kernel.unit_range(np.array([-np.inf]), np.array([np.inf]))
        return bool(low[0] >= 0)

    def sign(self, x: ArrayLike) -> int:
        """Sign of alpha at x; 0 if it is zero within the rounding of t and of the sum."""
        alpha = self.alpha(x)
        if not np.isfinite(alpha):
            return 0
        return int(alpha > 0) if self.never_negative else self._sign_between(self.at(x).x, np.zeros(self.d), 0.0, 0.0)

    def safe_fraction(self, x: ArrayLike, p: ArrayLike) -> float:
        """Largest fraction of the segment from x to x + p on which alpha certainly keeps its sign."""
        if self.never_negative:
            return 1.0
        x, p, sign = self.at(x).x, np.asarray(p, dtype=float), self.sign(x)
        return walk(lambda start, stop: self._sign_between(x, p, start, stop) == sign)

    def _sign_between(self, x: NDArray, p: NDArray, start: float, stop: float) -> int:
        """The sign of alpha on all of x + [start, stop] p, from an enclosure of s, r and t; 0 if that does not tell."""
        with np.errstate(all="ignore"):
            s, ds = self.inner.matrix @ x, self.inner.matrix @ p
            slack = (self.d + 4) * EPS * float(self.inner.largest @ (np.abs(x) + np.abs(p)))
            first, last = s + start * ds, s + stop * ds
            low, high = self.kernel.layer_range(np.minimum(first, last) - slack, np.maximum(first, last) + slack)
            low, high = low - 4 * EPS * np.abs(low), high + 4 * EPS * np.abs(high)
            return sign_in_boxes(self.kernel.unit_range, self.outer.boxes(low, high))

    def displacement(self, p: ArrayLike) -> float:
        """norm(weights * A1 p) / sqrt(n): how far a step can move a row of t, in the mean, where rho' is at most 1."""
        moved = self.weights * (self.inner.matrix @ np.asarray(p, dtype=float))
        return float(norm(moved) / np.sqrt(self.n))

    def rounding(self, x: ArrayLike, scaled_hessian: NDArray) -> Rounding:
        """Rounding levels at x, as those of the linear problem with A = G(x)."""
        point = self.at(x)
        return rounding_at(self, point, self._layer(point)[1], scaled_hessian)

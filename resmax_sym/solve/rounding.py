"""|fl(L) - L|, |fl(g) - g|, |fl(H) - H|: the sizes of the terms that a kernel adds up bound what rounding can do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import norm

from resmax_sym.solve.data import row_slices
from resmax_sym.solve.kernels import Kernel

__all__ = ["Rounding", "Sizes", "sizes_at"]


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


@dataclass(frozen=True)
class Sizes:
    """Sizes of the quantities by row at a point.

    Attributes
    ----------
    q, q_fit : float
        Norm of the gradient in t, and of the same at b = 0.
    per_row : float
        Largest diagonal entry of ``abs(W) abs(K) abs(W).T``.
    curvature : float
        At least the norm of the Hessian in t.
    loss_fit : float
        Loss at b = 0.
    """

    q: float
    q_fit: float
    per_row: float
    curvature: float
    loss_fit: float


def sizes_at(kernel: Kernel, t: np.ndarray, b: np.ndarray, omega: np.ndarray, scalars: tuple[float, ...]) -> Sizes:
    """The sizes at t = A x, by row blocks: no array of length n is made.

    Parameters
    ----------
    kernel : Kernel
    t, b, omega : ndarray, shape (n,)
    scalars : tuple of float
        ``kernel.reduce`` of these rows.
    """
    blocks = [(t[rows], b[rows], omega[rows]) for rows in row_slices(0, len(t))]
    fit_blocks = [(t_k, np.broadcast_to(0.0, t_k.shape), omega_k) for t_k, _, omega_k in blocks]
    fit, core = kernel.reduce(fit_blocks), np.abs(kernel.hessian_core(*scalars))
    found = []
    for block, fit_block in zip(blocks, fit_blocks, strict=True):
        delta, W = kernel.hessian_rows(*block, *scalars)
        W = np.abs(W)
        per_row = np.einsum("ij,ij->i", W @ core, W).max()
        q, q_fit = kernel.gradient_rows(*block, *scalars), kernel.gradient_rows(*fit_block, *fit)
        found.append((norm(q), norm(q_fit), per_row, np.abs(delta).max(), norm(W, axis=0)))
    q, q_fit, per_row, delta, columns = (np.array(values) for values in zip(*found, strict=True))
    length = norm(columns, axis=0)
    curvature = delta.max() + length @ core @ length
    return Sizes(norm(q), norm(q_fit), per_row.max(), curvature, float(kernel.loss_finish(*fit)))

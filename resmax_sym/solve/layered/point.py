"""x, s = A1 x, r = rho(s), t = A2 r and what the kernel makes of t, of one point."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import NDArray

__all__ = ["LayeredPoint"]


@dataclass
class LayeredPoint:
    """What is known at one x.

    Attributes
    ----------
    x : ndarray, shape (d,)
    s, r : ndarray, shape (m,)
        ``A1 @ x`` and ``rho(s)``.
    t : ndarray, shape (n,)
        ``A2 @ r``.
    scalars : tuple of float
        ``kernel.reduce`` of the rows.
    fun : float
        L_tot.
    back : ndarray, shape (m,), optional
        ``A2.T @ q``, the gradient in r.
    """

    x: NDArray
    s: NDArray
    r: NDArray
    t: NDArray
    scalars: tuple[float, ...]
    fun: float
    back: NDArray | None = None

"""rho'(k-) != rho'(k+): the kinks of an inner layer, which units stand on one, and where a segment meets them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resmax_sym.solve.kernels import LayeredKernel

__all__ = ["Held", "Sides"]

EPS = np.finfo(float).eps
BESIDE_ZERO = 1e-300
JUMP = 1e-8
LEAST_JUMP = 1e-200


@dataclass(frozen=True)
class Held:
    """Units that stand on a kink.

    Attributes
    ----------
    units : ndarray of int, shape (k,)
        Rows of A1, in order.
    places : ndarray, shape (k,)
        Their kinks, in s.
    """

    units: NDArray
    places: NDArray

    def __len__(self) -> int:
        return len(self.units)

    def those(self, mask: NDArray) -> Held:
        """The units of a mask."""
        return Held(self.units[mask], self.places[mask])


class Sides:
    """The places on the real line where the slope of rho jumps.

    Parameters
    ----------
    kernel : LayeredKernel

    Attributes
    ----------
    places : ndarray, shape (k,)
        In order; empty where rho' is continuous.

    Raises
    ------
    ValueError
        If rho itself jumps.
    """

    def __init__(self, kernel: LayeredKernel) -> None:
        self.kernel = kernel
        places = np.array(sorted(kernel.KINKS), dtype=float)
        with np.errstate(all="ignore"):
            below, left, _ = kernel.layer(beside(places, -1))
            above, right, _ = kernel.layer(beside(places, 1))
        jumps = ~(np.abs(above - below) <= JUMP * (1 + np.abs(below)))
        if jumps.any():
            raise ValueError(
                f"inner_layer: expected a continuous function, got {kernel.INNER}, which jumps at s = {places[jumps][0]:g}; "
                "choose one without jumps"
            )
        self.places = places[np.abs(right - left) > np.maximum(JUMP * (np.abs(left) + np.abs(right)), LEAST_JUMP)]

    def cells(self, s: NDArray) -> NDArray:
        """Between which kinks each unit is, shape (m,): 0 below the first."""
        return np.searchsorted(self.places, s)

    def held(self, s: NDArray, error: NDArray) -> Held:
        """The units that are on a kink within the error of s, shape (m,)."""
        if not self.places.size:
            return Held(np.zeros(0, dtype=int), np.zeros(0))
        place = self.places[self._nearest(s)]
        on = np.abs(s - place) <= error + 4 * EPS * np.abs(place)
        return Held(np.flatnonzero(on), place[on])

    def _nearest(self, s: NDArray) -> NDArray:
        middle = (self.places[1:] + self.places[:-1]) / 2
        return np.searchsorted(middle, s)

    def gaps(self, s: NDArray) -> NDArray:
        """The nearest kink of each unit less s, shape (m,); infinite without kinks."""
        return self.places[self._nearest(s)] - s if self.places.size else np.full(len(s), np.inf)

    def slopes(self, s: NDArray, held: Held, side: NDArray | int) -> tuple[NDArray, NDArray | None]:
        """rho' and rho'', shape (m,), with the held units on the side -1 or 1 of their kinks."""
        shifted = s.copy()
        shifted[held.units] = beside(held.places, side)
        with np.errstate(all="ignore"):
            _, slopes, bends = self.kernel.layer(shifted)
        return slopes, bends

    def crossings(self, s: NDArray, ds: NDArray, held: Held) -> tuple[NDArray, NDArray]:
        """Where s + tau ds meets kinks for 0 < tau < 1, in order: tau and the units; a held unit only leaves its own."""
        taus, units = [], []
        for place in self.places:
            with np.errstate(all="ignore"):
                tau = (place - s) / ds
            tau[held.units[held.places == place]] = np.nan
            met = np.flatnonzero((tau > 0) & (tau < 1))
            taus.append(tau[met])
            units.append(met)
        tau, unit = np.concatenate([*taus, np.zeros(0)]), np.concatenate([*units, np.zeros(0, dtype=int)])
        order = np.argsort(tau, kind="stable")
        return tau[order], unit[order]


def beside(places: NDArray, side: NDArray | int) -> NDArray:
    """The next numbers to places, on the side -1 or 1; next to 0 none that underflows."""
    return np.where(places == 0, side * BESIDE_ZERO, np.nextafter(places, side * np.inf))

"""C = {x : sign(A1[i] x) = signs[i] for all i}: the activation regions of t = A2 max(A1 x, 0), on each of which t = G x.

The closed region is a cone, {x : signs[i] A1[i] x >= 0}.  On it the loss is smooth up to the border, and there it is the loss of the
linear model with A = G.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sps
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

from resmax_sym.doubles import Data, real_matrix
from resmax_sym.kinks import Crossing, Kinks, NearestKink

__all__ = ["Crossing", "Kinks", "NearestKink", "Region"]


@dataclass(frozen=True)
class Region:
    """The points with these signs of A1 x.

    Attributes
    ----------
    kinks : Kinks
        The rows of A1; regions of one A1 best share it (`at`).
    signs : tuple of int, length m
        1, -1 or 0.  A row of zeros has the sign 0 and no kink.  Where another row has the sign 0 the region lies in its kink.
    """

    kinks: Kinks
    signs: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.signs) != self.kinks.m or not {*self.signs} <= {-1, 0, 1}:
            raise ValueError(
                f"signs: expected -1, 0 or 1 for each of the {self.kinks.m} rows of A1, got {self.signs!r:.60}"
            )
        wrong = np.flatnonzero(self.kinks.is_zero & (np.array(self.signs) != 0))
        if wrong.size:
            raise ValueError(f"signs: row {wrong[0]} of A1 is 0, so its sign is 0")
        object.__setattr__(self, "signs", tuple(map(int, self.signs)))

    @staticmethod
    def of(A1: ArrayLike | sps.sparray | Kinks, x: ArrayLike) -> Region:
        """The region of x; every sign is shown, since one of a rounded product could be wrong near a kink.

        Raises
        ------
        ValueError
            A1 is no finite matrix, or x no finite vector with as many entries as A1 has columns.
        """
        kinks = A1 if isinstance(A1, Kinks) else Kinks(A1)
        return Region(kinks, tuple(kinks.signs(x).tolist()))

    def at(self, x: ArrayLike) -> Region:
        """The region of another point."""
        return Region.of(self.kinks, x)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Region):
            return NotImplemented
        same = self.kinks is other.kinks or self.kinks.digest == other.kinks.digest
        return self.signs == other.signs and same

    def __hash__(self) -> int:
        return hash(self.signs)

    def __repr__(self) -> str:
        text = "".join("-0+"[sign + 1] for sign in self.signs[:40])
        return f"Region({text}{'...' * (len(self.signs) > 40)})"

    @cached_property
    def on_kinks(self) -> tuple[int, ...]:
        """The rows that are 0 on the region though they have a kink; none in an open region."""
        return tuple(np.flatnonzero((np.array(self.signs) == 0) & ~self.kinks.is_zero).tolist())

    @property
    def is_open(self) -> bool:
        """Whether no kink meets the region, so that the loss is smooth on it."""
        return not self.on_kinks

    @property
    def active(self) -> NDArray:
        """diag(s) as booleans, shape (m,): where max(A1 x, 0) has slope 1."""
        return np.array(self.signs) > 0

    def jacobian(self, A2: ArrayLike | sps.sparray) -> Data:
        """G = A2 diag(s) A1, shape (n, d), in floating point; sparse where both are sparse.

        Raises
        ------
        ValueError
            The region lies in a kink, where t has no derivative; or A2 is no finite matrix with a column for each row of A1.
        """
        self._require_open("a Jacobian")
        A2 = real_matrix(A2, "A2", f"(n, {self.kinks.m}), a column for each row of A1")
        if A2.shape[1] != self.kinks.m:
            raise ValueError(f"A2: expected a column for each of the {self.kinks.m} rows of A1, got shape {A2.shape}")
        rows = np.flatnonzero(self.active)
        with np.errstate(over="ignore", invalid="ignore"):
            G = A2[:, rows] @ self.kinks.A1[rows]
        if not np.isfinite(G.data if sps.issparse(G) else G).all():
            raise ValueError("A1, A2: expected entries with products that are numbers, got an overflow; rescale them")
        return G

    def contains(self, x: ArrayLike, closed: bool = False) -> bool:
        """Whether x is in the region, or in its closure: exactly."""
        signs = self.kinks.signs(x)
        differ = signs != np.array(self.signs)
        return not (differ & (signs != 0)).any() if closed else not differ.any()

    def nearest_kink(self, x: ArrayLike) -> NearestKink | None:
        """The distance from a point of the region to its nearest kink, exactly; None where A1 = 0.

        Raises
        ------
        ValueError
            x is not in the region.
        """
        if not self.contains(x):
            raise ValueError("x: expected a point of the region, got one outside; take Region.of(A1, x)")
        return self.kinks.nearest(x)

    def crossings(self, x: ArrayLike, y: ArrayLike) -> tuple[Crossing, ...]:
        """Where the segment from x to y meets kinks, in order of t; see `Kinks.crossings`."""
        return self.kinks.crossings(x, y)

    def towards(self, direction: ArrayLike) -> Region:
        """The region entered from a point of this one by a short step: rows on their kinks take the sign of A1[i] direction."""
        ahead = self.kinks.signs(self.kinks.point(direction, "direction"))
        return Region(self.kinks, tuple(sign or int(new) for sign, new in zip(self.signs, ahead, strict=True)))

    def inequalities(self) -> tuple[Data, NDArray]:
        """(M, 0) with M x <= 0 for the closed region, as SciPy's linprog has A_ub and b_ub; rows of zeros are left out."""
        self._require_open("inequalities alone")
        rows = np.flatnonzero(~self.kinks.is_zero)
        return _row_scaled(-np.array(self.signs, dtype=float)[rows], self.kinks.A1[rows]), np.zeros(len(rows))

    def interior_point(self) -> NDArray | None:
        """A point of the region, shape (d,), shown to be in it; None where a linear program in float64 finds none.

        It is the centre of the largest ball within the region and the box -1 <= x <= 1.
        """
        M, right = self.inequalities()
        if not len(right):
            return np.zeros(self.kinks.d)
        # Two exact powers of 2 put the largest entry of a row near 1: one of 1e-320 has no inverse.
        exponents = -np.frexp(self.kinks.largest[~self.kinks.is_zero])[1]
        for power in (exponents // 2, exponents - exponents // 2):
            M = _row_scaled(np.ldexp(1.0, power), M)
        M = _row_scaled(1 / np.sqrt(np.asarray((M * M).sum(axis=1)).ravel()), M)
        column = np.ones((len(right), 1))
        stacked = sps.hstack([M, sps.csr_array(column)]) if sps.issparse(M) else np.hstack([M, column])
        goal = np.append(np.zeros(self.kinks.d), -1.0)
        found = linprog(goal, A_ub=stacked, b_ub=right, bounds=[(-1, 1)] * self.kinks.d + [(0, 1)])
        if found.x is None or not self.contains(found.x[:-1]):
            return None
        return found.x[:-1]

    def neighbours(self) -> Iterator[tuple[tuple[int, ...], Region]]:
        """The regions across one kink, each with the rows that change their sign: more than one where rows are parallel.

        Each is shown not to be empty; one that is thinner than float64 resolves may be missed.
        """
        self._require_open("neighbours")
        for rows in self.kinks.hyperplanes:
            other = self._flipped(rows)
            if other.interior_point() is not None:
                yield rows, other

    def _flipped(self, rows: Sequence[int]) -> Region:
        signs = np.array(self.signs)
        signs[list(rows)] *= -1
        return Region(self.kinks, tuple(signs.tolist()))

    def _require_open(self, what: str) -> None:
        if not self.is_open:
            rows = ", ".join(map(str, self.on_kinks[:5]))
            raise ValueError(
                f"region: expected an open one for {what}, got one in the kink of row {rows}; take `towards` a direction"
            )


def _row_scaled(weights: NDArray, M: Data) -> Data:
    """diag(weights) M."""
    with np.errstate(under="ignore"):
        return sps.csr_array(sps.diags_array(weights) @ M) if sps.issparse(M) else weights[:, None] * M

"""|A1[i] x| > norm(A1[i] C) r for every row i: the ball {x + C z : norm(z) <= r} lies inside the activation region of x.

The region is read off A1 x anew: nothing here is taken from the search.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge.certificate import Invalid
from resmax_sym.solve.certificate.series import working

__all__ = ["check_region", "factors_of"]

Ball, Matrix = flint.arb, flint.arb_mat
EXACT_BITS = 4500
"""Every product of two doubles, and a sum of such, has fewer binary digits."""

SIGNS = {1: "+", -1: "-", 0: "0"}


def sides(A1: NDArray, x: NDArray) -> tuple[NDArray, list[Ball]]:
    """sign(A1 x), and A1 x in balls; only a row of zeros has the sign 0.

    Raises
    ------
    Invalid
        A row is 0 at x, or not shown not to be.
    """
    with working(EXACT_BITS):
        values = (Matrix(A1.tolist()) * Matrix(x[:, None].tolist())).entries()
    empty = ~A1.any(axis=1)
    signs = np.array([(value > 0) - (value < 0) for value in values])
    wrong = np.flatnonzero((signs == 0) & ~empty)
    if wrong.size:
        raise Invalid(f"x lies on the kink of row {wrong[0]} of A1")
    return np.where(empty, 0, signs), values


def factors_of(arrays: Mapping[str, NDArray]) -> tuple[NDArray, ...]:
    """A, or A2 and A1 without the rows that are not active at x: their product is G.

    Raises
    ------
    Invalid
        x lies on a kink, or no row is active.
    """
    if "A1" not in arrays:
        return (arrays["A"],)
    signs, _ = sides(arrays["A1"], arrays["x"])
    active = signs > 0
    if not active.any():
        raise Invalid("no row of A1 x is positive: t = 0 on the whole region")
    return arrays["A2"][:, active], arrays["A1"][active]


def check_region(body: Mapping[str, Any], arrays: Mapping[str, NDArray]) -> None:
    """The ball of the unique radius lies in the region that is stated, and no kink is nearer than the one that is stated.

    Raises
    ------
    Invalid
        It does not, or one is.
    """
    A1, unique, row = arrays["A1"], body["unique_radius"], body["kink"]["row"]
    distance = body["kink"]["distance"]
    if type(distance) is not float or not math.isfinite(distance) or distance <= 0:
        raise Invalid(f"kink: expected a positive distance, got {distance!r}")
    signs, values = sides(A1, arrays["x"])
    if body["region"] != "".join(SIGNS[sign] for sign in signs.tolist()):
        raise Invalid("the region is not that of x")
    if type(row) is not int or not 0 <= row < len(A1) or not signs[row]:
        raise Invalid(f"kink: expected a row of A1 that is not 0, got {row!r}")
    if (other := nearer(A1, values, row)) is not None:
        raise Invalid(f"kink: that of row {other} of A1 is nearer than that of row {row}")
    images = (Matrix(A1.tolist()) * Matrix(arrays["C"].tolist())).tolist()
    for i in np.flatnonzero(signs):
        if not abs(values[i]) > _norm(images[i]) * Ball(unique):
            raise Invalid(f"the ball is not shown to miss the kink of row {i} of A1")
        if not abs(values[i]) >= _norm([Ball(v) for v in A1[i].tolist()]) * Ball(distance):
            raise Invalid(f"the kink of row {i} of A1 may be nearer than stated")


def nearer(A1: NDArray, values: list[Ball], row: int) -> int | None:
    """A row i with |values[i]| / norm(A1[i]) < |values[row]| / norm(A1[row]), both squared and exact; None where there is none."""
    with working(4 * EXACT_BITS):
        squares = [sum((Ball(v) ** 2 for v in entries), Ball(0)) for entries in A1.tolist()]
        gaps = (
            value**2 * squares[row] - values[row] ** 2 * square for value, square in zip(values, squares, strict=True)
        )
        return next((i for i, gap in enumerate(gaps) if gap < 0), None)


def _norm(row: list[Ball]) -> Ball:
    return sum((v**2 for v in row), Ball(0)).abs_upper().sqrt().upper()

"""value -> the doubles that hold the same numbers, or one line that says why there are none: for what is shown about exact data."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sps
from numpy.typing import ArrayLike, NDArray

__all__ = ["Data", "real_array", "real_matrix"]

Data = NDArray | sps.csr_array
EXACT = 2**53
"""Integers up to here are doubles."""


def real_matrix(value: ArrayLike | sps.sparray | sps.spmatrix, name: str, shape: str) -> Data:
    """A finite matrix of doubles: an ndarray, or a csr_array without duplicates for a sparse one.

    Raises
    ------
    ValueError
        It is none, or a double does not hold one of its numbers.
    """
    if sps.issparse(value):
        found = sps.csr_array(value)
        real_array(found.data, name)
        found = found.astype(float)
        found.sum_duplicates()
        entries = found.data
    else:
        found = entries = real_array(value, name)
    if found.ndim != 2 or 0 in found.shape:
        raise ValueError(f"{name}: expected a matrix of shape {shape}, got shape {found.shape}")
    if not np.isfinite(entries).all():
        raise ValueError(f"{name}: expected finite numbers, got NaN or infinity; drop or fill those rows")
    return found


def real_array(value: ArrayLike, name: str) -> NDArray:
    """An array of doubles, of any shape, that may hold NaN and infinity.

    Raises
    ------
    ValueError
        The numbers are not real, or a double does not hold one of them.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected a rectangular array of numbers, got rows of unequal length") from None
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name}: expected real numbers, got dtype {array.dtype}; convert it with astype(float)")
    with np.errstate(over="ignore"):
        doubles = array.astype(float, copy=False)
    wide = array.dtype.kind in "iu" and ((array > EXACT) | (array < -EXACT)).any()
    if wide or (array.dtype.itemsize > 8 and not np.array_equal(doubles, array, equal_nan=True)):
        raise ValueError(
            f"{name}: expected numbers that doubles hold, got {array.dtype} with more digits; round them with astype(float)"
        )
    return doubles

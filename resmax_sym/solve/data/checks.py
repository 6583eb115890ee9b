"""What an array must be before a product is taken: real, finite, of the right shape; each refusal is one clear line."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike

__all__ = [
    "as_real",
    "as_vector",
    "as_weights",
    "check_finite",
    "check_kind",
    "check_shape",
    "is_dask",
    "refuse_entry",
]

CHUNK = 1 << 20


def is_dask(value: Any) -> bool:
    """Whether `value` is an array, a table or another collection of Dask; without Dask nothing is, so it is not loaded."""
    dask = sys.modules.get("dask")
    return dask is not None and bool(dask.is_dask_collection(value))


def as_real(value: ArrayLike, name: str) -> np.ndarray:
    """`value` as an ndarray of a real type, without a copy where it already is one."""
    if np.ma.isMaskedArray(value):
        raise ValueError(f"{name}: expected a plain array, got a masked array; fill or drop the masked entries")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected a rectangular array of numbers, got rows of unequal length") from None
    check_kind(array.dtype, name)
    return array


def check_kind(dtype: np.dtype, name: str) -> None:
    """Raise ValueError unless entries of type `dtype` are real numbers."""
    if dtype.kind == "c":
        raise ValueError(f"{name}: expected real numbers, got dtype {dtype}; pass the real part or the modulus")
    if dtype.kind not in "biuf":
        raise ValueError(f"{name}: expected real numbers, got dtype {dtype}; convert it with astype(float)")


def check_shape(shape: tuple[int, ...]) -> None:
    """Raise ValueError unless `shape` is that of a matrix with at least one entry."""
    if len(shape) != 2:
        raise ValueError(f"A: expected a matrix of shape (n, d), got shape {shape}; use A.reshape(n, d)")
    if 0 in shape:
        raise ValueError(
            f"A: expected at least one row and one column, got shape {shape}; check how the data was selected"
        )


def check_finite(array: np.ndarray, name: str, first_row: int = 0) -> None:
    """Raise ValueError at the first NaN or infinity; `first_row` is added to its row number."""
    for start in range(0, len(array), CHUNK):
        finite = np.isfinite(array[start : start + CHUNK])
        if not finite.all():
            where = np.argwhere(~finite)[0]
            where[0] += start
            bad = array[tuple(where)]
            where[0] += first_row
            refuse_entry(bad, tuple(where), name)


def refuse_entry(bad: float, where: tuple[int, ...], name: str) -> NoReturn:
    """Raise the ValueError about one entry that is NaN or infinite."""
    index = ", ".join(str(i) for i in where)
    raise ValueError(f"{name}: expected finite numbers, got {bad} at index ({index}); drop or impute such rows")


def as_vector(value: ArrayLike, length: int, name: str, axis: str) -> np.ndarray:
    """`value` as a finite float64 vector of shape (length,).

    Parameters
    ----------
    value : array_like, shape (length,)
        Integers, booleans and other real types are converted; float64, memory-mapped or not, is used in place.
    length : int
        The required length.
    name, axis : str
        For the error message: what the vector is called, and what its length must match.

    Raises
    ------
    ValueError
        On another shape, a complex or non-numeric type, NaN or infinity.
    """
    array = as_real(value, name)
    if array.ndim != 1:
        remedy = f"pass {name}.ravel()" if array.size == length else "pass one number per entry"
        raise ValueError(f"{name}: expected shape ({length},), got {array.shape}; {remedy}")
    if array.size != length:
        raise ValueError(f"{name}: expected length {length} ({axis}), got {array.size}; pass one number per entry")
    check_finite(array, name)
    with np.errstate(over="ignore"):
        vector = np.asarray(array, dtype=np.float64)
    if vector is not array:
        check_finite(vector, name)
    return vector


def as_weights(value: ArrayLike, length: int, name: str = "omega", axis: str = "the rows of A") -> np.ndarray:
    """A number or a vector as a read-only float64 vector of shape (length,); errors as in `as_vector`."""
    if np.ndim(value) == 0:
        number = np.float64(as_real(value, name))
        if not np.isfinite(number):
            raise ValueError(f"{name}: expected a finite number, got {number}; pass a number or one per row")
        return np.broadcast_to(number, (length,))
    return as_vector(value, length, name, axis)

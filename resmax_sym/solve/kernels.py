"""Kernel of a unit: the proved formulas as NumPy code; the solver itself contains none."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

import numpy as np

__all__ = ["DEFAULT_UNIT", "Kernel", "kernel_of"]

DEFAULT_UNIT = "exp(s) + s"
GENERATED = {
    "exp(s)+s": "resmax_sym.generated.soft_residual",
    "exp(s)": "resmax_sym.generated.softmax",
}

Rows = np.ndarray
Scalars = tuple[float, ...]


class Kernel(Protocol):
    """What the solver asks of a generated module; ``t, b, omega`` are rows of one block, shape (k,)."""

    UNIT: str
    SCALARS: tuple[str, ...]
    reduce: Callable[..., Scalars]
    loss_finish: Callable[..., float]
    gradient_rows: Callable[..., Rows]
    hessian_rows: Callable[..., tuple[Rows, np.ndarray]]
    hessian_core: Callable[..., np.ndarray]
    gradient_map: Callable[..., np.ndarray]
    hessian_map: Callable[..., tuple[np.ndarray, np.ndarray]]
    hessian_finish: Callable[..., np.ndarray]
    product_map: Callable[..., np.ndarray]
    product_finish: Callable[..., np.ndarray]
    unit_range: Callable[..., tuple[np.ndarray, np.ndarray]]


def kernel_of(unit: str) -> Kernel:
    """The generated module of `unit`; a unit without one gets a kernel made on the spot.

    Parameters
    ----------
    unit : str
        phi as an expression in ``s``, for example ``"exp(s) + s"``.

    Raises
    ------
    ValueError
        If `unit` is not a text or is not a smooth scalar expression in ``s``.
    """
    if not isinstance(unit, str):
        raise ValueError(f"unit: expected a text such as {DEFAULT_UNIT!r}, got {type(unit).__name__}")
    module = GENERATED.get("".join(unit.split()))
    if module is not None:
        return import_module(module)
    # Only an unusual unit pays for loading the symbolic machinery.
    from resmax_sym.kernels import kernel_for

    return kernel_for(unit)

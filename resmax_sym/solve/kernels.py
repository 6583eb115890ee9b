"""Kernel of a unit: the proved formulas as NumPy code; the solver itself contains none."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module
from typing import Protocol

import numpy as np

__all__ = [
    "DEFAULT_LAYERED_UNIT",
    "DEFAULT_UNIT",
    "INNER_LAYERS",
    "Kernel",
    "LayeredKernel",
    "inner_layer_of",
    "kernel_of",
    "layered_kernel_of",
]

DEFAULT_UNIT = "exp(s) + s"
DEFAULT_LAYERED_UNIT = "exp(s)"
INNER_LAYERS = {"relu": "max(s, 0)", "softplus": "log(1 + exp(s))", "tanh": "tanh(s)"}
"""Short names of inner layers; any other is an expression in s."""
UNITS = "an expression in s such as 'exp(s) + s' (soft-residual) or 'exp(s)' (softmax)"
LAYERS = f"{', '.join(INNER_LAYERS)} or an expression in s such as 'max(s, s / 10)'"
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


class LayeredKernel(Kernel, Protocol):
    """A `Kernel` for t = A2 rho(A1 x): blocks are rows of A2, and derivatives in x take A1 and rho'(A1 x), too."""

    INNER: str
    KINKS: tuple[float, ...]
    layer: Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray | None]]
    layer_range: Callable[..., tuple[np.ndarray, np.ndarray]]
    jacobian: Callable[..., np.ndarray]
    jacobian_products: Callable[..., tuple[np.ndarray, np.ndarray]]
    gradient_finish: Callable[..., np.ndarray]
    layer_curvature: Callable[..., np.ndarray]


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
    _check_text("unit", unit, UNITS)
    module = GENERATED.get("".join(unit.split()))
    if module is not None:
        return import_module(module)
    # Only an unusual unit pays for loading the symbolic machinery.
    from resmax_sym.kernels import kernel_for

    return kernel_for(unit)


def inner_layer_of(text: str) -> str:
    """rho as an expression in s, from such an expression or one of the names in `INNER_LAYERS`.

    Raises
    ------
    ValueError
        If it is not a text, or another name.
    """
    if isinstance(text, str) and text.strip().lower() in INNER_LAYERS:
        return INNER_LAYERS[text.strip().lower()]
    _check_text("inner_layer", text, LAYERS)
    return text


def _check_text(name: str, text: str, expected: str) -> None:
    """That it is a text, and no bare name but s."""
    if not isinstance(text, str):
        raise ValueError(f"{name}: expected {expected}, got {type(text).__name__}")
    if not text.strip() or (text.strip().isidentifier() and text.strip() != "s"):
        close = get_close_matches(text.strip().lower(), INNER_LAYERS, n=1) if name == "inner_layer" else ()
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"{name}: expected {expected}, got {text.strip()!r}{hint}")


def layered_kernel_of(unit: str, inner_layer: str) -> LayeredKernel:
    """The generated module of `unit` behind `inner_layer`; a pair without one gets a kernel made on the spot.

    Parameters
    ----------
    unit : str
        phi as an expression in ``s``.
    inner_layer : str
        rho: one of the names in `INNER_LAYERS`, or an expression in ``s`` such as ``"max(s, s / 10)"``.

    Raises
    ------
    ValueError
        If one of them is not a text or not a scalar expression in ``s``, phi is not smooth, or rho jumps.
    """
    _check_text("unit", unit, UNITS)
    inner_layer = inner_layer_of(inner_layer)
    if ("".join(unit.split()), "".join(inner_layer.split())) == ("exp(s)", "max(s,0)"):
        return import_module("resmax_sym.generated.softmax_relu")
    # Only an unusual pair pays for loading the symbolic machinery.
    from resmax_sym.kernels import kernel_for

    return kernel_for(unit, inner_layer)

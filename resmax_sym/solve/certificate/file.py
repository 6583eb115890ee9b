"""The certificate as one JSON file: exact data, bounds, and a digest of all of it."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resmax_sym import atomic
from resmax_sym.judge.certificate import FORMAT, Invalid, digest
from resmax_sym.models import RELU

__all__ = ["KIND", "array_from", "array_to", "is_critical_point", "read", "statement", "write"]

KIND = "critical point"
FEW = 200
"""An array of so many numbers is written one by one, in hexadecimal; a larger one as base64 of little-endian doubles."""

EXACT = 767
"""Every double has at most so many decimal digits."""

LAYERED = ("A1", "A2")
"""The matrices of a problem with an inner layer, in place of A."""


def array_to(array: NDArray) -> dict[str, Any]:
    """An array of doubles as JSON has it, without loss."""
    array = np.ascontiguousarray(array, dtype="<f8")
    shape = {"shape": list(array.shape)}
    if array.size <= FEW:
        return shape | {"hex": [value.hex() for value in array.ravel().tolist()]}
    return shape | {"float64le_base64": base64.b64encode(array.tobytes()).decode()}


def array_from(entry: Mapping[str, Any], shape: tuple[int, ...], name: str) -> NDArray:
    """The array back, finite and of this shape.

    Raises
    ------
    Invalid
        It is not.
    """
    if tuple(entry["shape"]) != shape:
        raise Invalid(f"{name}: expected shape {shape}, got {tuple(entry['shape'])}")
    if "hex" in entry:
        array = np.array([float.fromhex(text) for text in entry["hex"]])
    else:
        array = np.frombuffer(base64.b64decode(entry["float64le_base64"], validate=True), dtype="<f8").astype(float)
    if array.size != math.prod(shape) or not np.isfinite(array).all():
        raise Invalid(f"{name}: expected {math.prod(shape)} finite numbers")
    return array.reshape(shape)


def matrices(table: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the matrices of a problem, linear or with an inner layer."""
    return LAYERED if "A1" in table else ("A",)


def data_digest(arrays: Mapping[str, NDArray]) -> str:
    """SHA-256 of A (or A1, A2), b and omega as little-endian doubles, row by row."""
    total = hashlib.sha256()
    for name in (*matrices(arrays), "b", "omega"):
        total.update(np.ascontiguousarray(arrays[name], dtype="<f8").tobytes())
    return total.hexdigest()


def statement(body: Mapping[str, Any]) -> str:
    """What the certificate says, in a sentence."""
    negative = body["negative_directions"]
    eigenvalues = f"{negative} negative eigenvalue{'s' * (negative > 1)}"
    kind = "a strict local minimum" if negative == 0 else f"no minimum: the Hessian there has {eigenvalues}"
    unique = _between(body["radius"], body["unique_radius"])
    distance = _rounded(body["distance"], ROUND_CEILING)
    found = f"grad(L_tot) has exactly one zero x* with norm(C^-1 (x* - x)) <= {unique}; norm(x* - x) <= {distance}, and x* is {kind}"
    if "region" not in body:
        return found
    kink = f"row {body['kink']['row']} of A1, at least {_rounded(body['kink']['distance'], ROUND_FLOOR)} away"
    return f"inside the activation region of x, whose nearest kink is that of {kink}: {found}"


def _between(least: float, most: float) -> str:
    """A number in [least, most], with three digits if there is one: a smaller ball need not hold x*."""
    shown = (_rounded(most, ROUND_FLOOR, digits) for digits in range(3, EXACT))
    return next((text for text in shown if Decimal(text) >= Decimal(least)), _rounded(most, ROUND_FLOOR, EXACT))


def _rounded(value: float, rounding: str, digits: int = 3) -> str:
    """A few digits, rounded towards the safe side."""
    return f"{Context(prec=digits, rounding=rounding).create_decimal(Decimal(value)):g}"


def body_of(unit: str, arrays: Mapping[str, NDArray], numbers: Mapping[str, Any]) -> dict[str, Any]:
    """The certificate as data."""
    names = matrices(arrays)
    sizes = {"n": arrays[names[-1]].shape[0], "d": arrays[names[0]].shape[1]}
    if names == LAYERED:
        sizes |= {"m": arrays["A1"].shape[0], "inner_layer": RELU}
    body = {"format": FORMAT, "kind": KIND, "unit": unit, **sizes, **numbers}
    body["statement"] = statement(body)
    body["data_sha256"] = data_digest(arrays)
    body |= {name: array_to(arrays[name]) for name in (*names, "b", "omega", "x", "C")}
    return {**body, "digest": digest(body)}


def write(path: Path, body: Mapping[str, Any]) -> None:
    """Writes the file whole or not at all."""
    atomic.write(path, text(body))


def text(body: Mapping[str, Any]) -> str:
    """The file of a certificate."""
    return json.dumps(body, indent=1, allow_nan=False) + "\n"


def is_critical_point(body: Mapping[str, Any]) -> bool:
    """Whether a certificate is one of a critical point, and not of a claim."""
    return body.get("kind") == KIND


def read(body: Mapping[str, Any]) -> dict[str, NDArray]:
    """The arrays of a certificate whose digests match.

    Raises
    ------
    Invalid
        It was changed, or is not well formed.
    """
    if body.get("format") != FORMAT or not is_critical_point(body) or body.get("digest") != digest(body):
        raise Invalid("the digest does not match: the certificate was changed after it was written")
    n, d = body["n"], body["d"]
    shapes = {"A": (n, d)}
    if matrices(body) == LAYERED:
        shapes = {"A1": (body["m"], d), "A2": (n, body["m"])}
    if body.get("inner_layer") != (RELU if "A1" in body else None) or ("region" in body) != ("A1" in body):
        raise Invalid(f"inner_layer: expected {RELU} with A1, A2 and a region, or none of them")
    shapes |= {"b": (n,), "omega": (n,), "x": (d,), "C": (d, d)}
    arrays = {name: array_from(body[name], shape, name) for name, shape in shapes.items()}
    if body["data_sha256"] != data_digest(arrays):
        raise Invalid(f"{', '.join(matrices(body))}, b and omega are not those of the digest")
    return arrays

"""statement(point) fails: the exact point of a refutation, read from its text and tried in balls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from resmax_sym.judge.certificate.body import Invalid
from resmax_sym.judge.claim import Claim, read_rational
from resmax_sym.judge.identity import symmetric
from resmax_sym.judge.points import Point
from resmax_sym.judge.truth import holds
from resmax_sym.lang import LanguageError

LARGEST = 1000
"""A size of a witness, unless the claim is about larger ones; a matrix of a size that a file makes up would not fit in memory."""


def check_witness(claim: Claim, witness: Mapping[str, Any]) -> Point:
    """The exact point, which breaks the statement and meets every assumption, in balls; Invalid where that is not shown."""
    point = read_point(witness)
    wrong = {s.data for s in claim.symbols} ^ point.values.keys()
    if wrong:
        raise Invalid(f"the witness should give the variables of the claim and no more, see {', '.join(sorted(wrong))}")
    everywhere = range(1, LARGEST + 1)
    if any(size not in claim.sizes.get(name, everywhere) for name, size in point.sizes.items()):
        raise Invalid(f"the witness has a size that the claim is not about, or one above {LARGEST}")
    for s in claim.symbols:
        shape = tuple(k if isinstance(k, int) else point.sizes[k] for k in s.shape)
        if np.shape(point.values[s.data]) != shape:
            raise Invalid(f"the witness has {s.data} of shape {np.shape(point.values[s.data])}, expected {shape}")

    def known(matrix: Any) -> bool:
        return symmetric(claim.model, matrix)

    if holds(claim.model, claim.relation, point, symmetric=known) is not False:
        raise Invalid("the statement is not shown to fail at the witness")
    for assumption in claim.assumptions:
        if holds(claim.model, assumption, point, symmetric=known) is not True:
            raise Invalid(f"the witness is not shown to meet the assumption {assumption!r}")
    return point


def read_point(table: Mapping[str, Any]) -> Point:
    """A point from sizes and rationals in text.

    Raises
    ------
    LanguageError
        An entry is not a rational.
    """

    def read(value: Any) -> Any:
        if isinstance(value, str):
            return read_rational(value)
        array = np.array(value, dtype=object)
        entries = np.empty(array.size, dtype=object)
        entries[:] = [read_rational(v) for v in array.flat]
        return entries.reshape(array.shape)

    try:
        sizes = {name: value for name, value in table.items() if name in ("n", "d", "m")}
        if any(type(size) is not int or size < 1 for size in sizes.values()):
            raise ValueError("sizes are positive integers")
        return Point(sizes, {name: read(value) for name, value in table.items() if name not in sizes})
    except (ValueError, TypeError, ZeroDivisionError) as error:
        raise LanguageError(f"the witness is not made of rationals: {error}") from None

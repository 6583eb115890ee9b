"""(A1 @ x)[k] >= level or <= level: the sides of the kinks that an inner layer has in a box, known, chosen or open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from resmax_sym.lang.index import INNER, entry

Interval = tuple[Fraction, Fraction]


class Kink(NamedTuple):
    """(A1 @ point)[row] = level."""

    point: str
    row: int
    level: Fraction

    def __str__(self) -> str:
        return f"{self.point}{self.row}" + (f"@{self.level}" if self.level else "")


class Subject(NamedTuple):
    """What a kinked function switches on: a positive multiple of sign ((A1 @ point)[index] - level)."""

    point: str
    index: str
    level: Fraction
    sign: int


@lru_cache(maxsize=4096)
def subject_of(e: sp.Expr) -> Subject | None:
    """An expression read as one; None where it is not affine in a single entry of A1 @ x."""
    e = e.xreplace({total: found for total in e.atoms(sp.Sum) if (found := _product(total)) is not None})
    atoms = e.atoms(sp.Indexed)
    atom = next(iter(atoms), None)
    if len(atoms) != 1 or not atom.base.label.name.startswith(INNER[:-1]):
        return None
    z = sp.Dummy(real=True)
    e = e.xreplace({atom: z})
    slope, start = sp.diff(e, z), e.xreplace({z: sp.Integer(0)})
    if e.free_symbols != {z} or not (slope.is_Rational and start.is_Rational and slope):
        return None
    level = -start / slope
    point = atom.base.label.name.partition("@")[2]
    return Subject(point, str(atom.indices[0]), Fraction(int(level.p), int(level.q)), 1 if slope > 0 else -1)


def _product(total: sp.Sum) -> sp.Expr | None:
    """sum_j A1[k,j] x[j] as the entry k of A1 @ x."""
    factors = total.function.args if total.function.is_Mul else ()
    if len(total.limits) != 1 or len(factors) != 2 or not all(isinstance(factor, sp.Indexed) for factor in factors):
        return None
    row, point = sorted(factors, key=lambda factor: -len(factor.indices))
    j = total.variables[0]
    if (
        row.base.label.name != "A1"
        or len(row.indices) != 2
        or point.indices != (j,)
        or row.indices[1] != j
        or row.indices[0] == j
    ):
        return None
    return entry(f"A1@{point.base.label.name}", row.indices[0])


@dataclass
class Branches:
    """The side of each kink: known over the whole box, chosen for a part of it, or open.

    Parameters
    ----------
    shapes, sides
        The variables of a box, and an interval for each of their entries.
    chosen : kink -> 1 or -1

    Attributes
    ----------
    met : kinks that were asked for and are open
    """

    shapes: Mapping[str, tuple[int, ...]]
    sides: Sequence[Interval]
    chosen: Mapping[Kink, int] = field(default_factory=dict)
    met: dict[Kink, None] = field(default_factory=dict)
    known: dict[Kink, int | None] = field(default_factory=dict)
    ranges: dict[tuple[str, int], Interval | None] = field(default_factory=dict)

    def on(self, signs: Mapping[Kink, int]) -> Branches:
        """The same on a part of the box."""
        return Branches(self.shapes, self.sides, dict(signs), {}, self.known, self.ranges)

    def side(self, kink: Kink) -> int:
        """1 or -1 for the branch to take; 0 where none is known."""
        if kink in self.chosen:
            return self.chosen[kink]
        if kink not in self.known:
            self.known[kink] = self._side(kink)
        side = self.known[kink]
        if side is None:
            self.met[kink] = None
        return side or 0

    def _side(self, kink: Kink) -> int | None:
        """From the exact range; 0 if the box does not say or lies in the kink, None if the kink crosses it."""
        ends = self.box_range(kink.point, kink.row)
        if ends is None:
            return 0
        low, high = (end - kink.level for end in ends)
        if low < 0 < high:
            return None
        return (high > 0) - (low < 0)

    def box_range(self, point: str, row: int) -> Interval | None:
        """The least and largest (A1 @ point)[row] over the box, each entry occurring once in it; None where the box does not say."""
        if (point, row) not in self.ranges:
            known = {"A1", point} <= self.shapes.keys()
            self.ranges[point, row] = self._ends(point, row) if known else None
        return self.ranges[point, row]

    def _ends(self, point: str, row: int) -> Interval:
        pairs = zip(self._entries("A1")[row], self._entries(point), strict=True)
        products = [sorted(a * z for a in entry for z in other) for entry, other in pairs]
        return sum(ends[0] for ends in products), sum(ends[-1] for ends in products)

    def part_range(self, point: str, row: int) -> Interval | None:
        """The same on the part; the first is above the second where the part is empty."""
        ends = self.box_range(point, row)
        if ends is None:
            return None
        low, high = ends
        for kink, side in self.chosen.items():
            if (kink.point, kink.row) == (point, row):
                low, high = (max(low, kink.level), high) if side > 0 else (low, min(high, kink.level))
        return low, high

    @property
    def is_empty(self) -> bool:
        """Whether no point has all the sides that were chosen."""
        ranges = [self.part_range(kink.point, kink.row) for kink in self.chosen]
        return any(low > high for low, high in ranges)

    def _entries(self, name: str) -> NDArray:
        first = 0
        for other, shape in self.shapes.items():
            count = int(np.prod(shape))
            if other == name:
                found = np.empty(count, dtype=object)
                found[:] = self.sides[first : first + count]
                return found.reshape(shape)
            first += count
        raise KeyError(name)

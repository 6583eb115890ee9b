"""lhs == rhs at given sizes: sums written out term by term, so that facts true for n = 1 alone can be proved."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import sympy as sp

from resmax_sym.lang import Expr, LanguageError, Lowering, Relation, is_zero, normal
from resmax_sym.lang.expr import Dim
from resmax_sym.lang.index import Entry
from resmax_sym.models import Model

MAX_SIZE = 6
"""Sums of more terms are not written out."""


@dataclass
class ConcreteLowering(Lowering):
    """Lowers with some sizes fixed: a sum over a fixed size is its terms; other sizes stay symbolic."""

    sizes: Mapping[str, int] = field(default_factory=dict)

    def size(self, dim: Dim) -> int | None:
        return dim if isinstance(dim, int) else self.sizes.get(dim)

    def total(self, dim: Dim, body: Entry) -> sp.Expr:
        """The terms for k = 1 .. dim, added."""
        size = self.size(dim)
        if size is None:
            return super().total(dim, body)
        if size > MAX_SIZE:
            raise LanguageError(f"sums of more than {MAX_SIZE} terms are not written out")
        return sp.Add(*(body(sp.Integer(k)) for k in range(1, size + 1)))

    def component(self, e: Expr, indices: tuple[sp.Expr, ...]) -> sp.Expr:
        fixed = self.size(e.data) if e.op == "size" else None
        return super().component(e, indices) if fixed is None else sp.Integer(fixed)

    def places(self, shape: Sequence[Dim]) -> Iterator[tuple[sp.Expr, ...]]:
        """Every place of an array: numbers along fixed sizes, one index along the others."""
        along = []
        for dim, name in zip(shape, "ij", strict=False):
            size = self.size(dim)
            along.append([sp.Symbol(name, integer=True)] if size is None else [sp.Integer(k + 1) for k in range(size)])
        return itertools.product(*along)


def equal_at(model: Model, relation: Relation, sizes: Mapping[str, int]) -> bool:
    """Whether lhs == rhs is shown at these sizes, entry by entry; False means not shown."""
    shape = max(relation.args, key=lambda e: e.ndim).shape
    for abstract, unfold in itertools.product((True, False), repeat=2):
        lowering = ConcreteLowering(None if abstract else model.phi, model.rho, sizes)
        try:
            if all(_zero(lowering, relation, place, unfold) for place in lowering.places(shape)):
                return True
        except LanguageError:
            continue
    return False


def _zero(lowering: ConcreteLowering, relation: Relation, place: tuple[sp.Expr, ...], unfold: bool) -> bool:
    lhs, rhs = (lowering(side, *(place if side.shape else ())) for side in relation.args)
    return is_zero(normal(lowering.unfold(lhs - rhs) if unfold else lhs - rhs))

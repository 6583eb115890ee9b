"""a, c give d; b gives c; hence a, b give d: a claim with what it assumes replaced by what other claims derive it from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from resmax_sym.judge.bounds.assumed import plain_relation
from resmax_sym.judge.claim import Claim
from resmax_sym.lang import LanguageError, Relation
from resmax_sym.models import Model


@dataclass(frozen=True)
class Composed:
    """What a claim states, from assumptions that imply its own; the names are those of `Claim`."""

    model: Model
    relation: Relation
    assumptions: tuple[Relation, ...]
    sizes: Mapping[str, tuple[int, ...]]


def composed(bases: Sequence[tuple[Claim, Iterable[str]]]) -> list[tuple[Composed, set[str]]]:
    """Those of some settled claims, each with its guards, whose assumptions others among them lead to.

    Claims for certain sizes, or for other models, are not put together; the guards of all that takes part are kept.
    """
    found = []
    for base, where in bases:
        try:
            one = resting(base, {*where}, bases)
        except LanguageError:
            continue
        found += [one] if one is not None else []
    return found


def resting(
    base: Claim, where: set[str], bases: Sequence[tuple[Claim, Iterable[str]]]
) -> tuple[Composed, set[str]] | None:
    """One claim with its assumptions replaced, as far as that goes; None where there is nothing to replace."""
    assumed = {plain_relation(relation): relation for relation in base.assumptions}
    left = [pair for pair in bases if pair[0] is not base and pair[0].model == base.model]
    left = [(other, there) for other, there in left if not other.sizes and not base.sizes]
    replaced = False
    while now := next((pair for pair in left if plain_relation(pair[0].relation) in assumed), None):
        other, there = now
        left = [pair for pair in left if pair is not now]  # each is put in once, so that none supports itself for ever
        del assumed[plain_relation(other.relation)]
        assumed |= {plain_relation(relation): relation for relation in other.assumptions}
        where, replaced = where.union(there), True
    return (Composed(base.model, base.relation, tuple(assumed.values()), {}), where) if replaced else None

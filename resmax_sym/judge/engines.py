"""Evidence that settles a claim without a search: normal forms, at each size too, bounds, pairs of entries, enclosures over boxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from resmax_sym.judge import bounds, pairs, pairs_check
from resmax_sym.judge.bounds.recheck import Unsound
from resmax_sym.judge.budget import OPERATIONS_PER_SECOND
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.concrete import equal_at
from resmax_sym.judge.enclosure import Box, Enclosure
from resmax_sym.judge.evidence import (
    Evidence,
    of_assignment,
    of_bounds,
    of_enclosure,
    of_normal_form,
    of_pairs,
    of_sizes,
)
from resmax_sym.judge.identity import Defect, Equal, assignments, equal, guard, guard_assigned
from resmax_sym.judge.modular import vanishes
from resmax_sym.lang import Relation

Engine = Callable[[Claim, float, int, Sequence[Relation]], Evidence | None]


def prove(claim: Claim, budget: float, seed: int = 0, known: Sequence[Relation] = ()) -> Evidence | None:
    """The strongest evidence that any engine has, or None; `known` holds wherever the claim's assumptions do."""
    for engine in ENGINES:
        found = engine(claim, budget, seed, known)
        if found is not None:
            return found
    return None


def by_normal_form(claim: Claim, budget: float, seed: int, known: Sequence[Relation]) -> Evidence | None:
    """lhs == rhs for every n and d, and again by a second route."""
    found = equal(claim.model, claim.relation) if claim.relation.op == "==" else None
    if not isinstance(found, Equal):
        return None
    second = guard(claim.model, claim.relation, claim.symbols, seed)
    return None if second is None else of_normal_form(claim, found, second)


def by_assignment(claim: Claim, budget: float, seed: int, known: Sequence[Relation]) -> Evidence | None:
    """lhs == rhs where an assumption such as y == -x gives a variable its value, and again by a second route."""
    assigned = assignments(claim.given) if claim.relation.op == "==" else ()
    if not assigned or not isinstance(equal(claim.model, claim.relation, assigned), Equal):
        return None
    if not guard_assigned(claim.model, claim.relation, claim.symbols, assigned, seed):
        return None
    return of_assignment(assigned)


def by_sizes(claim: Claim, budget: float, seed: int, known: Sequence[Relation]) -> Evidence | None:
    """lhs == rhs at each of the claim's sizes."""
    if claim.relation.op != "==" or not claim.sizes:
        return None
    fixed = claim.each_size()
    if any(_differ(claim, sizes, seed) for sizes in fixed):  # cheap beside sums that are written out
        return None
    if not all(equal_at(claim.model, claim.relation, sizes) for sizes in fixed):
        return None
    if any(_differ(claim, sizes, seed + 1) for sizes in fixed):
        raise Defect(f"the normal form proves {claim.relation!r} at {fixed}, yet its sides differ there")
    return of_sizes(claim)


def _differ(claim: Claim, sizes: dict[str, int], seed: int) -> bool:
    """Whether the sides are shown to differ modulo a prime."""
    return vanishes(claim.model, claim.relation, claim.symbols, {"n": 2, "d": 2, "m": 2, **sizes}, seed) is False


def by_bounds(claim: Claim, budget: float, seed: int, known: Sequence[Relation]) -> Evidence | None:
    """The statement by bounds of its parts, each a named rule."""
    found = bounds.bound(claim, [*claim.given, *known])
    return of_bounds(found.to_json()) if isinstance(found, bounds.Bounded) else None


def by_pairs(claim: Claim, budget: float, seed: int, known: Sequence[Relation]) -> Evidence | None:
    """M_ij <= 0 for all i != j, by polynomials in a few entries and the power sums of the others."""
    given = [*claim.given, *known]
    found = pairs.prove(claim, given)
    try:
        if found is not None:
            pairs_check.check(claim, found, given)
    except Unsound:
        return None
    return None if found is None else of_pairs(found)


def by_enclosure(claim: Claim, budget: float, seed: int, known: Sequence[Relation]) -> Evidence | None:
    """The statement over the claim's box at each of its sizes, with half the budget; vacuous if the assumptions fail on all of it."""
    box = Box.of(claim)
    if box is None:
        return None
    found = box.certify(claim.each_size(), OPERATIONS_PER_SECOND * budget / 2)
    return of_enclosure(claim, found) if isinstance(found, Enclosure) else None


ENGINES: tuple[Engine, ...] = (by_normal_form, by_assignment, by_sizes, by_bounds, by_pairs, by_enclosure)

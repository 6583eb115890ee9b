"""Each kind of evidence checked and found anew: normal forms and a second route, bounds rule by rule, pairs, bisections, steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from resmax_sym.judge import pairs_check
from resmax_sym.judge.basis import Basis
from resmax_sym.judge.bounds.recheck import recheck
from resmax_sym.judge.certificate.body import Invalid
from resmax_sym.judge.claim import Claim, Status
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
    of_steps,
)
from resmax_sym.judge.identity import Equal, assignments, equal, guard, guard_assigned
from resmax_sym.judge.proof import CHAINED, derive
from resmax_sym.lang import Relation

REPLAY_SEED = 20_000
"""The second route is taken at other points than those that the judge took."""


def in_steps(claim: Claim, entries: Sequence[Mapping[str, Any]], known: Basis, seed: int) -> Evidence:
    """Each step by its own evidence, or by chaining what stands before it.

    Raises
    ------
    Invalid
        A step does not follow.
    """
    if len(entries) != len(claim.proof) + 1:
        raise Invalid(f"{len(entries)} entries for {len(claim.proof)} steps and the statement")
    left = list(entries)

    def settle(part: Claim, given: Sequence[Relation]) -> Evidence | None:
        entry = left.pop(0)
        return None if entry["method"] == CHAINED else settled(part, entry, given, seed)

    found = derive(claim, known, settle, Evidence(Status.PROVED, CHAINED))
    if found is None:
        raise Invalid(f"step {len(entries) - len(left)} does not follow")
    return of_steps(claim, found)


def settled(claim: Claim, written: Mapping[str, Any], given: Sequence[Relation], seed: int) -> Evidence | None:
    """What the evidence that is written there is found to show, by its kind; None where it does not show the statement.

    Parameters
    ----------
    seed : int
        Of the points at which the judge took its second route to an identity.
    """
    if "bounds" in written:
        return of_bounds(recheck(claim, written["bounds"], given))
    if "pairs" in written:
        return of_pairs(pairs_check.check(claim, written["pairs"], given))
    if "bisections" in written:
        box = Box.of(claim)
        along = box and box.check(claim.each_size(), written["bisections"])
        return of_enclosure(claim, along) if isinstance(along, Enclosure) and along.boxes else None
    if claim.relation.op != "==":
        return None
    if "normal_forms" in written:
        return _normal_form(claim, written, seed)
    return _assignment(claim) if "assigned" in written else _sizes(claim)


def _normal_form(claim: Claim, written: Mapping[str, Any], seed: int) -> Evidence | None:
    """By the normal form, and by a second route: at new points, and at those of the judge where the two do not say the same."""
    found = equal(claim.model, claim.relation)
    route = guard(claim.model, claim.relation, claim.symbols, REPLAY_SEED) if isinstance(found, Equal) else None
    if route is None:
        return None
    if route != written["second_route"]:  # a root may be undefined at the points of one, and not of the other
        route = guard(claim.model, claim.relation, claim.symbols, seed) or route
    return of_normal_form(claim, found, route)


def _assignment(claim: Claim) -> Evidence | None:
    assigned = assignments(claim.given)
    if not assigned or not isinstance(equal(claim.model, claim.relation, assigned), Equal):
        return None
    confirmed = guard_assigned(claim.model, claim.relation, claim.symbols, assigned, REPLAY_SEED)
    return of_assignment(assigned) if confirmed else None


def _sizes(claim: Claim) -> Evidence | None:
    shown = claim.sizes and all(equal_at(claim.model, claim.relation, sizes) for sizes in claim.each_size())
    return of_sizes(claim) if shown else None

"""Evidence that settles a claim without a search: the normal form, the normal form at each size, enclosures over boxes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from resmax_sym.judge.budget import OPERATIONS_PER_SECOND
from resmax_sym.judge.claim import Claim, Status
from resmax_sym.judge.concrete import equal_at
from resmax_sym.judge.enclosure import Box, Enclosure
from resmax_sym.judge.identity import Defect, Equal, equal, guard
from resmax_sym.judge.modular import vanishes
from resmax_sym.judge.truth import is_symmetric
from resmax_sym.lang import Expr, Relation
from resmax_sym.models import Model


@dataclass(frozen=True)
class Evidence:
    """What an engine found: enough for `status`, and for another program to see why."""

    status: Status
    method: str
    details: Mapping[str, Any] = field(default_factory=dict)


def prove(claim: Claim, budget: float, seed: int = 0) -> Evidence | None:
    """The strongest evidence that any engine has, or None."""
    for engine in ENGINES:
        found = engine(claim, budget, seed)
        if found is not None:
            return found
    return None


def by_normal_form(claim: Claim, budget: float, seed: int) -> Evidence | None:
    """lhs == rhs for every n and d, and again by a second route."""
    found = equal(claim.model, claim.relation) if claim.relation.op == "==" else None
    if not isinstance(found, Equal):
        return None
    second = guard(claim.model, claim.relation, claim.symbols, seed)
    if second is None:
        return None
    method = "normal form, every unit" if found.every_unit else "normal form"
    details = {"every_unit": found.every_unit, "unfolded": found.unfolded, "second_route": second}
    return Evidence(Status.PROVED, method, details)


def by_sizes(claim: Claim, budget: float, seed: int) -> Evidence | None:
    """lhs == rhs at each of the claim's sizes."""
    if claim.relation.op != "==" or not claim.sizes:
        return None
    fixed = list(each_size(claim))
    if not all(equal_at(claim.model, claim.relation, sizes) for sizes in fixed):
        return None
    for sizes in fixed:
        if vanishes(claim.model, claim.relation, claim.symbols, {"n": 2, "d": 2, "m": 2, **sizes}, seed) is False:
            raise Defect(f"the normal form proves {claim.relation!r} at {sizes}, yet its sides differ there")
    return Evidence(Status.PROVED, "normal form at each size", {"every_unit": False, "sizes": fixed})


def by_enclosure(claim: Claim, budget: float, seed: int) -> Evidence | None:
    """The statement over the claim's box at each of its sizes, with half the budget."""
    named = {dim for relation in (claim.relation, *claim.assumptions) for dim in _sizes(relation)}
    if not claim.box or named - claim.sizes.keys():
        return None
    box = Box(
        claim.model,
        claim.relation,
        claim.assumptions,
        claim.intervals,
        claim.symbols,
        lambda matrix: symmetric(claim.model, matrix),
    )
    found = box.certify(list(each_size(claim)), OPERATIONS_PER_SECOND * budget / 2)
    if not isinstance(found, Enclosure) or not found.boxes:  # no box left: the assumptions fail everywhere in it
        return None
    details = {"boxes": found.boxes, "skipped": found.skipped, "sizes": list(found.sizes), "digits": found.digits}
    return Evidence(Status.CERTIFIED, "enclosure", {**details, "box": dict(claim.box)})


ENGINES: tuple[Callable[[Claim, float, int], Evidence | None], ...] = (by_normal_form, by_sizes, by_enclosure)


def each_size(claim: Claim) -> Iterator[dict[str, int]]:
    """Every combination of the claim's sizes."""
    for choice in itertools.product(*claim.sizes.values()):
        yield dict(zip(claim.sizes, choice, strict=True))


def symmetric(model: Model, matrix: Expr) -> bool:
    """Whether M == M.T is proved."""
    return isinstance(equal(model, is_symmetric(matrix)), Equal)


def _sizes(relation: Relation) -> set[str]:
    """The symbolic sizes that a relation depends on through shapes."""
    nodes = [node for part in relation.args if isinstance(part, Expr) for node in part.walk()]
    shapes = {dim for node in nodes for dim in node.shape if isinstance(dim, str)}
    return shapes | {node.data for node in nodes if node.op == "size"}

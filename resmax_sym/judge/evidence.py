"""A finding -> method and details: the words and figures of each kind of evidence, for who finds it and for who checks it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from resmax_sym.judge.claim import SETTLED, Claim, Status
from resmax_sym.judge.enclosure import Enclosure
from resmax_sym.judge.identity import Assigned, Equal, normal_forms
from resmax_sym.judge.points import Point

COUNTED = ("points", "seed")
"""What a search for a counterexample adds to evidence that it does not contradict: how far it looked, which shows nothing."""


@dataclass(frozen=True)
class Evidence:
    """What an engine found: enough for `status`, and for another program to see why."""

    status: Status
    method: str
    details: Mapping[str, Any] = field(default_factory=dict)


def of_normal_form(claim: Claim, found: Equal, second_route: str) -> Evidence:
    """Both sides have one normal form."""
    method = "normal form, every unit" if found.every_unit else "normal form"
    details = {"every_unit": found.every_unit, "unfolded": found.unfolded, "second_route": second_route}
    return Evidence(
        Status.PROVED, method, {**details, "normal_forms": normal_forms(claim.model, claim.relation, found)}
    )


def of_assignment(assigned: Assigned) -> Evidence:
    """Both sides have one normal form once variables have the values that assumptions give them."""
    listed = [f"{variable!r} == {value!r}" for variable, value in assigned]
    return Evidence(Status.PROVED, "normal form after assignment", {"every_unit": False, "assigned": listed})


def of_sizes(claim: Claim) -> Evidence:
    """Both sides have one normal form at each of the claim's sizes."""
    return Evidence(Status.PROVED, "normal form at each size", {"every_unit": False, "sizes": claim.each_size()})


def of_bounds(table: Mapping[str, Any]) -> Evidence:
    """A derivation by rules, as data."""
    rules = sorted({step["rule"] for step in table["steps"]})
    return Evidence(Status.PROVED, "bound calculus", {"rules": rules, "bounds": table})


def of_pairs(table: Mapping[str, Any]) -> Evidence:
    """Cases of b, with the polynomials of each, as data."""
    return Evidence(Status.PROVED, "pairs of entries", {"every_unit": False, "pairs": table})


def of_enclosure(claim: Claim, found: Enclosure) -> Evidence:
    """The pieces of a box; vacuous where an assumption fails on every one."""
    details = {"boxes": found.boxes, "skipped": found.skipped, "sizes": list(found.sizes), "digits": found.digits}
    details |= {"box": dict(claim.box), "enclosure": found.gap, "bisections": list(found.trees)}
    if found.cut:
        details["cut_along_kinks"] = found.cut
    if not found.boxes:
        details["contradiction"] = "an assumption fails on every piece of the box"
    return Evidence(Status.CERTIFIED if found.boxes else Status.VACUOUS, "enclosure", details)


def of_steps(claim: Claim, found: Sequence[Evidence]) -> Evidence:
    """The steps of a proof and its statement, as strong as the weakest of them."""
    parts = zip((*claim.proof, claim.statement), found, strict=True)
    listed = [{"statement": text, "method": one.method, **one.details} for text, one in parts]
    count = len(claim.proof)
    method = f"proof in {count} step{'s' * (count != 1)}" if count else "from earlier claims"
    weakest = max((one.status for one in found), key=SETTLED.index)
    return Evidence(weakest, method, {"every_unit": False, "steps": listed})


def of_witness(point: Point) -> Evidence:
    """An exact point at which the statement fails and every assumption holds."""
    return Evidence(Status.REFUTED, "witness", {"witness": point.to_json()})

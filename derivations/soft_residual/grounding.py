"""claim + definitions of the names in it: every claim rests on what its words mean, so that the roots of the ledger are definitions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from derivations.soft_residual.names import CLAIMS as DEFINITIONS
from resmax_sym.judge import Claim
from resmax_sym.judge.proof import steps
from resmax_sym.lang import Expr, Relation
from resmax_sym.models import SOFTMAX, Model

SLOPE_OF = {"v": "u", "w": "v"}
"""Names that are defined by the derivative of another."""

NUMBERS = ["definition-alpha"]
"""What a claim about numbers alone rests on, unless it says so itself: they stand for shares of a whole, such as entries of f."""


def grounded(
    claims: Iterable[Claim], definitions: Iterable[Claim], find: Callable[[Claim], list[str]] | None = None
) -> tuple[Claim, ...]:
    """The claims in order; each depends also on the definitions that it needs and that nothing it depends on brings with it.

    Parameters
    ----------
    definitions
        Those among the claims that stay as they are.
    find : callable, optional
        The definitions that a claim needs; those of this folder unless given. What a claim of another folder brings is not looked at.
    """
    find = find or definitions_of
    fixed = {claim.id for claim in definitions}
    below: dict[str, set[str]] = {}
    found = []
    for claim in claims:
        brought = set().union(*(below.get(name, set()) for name in claim.depends))
        needed = [] if claim.id in fixed else find(claim) or ([] if claim.depends else NUMBERS)
        missing = tuple(name for name in needed if name not in brought)
        below[claim.id] = {*brought, *missing, *({claim.id} & fixed)}
        found.append(dataclasses.replace(claim, depends=(*claim.depends, *missing)) if missing else claim)
    return tuple(found)


def definitions_of(claim: Claim) -> list[str]:
    """The definitions of the quantities that a claim names in its statement, its assumptions or its proof, and of those named in these."""
    names = set().union(
        *map(quantities, (claim.relation, *claim.assumptions, *(step.relation for step in steps(claim))))
    )
    unit = {Model().unit: "definition-u", SOFTMAX: "definition-u-softmax"}[claim.model.unit]
    wanted = {unit if name == "u" else f"definition-{name}" for name in names}
    return [one.id for one in DEFINITIONS if one.id in wanted]


def quantities(part: Relation | Expr) -> set[str]:
    """u, alpha, f, ... as far down as names are made of names; the matrix A stands for the map t = A x."""
    if isinstance(part, Relation):
        return set().union(*map(quantities, part.args))
    found: set[str] = set()
    for node in part.walk():
        if node.op == "named":
            name: str | None = node.data
            while name is not None and name not in found:
                found.add(name)
                name = SLOPE_OF.get(name)
        elif node.op == "symbol" and node.data == "A":
            found.add("t")
    return found

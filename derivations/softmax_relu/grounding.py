"""claim + definitions of the names in it: in a model with an inner layer t has a meaning of its own, and all else is made of t."""

from __future__ import annotations

from derivations.soft_residual import grounding as linear
from derivations.softmax_relu.names import MAPS
from resmax_sym.judge import Claim
from resmax_sym.judge.proof import steps
from resmax_sym.lang import Expr, Relation

MATRICES = ("A1", "A2")


def definitions_of(claim: Claim) -> list[str]:
    """The definitions of the quantities that a claim names in its statement, its assumptions or its proof, and of those named in these."""
    if claim.model.inner_layer is None:
        return linear.definitions_of(claim)
    if claim.model.inner_layer not in MAPS:  # a product of two matrices, written as two layers
        return []
    parts = (claim.relation, *claim.assumptions, *(step.relation for step in steps(claim)))
    names = set().union(*map(linear.quantities, parts))
    names |= {"t"} if any(map(speaks_of_layers, parts)) else set()
    return [MAPS[claim.model.inner_layer] if name == "t" else f"relu-definition-{name}" for name in sorted(names)]


def speaks_of_layers(part: Relation | Expr) -> bool:
    """Whether a matrix of one of the layers occurs."""
    if isinstance(part, Relation):
        return any(map(speaks_of_layers, part.args))
    return any(node.op == "symbol" and node.data in MATRICES for node in part.walk())

"""max(z, 0) == z * step(z) where z is not 0: a statement that is undefined at a kink, written without it."""

from __future__ import annotations

from resmax_sym.judge.guards import conditions
from resmax_sym.lang import Expr, Relation, step
from resmax_sym.models import Model


def off_kinks(model: Model, relation: Relation) -> Relation | None:
    """The relation with max, min and abs written by step, where it is undefined on the tie; None if there is nothing to write so.

    Both are equal wherever the relation is defined. What is evaluated at another point stays as it is.
    """
    from resmax_sym.judge.bounds.canonical import plain, push  # the bounds rest on identities

    away = {plain(push(guard.subject)) for guard in conditions(relation, model) if guard.op == "!=" and guard.needed}
    sides = tuple(plain(side) for side in relation.args)
    written = tuple(side.rebuild(lambda node: linear_piece(node, away)) for side in sides)
    return None if written == sides else Relation(relation.op, written)


def linear_piece(node: Expr, away: set[Expr]) -> Expr | None:
    """The node by step where its gap a - b is in `away`: max is b + gap step(gap), min is a - gap step(gap), |a| is a (2 step(a) - 1)."""
    if node.op == "at":
        return node
    if node.op != "call" or node.data not in ("max", "min", "abs"):
        return None
    a, b = (*node.args, None) if node.data == "abs" else node.args
    gap = a if b is None or (b.op == "number" and not b.data) else a - b
    if gap not in away:
        return None
    if b is None:
        return a * (2 * step(a) - 1)
    piece = gap * step(gap)
    return a - piece if node.data == "min" else piece if gap is a else b + piece

"""alpha != 0: where a formula is undefined, read off its divisions, logarithms, roots and kinks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from resmax_sym.lang import Expr, Relation, parse, to_text
from resmax_sym.models import Model


def guards(thing: Relation | Expr, model: Model) -> list[str]:
    """The conditions under which `thing` is defined, each once, in the language (with != besides)."""
    found: set[str] = set()
    stack = list(thing.args) if isinstance(thing, Relation) else [thing]
    for part in stack:
        if isinstance(part, Relation):
            stack.extend(part.args)
            continue
        nodes = _nodes(part.walk(), model)
        for node in nodes:
            found.update(_division(node))
            found.update(_domain(node))
        if any(node.op == "D" or (node.op == "phi" and node.data) for node in nodes):
            found.update(f"{to_text(e)} != 0" for e in _kinks(part, nodes))
    return sorted(found)


@lru_cache(maxsize=256)
def kinks(e: Expr, model: Model) -> tuple[Expr, ...]:
    """What must not vanish for `e` to have a slope in x: no derivative is taken of what is fixed at another point."""
    stack, moving = [e], {}
    while stack:
        node = stack.pop()
        if node.op != "at" and node not in moving:
            moving[node] = None
            stack.extend(node.args)
    return tuple(_kinks(e, _nodes(moving, model)))


def _kinks(part: Expr, nodes: list[Expr]) -> list[Expr]:
    squared = {node.args[0] for node in nodes if _is_square_of_norm(node)}
    bare = {part} | {arg for node in nodes if not _is_square_of_norm(node) for arg in node.args}
    return [e for node in nodes if node not in squared - bare for e in _kink(node)]


def _nodes(part: Iterable[Expr], model: Model) -> list[Expr]:
    """The nodes of a formula, the unit written out where it occurs."""
    nodes = list(part)
    units = {parse(model.unit, {"s": node.args[0]}) for node in nodes if node.op == "phi"}
    return list(dict.fromkeys([*nodes, *(node for unit in units for node in unit.walk())]))


def _is_square_of_norm(node: Expr) -> bool:
    """||v||^2 and its like, smooth though ||v|| has a kink."""
    return (
        node.op == "pow"
        and node.args[0].op in ("norm", "fro")
        and node.args[1].op == "number"
        and node.args[1].data in (2, 4, 6)
    )


def _division(node: Expr) -> list[str]:
    """What must not vanish because something is divided by it."""
    if node.op == "div":
        return _nonzero(node.args[1])
    if node.op == "pow" and node.args[1].op == "number" and node.args[1].data < 0:
        return _nonzero(node.args[0])
    return []


def _nonzero(e: Expr) -> list[str]:
    """e != 0 in terms of its factors."""
    if e.op in ("pi", "size") or (e.op == "number" and e.data):
        return []
    if e.op == "pow" and e.args[1].op == "number" and e.args[1].data > 0:
        return _nonzero(e.args[0])
    if e.op in ("mul", "div"):
        return [condition for arg in e.args for condition in _nonzero(arg)]
    return [f"{to_text(e)} != 0"]


def _domain(node: Expr) -> list[str]:
    """What logarithms, roots, real powers and step ask of their arguments."""
    if node.op == "call" and node.data in ("log", "sqrt", "step"):
        return [to_text(node.args[0]) + {"log": " > 0", "sqrt": " >= 0", "step": " != 0"}[node.data]]
    if node.op == "pow" and node.args[1].op != "number":
        return [f"{to_text(node.args[0])} > 0"]
    if node.op == "pow" and node.args[1].data.denominator > 1:
        return [f"{to_text(node.args[0])} >= 0"]
    return []


def _kink(node: Expr) -> list[Expr]:
    """What vanishes where a function has a kink or the border of its domain."""
    if node.op == "call" and node.data in ("max", "min"):
        return [node.args[0] - node.args[1]]
    if node.op == "pow":
        return [node.args[0]] if node.args[1].op == "number" and node.args[1].data.denominator > 1 else []
    if node.op in ("norm", "fro"):
        return [node]
    return [node.args[0]] if node.op == "norm1" or (node.op == "call" and node.data in ("abs", "sign", "sqrt")) else []

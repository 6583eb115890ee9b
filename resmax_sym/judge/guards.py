"""alpha != 0: where a formula is undefined, read off its divisions, logarithms, roots and kinks."""

from __future__ import annotations

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
        nodes = _nodes(part, model)
        squared = {node.args[0] for node in nodes if _is_square_of_norm(node)}
        bare = {part} | {arg for node in nodes if not _is_square_of_norm(node) for arg in node.args}
        differentiated = any(node.op == "D" or (node.op == "phi" and node.data) for node in nodes)
        for node in nodes:
            found.update(_division(node))
            found.update(_domain(node))
            if differentiated and node not in squared - bare:
                found.update(_kink(node))
    return sorted(found)


def _nodes(part: Expr, model: Model) -> list[Expr]:
    """The nodes of a formula, the unit written out where it occurs."""
    nodes = list(part.walk())
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


def _kink(node: Expr) -> list[str]:
    """Where a function that is differentiated has a kink."""
    if node.op == "call" and node.data in ("abs", "sign", "sqrt"):
        return [f"{to_text(node.args[0])} != 0"]
    if node.op == "call" and node.data in ("max", "min"):
        return [f"{to_text(node.args[0] - node.args[1])} != 0"]
    if node.op == "pow" and node.args[1].op == "number" and node.args[1].data.denominator > 1:
        return [f"{to_text(node.args[0])} != 0"]
    if node.op in ("norm", "fro"):
        return [f"{to_text(node)} != 0"]
    return [f"{to_text(node.args[0])} != 0"] if node.op == "norm1" else []

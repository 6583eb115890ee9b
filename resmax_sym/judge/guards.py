"""alpha != 0: where a formula is undefined, read off its divisions, logarithms, roots and kinks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from resmax_sym.lang import Expr, Relation, at, parse, symbol, to_text
from resmax_sym.models import Model


@dataclass(frozen=True)
class Guard:
    """`subject op 0`, entry by entry: needed for a formula to be defined."""

    subject: Expr
    op: str
    needed: bool = field(default=True, compare=False)
    """False where it is only sufficient: p**q has a value for some p < 0, if q is a whole number there."""

    def __str__(self) -> str:
        return f"{to_text(self.subject)} {self.op} 0"


def guards(thing: Relation | Expr, model: Model) -> list[str]:
    """The conditions under which `thing` is defined, each once, in the language (with != besides)."""
    return sorted({str(guard) for guard in conditions(thing, model)})


def conditions(thing: Relation | Expr, model: Model) -> list[Guard]:
    """The same as data; what is evaluated at y has its conditions there."""
    found: dict[Guard, None] = {}
    stack: list[Relation | Expr] = list(thing.args) if isinstance(thing, Relation) else [thing]
    while stack:
        part = stack.pop()
        if isinstance(part, Relation):
            stack.extend(part.args)
            continue
        here = _here(part)
        nodes = _nodes(here, model)
        for node in nodes:
            found.update(dict.fromkeys((*_division(node), *_domain(node))))
            if node.op == "D":
                found.update(dict.fromkeys(Guard(e, "!=") for e in kinks(node.args[0], model, node.data)))
            if node.op == "phi" and node.data:
                found.update(dict.fromkeys(Guard(e, "!=") for e in kinks_of_unit(node.args[0], model)))
            if node.op == "at" and node.data != "x":
                y = model.names[node.data]
                found.update({Guard(at(g.subject, y), g.op, g.needed): None for g in conditions(node.args[0], model)})
    return list(found)


def _here(e: Expr) -> list[Expr]:
    """The nodes of a formula, without what is evaluated at another point than x."""
    found: dict[Expr, None] = {}
    stack = [e]
    while stack:
        node = stack.pop()
        if node not in found:
            found[node] = None
            stack.extend(node.args if node.op != "at" or node.data == "x" else ())
    return list(found)


@lru_cache(maxsize=256)
def kinks(e: Expr, model: Model, variable: str = "x") -> tuple[Expr, ...]:
    """What must not vanish for `e` to have a slope in x, or in t: no derivative is taken of what is fixed at another point."""
    found = tuple(_kinks(e, _nodes([node for node in _here(e) if node.op != "at"], model)))
    if variable == "x":
        return found
    t = model.names["t"]  # what it is made of plays no part

    def opaque(e: Expr) -> Expr:
        return e.rebuild(lambda node: symbol("_t", t.shape) if node == t else None)

    left = kinks(opaque(e), model)
    return tuple(kink for kink in found if opaque(kink) in left)


@lru_cache(maxsize=1024)
def written_unit(model: Model, a: Expr) -> Expr:
    """phi(a) as the unit is written, with a in place of s."""
    return parse(model.unit, {"s": a})


@lru_cache(maxsize=1024)
def kinks_of_unit(a: Expr, model: Model) -> tuple[Expr, ...]:
    """What must not vanish for phi to have a slope at a, which need not have one in x itself."""
    s = symbol("_s", a.shape)
    unit = written_unit(model, s)
    return tuple(e.rebuild(lambda node: a if node == s else None) for e in _kinks(unit, [*unit.walk()]))


def _kinks(part: Expr, nodes: list[Expr]) -> list[Expr]:
    squared = {node.args[0] for node in nodes if _is_square_of_norm(node)}
    bare = {part} | {arg for node in nodes if not _is_square_of_norm(node) for arg in node.args}
    return [e for node in nodes if node not in squared - bare for e in _kink(node)]


def _nodes(part: Iterable[Expr], model: Model) -> list[Expr]:
    """The nodes of a formula, the unit written out where it occurs."""
    nodes = list(part)
    units = {written_unit(model, node.args[0]) for node in nodes if node.op == "phi"}
    return list(dict.fromkeys([*nodes, *(node for unit in units for node in unit.walk())]))


def _is_square_of_norm(node: Expr) -> bool:
    """||v||^2 and its like, smooth though ||v|| has a kink."""
    return (
        node.op == "pow"
        and node.args[0].op in ("norm", "fro")
        and node.args[1].op == "number"
        and node.args[1].data in (2, 4, 6)
    )


def _division(node: Expr) -> list[Guard]:
    """What must not vanish because something is divided by it."""
    if node.op == "div":
        return _nonzero(node.args[1])
    if node.op == "pow" and node.args[1].op == "number" and node.args[1].data < 0:
        return _nonzero(node.args[0])
    return []


def _nonzero(e: Expr) -> list[Guard]:
    """e != 0 in terms of its factors."""
    if e.op in ("pi", "size") or (e.op == "number" and e.data):
        return []
    if e.op == "pow" and e.args[1].op == "number" and e.args[1].data > 0:
        return _nonzero(e.args[0])
    if e.op in ("mul", "div"):
        return [condition for arg in e.args for condition in _nonzero(arg)]
    return [Guard(e, "!=")]


def _domain(node: Expr) -> list[Guard]:
    """What logarithms, roots, real powers and step ask of their arguments."""
    if node.op == "call" and node.data in ("log", "sqrt", "step"):
        return [Guard(node.args[0], {"log": ">", "sqrt": ">=", "step": "!="}[node.data])]
    if node.op == "pow" and node.args[1].op != "number":
        return [Guard(node.args[0], ">", needed=False)]
    if node.op == "pow" and node.args[1].data.denominator > 1:
        return [Guard(node.args[0], ">=")]
    return []


def _kink(node: Expr) -> list[Expr]:
    """What vanishes where a function has a kink or the border of its domain."""
    if node.op == "call" and node.data in ("max", "min"):
        a, b = node.args
        return [a if b.op == "number" and not b.data else a - b]
    if node.op == "pow":
        return [node.args[0]] if node.args[1].op == "number" and node.args[1].data.denominator > 1 else []
    if node.op in ("norm", "fro"):
        return [node]
    return [node.args[0]] if node.op == "norm1" or (node.op == "call" and node.data in ("abs", "sign", "sqrt")) else []

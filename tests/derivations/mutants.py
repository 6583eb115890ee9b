"""Neighbours of a closed form: a sign, a term, a power, a divisor, a factor, a transposition, u for v."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from resmax_sym.lang import Expr
from resmax_sym.lang.expr import as_expr

CLOSED_FORMS = {"q", "J", "B", "delta", "p", "kappa", "psi"}
"""Names that stand for a result; every other name is a definition that all statements share, and stays as it is."""

EXCHANGES = (("v", "u"), ("v", "w"), ("w", "v"), ("f", "u"), ("c", "f"))


def sites(e: Expr) -> list[Expr]:
    """The nodes of a formula in reading order, each once; a formula that is one closed form is looked into."""
    found: dict[Expr, None] = {}
    inside = CLOSED_FORMS if e.op == "named" else set()

    def go(node: Expr) -> None:
        if node not in found:
            found[node] = None
            for arg in node.args if node.op != "named" or node.data in inside else ():
                go(arg)

    go(e)
    return list(found)


def mutants(e: Expr, names: Mapping[str, Expr]) -> dict[str, Expr]:
    """Kind of change -> the formula with that change made at the first place where it can be.

    The first three kinds fit every formula.
    """
    changed = {"one added": e + 1, "factor 2": 2 * e, "sign of all": -e}
    if e.ndim == 2 and e.shape[0] == e.shape[1]:
        changed["transposed"] = e.T
    for site in sites(e):
        exchanges = ((f"{new} for {old}", names[new]) for old, new in EXCHANGES if site == names[old])
        for kind, new in (*neighbours(site), *exchanges):
            if kind not in changed and new.shape == site.shape and new != site:
                changed[kind] = e.rebuild(lambda node, site=site, new=new: new if node == site else None)
    return changed


def neighbours(node: Expr) -> Iterator[tuple[str, Expr]]:
    """What could have been written for one node by mistake."""
    args = node.args
    match node.op:
        case "add" | "sub":
            yield "sign", args[0] - args[1] if node.op == "add" else args[0] + args[1]
            yield "first term dropped", args[1]
            yield "second term dropped", args[0]
        case "neg":
            yield "sign", args[0]
        case "pow" if args[1].op == "number":
            yield "power", args[0] ** as_expr(args[1].data + 1)
        case "div":
            yield "divisor dropped", args[0]
            yield "divisor squared", node / args[1]
        case "outer":
            yield "outer product turned", Expr("outer", args[::-1], node.shape)

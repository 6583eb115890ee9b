"""||g(x) - g(y)|| <= sup ||D g|| ||x - y||, and other forms of a formula: steps that rest on identities and on the segment."""

from __future__ import annotations

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import Case, either, states
from resmax_sym.judge.bounds.recheck.identities import missing, smooth
from resmax_sym.judge.bounds.recheck.terms import expanded, minus, moves, same, there
from resmax_sym.lang import D, Expr, Relation, parse, symbol
from resmax_sym.models import Model

RULE, REMAINDER = "mean value inequality on the segment", "second-order remainder"
IN_T = "mean value inequality in t"
SMOOTH = {
    "number", "pi", "size", "symbol", "ones", "eye", "add", "sub", "mul", "neg", "matmul", "inner", "outer", "diag", "transpose",
    "sum", "trace", "D",
}  # fmt: skip
"""Operations that are smooth wherever their operands are."""


def contexts_of_premises(rule: str, count: int, context: str) -> list[str]:
    """Where each premise of a step must hold: what is said of a derivative, and smoothness, on the segment."""
    if rule in (RULE, IN_T):
        return ["segment", context, *["segment"] * (count - 2)]
    if rule == REMAINDER:
        return ["segment", context, context, *["segment"] * (count - 3)]
    return [context] * count


@states("normal form")
def identity(c: Case) -> None:
    """The normal forms agree, and the second side is defined wherever the first one is."""
    c.among("==")
    c.count(0)
    why = missing(c.context.model, *c.e.args) if c.e.op == "==" else "no equality"
    c.need(why is None, str(why))


@states("other form")
def replaced(c: Case) -> Poly:
    """e = e' is a premise: bounds of e' are bounds of e, and those of e'(x) - e'(y) are those of e(x) - e(y)."""
    c.count(2)
    relation = c.step.premises[0].subject
    c.need(c.kind_of(0) == "==" and isinstance(relation, Relation) and relation.op == "==", "premise 0 is no identity")
    e, form = relation.args
    if same(c.e, e):
        return c.premise(1, c.kind, form)
    a, b = c.operands("sub")
    c.need(same(a, e) and expanded(b) == there(e), "the identity is about another formula")
    return c.premise(1, c.kind, minus(form, there(form)))


@states(RULE)
def mean_value_inequality(c: Case) -> Poly:
    """g smooth on the segment from x to y, premises 0 and 2, 3, ... holding at each of its points: sup op(D g) norm(x - y)."""
    g, h = c.operands("sub")
    c.need(g.ndim <= 1 and expanded(h) == there(g), "the subject is no g(x) - g(y)")
    c.among("norm" if g.ndim else "abs")
    slope = c.premise(0, "opnorm" if g.ndim else "norm", D(g))
    fixed = not any(atom[0] == "norm" and moves(expanded(atom[2])) for atom in slope.atoms())
    c.need(fixed, f"{slope} differs from point to point of the segment")
    x, y = symbol("x", ("d",)), symbol("y", ("d",))
    step = either(minus(x, y), minus(y, x), lambda e, _: c.premise(1, "norm", e))
    need_smooth(c, g)
    return slope * step


def need_smooth(c: Case, g: Expr) -> None:
    """Premises 2, 3, ... show what is positive, and with it g is smooth on the segment."""
    nodes = set(expanded(g).walk())
    c.need(all(p.kind == "pos" for p in c.step.premises[2:]), "a premise that states no positivity")
    positive = {expanded(p.subject) for p in c.step.premises[2:]}
    c.need(positive <= nodes, "a premise is about no part of the formula")
    for node in nodes:
        c.need(is_smooth(node, positive, c.context.model), f"{node!r} is not seen to be smooth on the segment")


def is_smooth(node: Expr, positive: set[Expr], model: Model) -> bool:
    """Whether an operation is smooth where its operands are, given what is positive."""
    if node.op in SMOOTH or not moves(node):
        return True
    if node.op == "phi":
        return smooth(parse(model.unit, {"s": symbol("s")}), everywhere=True)
    if node.op == "call":
        return node.data in ("exp", "cosh", "sinh", "tanh")
    if node.op == "div":
        return node.args[1] in positive or not moves(node.args[1])
    if node.op == "pow" and node.args[1].op == "number":
        k = node.args[1].data
        return (k.denominator == 1 and k >= 0) or node.args[0] in positive
    return False

"""step(z) on one side of 0, ||g(t) - g(t')|| <= sup ||D_t g|| ||t - t'||: second statements of the rules for an inner layer and for t."""

from __future__ import annotations

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import UNITY, ZERO, Case, either, states
from resmax_sym.judge.bounds.recheck.segment import IN_T, need_smooth
from resmax_sym.judge.bounds.recheck.terms import expanded, minus, moves, same, there
from resmax_sym.lang import D, Expr, symbol

UNKNOWN = symbol("_t", ("n",))


@states("step of what is not positive")
def below(c: Case) -> Poly:
    """z <= h <= 0, and z is not 0 where step(z) is defined."""
    c.function("step")
    c.among("hi")
    c.count(1)
    c.nonnegative(-c.premise(0, "hi", c.e.args[0]))
    return ZERO


@states("step of what is not negative")
def above(c: Case) -> Poly:
    """z >= l >= 0, and z is not 0 where step(z) is defined."""
    c.function("step")
    c.among("lo")
    c.count(1)
    c.nonnegative(c.premise(0, "lo", c.e.args[0]))
    return UNITY


@states(IN_T)
def mean_value_in_t(c: Case) -> Poly:
    """g = F(t) with t = A x, F smooth at each t of the segment, premises 0 and 2, 3, ... holding there: sup op(D_t g) norm(t - t')."""
    model = c.context.model
    c.need(model.inner_layer is None, "t moves on no segment")
    g, h = c.operands("sub")
    c.need(g.ndim <= 1 and expanded(h) == there(g), "the subject is no g(x) - g(y)")
    c.among("norm" if g.ndim else "abs")
    t = model.names["t"]
    path = expanded(t)
    alone = expanded(g).rebuild(lambda node: UNKNOWN if node == path else None)
    along_x = any(node.op == "D" and node.data != "t" for node in expanded(g).walk())
    c.need(not along_x and not moves(alone), "the formula knows x beside t")
    slope = c.premise(0, "opnorm" if g.ndim else "norm", D(g, t))
    fixed = not any(atom[0] == "norm" and moves(expanded(atom[2])) for atom in slope.atoms())
    c.need(fixed, f"{slope} differs from point to point of the segment")
    step = either(t, there(t), lambda a, b: length(c, a, b))
    need_smooth(c, g)
    return slope * step


def length(c: Case, a: Expr, b: Expr) -> Poly:
    """The bound of premise 1 on norm(a - b)."""
    c.need(
        c.kind_of(1) == "norm" and same(c.step.premises[1].subject, minus(a, b)), "premise 1 is not about the step in t"
    )
    return c.step.premises[1].bound

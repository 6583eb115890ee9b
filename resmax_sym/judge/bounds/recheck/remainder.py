"""||g(x) - g(y) - Dg(y) (x - y)|| <= K ||x - y||^2 / 2: a second statement of the rule for the second-order remainder."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import Case, either, states
from resmax_sym.judge.bounds.recheck.segment import REMAINDER, is_smooth
from resmax_sym.judge.bounds.recheck.terms import expanded, minus, same, speaks_of_points, there
from resmax_sym.lang import D, Expr, Relation, symbol

X, Y = symbol("x", ("d",)), symbol("y", ("d",))


@states(REMAINDER)
def second_order_remainder(c: Case) -> Poly:
    """Premise 0, an assumption, and all from 3 on hold at every point z of the segment; 1 and 2 at x and y.

    opnorm(S(z) - S(y)) <= K norm(z - y), S = Dg: the integral of s K norm(x - y)^2 over 0 <= s <= 1.
    """
    c.among("norm")
    change, last = map(expanded, c.operands("sub"))
    c.need(c.e.ndim == 1 and change.op == "sub" and last.op == "matmul", "the subject is no remainder")
    g, other = change.args
    step = minus(X, Y)
    c.need(other == there(g), "it does not begin g(x) - g(y)")
    slope, right = read_variation(c, step)
    c.need(last.args == (there(slope), step), "it does not end S(y) (x - y)")
    rest = c.step.premises[3:]
    if expanded(D(g)) != slope:
        c.need(bool(rest) and is_derivative(rest[0].subject, g, slope), "the slope is not shown to be the derivative")
        rest = rest[1:]
    check_smooth(c, g, rest)
    return Poly.number(Fraction(1, 2)) * c.premise(1, "hi", right) * c.premise(2, "norm", step)


def read_variation(c: Case, step: Expr) -> tuple[Expr, Expr]:
    """S and K norm(x - y), of premise 0: opnorm(S - at(S, y)) <= K norm(x - y) with K the same at every point."""
    c.need(c.kind_of(0) == "given", "premise 0 is no assumption")
    relation = c.step.premises[0].subject
    c.need(relation.op in ("<=", "<"), "premise 0 is no upper bound")
    left, right = map(expanded, relation.args)
    c.need(left.op == "opnorm", "premise 0 bounds no operator norm")
    variation = left.args[0]
    c.need(variation.op == "sub" and variation.args[1] == there(variation.args[0]), "premise 0 is about no S(x) - S(y)")
    c.need(right.op == "mul", "premise 0 is not proportional to norm(x - y)")

    def attempt(K: Expr, size: Expr) -> None:
        c.need(size == Expr("norm", (step,), ()), "premise 0 is not proportional to norm(x - y)")
        c.need(not K.shape and not speaks_of_points(Relation("==", (K, K))), "the factor differs from point to point")

    either(*right.args, attempt)
    return variation.args[0], right


def is_derivative(shown: Expr | Relation, g: Expr, slope: Expr) -> bool:
    """Whether an identity says Dg == S."""
    if not isinstance(shown, Relation) or shown.op != "==":
        return False
    derivative, form = shown.args
    return same(form, slope) and derivative.op == "D" and derivative.data == "x" and same(derivative.args[0], g)


def check_smooth(c: Case, g: Expr, signs: tuple) -> None:
    """Every operation of g is smooth where the signs hold."""
    c.need(all(p.kind == "pos" for p in signs), "a premise that states no positivity")
    positive, nodes = {expanded(p.subject) for p in signs}, set(g.walk())
    c.need(positive <= nodes, "a premise is about no part of the formula")
    for node in nodes:
        c.need(is_smooth(node, positive, c.context.model), f"{node!r} is not seen to be smooth on the segment")

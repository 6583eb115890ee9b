"""<r, v> <= 0 from what is known of two entries at a time: the second statement of the rule."""

from __future__ import annotations

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import ZERO, Case, either, states
from resmax_sym.judge.bounds.recheck.entries import stated
from resmax_sym.judge.bounds.recheck.terms import expanded, minus
from resmax_sym.lang import Expr, Relation, parse_relations

PAIRS = "(1 - eye(n)) * max(outer((1 - f) * v, ones(n)) + outer(f, v), 0) == 0"


@states("sum over pairs of entries")
def over_pairs(c: Case) -> Poly:
    """f_i <r, v> + q_i v_i <= 0 for every i, with f, q >= 0 and r = f s >= 0: some r_i v_i > 0 would make the left side positive."""
    c.among("hi")
    c.count(4)
    relation, f, s = stated(c), *(step.subject for step in c.step.premises[1:3])
    c.need(f.shape == s.shape == ("n",), "f and s are no vectors of size n")
    product = Expr("mul", (f, s), f.shape)

    def attempt(r: Expr, v: Expr) -> Poly:
        weights = [expanded(product), expanded(Expr("mul", (s, f), f.shape))]
        c.need(expanded(r) in weights and v.shape == f.shape, "the weights are not f s")
        names = {"n": Expr("size", data="n"), "f": f, "v": v}
        (wanted,) = parse_relations(PAIRS, names)
        sides = tuple(map(expanded, relation.args))
        c.need(relation.op == "==" and Relation("==", sides) == Relation("==", tuple(map(expanded, wanted.args))),
               "the assumption is about other pairs")  # fmt: skip
        V = Expr("sum", (r,))
        c.nonnegative(c.premise(1, "lo", f))
        c.nonnegative(c.premise(2, "lo", s))
        c.nonnegative(c.premise(3, "lo", minus(minus(V, Expr("mul", (V, f), f.shape)), r)))
        return ZERO

    return either(*c.operands("inner"), attempt)

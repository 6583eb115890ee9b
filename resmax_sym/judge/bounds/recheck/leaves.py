"""norm(b) <= 1, simplex(b): second statements of the rules that take a bound from what the claim assumes."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import LOWER, UNITY, ZERO, Case, Fails, states
from resmax_sym.judge.bounds.recheck.context import NORMS, TURNED
from resmax_sym.judge.bounds.recheck.terms import same
from resmax_sym.lang import Expr, Relation


@states("assumption")
def leaf(c: Case) -> None:
    """The claim assumes the relation, and it holds where the step is used."""
    c.among("given")
    c.count(0)
    c.need(c.context.assumes(c.e), f"{c.e!r} is not assumed here")


def given(c: Case) -> Relation:
    """The relation that premise 0 states."""
    c.need(c.kind_of(0) == "given", "the first premise is no assumption")
    return c.step.premises[0].subject


@states("assumption")
def read_off(c: Case) -> Poly | tuple[Poly, ...]:
    """The relation bounds the formula by its other side, which is a polynomial or has a bound of its own."""
    c.count(1, 2)
    for kind, subject, other, strict in readings(given(c)):
        if not same(subject, c.e) or kind != ("lo" if c.kind == "pos" else c.kind):
            continue
        side = "lo" if kind in LOWER else "hi"
        p = c.context.value(other) if len(c.step.premises) == 1 else c.premise(1, side, other)
        if c.kind == "pos":
            c.need(strict, "the relation is not strict")
            c.nonnegative(p)
        c.need(kind != "total" or len(c.step.premises) == 1, "a sum is known by its value only")
        return p
    raise Fails("the assumption says no such thing")


def readings(relation: Relation) -> list[tuple[str, Expr, Expr, bool]]:
    """What a relation says, as (kind, subject, other side, whether strictly)."""
    if relation.op == "psd":
        return [("qlo", relation.args[0], Expr("number", data=Fraction(0)), False)]
    if relation.op not in TURNED:
        return []
    found = []
    for op, (a, b) in ((relation.op, relation.args), (TURNED[relation.op], relation.args[::-1])):
        if a.ndim < b.ndim or a.ndim > 1:
            continue
        inner, strict = a.args[0] if a.args else a, op in ("<", ">")
        if op in ("<=", "<", "=="):
            kinds = [("hi", a)] + ([(a.op, inner)] if a.op in NORMS else [])
            kinds += [("qhi", inner)] if a.op == "eigmax" else []
            kinds += [("norminf" if a.shape else "abs", inner)] if a.op == "call" and a.data == "abs" else []
            kinds += [("hi", inner)] if a.op == "reduce" and a.data == "max" else []
        else:
            kinds = []
        if op in (">=", ">", "=="):
            kinds += [("lo", a)] + ([("qlo", inner)] if a.op == "eigmin" else [])
            kinds += [("lo", inner)] if a.op == "reduce" and a.data == "min" else []
            kinds += [("total", inner)] if op == "==" and a.op == "sum" else []
        found += [(kind, subject, b, strict) for kind, subject in kinds]
    return found


@states("simplex")
def on_simplex(c: Case) -> Poly:
    """simplex(v) gives 0 <= v <= 1, sum(v) = norm1(v) = 1."""
    c.count(1)
    relation = given(c)
    c.need(relation.op == "simplex" and same(relation.args[0], c.e), "the assumption is another one")
    return {"lo": ZERO, "hi": UNITY, "total": UNITY, "norm1": UNITY}[c.among("lo", "hi", "total", "norm1")]

"""||g(x) - g(y) - Dg(y) (x - y)|| <= K ||x - y||^2 / 2: the integral form of the variation of a derivative along a segment."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from resmax_sym.judge.bounds.assumed import fact_given
from resmax_sym.judge.bounds.canonical import depends, difference_of, plain, push, same, shift
from resmax_sym.judge.bounds.closed import identity
from resmax_sym.judge.bounds.engine import Engine, rule
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.bounds.whole import smoothness
from resmax_sym.judge.identity import Equal, equal
from resmax_sym.lang import D, Expr, Relation, eq
from resmax_sym.lang.expr import LanguageError

HALF = Poly.number(Fraction(1, 2))


@rule("sub")
def second_order_remainder(engine: Engine, e: Expr) -> Iterator[Fact]:
    """opnorm(S(z) - S(y)) <= K ||z - y|| for every z between x and y, S = Dg: ||g(x) - g(y) - S(y) (x - y)|| <= K ||x - y||^2 / 2.

    The left side is the integral over 0 <= s <= 1 of (S(y + s (x - y)) - S(y)) (x - y), whose norm is at most s K ||x - y||^2.
    """
    first, last = e.args
    found = difference_of(first)
    step = engine.model.names["x"] - engine.model.names["y"]
    if e.ndim != 1 or found is None or found[1] or last.op != "matmul" or not same(last.args[1], step):
        return
    g = found[0]
    for assumed, slope, reach in variations(engine, step):
        shown = derivative_is(engine, g, slope) if same(last.args[0], shift(slope)) else None
        smooth = smoothness(engine.segment, plain(g)) if shown is not None else None
        if smooth is None:
            continue
        smooth = [*dict.fromkeys(smooth)]  # each divisor once
        leaf = Fact("given", assumed, Poly.number(0), "assumption")
        for p in (*engine.get(reach, "hi"), *assumed_above(engine, reach)):
            for q in engine.get(step, "norm"):
                yield Fact("norm", e, HALF * p.bound * q.bound, "second-order remainder", (leaf, p, q, *shown, *smooth))


def variations(engine: Engine, step: Expr) -> Iterator[tuple[Relation, Expr, Expr]]:
    """What is assumed of every point z of the segment, opnorm(S(z) - S(y)) <= K ||z - y||, with S and the right side."""
    for relation in engine.assumed.relations:
        if relation.op != "on_segment" or relation.args[0].op not in ("<=", "<"):
            continue
        left, right = relation.args[0].args
        slope = difference_of(left.args[0]) if left.op == "opnorm" else None
        linear = right.op == "mul" and any(
            fixed(K) and size.op == "norm" and same(size.args[0], step) for K, size in (right.args, right.args[::-1])
        )
        if linear and slope is not None and not slope[1]:
            yield relation.args[0], slope[0], right


def assumed_above(engine: Engine, e: Expr) -> Iterator[Fact]:
    """e <= p as it is assumed, also where e is its own bound."""
    for given in engine.assumed.about(e):
        p = engine.assumed.read(given.bound) if given.kind == "hi" else None
        if p is not None:
            yield Fact("hi", e, p, "assumption", (fact_given(given),))


def derivative_is(engine: Engine, g: Expr, slope: Expr) -> tuple[Fact, ...] | None:
    """What shows that the slope is the derivative of g: nothing where it is so by its form, else an identity."""
    try:
        derivative = push(D(g))
    except LanguageError:
        return None
    if same(derivative, slope):
        return ()
    if derivative.shape != slope.shape or not isinstance(equal(engine.model, eq(derivative, slope)), Equal):
        return None
    return (identity(engine.model, derivative, slope),)


def fixed(e: Expr) -> bool:
    """Whether a number is the same at every point, that is, speaks neither of x nor of y."""
    nodes = plain(e).walk()
    return not e.shape and not depends(e) and all(n.op != "at" and n.data != "y" for n in nodes)

"""exp, cosh, tanh, ... : rules for elementary functions on an interval, and for their change over a step."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from resmax_sym.judge.bounds.canonical import shift
from resmax_sym.judge.bounds.engine import NORM_KINDS, UNITY, ZERO, Engine, change_rule, rule
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.bounds.scalars import nonnegative, reciprocals
from resmax_sym.judge.bounds.units import without_gaps
from resmax_sym.lang import Expr

HALF = Poly.number(Fraction(1, 2))
SIZE = {0: "abs", 1: "norminf"}


@rule("call")
def elementary_function(engine: Engine, e: Expr) -> Iterator[Fact]:
    """Monotone functions at the ends of an interval; even ones at the bound of the absolute value."""
    if e.ndim > 1:
        return
    a = e.args[0]
    match e.data:
        case "exp":
            yield Fact("lo", e, ZERO, "exp is positive")
            yield Fact("pos", e, ZERO, "exp is positive")
            for p in engine.get(a, "lo", "hi"):
                yield Fact(p.kind, e, p.bound.exp(), "exp increases", (p,))
        case "cosh" | "sinh":
            sign = {"cosh": UNITY, "sinh": -UNITY}[e.data]
            if e.data == "cosh":
                yield Fact("lo", e, UNITY, "cosh is at least 1")
                yield Fact("pos", e, ZERO, "cosh is at least 1")
            for p in engine.get(a, SIZE[e.ndim]):
                bound = HALF * (p.bound.exp() + sign * (-p.bound).exp())
                yield Fact(SIZE[e.ndim], e, bound, f"{e.data} of the absolute value", (p,))
            if e.data == "sinh":
                for p in nonnegative(engine, a)[:1]:
                    yield Fact("lo", e, ZERO, "sinh keeps the sign", (p,))
        case "tanh":
            yield Fact(SIZE[e.ndim], e, UNITY, "tanh is at most 1")
            for p in nonnegative(engine, a)[:1]:
                yield Fact("lo", e, ZERO, "tanh keeps the sign", (p,))
            for p in engine.get(a, *NORM_KINDS[e.ndim]):
                yield Fact(p.kind, e, p.bound, "tanh shrinks", (p,))
        case "sqrt":
            yield Fact("lo", e, ZERO, "a root is nonnegative")
            for p in engine.get(a, "hi"):
                yield Fact("hi", e, p.bound.power(Fraction(1, 2)), "root increases", (p,))
        case "log":
            for p in engine.get(a, "hi"):
                yield Fact("hi", e, p.bound - UNITY, "log(s) is at most s - 1", (p,))
            for p in engine.get(a, "lo"):
                if engine.nonnegative(p.bound - UNITY):
                    yield Fact("lo", e, ZERO, "log of at least 1", (p,))
        case "sign" | "step":
            yield Fact(SIZE[e.ndim], e, UNITY, f"{e.data} is at most 1")
            if e.data == "step":
                yield Fact("lo", e, ZERO, "step is nonnegative")


@rule("call")
def absolute_value(engine: Engine, e: Expr) -> Iterator[Fact]:
    """|e| >= 0 has the norms of e, and |e| >= l where e >= l or e <= -l."""
    if e.data != "abs" or e.ndim > 1:
        return
    a = e.args[0]
    yield Fact("lo", e, ZERO, "an absolute value is nonnegative")
    for p in engine.get(a, *NORM_KINDS[e.ndim]):
        yield Fact(p.kind, e, p.bound, "norm of the absolute value", (p,))
    for p in engine.get(a, "lo"):
        yield Fact("lo", e, p.bound, "absolute value is above", (p,))
    for p in engine.get(a, "hi"):
        yield Fact("lo", e, -p.bound, "absolute value is above", (p,))


@rule("call")
def maximum_and_minimum(engine: Engine, e: Expr) -> Iterator[Fact]:
    """max(a, b) lies above both and below a common upper bound; min likewise."""
    if e.data not in ("max", "min") or e.ndim > 1:
        return
    a, b = e.args
    free, both = ("lo", "hi") if e.data == "max" else ("hi", "lo")
    for p in engine.get(a, free) + engine.get(b, free):
        yield Fact(free, e, p.bound, f"{e.data} of two", (p,))
    for p in engine.get(a, both):
        for q in engine.get(b, both):
            high, low = (p, q) if engine.ranges.less(q.bound, p.bound) else (q, p)
            if engine.ranges.less(low.bound, high.bound):
                yield Fact(both, e, (high if both == "hi" else low).bound, f"{e.data} of two", (p, q))
    if b.op == "number" and not b.data:
        for p in engine.get(a, *NORM_KINDS[e.ndim]):
            yield Fact(p.kind, e, p.bound, f"{e.data} with 0 shrinks", (p,))


@change_rule("phi")
def mean_value_of_unit(engine: Engine, e: Expr) -> Iterator[Fact]:
    """|phi(s) - phi(r)| <= sup |phi'| |s - r|, the supremum over all values between s and r."""
    if not without_gaps(engine.model.phi):
        return
    a = e.args[0]
    slope = Expr("phi", (Expr("hull", (a, shift(a)), a.shape),), a.shape, e.data + 1)
    yield from by_slope(engine, e, a, slope)


@change_rule("call")
def mean_value(engine: Engine, e: Expr) -> Iterator[Fact]:
    """|g(s) - g(r)| <= sup |g'| |s - r|, the supremum over all values between s and r."""
    a = e.args[0]
    between = Expr("hull", (a, shift(a)), a.shape)
    slopes = {"exp": "exp", "cosh": "sinh", "sinh": "cosh"}
    if e.ndim <= 1 and e.data in slopes:
        yield from by_slope(engine, e, a, Expr("call", (between,), a.shape, slopes[e.data]))
    elif e.ndim <= 1 and e.data == "log":
        for sign in nonnegative(engine, between)[:1]:
            for p in reciprocals(engine, between):
                for q in engine.change(a).get(SIZE[e.ndim], []):
                    yield engine.moved(q.kind, e, p.bound * q.bound, "mean value", sign, p, q)


def by_slope(engine: Engine, e: Expr, a: Expr, slope: Expr) -> Iterator[Fact]:
    """Each norm of a step, times the largest slope."""
    if e.ndim > 1:
        return
    for p in engine.get(slope, SIZE[e.ndim]):
        for kind in NORM_KINDS[e.ndim]:
            for q in engine.change(a).get(kind, []):
                yield engine.moved(kind, e, p.bound * q.bound, "mean value", p, q)


@change_rule("call")
def no_expansion(engine: Engine, e: Expr) -> Iterator[Fact]:
    """tanh, |.|, max(., k) and min(., k) with a constant k do not expand distances."""
    plain = e.data in ("abs", "tanh")
    clipped = (
        e.data in ("max", "min") and not e.args[1].shape and e.args[1].op == "number" and e.args[0].shape == e.shape
    )
    if e.ndim <= 1 and (plain or clipped):
        for kind in NORM_KINDS[e.ndim]:
            for q in engine.change(e.args[0]).get(kind, []):
                yield engine.moved(kind, e, q.bound, "no expansion", q)

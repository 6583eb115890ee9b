"""lo <= e <= hi, entry by entry: rules for intervals and signs of scalars and vectors."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from resmax_sym.judge.bounds.canonical import same, unfold
from resmax_sym.judge.bounds.engine import UNITY, ZERO, Engine, Table, closure_rule, rule
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.bounds.units import derivative_of_unit
from resmax_sym.lang import Expr

HALF = Fraction(1, 2)


def entrywise(e: Expr) -> bool:
    return e.ndim <= 1


@rule("named", "at")
def definition(engine: Engine, e: Expr) -> Iterator[Fact]:
    """A quantity is what its definition says."""
    meaning = unfold(e)
    if meaning is not None:
        for facts in engine.facts(meaning).values():
            for fact in facts:
                yield Fact(fact.kind, e, fact.bound, "definition", (fact,))


@rule("*")
def exact_value(engine: Engine, e: Expr) -> Iterator[Fact]:
    """A formula in sizes, nonnegative parameters and norms that are left as they stand is its own bound."""
    p = None if e.shape else engine.assumed.read(e)
    if p is not None:
        yield from (Fact("lo", e, p, "exact value"), Fact("hi", e, p, "exact value"))
        if engine.ranges.nonnegative(p, strict=True):
            yield Fact("pos", e, ZERO, "exact value")


@rule("ones")
def all_ones(engine: Engine, e: Expr) -> Iterator[Fact]:
    """Every entry of ones(k) is 1."""
    for kind in ("lo", "hi", "norminf"):
        yield Fact(kind, e, UNITY, "all ones")
    yield Fact("pos", e, ZERO, "all ones")
    yield Fact("total", e, Poly.size(e.shape[0]), "all ones")


@rule("add", "sub", "neg")
def sum_of_intervals(engine: Engine, e: Expr) -> Iterator[Fact]:
    """a >= l and b >= k give a + b >= l + k, and likewise for a - b and -a."""
    if not entrywise(e):
        return
    if e.op == "neg":
        for fact in engine.get(e.args[0], "lo", "hi"):
            yield Fact("hi" if fact.kind == "lo" else "lo", e, -fact.bound, "sum of intervals", (fact,))
        return
    for kind in ("lo", "hi"):
        other = kind if e.op == "add" else {"lo": "hi", "hi": "lo"}[kind]
        for a in engine.get(e.args[0], kind):
            for b in engine.get(e.args[1], other):
                bound = a.bound + b.bound if e.op == "add" else a.bound - b.bound
                yield Fact(kind, e, bound, "sum of intervals", (a, b))
    if e.op == "add":
        for a, b in (e.args, e.args[::-1]):
            for p in engine.get(a, "pos"):
                for q in engine.get(b, "lo"):
                    if engine.nonnegative(q.bound):
                        yield Fact("pos", e, ZERO, "sum of positive and nonnegative", (p, q))


def nonnegative(engine: Engine, e: Expr) -> list[Fact]:
    """Facts that show e >= 0."""
    return [fact for fact in engine.get(e, "lo") if engine.nonnegative(fact.bound)]


@rule("mul", "inner")
def product_of_intervals(engine: Engine, e: Expr) -> Iterator[Fact]:
    """0 <= l <= a and b >= k >= 0 give a b >= l k; 0 <= a <= h and b <= k give a b <= h max(k, 0)."""
    a, b = e.args
    if not entrywise(e):
        return
    length = Poly.size(a.shape[0]) if e.op == "inner" else UNITY
    if same(a, b):
        yield Fact("lo", e, ZERO, "a square is nonnegative")
    for left, right in ((a, b), (b, a)):
        for p in nonnegative(engine, left)[:1]:
            for q in nonnegative(engine, right):
                yield Fact("lo", e, ZERO, "product of nonnegative factors", (p, q))
                yield Fact("lo", e, length * p.bound * q.bound, "product of intervals", (p, q))
            for top in engine.get(left, "hi"):
                for q in engine.get(right, "hi"):
                    if engine.nonnegative(q.bound):
                        yield Fact("hi", e, length * top.bound * q.bound, "product of intervals", (p, top, q))
                    elif engine.nonnegative(-q.bound):
                        yield Fact("hi", e, ZERO, "product of opposite signs", (p, q))
                for q in engine.get(right, "lo"):
                    if engine.nonnegative(-q.bound):
                        yield Fact("lo", e, length * top.bound * q.bound, "product of intervals", (p, top, q))
    pos = [fact for arg in (a, b) for fact in engine.get(arg, "pos")]
    if len(pos) == 2:
        yield Fact("pos", e, ZERO, "product of positive factors", tuple(pos))


@rule("inner")
def weighted_mean(engine: Engine, e: Expr) -> Iterator[Fact]:
    """w >= 0 and sum(w) = 1 give min(v) <= <w, v> <= max(v)."""
    for w, v in (e.args, e.args[::-1]):
        for total in engine.get(w, "total"):
            if total.bound == UNITY:
                for sign in nonnegative(engine, w)[:1]:
                    for fact in engine.get(v, "lo", "hi"):
                        yield Fact(fact.kind, e, fact.bound, "weighted mean", (sign, total, fact))


def reciprocals(engine: Engine, b: Expr) -> Iterator[Fact]:
    """b >= l > 0 (or |b| >= l > 0) gives |1/b| <= 1/l, for a product l."""
    size = Expr("call", (b,), b.shape, "abs")
    for source in (b, size):
        for fact in engine.get(source, "lo"):
            p = simple_below(engine, fact.bound)
            if p is not None:
                yield Fact("inv", b, p.power(-1), "reciprocal", (fact,))


def simple_below(engine: Engine, p: Poly) -> Poly | None:
    """A positive product (or a positive number) that p is not below."""
    if p.is_monomial:
        ((m, c),) = p.items
        return p if c > 0 and all(engine.ranges.positive(a) for a, _ in m) else None
    for term in sorted(p.items, key=str):
        candidate = Poly.of(dict([term]))
        if term[1] > 0 and simple_below(engine, candidate) and engine.nonnegative(p - candidate):
            return candidate
    for k in (1, 2, 4, 16, 64):
        if engine.nonnegative(p - Poly.number(Fraction(1, k))):
            return Poly.number(Fraction(1, k))
    return None


@rule("div")
def quotient_of_intervals(engine: Engine, e: Expr) -> Iterator[Fact]:
    """For b > 0: a >= 0 gives a/b >= 0; l <= a <= h gives min(l, 0) s <= a/b <= max(h, 0) s with 1/b <= s."""
    a, b = e.args
    if not entrywise(e):
        return
    for sign in nonnegative(engine, b)[:1]:  # and b is not 0 where a/b is defined
        for p in nonnegative(engine, a)[:1]:
            yield Fact("lo", e, ZERO, "quotient of nonnegative by positive", (p, sign))
        for p in engine.get(a, "pos"):
            yield Fact("pos", e, ZERO, "quotient of positive by positive", (p, sign))
        for s in reciprocals(engine, b):
            for p in engine.get(a, "lo"):
                if engine.nonnegative(-p.bound):
                    yield Fact("lo", e, p.bound * s.bound, "quotient of intervals", (p, sign, s))
            for p in engine.get(a, "hi"):
                if engine.nonnegative(p.bound):
                    yield Fact("hi", e, p.bound * s.bound, "quotient of intervals", (p, sign, s))
    for top in engine.get(b, "hi"):
        if top.bound.is_monomial and simple_below(engine, top.bound) == top.bound:
            for sign in nonnegative(engine, b)[:1]:
                for p in nonnegative(engine, a):
                    yield Fact("lo", e, p.bound * top.bound.power(-1), "quotient of intervals", (p, sign, top))


@rule("pow")
def power_of_interval(engine: Engine, e: Expr) -> Iterator[Fact]:
    """Even powers are nonnegative; 0 <= l <= a <= h gives l^p <= a^p <= h^p for p > 0."""
    a, k = e.args
    if not entrywise(e) or k.op != "number" or k.data <= 0:
        return
    if k.data.denominator == 1 and k.data % 2 == 0:
        yield Fact("lo", e, ZERO, "an even power is nonnegative")
    for p in nonnegative(engine, a):
        for fact in (p, *engine.get(a, "hi")):
            yield Fact(fact.kind, e, fact.bound.power(k.data), "power of interval", (p, fact))
    for p in engine.get(a, "pos"):
        yield Fact("pos", e, ZERO, "power of positive", (p,))


@rule("phi")
def unit_written_out(engine: Engine, e: Expr) -> Iterator[Fact]:
    """phi^(k)(s) is the expression that differentiating the unit gives."""
    meaning = derivative_of_unit(engine.model, e.data, e.args[0])
    if meaning is not None:
        for facts in engine.facts(meaning).values():
            for fact in facts:
                yield Fact(fact.kind, e, fact.bound, "unit written out", (fact,))


@rule("hull")
def between_two_points(engine: Engine, e: Expr) -> Iterator[Fact]:
    """A value between a and b obeys every interval and norminf bound that both obey."""
    a, b = e.args
    for kind in ("norminf", "abs", "lo", "hi"):
        for p in engine.get(a, kind):
            for q in engine.get(b, kind):
                if kind == "lo":
                    bound = next((u.bound for u, v in ((p, q), (q, p)) if engine.ranges.less(u.bound, v.bound)), None)
                else:
                    bound = engine.larger(p, q)
                if bound is not None:
                    yield Fact(kind, e, bound, "between two points", (p, q))


@closure_rule
def bounds_from_interval(engine: Engine, e: Expr, table: Table) -> Iterator[Fact]:
    """-T <= e <= T gives |e| <= T, and |e| <= T gives -T <= e <= T."""
    kind = {0: "abs", 1: "norminf"}.get(e.ndim)
    if kind is None:
        return
    for low in table.get("lo", [])[:2]:
        for high in table.get("hi", [])[:2]:
            if engine.nonnegative(low.bound + high.bound):
                yield Fact(kind, e, high.bound, "absolute value from interval", (low, high))
            elif engine.nonnegative(-low.bound - high.bound):
                yield Fact(kind, e, -low.bound, "absolute value from interval", (low, high))
    for fact in table.get(kind, []):
        yield Fact("hi", e, fact.bound, "interval from absolute value", (fact,))
        yield Fact("lo", e, -fact.bound, "interval from absolute value", (fact,))

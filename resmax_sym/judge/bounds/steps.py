"""||e(x) - e(y)|| <= K ||x - y||: rules for the change of a formula, from bounds that hold at both points."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from resmax_sym.judge.bounds.canonical import depends, difference_of, shift, unfold
from resmax_sym.judge.bounds.engine import NORM_KINDS, UNITY, Engine, change_rule, rule
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.bounds.scalars import reciprocals
from resmax_sym.lang import Expr

HALF = Fraction(1, 2)
PAIRS = {
    0: (("abs", "abs", "abs"),),
    1: (("norm1", "norm1", "norminf"), ("norm1", "norm", "norm"), ("norm1", "norminf", "norm1"), ("norm", "norm", "norminf"),
        ("norm", "norminf", "norm"), ("norminf", "norminf", "norminf")),
}  # fmt: skip
"""||a * b||_r <= ||a||_p ||b||_q as (r, p, q)."""


@rule("sub")
def difference_of_values(engine: Engine, e: Expr) -> Iterator[Fact]:
    """g - at(g, y) is the change of g."""
    found = difference_of(e)
    if found is not None and e.args[0].op != "symbol":
        for facts in engine.change(found[0]).values():
            for p in facts:
                if p.kind in NORM_KINDS[e.ndim]:
                    yield Fact(p.kind, e, p.bound, "change between two points", (p,))


@change_rule("symbol")
def the_point_itself(engine: Engine, e: Expr) -> Iterator[Fact]:
    """The change of x is x - y."""
    for p in engine.get(e - shift(e), *NORM_KINDS[e.ndim]):
        yield engine.moved(p.kind, e, p.bound, "change of x", p)


@change_rule("named")
def change_by_definition(engine: Engine, e: Expr) -> Iterator[Fact]:
    """A quantity changes as its definition does."""
    meaning = unfold(e)
    for facts in engine.change(meaning).values() if meaning is not None else ():
        for p in facts:
            yield engine.moved(p.kind, e, p.bound, "definition", p)


@change_rule("add", "sub", "neg", "transpose", "diag", "sum", "trace")
def change_of_sum(engine: Engine, e: Expr) -> Iterator[Fact]:
    """Linear operations: the change of a sum is the sum of the changes, that of diag(v) is diag of the change, ..."""
    a, *rest = e.args
    match e.op:
        case "add" | "sub":
            if e.ndim == 2 and any(arg.ndim != 2 for arg in e.args):
                return
            for kind in NORM_KINDS[e.ndim]:
                for p in spread_change(engine, a, kind, e):
                    for q in spread_change(engine, rest[0], kind, e):
                        yield engine.moved(kind, e, p.bound + q.bound, "triangle inequality", p, q)
        case "neg" | "transpose":
            for kind in NORM_KINDS[e.ndim]:
                for p in engine.change(a).get(kind, []):
                    yield engine.moved(kind, e, p.bound, "triangle inequality" if e.op == "neg" else "transpose", p)
        case "diag":
            for source, kind in (("norminf", "opnorm"), ("norm", "fro")):
                for p in engine.change(a).get(source, []):
                    yield engine.moved(kind, e, p.bound, "diagonal matrix", p)
        case "sum":
            for p in engine.change(a).get("norm1", []):
                yield engine.moved("abs", e, p.bound, "sum of entries", p)
        case "trace":
            n = Poly.size(a.shape[0])
            for kind, factor in (("opnorm", n), ("fro", n.power(HALF))):
                for p in engine.change(a).get(kind, []):
                    yield engine.moved("abs", e, factor * p.bound, "trace by norms", p)


def spread_change(engine: Engine, a: Expr, kind: str, e: Expr) -> list[Fact]:
    """Changes of a term of e; a scalar is spread over all entries."""
    if a.shape or not e.shape:
        return engine.change(a).get(kind, [])
    n = Poly.size(e.shape[0])
    factor = {"norm1": n, "norm": n.power(HALF), "norminf": UNITY}[kind]
    whole = a * Expr("ones", (), e.shape)
    return [
        engine.moved(kind, whole, factor * p.bound, "scalar spread over entries", p)
        for p in engine.change(a).get("abs", [])
    ]


def products(a: Expr, b: Expr, e: Expr) -> tuple[tuple[str, str, str], ...]:
    """Which norms of a and b bound which norm of their product e."""
    if e.op == "outer":
        return (("opnorm", "norm", "norm"), ("fro", "norm", "norm"))
    if e.op == "inner" or (e.op == "matmul" and not e.shape):
        return (("abs", "norm", "norm"), ("abs", "norm1", "norminf"), ("abs", "norminf", "norm1"))
    if e.op == "matmul":
        if e.ndim == 1:
            return (("norm", "opnorm", "norm") if a.ndim == 2 else ("norm", "norm", "opnorm"),)
        return (("opnorm", "opnorm", "opnorm"), ("fro", "opnorm", "fro"), ("fro", "fro", "opnorm"))
    if not a.shape or not b.shape:
        shaped = a if a.shape else b
        kinds = NORM_KINDS[shaped.ndim]
        return tuple((k, k, "abs") if a.shape else (k, "abs", k) for k in kinds)
    return PAIRS.get(e.ndim, ())


@change_rule("mul", "matmul", "inner", "outer")
def product_rule(engine: Engine, e: Expr) -> Iterator[Fact]:
    """a b - a' b' = (a - a') b + a' (b - b') = (a - a') b' + a (b - b'), each term bounded as a product."""
    a, b = e.args
    for r, p, q in products(a, b, e) if not (depends(a) and depends(b)) else ():
        still, moving, size, step = (a, b, p, q) if depends(b) else (b, a, q, p)
        for top in engine.get(still, size):
            for change in engine.change(moving).get(step, []):
                yield engine.moved(r, e, top.bound * change.bound, "product with what does not move", top, change)
    if not (depends(a) and depends(b)):
        return
    for (r, p1, q1), (s, p2, q2) in ((one, two) for one in products(a, b, e) for two in products(a, b, e)):
        if r != s:
            continue
        for first, second in ((b, shift(a)), (shift(b), a)):
            for da in engine.change(a).get(p1, [])[:2]:
                for top in engine.get(first, q1)[:2]:
                    for db in engine.change(b).get(q2, [])[:2]:
                        for other in engine.get(second, p2)[:2]:
                            bound = da.bound * top.bound + other.bound * db.bound
                            yield engine.moved(r, e, bound, "product rule", da, top, other, db)


@change_rule("div")
def quotient_rule(engine: Engine, e: Expr) -> Iterator[Fact]:
    """a/b - a'/b' = ((a - a') - (a'/b') (b - b')) / b."""
    a, b = e.args
    there = shift(e)
    if b.shape and e.ndim != 1:
        return
    if b.shape and not a.shape:
        a = a * Expr("ones", (), e.shape)
    for s in reciprocals(engine, b):
        for kind in NORM_KINDS[e.ndim]:
            for da in engine.change(a).get(kind, []):
                for quotient in engine.get(there, kind):
                    for db in engine.change(b).get("norminf" if b.shape else "abs", []):
                        bound = s.bound * (da.bound + quotient.bound * db.bound)
                        yield engine.moved(kind, e, bound, "quotient rule", s, da, quotient, db)


@change_rule("pow")
def power_rule(engine: Engine, e: Expr) -> Iterator[Fact]:
    """a^k - a'^k = (a - a') sum a^j a'^(k-1-j); 1/a^k - 1/a'^k = -(a - a') sum a^-(j+1) a'^-(k-j)."""
    a, k = e.args
    if k.op != "number" or k.data.denominator != 1 or not 0 < abs(k.data) <= 8 or e.ndim > 1 or a.shape != e.shape:
        return
    count, top = abs(int(k.data)), {0: "abs", 1: "norminf"}[e.ndim]
    here, there = (
        (engine.get(a, top), engine.get(shift(a), top))
        if k.data > 0
        else map(list, (reciprocals(engine, a), reciprocals(engine, shift(a))))
    )
    for p in here:
        for q in there:
            total = Poly.number(0)
            for j in range(count):
                powers = (j, count - 1 - j) if k.data > 0 else (j + 1, count - j)
                total = total + p.bound.power(powers[0]) * q.bound.power(powers[1])
            for kind in NORM_KINDS[e.ndim]:
                for da in engine.change(a).get(kind, []):
                    yield engine.moved(kind, e, total * da.bound, "power rule", p, q, da)


@change_rule("norm", "norm1", "norminf", "opnorm", "fro", "reduce", "eigmin", "eigmax")
def reverse_triangle(engine: Engine, e: Expr) -> Iterator[Fact]:
    """| ||a|| - ||a'|| | <= ||a - a'||; max, min move by at most linf, eigenvalues by at most the operator norm (Weyl)."""
    kind = {"reduce": "norminf", "eigmin": "opnorm", "eigmax": "opnorm"}.get(e.op, e.op)
    for p in engine.change(e.args[0]).get(kind, []):
        yield engine.moved("abs", e, p.bound, "reverse triangle inequality", p)

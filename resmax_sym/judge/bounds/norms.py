"""norm1, norm, norminf, opnorm, fro: the triangle inequality, Cauchy-Schwarz, Hoelder and what belongs to them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from resmax_sym.judge.bounds.assumed import fact_given
from resmax_sym.judge.bounds.canonical import plain, same
from resmax_sym.judge.bounds.engine import NORM_KINDS, UNITY, ZERO, Engine, Table, closure_rule, rule
from resmax_sym.judge.bounds.poly import Poly, norm_atom
from resmax_sym.judge.bounds.record import UPPER, Fact
from resmax_sym.judge.bounds.scalars import nonnegative, reciprocals
from resmax_sym.lang import Expr

HALF = Fraction(1, 2)


@rule("*")
def assumption(engine: Engine, e: Expr) -> Iterator[Fact]:
    """What the claim assumes of a formula, the other side replaced by its own bounds."""
    if engine.assumed.read(e) is not None:
        return  # sizes and parameters are their own bounds, and their ranges are known
    for given in engine.assumed.about(e):
        leaf = fact_given(given)
        if given.kind == "total":
            p = engine.assumed.read(given.bound)
            if p is not None:
                yield Fact("total", e, p, "assumption", (leaf,))
            continue
        for side in engine.get(given.bound, "hi" if given.kind in UPPER else "lo"):
            premises = (leaf,) if engine.assumed.read(given.bound) is not None else (leaf, side)
            yield Fact(given.kind, e, side.bound, "assumption", premises)
            if given.kind == "lo" and (given.strict and engine.nonnegative(side.bound)):
                yield Fact("pos", e, ZERO, "assumption", premises)
    if e.ndim == 1:
        yield from assumed_simplex(engine, e)


def assumed_simplex(engine: Engine, e: Expr) -> Iterator[Fact]:
    """simplex(b) says b >= 0 and sum(b) = 1."""
    relation = engine.assumed.simplices.get(plain(e))
    if relation is not None:
        leaf = Fact("given", relation, ZERO, "assumption")
        for kind, bound in (("lo", ZERO), ("hi", UNITY), ("total", UNITY), ("norm1", UNITY)):
            yield Fact(kind, e, bound, "simplex", (leaf,))


@rule("*")
def left_as_it_stands(engine: Engine, e: Expr) -> Iterator[Fact]:
    """A norm that the claimed bound speaks of is its own bound."""
    for kind in NORM_KINDS[e.ndim]:
        if (kind, e) in engine.kept:
            yield Fact(kind, e, norm_atom(kind, e), "left as it stands")


@rule("add", "sub", "neg")
def triangle_inequality(engine: Engine, e: Expr) -> Iterator[Fact]:
    """||a + b|| <= ||a|| + ||b||; a scalar s beside vectors of size n stands for s ones(n)."""
    kinds = NORM_KINDS[e.ndim]
    if e.op == "neg":
        for p in engine.get(e.args[0], *kinds):
            yield Fact(p.kind, e, p.bound, "triangle inequality", (p,))
        return
    if e.ndim == 2 and any(a.ndim != 2 for a in e.args):
        return
    for kind in kinds:
        for p in spread(engine, e.args[0], kind, e):
            for q in spread(engine, e.args[1], kind, e):
                yield Fact(kind, e, p.bound + q.bound, "triangle inequality", (p, q))


def spread(engine: Engine, a: Expr, kind: str, e: Expr) -> list[Fact]:
    """The norms of a term of e; a scalar is spread over all entries."""
    if a.shape or not e.shape:
        return engine.get(a, kind)
    n = Poly.size(e.shape[0])
    factor = {"norm1": n, "norm": n.power(HALF), "norminf": UNITY}[kind]
    whole = a * Expr("ones", (), e.shape)
    return [Fact(kind, whole, factor * p.bound, "scalar spread over entries", (p,)) for p in engine.get(a, "abs")]


@rule("sub")
def difference_of_nonnegative_vectors(engine: Engine, e: Expr) -> Iterator[Fact]:
    """a, b >= 0 give ||a - b||^2 <= ||a||^2 + ||b||^2, for the inner product of a and b is not negative."""
    a, b = e.args
    if e.ndim != 1 or not (a.ndim == b.ndim == 1):
        return
    signs = (*nonnegative(engine, a)[:1], *nonnegative(engine, b)[:1])
    if len(signs) == 2:
        for p in engine.get(a, "norm"):
            for q in engine.get(b, "norm"):
                bound = (p.bound * p.bound + q.bound * q.bound).power(HALF)
                yield Fact("norm", e, bound, "difference of nonnegative vectors", (*signs, p, q))


@rule("mul")
def elementwise_product(engine: Engine, e: Expr) -> Iterator[Fact]:
    """||a * b||_p <= ||a||_inf ||b||_p, ||a * b||_1 <= ||a||_2 ||b||_2, and for a scalar s ||s b|| = |s| ||b||."""
    for a, b in (e.args, e.args[::-1]):
        if e.ndim == 0 or not a.shape:
            for p in engine.get(a, "abs"):
                for q in engine.get(b, *NORM_KINDS[b.ndim]):
                    yield Fact(q.kind, e, p.bound * q.bound, "scalar multiple", (p, q))
        elif e.ndim == 1 and b.shape:
            for p in engine.get(a, "norminf"):
                for q in engine.get(b, *NORM_KINDS[1]):
                    yield Fact(q.kind, e, p.bound * q.bound, "elementwise product", (p, q))
            for p in engine.get(a, "norm"):
                for q in engine.get(b, "norm"):
                    yield Fact("norm1", e, p.bound * q.bound, "elementwise product, Cauchy-Schwarz", (p, q))
        elif e.ndim == 2 and b.shape:
            for p in engine.get(a, "fro"):
                for q in engine.get(b, "opnorm"):
                    yield Fact("fro", e, p.bound * q.bound, "entries are at most the operator norm", (p, q))


@rule("div")
def quotient(engine: Engine, e: Expr) -> Iterator[Fact]:
    """||a / b|| <= ||a|| s where |1/b| <= s."""
    a, b = e.args
    if a.shape or not e.shape:
        for s in reciprocals(engine, b):
            for p in engine.get(a, *NORM_KINDS[a.ndim]) if e.ndim < 2 or not b.shape else ():
                yield Fact(p.kind, e, p.bound * s.bound, "quotient", (p, s))


@rule("pow")
def power(engine: Engine, e: Expr) -> Iterator[Fact]:
    """||a^k||_inf <= ||a||_inf^k, ||a^k||_p <= ||a||_inf^(k-1) ||a||_p, ||a^2||_1 = ||a||_2^2."""
    a, k = e.args
    if k.op != "number" or e.ndim > 1 or a.shape != e.shape or k.data.denominator != 1:
        return
    if k.data < 0:
        for s in reciprocals(engine, a):
            yield Fact({0: "abs", 1: "norminf"}[e.ndim], e, s.bound.power(-k.data), "power of reciprocal", (s,))
        return
    if k.data == 0:
        return
    for p in engine.get(a, {0: "abs", 1: "norminf"}[e.ndim]):
        yield Fact(p.kind, e, p.bound.power(k.data), "power", (p,))
        for q in engine.get(a, "norm1", "norm") if e.ndim else ():
            yield Fact(q.kind, e, p.bound.power(k.data - 1) * q.bound, "power", (p, q))
    if e.ndim and k.data == 2:
        for q in engine.get(a, "norm"):
            yield Fact("norm1", e, q.bound * q.bound, "sum of squares", (q,))


@rule("inner")
def inner_product(engine: Engine, e: Expr) -> Iterator[Fact]:
    """|<a, b>| <= ||a||_2 ||b||_2 (Cauchy-Schwarz) and <= ||a||_1 ||b||_inf (Hoelder)."""
    a, b = e.args
    if same(a, b):
        for p in engine.get(a, "norm"):
            yield Fact("abs", e, p.bound * p.bound, "square of the norm", (p,))
    for left, right in (("norm", "norm"), ("norm1", "norminf"), ("norminf", "norm1")):
        for p in engine.get(a, left):
            for q in engine.get(b, right):
                name = "Cauchy-Schwarz inequality" if left == right else "Hoelder inequality"
                yield Fact("abs", e, p.bound * q.bound, name, (p, q))


@rule("sum")
def sum_of_entries(engine: Engine, e: Expr) -> Iterator[Fact]:
    """|sum(v)| <= ||v||_1, and n l <= sum(v) <= n h where l <= v <= h."""
    (v,) = e.args
    n = Poly.size(v.shape[0])
    for p in engine.get(v, "norm1"):
        yield Fact("abs", e, p.bound, "sum of entries", (p,))
    for p in engine.get(v, "lo", "hi"):
        yield Fact(p.kind, e, n * p.bound, "sum of entries", (p,))
    for p in engine.get(v, "pos"):
        yield Fact("pos", e, ZERO, "sum of positive entries", (p,))
    for p in engine.get(v, "total"):
        yield from (Fact(kind, e, p.bound, "known sum", (p,)) for kind in ("lo", "hi"))


@rule("norm", "norm1", "norminf", "opnorm", "fro")
def norm_as_scalar(engine: Engine, e: Expr) -> Iterator[Fact]:
    """A norm is nonnegative, and every bound of it bounds it; norm1(v) = sum(v) where v >= 0."""
    yield Fact("lo", e, ZERO, "a norm is nonnegative")
    for p in engine.get(e.args[0], e.op):
        yield Fact("abs", e, p.bound, "value of a norm", (p,))
    if e.op == "norm1":
        for sign in nonnegative(engine, e.args[0])[:1]:
            for p in engine.get(e.args[0], "total"):
                yield Fact("lo", e, p.bound, "norm1 of a nonnegative vector", (sign, p))


@rule("reduce")
def extreme_entry(engine: Engine, e: Expr) -> Iterator[Fact]:
    """max(v) and min(v) lie between the bounds of the entries."""
    for p in engine.get(e.args[0], "lo", "hi"):
        yield Fact(p.kind, e, p.bound, "extreme entry", (p,))


@rule("trace", "eigmin", "eigmax")
def eigenvalues(engine: Engine, e: Expr) -> Iterator[Fact]:
    """|eig(M)| <= opnorm(M), |trace(M)| <= sqrt(n) fro(M); l I <= M <= h I bounds eigmin, eigmax and trace / n."""
    (M,) = e.args
    n = Poly.size(M.shape[0])
    factor = n if e.op == "trace" else UNITY
    for p in engine.get(M, "opnorm"):
        yield Fact("abs", e, factor * p.bound, "size of eigenvalues", (p,))
    if e.op == "trace":
        for p in engine.get(M, "fro"):
            yield Fact("abs", e, n.power(HALF) * p.bound, "trace by Cauchy-Schwarz", (p,))
    for p in engine.get(M, "qlo", "qhi"):
        yield Fact(p.kind[1:], e, factor * p.bound, "eigenvalues between bounds of the form", (p,))


@closure_rule
def norm_equivalences(engine: Engine, e: Expr, table: Table) -> Iterator[Fact]:
    """linf <= l2 <= l1 <= sqrt(n) l2, l2 <= sqrt(n) linf, l1 <= n linf, l2^2 <= l1 linf; op <= fro <= sqrt(min(n, d)) op."""
    if e.ndim == 0:
        return
    name = "norm equivalence"
    roots = [Poly.size(k).power(HALF) for k in e.shape]
    if e.ndim == 2:
        for p in table.get("fro", []):
            yield Fact("opnorm", e, p.bound, name, (p,))
        for p in table.get("opnorm", []):
            for root in roots:
                yield Fact("fro", e, root * p.bound, name, (p,))
        return
    one, two, top = (table.get(kind, []) for kind in NORM_KINDS[1])
    for p in one:
        yield from (Fact(kind, e, p.bound, name, (p,)) for kind in ("norm", "norminf"))
        for q in top:
            product = p.bound * q.bound
            if product.is_monomial:
                yield Fact("norm", e, product.power(HALF), "norm between norm1 and norminf", (p, q))
    for p in two:
        yield Fact("norminf", e, p.bound, name, (p,))
        yield Fact("norm1", e, roots[0] * p.bound, name, (p,))
    for p in top:
        yield Fact("norm", e, roots[0] * p.bound, name, (p,))
        yield Fact("norm1", e, roots[0] * roots[0] * p.bound, name, (p,))
    for total in table.get("total", []):
        for sign in (p for p in table.get("lo", []) if engine.nonnegative(p.bound)):
            yield Fact("norm1", e, total.bound, "norm1 of a nonnegative vector", (sign, total))
            yield Fact("hi", e, total.bound, "an entry is at most the sum", (sign, total))
            break

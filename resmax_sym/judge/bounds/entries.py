"""|<b, f> - b_k| <= 1 - f_k, f_k^2 <= <f, f> <= f_k^2 + (1 - f_k)^2: rules for single entries, and for what is assumed of two terms."""

from __future__ import annotations

from collections.abc import Iterator

from resmax_sym.judge.bounds.assumed import fact_given
from resmax_sym.judge.bounds.canonical import plain, same
from resmax_sym.judge.bounds.engine import UNITY, ZERO, Engine, rule
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.record import LOWER, Fact
from resmax_sym.judge.bounds.simplex import simplex_facts
from resmax_sym.lang import Expr

FORM_KINDS = ("qlo", "qhi", "opnorm", "fro")


@rule("sub")
def difference_from_the_mean(engine: Engine, e: Expr) -> Iterator[Fact]:
    """f on the simplex, norm1(b) <= 1: 1 - f_k - |<b, f> - b_k| >= 0, for <b, f> - b_k = <b, f - e_k> and |f - e_k| <= 1 - f_k.

    The k-th entry of |f - e_k| is 1 - f_k, and every other one is f_i <= 1 - f_k (Hoelder).
    """
    room, gap = e.args
    f = complement(room)
    found = mean_and_vector(gap.args[0] if gap.op == "call" and gap.data == "abs" else gap)
    if e.ndim != 1 or f is None or found is None:
        return
    mean, b = found
    if not any(same(w, f) and same(other, b) for w, other in (mean.args, mean.args[::-1])):
        return
    premises = simplex_facts(engine, f)
    for size in engine.get(b, "norm1") if premises else ():
        if engine.ranges.less(size.bound, UNITY):
            yield Fact("lo", e, ZERO, "distance of an entry from the mean", (*premises, size))


def complement(e: Expr) -> Expr | None:
    """f where e is 1 - f."""
    if e.op == "sub" and e.args[0].op == "number" and e.args[0].data == 1 and e.args[1].ndim == 1:
        return e.args[1]
    return None


def mean_and_vector(e: Expr) -> tuple[Expr, Expr] | None:
    """<a, c> and v where e is <a, c> - v or v - <a, c>."""
    if e.op == "sub":
        for mean, v in (e.args, e.args[::-1]):
            mean = plain(mean) if mean.op == "matmul" else mean
            if mean.op == "inner" and v.ndim == 1:
                return mean, v
    return None


def squared(e: Expr) -> Expr | None:
    """a where e is a**2."""
    return e.args[0] if e.op == "pow" and e.args[1].op == "number" and e.args[1].data == 2 else None


@rule("sub")
def sum_of_squares_and_one_of_them(engine: Engine, e: Expr) -> Iterator[Fact]:
    """<a, a> - a_k^2 >= 0; f on the simplex: f_k^2 + (1 - f_k)^2 - <f, f> >= 0, since the others sum to 1 - f_k and are >= 0."""
    if e.ndim != 1:
        return
    first, second = e.args
    a = squared(second)
    if a is not None and first.op == "inner" and same(first.args[0], a) and same(first.args[1], a):
        yield Fact("lo", e, ZERO, "one of several squares")
    if first.op != "add" or second.op != "inner" or not same(*second.args):
        return
    f, rest = map(squared, first.args)
    if f is None or rest is None or complement(rest) is None:
        return
    if same(complement(rest), f) and same(second.args[0], f):
        premises = simplex_facts(engine, f)
        if premises:
            yield Fact("lo", e, ZERO, "squares on the simplex", premises)


@rule("sub")
def assumed_difference(engine: Engine, e: Expr) -> Iterator[Fact]:
    """b <= a is assumed: a - b >= 0 and b - a <= 0, strictly where the assumption is strict."""
    if e.ndim > 1:
        return
    a, b = e.args
    for one, other in ((a, b), (b, a)):
        for given in engine.assumed.about(one):
            direct = {plain(side) for side in given.relation.args} == {plain(a), plain(b)}  # not of max(a) or min(a)
            if given.kind in ("lo", "hi") and direct and same(given.bound, other):
                low = (given.kind in LOWER) is (one is a)
                leaf = fact_given(given)
                yield Fact("lo" if low else "hi", e, ZERO, "assumed difference", (leaf,))
                if low and given.strict:
                    yield Fact("pos", e, ZERO, "assumed difference", (leaf,))


@rule("*")
def assumed_equal_matrices(engine: Engine, e: Expr) -> Iterator[Fact]:
    """M == N is assumed: what is known of N holds for M."""
    if e.ndim != 2:
        return
    for relation in engine.assumed.relations:
        if relation.op == "==" and relation.lhs.shape == relation.rhs.shape == e.shape:
            for M, N in (relation.args, relation.args[::-1]):
                if same(M, e) and not same(N, e):
                    leaf = Fact("given", relation, ZERO, "assumption")
                    for p in engine.get(N, *FORM_KINDS):
                        yield Fact(p.kind, e, p.bound, "assumed equality", (leaf, p))


@rule("mul")
def product_on_a_rectangle(engine: Engine, e: Expr) -> Iterator[Fact]:
    """l <= a <= h and k <= b <= m: a b lies between the least and the largest of l k, l m, h k, h m."""
    if e.ndim > 1:
        return
    sides = [[engine.get(arg, kind)[:2] for kind in ("lo", "hi")] for arg in e.args]
    for low, high in ((p, q) for p in sides[0][0] for q in sides[0][1]):
        for other in ((p, q) for p in sides[1][0] for q in sides[1][1]):
            if any(engine.nonnegative(p.bound) or engine.nonnegative(-q.bound) for p, q in ((low, high), other)):
                continue  # where a factor keeps its sign other rules say as much
            corners = [a.bound * b.bound for a in (low, high) for b in other]
            for kind, sign in (("lo", 1), ("hi", -1)):
                for c in corners:
                    if all(c == k or engine.nonnegative(Poly.number(sign) * (k - c)) for k in corners):
                        yield Fact(kind, e, c, "product on a rectangle", (low, high, *other))
                        break

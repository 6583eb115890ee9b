"""f = u / sum(u) with u >= 0 lies on the simplex: its norms, its covariance diag(f) - f f^T, and weighted variances."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from resmax_sym.judge.bounds.canonical import plain, same, unfold
from resmax_sym.judge.bounds.engine import UNITY, ZERO, Engine, rule
from resmax_sym.judge.bounds.matrices import chain
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.bounds.scalars import nonnegative
from resmax_sym.lang import Expr

HALF = Poly.number(Fraction(1, 2))


def resolved(e: Expr) -> Expr:
    """The definition of a name, at its point."""
    meaning = unfold(e)
    return e if meaning is None else resolved(meaning)


@rule("div")
def normalised_vector(engine: Engine, e: Expr) -> Iterator[Fact]:
    """u / sum(u) sums to 1; where u >= 0 it lies on the simplex."""
    u, total = e.args
    meaning = resolved(total)
    if u.ndim != 1 or meaning.op != "sum" or not same(meaning.args[0], u):
        return
    yield Fact("total", e, UNITY, "normalised vector")
    for sign in nonnegative(engine, u)[:1]:
        for kind, bound in (("lo", ZERO), ("hi", UNITY), ("norm1", UNITY)):
            yield Fact(kind, e, bound, "normalised nonnegative vector", (sign,))


def simplex_facts(engine: Engine, f: Expr) -> tuple[Fact, ...]:
    """f >= 0 and sum(f) = 1, if both are known."""
    totals = [p for p in engine.get(f, "total") if p.bound == UNITY]
    signs = nonnegative(engine, f)
    return (signs[0], totals[0]) if totals and signs else ()


@rule("sub")
def covariance(engine: Engine, e: Expr) -> Iterator[Fact]:
    """f on the simplex: 0 <= diag(f) - f f^T <= I/2, for z^T M z = Var_f(z) <= (max z - min z)^2 / 4 (Popoviciu)."""
    a, b = e.args
    if a.op == "diag" and b.op == "outer" and same(a.args[0], b.args[0]) and same(b.args[0], b.args[1]):
        premises = simplex_facts(engine, a.args[0])
        if premises:
            yield Fact("qlo", e, ZERO, "covariance on the simplex", premises)
            yield Fact("qhi", e, HALF, "covariance on the simplex", premises)
            yield Fact("opnorm", e, HALF, "covariance on the simplex", premises)


@rule("matmul")
def weighted_variance(engine: Engine, e: Expr) -> Iterator[Fact]:
    """f on the simplex, P = I - 1 f^T, l <= g <= h: min(l, 0)/2 <= P^T diag(f g) P <= max(h, 0)/2.

    z^T P^T diag(f g) P z = sum f_i g_i (z_i - <f, z>)^2, and sum f_i (z_i - <f, z>)^2 = Var_f(z) <= ||z||^2 / 2.
    """
    parts = chain(e)
    if len(parts) != 3 or parts[0].op != "transpose" or parts[0].args[0] != parts[2] or parts[1].op != "diag":
        return
    f, weight = centred_at(parts[2]), parts[1].args[0]
    if f is None or weight.op != "mul":
        return
    for left, g in (weight.args, weight.args[::-1]):
        premises = simplex_facts(engine, f) if same(left, f) else ()
        if premises:
            for p in engine.get(g, "lo", "hi"):
                outward = -p.bound if p.kind == "lo" else p.bound
                bound = (
                    HALF * p.bound if engine.nonnegative(outward) else ZERO if engine.nonnegative(-outward) else None
                )
                if bound is not None:
                    yield Fact("q" + p.kind, e, bound, "weighted variance", (*premises, p))
            for p in engine.get(g, "norminf"):
                yield Fact("opnorm", e, HALF * p.bound, "weighted variance", (*premises, p))


def centred_at(P: Expr) -> Expr | None:
    """f where P = I - 1 f^T."""
    if P.op == "sub" and P.args[0].op == "eye" and P.args[1].op == "outer" and P.args[1].args[0].op == "ones":
        return P.args[1].args[1]
    return None


@rule("sub")
def centred_vector(engine: Engine, e: Expr) -> Iterator[Fact]:
    """f on the simplex, l <= c <= h: l - h <= c - <f, c> <= h - l, for <f, c> lies between l and h as c does."""
    c, mean = e.args
    meaning = resolved(mean)
    if e.ndim != 1 or meaning.op != "inner":
        return
    for f, other in (meaning.args, meaning.args[::-1]):
        premises = simplex_facts(engine, f) if plain(other) == plain(c) else ()
        if premises:
            for low in engine.get(c, "lo"):
                for high in engine.get(c, "hi"):
                    width = high.bound - low.bound
                    yield Fact("norminf", e, width, "deviation from the mean", (*premises, low, high))

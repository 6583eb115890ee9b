"""l z^T z <= z^T M z <= h z^T z: rules for quadratic forms, and with them for eigenvalues and positive semidefiniteness."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from resmax_sym.judge.bounds.canonical import same
from resmax_sym.judge.bounds.engine import ZERO, Engine, rule
from resmax_sym.judge.bounds.matrices import chain, mirror, unchained
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.bounds.scalars import nonnegative, reciprocals
from resmax_sym.lang import Expr

HALF = Poly.number(Fraction(1, 2))


def square(e: Expr) -> bool:
    return e.ndim == 2 and e.shape[0] == e.shape[1]


@rule("add", "sub", "neg")
def sum_of_forms(engine: Engine, e: Expr) -> Iterator[Fact]:
    """Forms add: M >= l I and N >= k I give M + N >= (l + k) I, and likewise for M - N and -M."""
    if not square(e) or any(a.ndim != 2 for a in e.args):
        return
    if e.op == "neg":
        for p in engine.get(e.args[0], "qlo", "qhi"):
            yield Fact("qhi" if p.kind == "qlo" else "qlo", e, -p.bound, "sum of forms", (p,))
        return
    for kind, opposite in (("qlo", "qhi"), ("qhi", "qlo")):
        for p in engine.get(e.args[0], kind):
            for q in engine.get(e.args[1], kind if e.op == "add" else opposite):
                bound = p.bound + q.bound if e.op == "add" else p.bound - q.bound
                yield Fact(kind, e, bound, "sum of forms", (p, q))


@rule("mul")
def multiple_of_form(engine: Engine, e: Expr) -> Iterator[Fact]:
    """0 <= s <= h, M >= l I: s M >= 0 if l >= 0, s M >= h l I if l <= 0; likewise from above."""
    for s, M in (e.args, e.args[::-1]):
        if square(e) and not s.shape:
            for sign in nonnegative(engine, s)[:1]:
                yield from scaled(engine, e, engine.get(s, "hi"), (sign,), M)
                for low in nonnegative(engine, s):
                    for p in engine.get(M, "qlo"):
                        if engine.nonnegative(p.bound):
                            yield Fact("qlo", e, low.bound * p.bound, "nonnegative multiple of a form", (low, p))


@rule("div")
def quotient_of_form(engine: Engine, e: Expr) -> Iterator[Fact]:
    """s > 0, 1/s <= r: as for the multiple by 1/s."""
    M, s = e.args
    if square(e) and not s.shape:
        for sign in nonnegative(engine, s)[:1]:
            yield from scaled(engine, e, list(reciprocals(engine, s)), (sign,), M)


def scaled(engine: Engine, e: Expr, tops: list[Fact], signs: tuple[Fact, ...], M: Expr) -> Iterator[Fact]:
    """Bounds of s M for 0 <= s <= h."""
    for kind, sign in (("qlo", 1), ("qhi", -1)):
        for p in engine.get(M, kind):
            inward = p.bound if sign > 0 else -p.bound
            if engine.nonnegative(inward):
                yield Fact(kind, e, ZERO, "nonnegative multiple of a form", (*signs, p))
            elif engine.nonnegative(-inward):
                for top in tops:
                    yield Fact(kind, e, top.bound * p.bound, "nonnegative multiple of a form", (*signs, top, p))


@rule("outer")
def form_of_outer_product(engine: Engine, e: Expr) -> Iterator[Fact]:
    """z^T v v^T z = <v, z>^2 >= 0; z^T a b^T z >= -||a|| ||b|| / 2 where <a, b> >= 0."""
    a, b = e.args
    if a == b:
        yield Fact("qlo", e, ZERO, "a square is nonnegative")
    elif a.shape == b.shape:
        for sign in nonnegative(engine, Expr("inner", (a, b), ()))[:1]:
            for p in engine.get(a, "norm"):
                for q in engine.get(b, "norm"):
                    bound = -HALF * p.bound * q.bound
                    yield Fact("qlo", e, bound, "outer product of vectors at an acute angle", (sign, p, q))


@rule("add")
def symmetric_outer_product(engine: Engine, e: Expr) -> Iterator[Fact]:
    """<a, b> - ||a|| ||b|| <= z^T (a b^T + b a^T) z <= <a, b> + ||a|| ||b|| for unit z, both attained."""
    one, two = e.args
    if (
        one.op != "outer"
        or two.op != "outer"
        or not (same(one.args[0], two.args[1]) and same(one.args[1], two.args[0]))
    ):
        return
    a, b = one.args
    mean, size = Expr("inner", (a, b), ()), Expr("norm", (a,), ()) * Expr("norm", (b,), ())
    for kind, subject in (("hi", size + mean), ("lo", mean - size)):
        for p in engine.get(subject, kind):
            yield Fact("q" + kind, e, p.bound, "symmetric outer product", (p,))


@rule("matmul")
def congruence(engine: Engine, e: Expr) -> Iterator[Fact]:
    """M >= l I gives X^T M X >= l op(X)^2 I if l <= 0, >= 0 and >= l s I if l >= 0 and X^T X >= s I; X^T X >= 0."""
    parts = chain(e)
    for cut in range(1, len(parts) // 2 + 1):
        left, right = parts[:cut], parts[len(parts) - cut :]
        if [mirror(part) for part in reversed(left)] != right:
            return
        X, middle = unchained(right), parts[cut : len(parts) - cut]
        if not middle:
            yield Fact("qlo", e, ZERO, "Gram matrix")
            continue
        yield from congruent(engine, e, X, unchained(middle))


def congruent(engine: Engine, e: Expr, X: Expr, M: Expr) -> Iterator[Fact]:
    """Bounds of X^T M X by bounds of M."""
    for kind, sign in (("qlo", 1), ("qhi", -1)):
        for p in engine.get(M, kind):
            inward = p.bound if sign > 0 else -p.bound
            if engine.nonnegative(inward):
                yield Fact(kind, e, ZERO, "congruence", (p,))
                for s in engine.get(X.T @ X, "qlo"):
                    if engine.nonnegative(s.bound):
                        yield Fact(kind, e, p.bound * s.bound, "congruence", (p, s))
            elif engine.nonnegative(-inward):
                for q in engine.get(X, "opnorm"):
                    yield Fact(kind, e, p.bound * q.bound * q.bound, "congruence", (p, q))

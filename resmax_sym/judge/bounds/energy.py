"""c norm(X z) <= ..., z = a - N^{-1} g: rules for the error of a Newton step with an approximate Hessian N, in the norm of X^T X."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from resmax_sym.judge.bounds.canonical import same
from resmax_sym.judge.bounds.engine import Engine, rule
from resmax_sym.judge.bounds.poly import Poly, norm_atom
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.bounds.scalars import simple_below
from resmax_sym.lang import Expr

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class NewtonStep:
    """An error z with N z = residual: a - N^{-1} g, or p - (q - N^{-1} g) with a = p - q."""

    a: Expr
    N: Expr
    residual: Expr

    @staticmethod
    def of(z: Expr) -> NewtonStep | None:
        if z.op != "sub" or z.ndim != 1:
            return None
        first, second = z.args
        if second.op == "solve":
            N, g = second.args
            return NewtonStep(first, N, N @ first - g)
        if second.op == "sub" and second.args[1].op == "solve" and first.shape == second.args[0].shape:
            N, g = second.args[1].args
            a = first - second.args[0]
            return NewtonStep(a, N, N @ a + g)
        return None


@rule("mul")
def step_by_its_residual(engine: Engine, e: Expr) -> Iterator[Fact]:
    """N >= l I and l >= c give c ||z|| <= ||N z||, for l ||z||^2 <= <z, N z>."""
    for c, size in (e.args, e.args[::-1]):
        step = NewtonStep.of(size.args[0]) if size.op == "norm" else None
        C = engine.assumed.read(c) if step is not None and not c.shape else None
        if C is None:
            continue
        for low in engine.get(step.N, "qlo"):
            if engine.nonnegative(low.bound - C):
                for p in engine.get(step.residual, "norm"):
                    yield Fact("hi", e, p.bound, "error of a Newton step by its residual", (low, p))


@rule("mul")
def step_in_energy_norm(engine: Engine, e: Expr) -> Iterator[Fact]:
    """N >= c X^T X, -k X^T X <= P <= k X^T X, X^T X >= l I give c ||X z|| <= k ||X a|| + ||N z - P a|| / sqrt(l).

    c ||X z||^2 <= <z, N z> = <z, P a> + <z, N z - P a>.  The first term is at most k ||X z|| ||X a||, for P is symmetric, and the
    second at most ||z|| ||N z - P a|| with ||z|| <= ||X z|| / sqrt(l).  P and k are taken from what is assumed, psd(k X^T X - P).
    """
    for c, size in (e.args, e.args[::-1]):
        image = size.args[0] if size.op == "norm" else None
        if c.shape or image is None or image.op != "matmul" or image.args[0].ndim != 2:
            continue
        X, step = image.args[0], NewtonStep.of(image.args[1])
        if step is None:
            continue
        metric = X.T @ X
        for lower in nonnegative_form(engine, step.N - c * metric):
            for k, P, leaf in comparisons(engine, metric):
                for other in nonnegative_form(engine, k * metric + P):
                    yield from combined(
                        engine, e, (lower, leaf, other), metric, k, X @ step.a, step.residual - P @ step.a
                    )


def combined(
    engine: Engine, e: Expr, forms: tuple[Fact, ...], metric: Expr, k: Expr, image: Expr, rest: Expr
) -> Iterator[Fact]:
    """k ||X a|| + ||rest|| / sqrt(l) for what is known of the two norms and of l."""
    K = engine.assumed.read(k)
    for low in engine.get(metric, "qlo") if K is not None else ():
        least = simple_below(engine, low.bound)
        if least is not None:
            for p in engine.get(image, "norm"):
                for q in engine.get(rest, "norm"):
                    bound = K * p.bound + q.bound * least.power(-HALF)
                    yield Fact("hi", e, bound, "error of a Newton step in the energy norm", (*forms, low, p, q))


def nonnegative_form(engine: Engine, M: Expr) -> list[Fact]:
    """A fact that shows z^T M z >= 0, if there is one."""
    return [p for p in engine.get(M, "qlo") if engine.nonnegative(p.bound)][:1]


def comparisons(engine: Engine, metric: Expr) -> Iterator[tuple[Expr, Expr, Fact]]:
    """k, P and the assumption psd(k X^T X - P), which also says that P is symmetric."""
    for relation in engine.assumed.relations:
        M = relation.args[0]
        if relation.op == "psd" and M.op == "sub" and M.args[0].op == "mul" and M.args[1].shape == metric.shape:
            k, other = M.args[0].args
            if not k.shape and same(other, metric):
                yield k, M.args[1], Fact("given", relation, Poly.number(0), "assumption")


@rule("*")
def norm_by_energy(engine: Engine, e: Expr) -> Iterator[Fact]:
    """X^T X >= l I with l > 0 gives ||z|| <= ||X z|| / sqrt(l), where the statement speaks of ||X z||."""
    if e.ndim != 1:
        return
    for kind, image in engine.kept:
        if kind == "norm" and image.op == "matmul" and image.args[0].ndim == 2 and same(image.args[1], e):
            X = image.args[0]
            for low in engine.get(X.T @ X, "qlo"):
                least = simple_below(engine, low.bound)
                if least is not None:
                    atom = norm_atom("norm", image)
                    leaf = Fact("norm", image, atom, "left as it stands")
                    yield Fact("norm", e, atom * least.power(-HALF), "norm by energy", (low, leaf))


@rule("*")
def assumed_equal_vectors(engine: Engine, e: Expr) -> Iterator[Fact]:
    """v == w is assumed: the norms of w are those of v."""
    if e.ndim != 1:
        return
    for relation in engine.assumed.relations:
        if relation.op == "==" and relation.lhs.shape == relation.rhs.shape == e.shape:
            for v, w in (relation.args, relation.args[::-1]):
                if same(v, e) and not same(w, e):
                    leaf = Fact("given", relation, Poly.number(0), "assumption")
                    for p in engine.get(w, "norm1", "norm", "norminf"):
                        yield Fact(p.kind, e, p.bound, "assumed equal vectors", (leaf, p))


@rule("sub")
def difference_of_equal_matrices(engine: Engine, e: Expr) -> Iterator[Fact]:
    """M == N is assumed: M - N is 0."""
    if e.ndim != 2 or any(a.shape != e.shape for a in e.args):
        return
    for relation in engine.assumed.relations:
        if relation.op == "==" and any(
            same(e.args[0], M) and same(e.args[1], N) for M, N in (relation.args, relation.args[::-1])
        ):
            leaf = Fact("given", relation, Poly.number(0), "assumption")
            for kind in ("qlo", "qhi", "opnorm") if e.shape[0] == e.shape[1] else ("opnorm",):
                yield Fact(kind, e, Poly.number(0), "difference of equal matrices", (leaf,))

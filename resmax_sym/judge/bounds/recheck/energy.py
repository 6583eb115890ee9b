"""c norm(X z) <= ..., N z = r: second statements of the rules for the error of an approximate Newton step, and of equal arrays."""

from __future__ import annotations

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import VECTOR, ZERO, Case, either, states
from resmax_sym.judge.bounds.recheck.context import HALF
from resmax_sym.judge.bounds.recheck.entries import stated
from resmax_sym.judge.bounds.recheck.terms import expanded, minus, same
from resmax_sym.lang import Expr


def product(M: Expr, v: Expr) -> Expr:
    return Expr("matmul", (M, v), (*M.shape[:-1], *v.shape[1:]))


def gram(X: Expr) -> Expr:
    """X^T X."""
    return product(Expr("transpose", (X,), X.shape[::-1]), X)


def newton(c: Case, z: Expr) -> tuple[Expr, Expr, Expr]:
    """a, N and N z, for z = a - N^{-1} g or z = p - (q - N^{-1} g), a = p - q."""
    c.need(z.op == "sub" and z.ndim == 1, "the vector is no error of a step")
    a, rest = z.args
    if rest.op == "solve":
        N, g = rest.args
        return a, N, minus(product(N, a), g)
    c.need(rest.op == "sub" and rest.args[1].op == "solve", "the vector is no error of a step")
    (q, solution), p = rest.args, a
    c.need(p.shape == q.shape == z.shape, "the two points have other shapes")
    (N, g), a = solution.args, minus(p, q)
    return a, N, Expr("add", (product(N, a), g), a.shape)


def scaled_norm(c: Case, factor: Expr, size: Expr) -> tuple[Expr, Expr]:
    """The factor and v where the subject is factor * norm(v)."""
    c.need(not factor.shape and size.op == "norm", "the subject is no multiple of a norm")
    return factor, size.args[0]


@states("error of a Newton step by its residual")
def by_residual(c: Case) -> Poly:
    """z^T N z >= l z^T z with l >= factor: factor norm(z) <= norm(N z)."""
    c.among("hi")
    c.count(2)

    def attempt(factor: Expr, size: Expr) -> Poly:
        factor, z = scaled_norm(c, factor, size)
        _, N, residual = newton(c, z)
        c.nonnegative(c.premise(0, "qlo", N) - c.context.value(factor))
        return c.premise(1, "norm", residual)

    return either(*c.operands("mul"), attempt)


@states("error of a Newton step in the energy norm")
def in_energy_norm(c: Case) -> Poly:
    """<z, (N - factor X^T X) z> >= 0, |<z, P a>| <= k norm(X z) norm(X a), norm(z) <= norm(X z) / sqrt(l)."""
    c.among("hi")
    c.count(6)

    def attempt(factor: Expr, size: Expr) -> Poly:
        factor, image = scaled_norm(c, factor, size)
        c.need(image.op == "matmul" and image.args[0].ndim == 2, "the norm is of no X z")
        X, z = image.args
        a, N, residual = newton(c, z)
        metric, square = gram(X), N.shape
        c.nonnegative(c.premise(0, "qlo", minus(N, Expr("mul", (factor, metric), square))))
        c.need(c.kind_of(1) == "given", "premise 1 is no assumption")  # psd, which says that P is symmetric
        relation = c.step.premises[1].subject
        c.need(relation.op == "psd" and relation.args[0].op == "sub", "premise 1 is no psd(k X^T X - P)")
        top, P = relation.args[0].args
        c.need(
            top.op == "mul" and not top.args[0].shape and same(top.args[1], metric), "premise 1 is no psd(k X^T X - P)"
        )
        k = top.args[0]
        c.nonnegative(c.premise(2, "qlo", Expr("add", (Expr("mul", (k, metric), square), P), square)))
        least = c.premise(3, "qlo", metric)
        near = c.premise(4, "norm", product(X, a))
        far = c.premise(5, "norm", minus(residual, product(P, a)))
        return c.context.value(k) * near + over_root(c, far, least)

    return either(*c.operands("mul"), attempt)


def over_root(c: Case, p: Poly, least: Poly) -> Poly:
    """p / sqrt(l) for a product l of positive symbols; of a sum, a term that it is not below."""
    if least.is_monomial:
        return p * c.positive_product(least).power(-HALF)
    for term in sorted(least.items, key=str):
        candidate = Poly.of(dict([term]))
        positive = term[1] > 0 and all(c.context.ranges.positive(atom) for atom, _ in term[0])
        if positive and c.context.ranges.less(candidate, least):
            return p * candidate.power(-HALF)
    c.need(False, f"{least} is not seen to be positive")
    return p


@states("norm by energy")
def by_energy(c: Case) -> Poly:
    """l z^T z <= z^T X^T X z = norm(X z)^2."""
    c.among("norm")
    c.count(2)
    image = c.step.premises[1].subject
    c.need(image.op == "matmul" and image.args[0].ndim == 2 and same(image.args[1], c.e), "premise 1 is of no X z")
    return over_root(c, c.premise(1, "norm", image), c.premise(0, "qlo", gram(image.args[0])))


@states("assumed equal vectors")
def equal_vectors(c: Case) -> Poly:
    """v == w is assumed, and premise 1 bounds a norm of w."""
    kind = c.among(*VECTOR)
    c.count(2)
    relation = stated(c)
    c.need(relation.op == "==", "the assumption is no equality")
    v, w = relation.args
    c.need(v.shape == w.shape == c.e.shape and len(v.shape) == 1, "the sides have other shapes")
    c.need(same(v, c.e) or same(w, c.e), "the equality is about other vectors")
    return c.premise(1, kind, w if same(v, c.e) else v)


@states("difference of equal matrices")
def equal_matrices(c: Case) -> Poly:
    """M == N is assumed, and the subject is M - N or N - M."""
    c.among("qlo", "qhi", "opnorm")
    c.count(1)
    relation = stated(c)
    c.need(relation.op == "==" and c.e.ndim == 2, "the assumption is no equality of matrices")
    sides = [expanded(a) for a in c.operands("sub")]
    M, N = (expanded(a) for a in relation.args)
    c.need(M.shape == N.shape == c.e.shape and sides in ([M, N], [N, M]), "the equality is about other matrices")
    return ZERO

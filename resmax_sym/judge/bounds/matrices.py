"""opnorm(A @ B) <= opnorm(A) opnorm(B), outer, diag, transpose, eye: rules for matrices and their products."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from resmax_sym.judge.bounds.engine import UNITY, Engine, Table, closure_rule, rule
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.lang import Expr

HALF = Fraction(1, 2)


@rule("matmul")
def product(engine: Engine, e: Expr) -> Iterator[Fact]:
    """||A v||_2 <= op(A) ||v||_2, op(A B) <= op(A) op(B), fro(A B) <= op(A) fro(B), and the mirror images."""
    a, b = e.args
    if a.ndim == b.ndim == 1:
        twin = Expr("inner", (a, b), ())
        for facts in engine.facts(twin).values():
            for p in facts:
                yield Fact(p.kind, e, p.bound, "inner product", (p,))
        return
    if e.ndim == 1:
        matrix, vector = (a, b) if a.ndim == 2 else (b, a)
        for p in engine.get(matrix, "opnorm"):
            for q in engine.get(vector, "norm"):
                yield Fact("norm", e, p.bound * q.bound, "operator norm", (p, q))
        return
    for left, right in (("opnorm", "opnorm"), ("opnorm", "fro"), ("fro", "opnorm")):
        for p in engine.get(a, left):
            for q in engine.get(b, right):
                kind = "opnorm" if left == right else "fro"
                yield Fact(kind, e, p.bound * q.bound, "submultiplicative norm", (p, q))


@rule("outer")
def outer_product(engine: Engine, e: Expr) -> Iterator[Fact]:
    """op(a b^T) = fro(a b^T) = ||a||_2 ||b||_2."""
    for p in engine.get(e.args[0], "norm"):
        for q in engine.get(e.args[1], "norm"):
            for kind in ("opnorm", "fro"):
                yield Fact(kind, e, p.bound * q.bound, "norm of an outer product", (p, q))


@rule("diag")
def diagonal(engine: Engine, e: Expr) -> Iterator[Fact]:
    """op(diag(v)) = ||v||_inf, fro(diag(v)) = ||v||_2, and min(v) I <= diag(v) <= max(v) I."""
    for source, kind in (("norminf", "opnorm"), ("norm", "fro"), ("lo", "qlo"), ("hi", "qhi")):
        for p in engine.get(e.args[0], source):
            yield Fact(kind, e, p.bound, "diagonal matrix", (p,))


@rule("transpose")
def transposed(engine: Engine, e: Expr) -> Iterator[Fact]:
    """M^T has the norms of M and the same quadratic form."""
    for p in engine.get(e.args[0], "opnorm", "fro", "qlo", "qhi"):
        yield Fact(p.kind, e, p.bound, "transpose", (p,))


@rule("eye")
def identity(engine: Engine, e: Expr) -> Iterator[Fact]:
    """op(I) = 1, fro(I) = sqrt(n), z^T I z = z^T z."""
    for kind in ("opnorm", "qlo", "qhi"):
        yield Fact(kind, e, UNITY, "identity matrix")
    yield Fact("fro", e, Poly.size(e.shape[0]).power(HALF), "identity matrix")


@rule("solve")
def solution(engine: Engine, e: Expr) -> Iterator[Fact]:
    """z^T M z >= l z^T z with l > 0 gives ||M^{-1} r|| <= ||r|| / l."""
    from resmax_sym.judge.bounds.scalars import simple_below

    M, r = e.args
    for p in engine.get(M, "qlo"):
        low = simple_below(engine, p.bound)
        if low is not None:
            for q in engine.get(r, "norm" if r.ndim == 1 else "opnorm"):
                yield Fact(q.kind, e, q.bound * low.power(-1), "inverse of a positive definite matrix", (p, q))


@closure_rule
def form_and_norm(engine: Engine, e: Expr, table: Table) -> Iterator[Fact]:
    """|z^T M z| <= op(M) z^T z."""
    if e.ndim == 2 and e.shape[0] == e.shape[1]:
        for p in table.get("opnorm", []):
            yield Fact("qhi", e, p.bound, "form of a matrix by its norm", (p,))
            yield Fact("qlo", e, -p.bound, "form of a matrix by its norm", (p,))
        if visibly_symmetric(e):
            for low in table.get("qlo", []):
                for high in table.get("qhi", []):
                    for bound, other in ((high.bound, low.bound), (-low.bound, -high.bound)):
                        if engine.nonnegative(bound + other):
                            yield Fact("opnorm", e, bound, "norm of a symmetric matrix by its form", (low, high))


def visibly_symmetric(e: Expr) -> bool:
    """Whether the matrix is symmetric by its form alone."""
    match e.op:
        case "diag" | "eye":
            return True
        case "named" | "neg" | "transpose":
            return visibly_symmetric(e.args[0])
        case "at":
            return e.args[0].op == "named" and visibly_symmetric(e.args[0])
        case "outer":
            return e.args[0] == e.args[1]
        case "mul" | "div" | "pow":
            return all(visibly_symmetric(a) for a in e.args if a.ndim == 2)
        case "matmul":
            parts = chain(e)
            mirrored = [mirror(part) for part in reversed(parts)]
            middle = len(parts) // 2
            return all(a == b for k, (a, b) in enumerate(zip(parts, mirrored, strict=True)) if k != middle) and (
                len(parts) % 2 == 0 or visibly_symmetric(parts[middle])
            )
        case "add" | "sub":
            if all(visibly_symmetric(a) for a in e.args):
                return True
            return e.op == "add" and mirror(e.args[0]) == e.args[1]
    return False


def chain(e: Expr) -> list[Expr]:
    """The factors of a product of matrices, a transpose of a product carried to them."""
    if e.op == "matmul" and e.ndim == 2:
        return chain(e.args[0]) + chain(e.args[1])
    if e.op == "transpose" and e.args[0].op == "matmul":
        return [mirror(part) for part in reversed(chain(e.args[0]))]
    return [e]


def mirror(e: Expr) -> Expr:
    """M^T, written so that mirrored factors compare equal."""
    if e.op == "transpose":
        return e.args[0]
    if e.op == "outer":
        return Expr("outer", e.args[::-1], e.shape[::-1])
    return e if e.op in ("diag", "eye") else e.T


def unchained(parts: list[Expr]) -> Expr:
    """The product of the factors."""
    result = parts[0]
    for part in parts[1:]:
        result = result @ part
    return result

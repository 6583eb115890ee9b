"""l z^T z <= z^T M z <= h z^T z: second statements of the rules for matrices, their norms, forms and eigenvalues."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import OF_NDIM, UNITY, ZERO, Case, Fails, either, states
from resmax_sym.judge.bounds.recheck.context import HALF as ROOT
from resmax_sym.judge.bounds.recheck.terms import expanded, factors, mirrored, same, visibly_symmetric
from resmax_sym.judge.identity import Equal, equal
from resmax_sym.lang import Expr, eq

HALF = Poly.number(Fraction(1, 2))
FORMS = ("qlo", "qhi")
OTHER = {"qlo": "qhi", "qhi": "qlo"}


def oriented(kind: str, p: Poly) -> Poly:
    """p, turned so that it is nonnegative where the bound points inward."""
    return p if kind == "qlo" else -p


@states("inner product")
def row_times_column(c: Case) -> Poly:
    """v @ w = <v, w>."""
    c.operands("matmul")
    c.count(1)
    return c.premise(0, c.kind, c.e)


@states("diagonal matrix")
def diagonal(c: Case) -> Poly:
    """op(diag(v)) = linf, fro = l2, and min(v) I <= diag(v) <= max(v) I."""
    c.count(1)
    source = {"opnorm": "norminf", "fro": "norm", "qlo": "lo", "qhi": "hi"}[c.among("opnorm", "fro", *FORMS)]
    return c.premise(0, source, c.operands("diag")[0])


@states("transpose")
def transposed(c: Case) -> Poly:
    """M^T has the norms and the form of M."""
    c.count(1)
    return c.premise(0, c.among("opnorm", "fro", *FORMS), c.operands("transpose")[0])


@states("identity matrix")
def identity(c: Case) -> Poly:
    """op(I) = 1, fro(I) = sqrt(n), z^T I z = z^T z."""
    c.count(0)
    c.operands("eye")
    return Poly.size(c.e.shape[0]).power(ROOT) if c.among("opnorm", "fro", *FORMS) == "fro" else UNITY


@states("inverse of a positive definite matrix")
def inverse(c: Case) -> None:
    """z^T M z >= l z^T z and l >= m > 0 give ||M^{-1} r|| <= ||r|| / m: bound * m >= ||r|| for a product m below l."""
    M, r = c.operands("solve")
    c.count(2)
    kind = c.among("norm" if r.ndim == 1 else "opnorm")
    least, size = c.premise(0, "qlo", M), c.premise(1, kind, r)
    ranges = c.context.ranges
    constants = [Poly.number(Fraction(1, 2**k)) for k in (0, 1, 2, 4, 6)]
    for m in [Poly.of({m: a}) for m, a in least.items] + constants:
        try:
            c.nonnegative(least - c.positive_product(m))
        except Fails:
            continue
        if ranges.less(size, c.bound * m):
            return
    raise Fails("the bound is not seen to be at least the size of the right side over the least eigenvalue")


@states("symmetric outer product")
def symmetric_outer(c: Case) -> Poly:
    """a b^T + b a^T has the eigenvalues <a, b> +- ||a|| ||b||, and 0 beside them."""
    c.count(1)
    first, second = c.operands("add")
    c.need(first.op == second.op == "outer", "the terms are no outer products")
    a, b = first.args
    c.need(same(second.args[0], b) and same(second.args[1], a), "one term is not the other transposed")
    mean, size = Expr("inner", (a, b), ()), Expr("norm", (a,), ()) * Expr("norm", (b,), ())
    if c.among(*FORMS) == "qhi":
        return c.premise(0, "hi", size + mean)
    return c.premise(0, "lo", mean - size)


@states("form of a matrix by its norm")
def form_by_norm(c: Case) -> Poly:
    """|z^T M z| <= op(M) z^T z."""
    c.count(1)
    p = c.premise(0, "opnorm", c.e)
    return p if c.among(*FORMS) == "qhi" else -p


@states("norm of a symmetric matrix by its form")
def norm_by_form(c: Case) -> tuple[Poly, ...]:
    """op(M) = max |eigenvalue| for a symmetric M."""
    c.among("opnorm")
    c.count(2)
    low, high = c.premise(0, "qlo", c.e), c.premise(1, "qhi", c.e)
    symmetric = visibly_symmetric(c.e) or isinstance(equal(c.context.model, eq(c.e, c.e.T)), Equal)
    c.need(symmetric, "the matrix is not shown to be symmetric")
    return high, -low


@states("sum of forms")
def added(c: Case) -> Poly:
    """Forms add; a bound of the other side is subtracted."""
    kind = c.among(*FORMS)
    args = c.operands("add", "sub", "neg")
    c.count(len(args))
    c.need(all(arg.ndim == 2 for arg in args), "a scalar beside a matrix")
    if c.e.op == "neg":
        return -c.premise(0, OTHER[kind], args[0])
    if c.e.op == "add":
        return c.premise(0, kind, args[0]) + c.premise(1, kind, args[1])
    return c.premise(0, kind, args[0]) - c.premise(1, OTHER[kind], args[1])


@states("nonnegative multiple of a form")
def multiple(c: Case) -> Poly:
    """0 <= k <= s <= h and M >= l I: s M >= k l I and >= 0 if l >= 0, s M >= h l I if l <= 0; likewise from above, and for M / s."""
    kind = c.among(*FORMS)
    c.count(2, 3)

    def attempt(s: Expr, M: Expr) -> Poly:
        c.need(not s.shape and M.ndim == 2, "no multiple of a matrix")
        least = c.nonnegative(c.premise(0, "lo", s))
        if len(c.step.premises) == 2:
            p = c.premise(1, kind, M)
            c.nonnegative(oriented(kind, p))
            return c.best(ZERO, least * p) if kind == "qlo" and c.e.op == "mul" else ZERO
        top, p = c.premise(1, "hi" if c.e.op == "mul" else "inv", s), c.premise(2, kind, M)
        c.nonnegative(-oriented(kind, p))
        return top * p

    a, b = c.operands("mul", "div")
    return either(a, b, attempt) if c.e.op == "mul" else attempt(b, a)


@states("outer product of vectors at an acute angle")
def acute(c: Case) -> Poly:
    """<a, b> >= 0: the least eigenvalue (<a, b> - ||a|| ||b||) / 2 of the form of a b^T is at least -||a|| ||b|| / 2."""
    a, b = c.operands("outer")
    c.among("qlo")
    c.count(3)
    c.need(a.shape == b.shape, "the matrix is not square")
    c.nonnegative(c.premise(0, "lo", Expr("inner", (a, b))))
    return -HALF * c.premise(1, "norm", a) * c.premise(2, "norm", b)


@states("Gram matrix")
def gram(c: Case) -> Poly:
    """z^T X^T X z = ||X z||^2 >= 0."""
    c.among("qlo")
    c.count(0)
    parts = factors(expanded(c.e))
    half = len(parts) // 2
    c.need(len(parts) == 2 * half and reverse(parts[half:]) == parts[:half], "the matrix is no X^T X")
    return ZERO


def reverse(parts: list[Expr]) -> list[Expr]:
    """The factors of the transposed product."""
    return [mirrored(part) for part in reversed(parts)]


@states("congruence")
def congruence(c: Case) -> Poly:
    """M >= l I: X^T M X >= 0 and >= l s I if l >= 0 and X^T X >= s I, >= l op(X)^2 I if l <= 0; likewise from above."""
    kind = c.among(*FORMS)
    c.count(1, 2)
    parts = factors(expanded(c.e))
    for cut in range(1, (len(parts) + 1) // 2):
        X, middle = parts[len(parts) - cut :], parts[cut : len(parts) - cut]
        if reverse(X) != parts[:cut]:
            break
        if factors(expanded(c.step.premises[0].subject)) == middle and c.kind_of(0) == kind:
            return congruent(c, kind, c.step.premises[0].bound, X)
    raise Fails("the subject is no X^T M X with the M of the premise")


def congruent(c: Case, kind: str, p: Poly, X: list[Expr]) -> Poly:
    """What a bound p of M gives for X^T M X."""
    if len(c.step.premises) == 1:
        c.nonnegative(oriented(kind, p))
        return ZERO
    other = c.step.premises[1]
    if other.kind == "opnorm" and factors(expanded(other.subject)) == X:
        c.nonnegative(-oriented(kind, p))
        return p * other.bound * other.bound
    c.need(
        other.kind == "qlo" and factors(expanded(other.subject)) == [*reverse(X), *X],
        "premise 1 is about another matrix",
    )
    c.nonnegative(oriented(kind, p))
    return c.best(p * c.nonnegative(other.bound), ZERO)


@states("size of eigenvalues", "trace by Cauchy-Schwarz", "eigenvalues between bounds of the form")
def eigenvalues(c: Case) -> Poly:
    """|eig(M)| <= op(M), |trace(M)| <= n op(M) and <= sqrt(n) fro(M); l I <= M <= h I bounds eigmin, eigmax and trace / n."""
    (M,) = c.operands("trace", "eigmin", "eigmax")
    c.count(1)
    n = Poly.size(M.shape[0]) if c.e.op == "trace" else UNITY
    if c.step.rule == "eigenvalues between bounds of the form":
        return n * c.premise(0, "q" + c.among("lo", "hi"), M)
    c.among("abs")
    if c.step.rule == "size of eigenvalues":
        return n * c.premise(0, "opnorm", M)
    c.operands("trace")
    return n.power(ROOT) * c.premise(0, "fro", M)


@states("does not depend on x")
def at_rest(c: Case) -> Poly:
    """a - a = 0."""
    c.count(0)
    c.need(same(*c.operands("sub")), "the two terms differ")
    c.among(*OF_NDIM[c.e.ndim])
    return ZERO

"""||g - h|| <= ...: second statements of the rules for changes, which hold for any two formulas g, h built alike."""

from __future__ import annotations

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import OF_NDIM, SIZE, VECTOR, ZERO, Case, Fails, states
from resmax_sym.judge.bounds.recheck.context import HALF as ROOT
from resmax_sym.judge.bounds.recheck.context import NORMS
from resmax_sym.judge.bounds.recheck.norms import norms_of_product, spreading
from resmax_sym.judge.bounds.recheck.terms import expanded, ones_like, same


@states("change of x")
def by_meaning(c: Case) -> Poly:
    """Two spellings of one difference."""
    c.count(1)
    return c.premise(0, c.among(*OF_NDIM[c.e.ndim]), c.e)


@states("triangle inequality")
def linear(c: Case) -> Poly:
    """(a + b) - (a' + b') = (a - a') + (b - b'), and likewise for a - b and -a; a scalar stands for a vector of equal entries."""
    g, h = c.pair("add", "sub", "neg")
    c.count(len(g.args))
    kind, total = c.among(*OF_NDIM[g.ndim]), ZERO
    for k, (a, b) in enumerate(zip(g.args, h.args, strict=True)):
        c.need(a.shape == b.shape and (a.ndim == g.ndim or g.ndim == 1), "the terms have other shapes")
        if a.shape != g.shape:
            a, b = a * ones_like(g), b * ones_like(g)
        total = total + c.difference(k, kind, a, b)
    return total


@states("scalar spread over entries")
def spread(c: Case) -> Poly:
    """||(s - s') ones(n)|| = |s - s'| n, sqrt(n), 1."""
    g, h = c.pair("mul")
    c.count(1)
    fixed = all(expanded(e.args[1]).op == "ones" and not e.args[0].shape for e in (g, h))
    c.need(fixed, "the subject is no multiple of ones")
    return spreading(Poly.size(g.shape[0]), c.among(*VECTOR)) * c.difference(0, "abs", g.args[0], h.args[0])


@states("transpose", "diagonal matrix", "sum of entries", "trace by norms")
def carried(c: Case) -> Poly:
    """A - B and A^T - B^T have the same norms; diag(a) - diag(b), sum(a) - sum(b) and trace(A) - trace(B) are those of a - b."""
    op = {"transpose": "transpose", "diagonal matrix": "diag", "sum of entries": "sum"}.get(c.step.rule, "trace")
    g, h = c.pair(op)
    c.count(1)
    (a,), (b,) = g.args, h.args
    match op, c.among("abs", "opnorm", "fro"):
        case "transpose", "opnorm" | "fro":
            return c.difference(0, c.kind, a, b)
        case "diag", "opnorm" | "fro":
            return c.difference(0, "norminf" if c.kind == "opnorm" else "norm", a, b)
        case "sum", "abs":
            return c.difference(0, "norm1", a, b)
        case "trace", "abs":
            n = Poly.size(a.shape[0])
            return c.difference(0, ("opnorm", "fro"), a, b) * (n if c.kind_of(0) == "opnorm" else n.power(ROOT))
    raise Fails("the kind is not concluded by this rule")


@states("product with what does not move")
def one_moves(c: Case) -> Poly:
    """a b - a b' = a (b - b'), a b - a' b = (a - a') b."""
    g, h = c.pair("mul", "matmul", "inner", "outer")
    c.count(2)
    (a, b), (other_a, other_b) = g.args, h.args
    for r, p, q in norms_of_product(g.op, a, b):
        try:
            if r == c.kind and same(a, other_a):
                return c.premise(0, p, a) * c.difference(1, q, b, other_b)
        except Fails:
            pass
        try:
            if r == c.kind and same(b, other_b):
                return c.premise(0, q, b) * c.difference(1, p, a, other_a)
        except Fails:
            pass
    raise Fails("the premises are not the factor at rest and the change of the other")


@states("product rule")
def both_move(c: Case) -> Poly:
    """a b - a' b' = (a - a') b + a' (b - b') = (a - a') b' + a (b - b'); premises: a - a', b or b', a' or a, b - b'."""
    g, h = c.pair("mul", "matmul", "inner", "outer")
    c.count(4)
    (a, b), (other_a, other_b) = g.args, h.args
    norms = [(p, q) for r, p, q in norms_of_product(g.op, a, b) if r == c.kind]
    p1, q1, p2, q2 = (c.kind_of(k) for k in range(4))
    c.need((p1, q1) in norms and (p2, q2) in norms, "these norms of the factors do not bound this norm of the product")
    first, last = c.difference(0, p1, a, other_a), c.difference(3, q2, b, other_b)
    try:
        return first * c.premise(1, q1, b) + c.premise(2, p2, other_a) * last
    except Fails:
        return first * c.premise(1, q1, other_b) + c.premise(2, p2, a) * last


@states("quotient rule")
def quotient(c: Case) -> Poly:
    """a/b - a'/b' = ((a - a') - (a'/b') (b - b')) / b; premises: 1/b, a - a', a'/b', b - b'."""
    g, h = c.pair("div")
    c.count(4)
    (a, b), (other_a, other_b) = g.args, h.args
    c.need(g.ndim < 2 or not b.shape, "an elementwise quotient of matrices")
    if g.shape != a.shape:
        a, other_a = a * ones_like(g), other_a * ones_like(g)
    kind = c.among(*OF_NDIM[g.ndim])
    step = c.difference(3, SIZE[b.ndim], b, other_b)
    return c.premise(0, "inv", b) * (c.difference(1, kind, a, other_a) + c.premise(2, kind, h) * step)


@states("power rule")
def power(c: Case) -> Poly:
    """a^k - b^k = (a - b) sum a^j b^(k-1-j); 1/a^k - 1/b^k = -(a - b) sum a^-(j+1) b^-(k-j); premises: a, b, a - b."""
    g, h = c.pair("pow")
    c.count(3)
    (a, k), (b, other) = g.args, h.args
    c.need(
        k == other and k.op == "number" and k.data.denominator == 1 and 0 < abs(k.data) <= 12,
        "the exponents are not covered",
    )
    c.need(a.shape == b.shape == g.shape, "the bases have another shape")
    kind, size = c.among(*OF_NDIM[g.ndim]), SIZE[g.ndim]
    count, least = abs(int(k.data)), int(k.data < 0)
    p, q = (c.premise(i, "inv" if least else size, base) for i, base in enumerate((a, b)))
    total = ZERO
    for j in range(count):
        total = total + p.power(j + least) * q.power(count - 1 - j + least)
    return total * c.difference(2, kind, a, b)


@states("reverse triangle inequality")
def of_norms(c: Case) -> Poly:
    """| ||a|| - ||b|| | <= ||a - b||; max and min move by at most linf, eigenvalues of symmetric matrices by at most op (Weyl)."""
    g, h = c.pair(*NORMS, "reduce", "eigmin", "eigmax")
    c.among("abs")
    c.count(1)
    c.need(g.data == h.data, "two different functions")
    kind = {"reduce": "norminf", "eigmin": "opnorm", "eigmax": "opnorm"}.get(g.op, g.op)
    a, b = g.args[0], h.args[0]
    c.need(a.shape == b.shape, "the shapes differ")
    return c.difference(0, kind, a, b)

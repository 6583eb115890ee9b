"""||a b|| <= ||a|| ||b||, |1/b| <= 1/l, l1, l2, linf: second statements of the rules for norms, quotients and powers."""

from __future__ import annotations

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import (
    LOWER,
    OF_NDIM,
    UNITY,
    VECTOR,
    ZERO,
    Case,
    Fails,
    states,
)
from resmax_sym.judge.bounds.recheck.context import HALF, NORMS
from resmax_sym.judge.bounds.recheck.terms import expanded, ones_like, same
from resmax_sym.lang import Expr

HOELDER = (("abs", "norm", "norm"), ("abs", "norm1", "norminf"), ("abs", "norminf", "norm1"))
ENTRYWISE = (
    ("norm1", "norm1", "norminf"), ("norm1", "norminf", "norm1"), ("norm1", "norm", "norm"), ("norm", "norm", "norminf"),
    ("norm", "norminf", "norm"), ("norminf", "norminf", "norminf"),
)  # fmt: skip
CHAINED = (("opnorm", "opnorm", "opnorm"), ("fro", "opnorm", "fro"), ("fro", "fro", "opnorm"))


def norms_of_product(op: str, a: Expr, b: Expr) -> tuple[tuple[str, str, str], ...]:
    """Each (r, p, q) with ||a b||_r <= ||a||_p ||b||_q."""
    ndims = (a.ndim, b.ndim)
    if op == "outer":
        return (("opnorm", "norm", "norm"), ("fro", "norm", "norm"))
    if op == "inner" or (op == "matmul" and ndims == (1, 1)):
        return HOELDER
    if op == "matmul":
        return {(2, 2): CHAINED, (2, 1): (("norm", "opnorm", "norm"),), (1, 2): (("norm", "norm", "opnorm"),)}[ndims]
    if op == "mul" and not a.shape:
        return tuple((kind, "abs", kind) for kind in OF_NDIM[b.ndim])
    if op == "mul" and not b.shape:
        return tuple((kind, kind, "abs") for kind in OF_NDIM[a.ndim])
    return {1: ENTRYWISE, 2: (("fro", "fro", "opnorm"), ("fro", "opnorm", "fro"))}[a.ndim] if op == "mul" else ()


@states(
    "scalar multiple", "elementwise product", "elementwise product, Cauchy-Schwarz", "operator norm", "submultiplicative norm",
    "norm of an outer product", "Cauchy-Schwarz inequality", "Hoelder inequality", "entries are at most the operator norm",
)  # fmt: skip
def product(c: Case) -> Poly:
    """A norm of a product is at most the product of two norms."""
    c.count(2)
    a, b = c.operands("mul", "inner", "outer", "matmul")
    for r, p, q in norms_of_product(c.e.op, a, b):
        for first, second in ((0, 1), (1, 0)) if r == c.kind else ():
            try:
                return c.premise(first, p, a) * c.premise(second, q, b)
            except Fails:
                continue
    raise Fails("the premises are no norms of the factors that bound this norm of the product")


@states("square of the norm")
def squared(c: Case) -> Poly:
    """|<a, a>| = ||a||^2."""
    a, b = c.operands("inner")
    c.among("abs")
    c.count(1)
    c.need(same(a, b), "the factors differ")
    p = c.premise(0, "norm", a)
    return p * p


@states("sum of squares")
def sum_of_squares(c: Case) -> Poly:
    """||a^2||_1 = ||a||_2^2."""
    a, k = c.operands("pow")
    c.among("norm1")
    c.count(1)
    c.need(k.op == "number" and k.data == 2, "the exponent is not 2")
    p = c.premise(0, "norm", a)
    return p * p


@states("triangle inequality")
def triangle(c: Case) -> Poly:
    """||a + b||, ||a - b|| <= ||a|| + ||b||, a scalar standing for a vector of equal entries."""
    kind = c.among(*OF_NDIM[c.e.ndim])
    args = c.operands("add", "sub", "neg")
    c.count(len(args))
    total = ZERO
    for k, arg in enumerate(args):
        c.need(arg.ndim == c.e.ndim or c.e.ndim == 1, "a scalar beside a matrix")
        total = total + c.premise(k, kind, arg if arg.shape == c.e.shape else arg * ones_like(c.e))
    return total


def spreading(n: Poly, kind: str) -> Poly:
    """||s ones(n)|| / |s|."""
    return {"norm1": n, "norm": n.power(HALF), "norminf": UNITY}[kind]


@states("scalar spread over entries")
def spread(c: Case) -> Poly:
    """||s ones(n)|| = |s| n, |s| sqrt(n), |s|."""
    a, b = c.operands("mul")
    c.count(1)
    c.need(not a.shape and expanded(b).op == "ones", "the subject is no multiple of ones")
    return spreading(Poly.size(b.shape[0]), c.among(*VECTOR)) * c.premise(0, "abs", a)


@states("difference of nonnegative vectors")
def nonnegative_difference(c: Case) -> None:
    """a, b >= 0 give ||a - b||^2 <= ||a||^2 + ||b||^2: the square of the conclusion is compared."""
    a, b = c.operands("sub")
    c.among("norm")
    c.count(4)
    c.need(a.ndim == b.ndim == 1, "a term is no vector")
    for k, arg in enumerate((a, b)):
        c.nonnegative(c.premise(k, "lo", arg))
    p, q = c.premise(2, "norm", a), c.premise(3, "norm", b)
    c.nonnegative(c.nonnegative(c.bound) * c.bound - p * p - q * q)


@states(
    "norm equivalence", "norm between norm1 and norminf", "an entry is at most the sum", "norm1 of a nonnegative vector"
)
def between_norms(c: Case) -> Poly:
    """linf <= l2 <= l1 <= sqrt(n) l2, l2 <= sqrt(n) linf, l1 <= n linf; l2^2 <= l1 linf; v >= 0: v_i <= sum(v) = l1."""
    name, (n, *_) = c.step.rule, map(Poly.size, c.e.shape or (1,))
    root = n.power(HALF)
    if name == "norm equivalence":
        c.count(1)
        ratios = {
            ("norm1", "norm"): UNITY, ("norm1", "norminf"): UNITY, ("norm", "norminf"): UNITY, ("norm", "norm1"): root,
            ("norminf", "norm"): root, ("norminf", "norm1"): n, ("fro", "opnorm"): UNITY,
        }  # fmt: skip
        source = c.kind_of(0)
        p = c.premise(0, NORMS, c.e)
        if (source, c.kind) == ("opnorm", "fro"):  # the rank is at most either size
            return c.best(*(Poly.size(k).power(HALF) * p for k in c.e.shape))
        c.need((source, c.kind) in ratios, "these norms are not compared")
        return ratios[source, c.kind] * p
    c.count(2)
    if name == "norm between norm1 and norminf":
        c.among("norm")
        return (c.premise(0, "norm1", c.e) * c.premise(1, "norminf", c.e)).power(HALF)
    v = c.e if c.kind in ("hi", "norm1") else c.operands("norm1")[0]
    c.among(*(("hi",) if name.startswith("an entry") else ("norm1", *LOWER)))
    c.nonnegative(c.premise(0, "lo", v))
    return c.premise(1, "total", v)


@states("sum of entries", "sum of positive entries", "known sum", "extreme entry")
def entries(c: Case) -> Poly | None:
    """|sum(v)| <= ||v||_1, n l <= sum(v) <= n h; max(v) and min(v) lie between l and h; v > 0 gives sum(v) > 0."""
    c.count(1)
    (v,) = c.operands(*(("reduce",) if c.step.rule == "extreme entry" else ("sum",)))
    n = Poly.size(v.shape[0])
    match c.step.rule, c.among("abs", "lo", "hi", "pos"):
        case "extreme entry", "lo" | "hi":
            return c.premise(0, c.kind, v)
        case "sum of entries", "abs":
            return c.premise(0, "norm1", v)
        case "sum of entries", "lo" | "hi":
            return n * c.premise(0, c.kind, v)
        case "sum of positive entries", "pos":
            c.premise(0, "pos", v)
            return None
        case "known sum", "lo" | "hi":
            return c.premise(0, "total", v)
    raise Fails("the kind is not concluded by this rule")


@states("a norm is nonnegative", "value of a norm")
def norm_as_scalar(c: Case) -> Poly:
    """||a|| >= 0, and its bounds are bounds of its absolute value."""
    (a,) = c.operands(*NORMS)
    if c.step.rule == "a norm is nonnegative":
        c.among("lo")
        c.count(0)
        return ZERO
    c.among("abs")
    c.count(1)
    return c.premise(0, c.e.op, a)

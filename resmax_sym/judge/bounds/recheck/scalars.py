"""lo <= e <= hi: second statements of the rules for intervals, signs, definitions and assumptions."""

from __future__ import annotations

from resmax_sym.judge.bounds.poly import Poly, norm_atom
from resmax_sym.judge.bounds.recheck.case import (
    OF_NDIM,
    SIZE,
    UNITY,
    ZERO,
    Case,
    either,
    states,
)
from resmax_sym.judge.bounds.recheck.terms import minus, same
from resmax_sym.lang import Expr


@states("definition")
def by_name(c: Case) -> Poly:
    """A name and what it means are one formula."""
    c.count(1)
    return c.premise(0, c.kind, c.e)


@states("exact value")
def own_value(c: Case) -> Poly | None:
    """p <= p, for a polynomial p in sizes, nonnegative parameters and norms."""
    c.count(0)
    p = c.context.value(c.e)
    if c.among("lo", "hi", "pos") == "pos":
        c.need(c.context.ranges.nonnegative(p, strict=True) is not None, f"{p} is not seen to be positive")
    return p


@states("left as it stands")
def own_norm(c: Case) -> Poly:
    """||e|| <= ||e||."""
    c.count(0)
    found = [a[2] for a in c.bound.atoms() if a[0] == "norm" and a[1] == c.kind and same(a[2], c.e)]
    return norm_atom(c.among(*OF_NDIM[c.e.ndim]), found[0] if found else c.e)


@states("all ones")
def ones(c: Case) -> Poly | None:
    """Every entry is 1."""
    c.count(0)
    c.operands("ones")
    kind = c.among("lo", "hi", "norminf", "pos", "total")
    return None if kind == "pos" else Poly.size(c.e.shape[0]) if kind == "total" else UNITY


@states("sum of intervals")
def added(c: Case) -> Poly:
    """Bounds of the same side add; of the other side they are subtracted."""
    kind = c.among("lo", "hi")
    other = {"lo": "hi", "hi": "lo"}[kind]
    args = c.operands("add", "sub", "neg")
    c.count(len(args))
    if c.e.op == "neg":
        return -c.premise(0, other, args[0])
    if c.e.op == "add":
        return c.premise(0, kind, args[0]) + c.premise(1, kind, args[1])
    return c.premise(0, kind, args[0]) - c.premise(1, other, args[1])


@states("sum of positive and nonnegative")
def positive_sum(c: Case) -> None:
    """a > 0 and b >= 0 give a + b > 0."""
    c.among("pos")
    c.count(2)

    def attempt(a: Expr, b: Expr) -> None:
        c.premise(0, "pos", a)
        c.nonnegative(c.premise(1, "lo", b))

    either(*c.operands("add"), attempt)


@states("a square is nonnegative")
def square(c: Case) -> Poly:
    """a a >= 0, <a, a> >= 0, z^T a a^T z >= 0."""
    c.count(0)
    a, b = c.operands("mul", "inner", "outer")
    c.need(same(a, b), "the factors differ")
    c.among("qlo" if c.e.op == "outer" else "lo")
    return ZERO


@states("product of nonnegative factors")
def product_of_signs(c: Case) -> Poly:
    """a, b >= 0 give a b >= 0."""
    c.among("lo")
    c.count(2)

    def attempt(a: Expr, b: Expr) -> Poly:
        c.nonnegative(c.premise(0, "lo", a))
        c.nonnegative(c.premise(1, "lo", b))
        return ZERO

    return either(*c.operands("mul", "inner"), attempt)


@states("product of intervals")
def product(c: Case) -> Poly:
    """0 <= l <= a <= h: b >= k >= 0 gives a b >= l k, 0 <= k and b <= k give a b <= h k, b >= k with k <= 0 gives a b >= h k."""
    kind = c.among("lo", "hi")
    c.count(2, 3)

    def attempt(a: Expr, b: Expr) -> Poly:
        n = Poly.size(a.shape[0]) if c.e.op == "inner" else UNITY
        least = c.nonnegative(c.premise(0, "lo", a))
        if len(c.step.premises) == 2:
            c.among("lo")
            return n * least * c.nonnegative(c.premise(1, "lo", b))
        top, q = c.premise(1, "hi", a), c.premise(2, kind, b)
        c.nonnegative(q if kind == "hi" else -q)
        return n * top * q

    return either(*c.operands("mul", "inner"), attempt)


@states("product of opposite signs")
def opposite_signs(c: Case) -> Poly:
    """a >= 0 >= b gives a b <= 0."""
    c.among("hi")
    c.count(2)

    def attempt(a: Expr, b: Expr) -> Poly:
        c.nonnegative(c.premise(0, "lo", a))
        c.nonnegative(-c.premise(1, "hi", b))
        return ZERO

    return either(*c.operands("mul", "inner"), attempt)


@states("product of positive factors")
def positive_product(c: Case) -> None:
    """a, b > 0 give a b > 0."""
    c.among("pos")
    c.count(2)
    for k, arg in enumerate(c.operands("mul", "inner")):
        c.premise(k, "pos", arg)


@states("weighted mean")
def mean(c: Case) -> Poly:
    """w >= 0 and sum(w) = 1 put <w, v> between the bounds of v."""
    kind = c.among("lo", "hi")
    c.count(3)

    def attempt(w: Expr, v: Expr) -> Poly:
        c.nonnegative(c.premise(0, "lo", w))
        c.need(c.premise(1, "total", w) == UNITY, "the weights do not sum to 1")
        return c.premise(2, kind, v)

    return either(*c.operands("inner"), attempt)


@states("between two points")
def between(c: Case) -> tuple[Poly, ...]:
    """What lies between a and b obeys an interval that holds for both."""
    kind = c.among("lo", "hi", "abs", "norminf")
    c.count(2)
    return tuple(c.premise(k, kind, end) for k, end in enumerate(c.operands("hull")))


@states("absolute value from interval")
def size_from_ends(c: Case) -> tuple[Poly, ...]:
    """|e| <= T where e <= T and -e <= T."""
    c.among(SIZE.get(c.e.ndim, ""))
    c.count(2)
    return -c.premise(0, "lo", c.e), c.premise(1, "hi", c.e)


@states("interval from absolute value")
def ends_from_size(c: Case) -> Poly:
    """-|e| <= e <= |e|."""
    c.count(1)
    p = c.premise(0, SIZE.get(c.e.ndim, ""), c.e)
    return p if c.among("lo", "hi") == "hi" else -p


@states("change between two points")
def either_direction(c: Case) -> Poly:
    """||a - b|| = ||b - a||."""
    c.count(1)
    a, b = c.operands("sub")
    c.among(*OF_NDIM[c.e.ndim])
    return either(minus(a, b), minus(b, a), lambda e, _: c.premise(0, c.kind, e))

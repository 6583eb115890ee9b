"""|<b, f - e_k>| <= 1 - f_k and its kin: second statements of the rules for single entries, and for what is assumed of two terms."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import UNITY, ZERO, Case, states
from resmax_sym.judge.bounds.recheck.context import TURNED
from resmax_sym.judge.bounds.recheck.simplex import weights
from resmax_sym.judge.bounds.recheck.terms import expanded, same
from resmax_sym.lang import Expr, Relation

ONE, TWO = (Expr("number", data=Fraction(k)) for k in (1, 2))

LEFT, RIGHT = ((0, "lo"), (1, "hi")), ((2, "lo"), (3, "hi"))


def difference(a: Expr, b: Expr) -> Expr:
    return Expr("sub", (a, b), a.shape or b.shape)


def square(a: Expr) -> Expr:
    return Expr("pow", (a, TWO), a.shape)


@states("distance of an entry from the mean")
def hoelder(c: Case) -> Poly:
    """f on the simplex, norm1(b) <= 1: |<b, f> - b_k| <= norm1(b) max_i |f_i - (i = k)| = norm1(b) (1 - f_k)."""
    c.among("lo")
    c.count(3)
    f, b = c.step.premises[0].subject, c.step.premises[2].subject
    c.need(f.shape == b.shape == c.e.shape and f.ndim == 1, "the vectors have other shapes")
    weights(c, f)
    size = c.premise(2, "norm1", b)
    c.need(c.context.ranges.less(size, UNITY), f"{size} is not seen to be at most 1")
    f, b = expanded(f), expanded(b)
    means = [Expr("inner", pair) for pair in ((b, f), (f, b))]
    gaps = [g for mean in means for g in (difference(mean, b), difference(b, mean))]
    gaps += [Expr("call", (g,), g.shape, "abs") for g in gaps]
    room = difference(ONE, f)
    c.need(any(expanded(c.e) == difference(room, gap) for gap in gaps), "the subject is no 1 - f - |<b, f> - b|")
    return ZERO


@states("one of several squares")
def one_square(c: Case) -> Poly:
    """a_k^2 is one term of <a, a>."""
    c.among("lo")
    c.count(0)
    first, _ = c.operands("sub")
    a = expanded(first).args[0] if expanded(first).op == "inner" else first
    c.need(a.ndim == 1 and expanded(c.e) == difference(Expr("inner", (a, a)), square(a)), "no <a, a> - a**2")
    return ZERO


@states("squares on the simplex")
def squares(c: Case) -> Poly:
    """f on the simplex: the squares of the entries other than f_k sum to (1 - f_k)^2 at most, as these entries sum to 1 - f_k."""
    c.among("lo")
    c.count(2)
    f = c.step.premises[0].subject
    weights(c, f)
    f = expanded(f)
    c.need(f.ndim == 1, "f is no vector")
    top = Expr("add", (square(f), square(difference(ONE, f))), f.shape)
    c.need(expanded(c.e) == difference(top, Expr("inner", (f, f))), "no f**2 + (1 - f)**2 - <f, f>")
    return ZERO


def stated(c: Case) -> Relation:
    """The relation that premise 0 states."""
    c.need(c.kind_of(0) == "given", "the first premise is no assumption")
    return c.step.premises[0].subject


@states("assumed difference")
def by_comparison(c: Case) -> Poly | None:
    """b <= a says a - b >= 0 and b - a <= 0."""
    c.count(1)
    kind, relation = c.among("lo", "hi", "pos"), stated(c)
    c.need(relation.op in TURNED, "the assumption is no comparison")
    left, right = c.operands("sub")
    sides = [(relation.op, relation.args), (TURNED[relation.op], relation.args[::-1])]
    ops = [op for op, (a, b) in sides if same(a, left) and same(b, right)]
    allowed = {"lo": (">=", ">", "=="), "hi": ("<=", "<", "=="), "pos": (">",)}[kind]
    c.need(any(op in allowed for op in ops), "the assumption says no such thing of the two terms")
    return None if kind == "pos" else ZERO


@states("assumed equality")
def by_equality(c: Case) -> Poly:
    """M == N is assumed, and premise 1 bounds N."""
    c.among("qlo", "qhi", "opnorm", "fro")
    c.count(2)
    relation = stated(c)
    c.need(relation.op == "==", "the assumption is no equality")
    M, N = relation.args
    c.need(M.shape == N.shape == c.e.shape, "the sides have other shapes")
    c.need(same(M, c.e) or same(N, c.e), "the equality is about other matrices")
    return c.premise(1, c.kind, N if same(M, c.e) else M)


@states("product on a rectangle")
def rectangle(c: Case) -> tuple[Poly, ...]:
    """A bilinear function of two intervals is extreme at a corner."""
    kind = c.among("lo", "hi")
    c.count(4)
    a, b = c.operands("mul")
    ends = [[c.premise(k, end, arg) for k, end in pairs] for arg, pairs in ((a, LEFT), (b, RIGHT))]
    corners = tuple(p * q for p in ends[0] for q in ends[1])
    c.need(c.reaches(*corners), f"a corner of the rectangle is not seen to respect the bound {kind} {c.bound}")
    return corners

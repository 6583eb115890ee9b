"""r = f (z - <f, z>)^2 with f on the simplex: second statements of the rules for the terms of a variance."""

from __future__ import annotations

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import UNITY, ZERO, Case, either, states
from resmax_sym.judge.bounds.recheck.simplex import weights
from resmax_sym.judge.bounds.recheck.terms import expanded
from resmax_sym.lang import Expr

Signed = tuple[int, Expr]


def terms(e: Expr, sign: int = 1) -> list[Signed]:
    """The terms of an expanded sum with their signs, in order."""
    if e.op in ("add", "sub"):
        return terms(e.args[0], sign) + terms(e.args[1], sign if e.op == "add" else -sign)
    return [(sign, e)]


def of_variance(c: Case, count: int) -> tuple[Expr, Expr, Expr, list[Signed]]:
    """V, f, r and all terms of the subject, which begins V - V f - r with r = f (z - <f, z>)^2 and V = sum(r)."""
    c.among("lo")
    c.count(2)
    found = terms(expanded(c.e))
    c.need(len(found) == count and [sign for sign, _ in found[:3]] == [1, -1, -1], "the terms are others")
    (V, scaled, r), vector = (e for _, e in found[:3]), c.e.shape
    c.need(len(vector) == 1 and V.op == "sum" and V.args[0] == r and r.op == "mul", "it does not begin V - V f - r")
    f, square = r.args
    c.need(f.shape == vector and scaled == Expr("mul", (V, f), vector), "the second term is not V f")
    c.need(square.op == "pow" and square.args[1].op == "number" and square.args[1].data == 2, "r is no f h^2")
    h = square.args[0]
    c.need(h.op == "sub" and h.args[0].shape == vector, "h is no z - <f, z>")
    mean = [Expr("inner", pair) for pair in ((f, h.args[0]), (h.args[0], f))]
    c.need(h.args[1] in mean, "what is taken off is not the mean with weights f")
    weights(c, f)
    return V, f, r, found


@states("one term of a variance")
def one_term(c: Case) -> Poly:
    """sum_j f_j (z_j - <f, z>) = 0, so f_i r_i <= (1 - f_i)(V - r_i)."""
    of_variance(c, 3)
    return ZERO


@states("overlap of a variance")
def overlap(c: Case) -> Poly:
    """2 sum_{j != i} f_j r_j <= f_i r_i + (1 - f_i)(V - r_i), the two sides being squares of sums over two signs."""
    _, f, r, found = of_variance(c, 5)
    four, two = (Expr("number", data=UNITY.value * k) for k in (4, 2))
    product = Expr("mul", (Expr("mul", (four, f), f.shape), r), f.shape)
    c.need(found[3] == (1, product), "the fourth term is not 4 f r")
    c.need(found[4] == (-1, Expr("mul", (two, Expr("inner", (f, r))))), "the last term is not -2 <f, r>")
    return ZERO


@states("all terms but one")
def but_one(c: Case) -> Poly:
    """v >= 0: the entries other than v_i sum to something nonnegative."""
    c.among("lo")
    c.count(1)
    whole, v = (expanded(a) for a in c.operands("sub"))
    c.need(v.ndim == 1 and whole == Expr("sum", (v,)), "the subject is no sum(v) - v")
    c.nonnegative(c.premise(0, "lo", v))
    return ZERO


@states("squares of all terms but one")
def squares_but_one(c: Case) -> Poly:
    """v >= 0: sum_{j != i} v_j^2 <= (sum_{j != i} v_j)^2."""
    c.among("lo")
    c.count(1)
    found = terms(expanded(c.e))
    c.need(len(found) == 3 and [sign for sign, _ in found] == [1, 1, -1], "the terms are others")
    own, others, whole = (e for _, e in found)
    c.need(own.op == others.op == "pow" and own.args[1] == others.args[1], "the first two terms are no squares")
    v, two = own.args
    c.need(v.ndim == 1 and two.op == "number" and two.data == 2, "the first two terms are no squares")
    rest = Expr("sub", (Expr("sum", (v,)), v), v.shape)
    c.need(others.args[0] == rest and whole == Expr("inner", (v, v)), "they are not v, sum(v) - v and <v, v>")
    c.nonnegative(c.premise(0, "lo", v))
    return ZERO


@states("inner product within a common bound")
def within(c: Case) -> Poly:
    """|v_i| <= T for every i and norm1(b) <= 1: |<b, v>| <= T."""
    c.among("lo")
    c.count(3)
    T, product = c.operands("add", "sub")
    c.need(not T.shape and product.op == "inner", "the subject is no T + <b, v>")

    def attempt(b: Expr, v: Expr) -> Poly:
        c.nonnegative(UNITY - c.premise(0, "norm1", b))
        c.nonnegative(c.premise(1, "lo", Expr("sub", (T, v), v.shape)))
        c.nonnegative(c.premise(2, "lo", Expr("add", (T, v), v.shape)))
        return ZERO

    return either(*product.args, attempt)


@states("factor cancelled")
def cancelled(c: Case) -> Poly:
    """V >= 0, V^k T >= 0, T + C V >= 0: T >= 0 where V > 0 by the second, where V = 0 by the third."""
    c.among("lo")
    c.count(3)
    V, product, other = (expanded(step.subject) for step in c.step.premises)
    T = expanded(c.e)
    c.need(
        not V.shape and product.op == "mul" and product.args[1] == T, "premise 1 is about no multiple of the subject"
    )
    q = product.args[0]
    raised = q.op == "pow" and q.args[0] == V and q.args[1].op == "number" and q.args[1].data > 0
    c.need(q == V or raised, "the factor is no power of V")
    c.need(other.op == "add" and other.args[0] == T, "premise 2 is not about T + C V")
    multiple = other.args[1].op == "mul" and other.args[1].args[0].op == "number" and other.args[1].args[1] == V
    c.need(other.args[1] == V or multiple, "premise 2 is not about T + C V")
    for k in range(3):
        c.nonnegative(c.premise(k, "lo", c.step.premises[k].subject))
    return ZERO

"""r = f (z - <f, z>)^2 with f on the simplex: how the terms of a variance compare, and rules that put such comparisons to use."""

from __future__ import annotations

from collections.abc import Iterator

from resmax_sym.judge.bounds.canonical import plain, same
from resmax_sym.judge.bounds.engine import UNITY, ZERO, Engine, rule
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.bounds.scalars import nonnegative
from resmax_sym.judge.bounds.simplex import simplex_facts
from resmax_sym.lang import Expr


def total(v: Expr) -> Expr:
    return Expr("sum", (v,))


def inner(a: Expr, b: Expr) -> Expr:
    return Expr("inner", (a, b))


def variance_terms(f: Expr, r: Expr) -> bool:
    """Whether r = f (z - <f, z>)^2 for some z."""
    if not (f.ndim == 1 and r.op == "mul" and same(r.args[0], f) and r.args[1].op == "pow"):
        return False
    h, power = r.args[1].args
    return power.op == "number" and power.data == 2 and h.op == "sub" and same(h.args[1], inner(f, h.args[0]))


@rule("sub")
def one_term_of_variance(engine: Engine, e: Expr) -> Iterator[Fact]:
    """f on the simplex, r = f (z - <f, z>)^2, V = sum(r): V - V f - r >= 0.

    With a_i = f_i (z_i - <f, z>) the sum of a is 0, so a_i^2 = (sum_{j != i} a_j)^2 <= (1 - f_i)(V - r_i) by Cauchy-Schwarz; since
    a_i^2 = f_i r_i, this is V - V f_i - r_i >= 0.
    """
    left, r = e.args
    if left.op == "sub" and left.args[1].op == "mul" and left.args[1].args[1].ndim == 1:
        f = left.args[1].args[1]
        if variance_terms(f, r) and same(e, total(r) - total(r) * f - r):
            premises = simplex_facts(engine, f)
            if premises:
                yield Fact("lo", e, ZERO, "one term of a variance", premises)


@rule("sub")
def overlap_of_variance(engine: Engine, e: Expr) -> Iterator[Fact]:
    """f on the simplex, r = f (z - <f, z>)^2, V = sum(r): V - V f - r + 4 f r - 2 <f, r> >= 0.

    Let a_j = f_j (z_j - <f, z>), fix i, and let s and t be the sums of the positive and of the negative parts of a_j over j != i.
    Then (s - t)^2 = a_i^2 = f_i r_i, and (s + t)^2 <= (1 - f_i)(V - r_i) by Cauchy-Schwarz.  Hence <f, r> - f_i r_i = sum_{j != i} a_j^2
    <= s^2 + t^2 = ((s + t)^2 + (s - t)^2)/2 <= ((1 - f_i)(V - r_i) + f_i r_i)/2.
    """
    last = e.args[1]
    if last.op == "mul" and last.args[1].op == "inner":
        f, r = last.args[1].args
        if variance_terms(f, r) and same(e, total(r) - total(r) * f - r + 4 * f * r - 2 * inner(f, r)):
            premises = simplex_facts(engine, f)
            if premises:
                yield Fact("lo", e, ZERO, "overlap of a variance", premises)


@rule("sub")
def all_but_one_term(engine: Engine, e: Expr) -> Iterator[Fact]:
    """v >= 0 gives sum(v) - v >= 0, entry by entry."""
    whole, v = e.args
    if whole.op == "sum" and v.ndim == 1 and same(whole.args[0], v):
        for sign in nonnegative(engine, v)[:1]:
            yield Fact("lo", e, ZERO, "all terms but one", (sign,))


@rule("sub")
def squares_of_all_but_one(engine: Engine, e: Expr) -> Iterator[Fact]:
    """v >= 0 gives v^2 + (sum(v) - v)^2 - <v, v> >= 0, for the squares of the other terms sum to at most the square of their sum."""
    last = e.args[1]
    if last.op == "inner" and same(*last.args):
        v = last.args[0]
        if same(e, v**2 + (total(v) - v) ** 2 - inner(v, v)):
            for sign in nonnegative(engine, v)[:1]:
                yield Fact("lo", e, ZERO, "squares of all terms but one", (sign,))


@rule("add", "sub")
def inner_product_within(engine: Engine, e: Expr) -> Iterator[Fact]:
    """T - v >= 0 and T + v >= 0, entry by entry, and norm1(b) <= 1 give T - <b, v> >= 0 and T + <b, v> >= 0."""
    T, product = e.args
    if e.shape or product.op != "inner":
        return
    for b, v in (product.args, product.args[::-1]):
        for small in (p for p in engine.get(b, "norm1") if engine.nonnegative(UNITY - p.bound)):
            for below in nonnegative(engine, T - v)[:1]:
                for above in nonnegative(engine, T + v)[:1]:
                    yield Fact("lo", e, ZERO, "inner product within a common bound", (small, below, above))


@rule("*")
def factor_cancelled(engine: Engine, e: Expr) -> Iterator[Fact]:
    """V >= 0, V^k T >= 0 and T + C V >= 0 give T >= 0: divide by V^k where V > 0, and where V = 0 the last one says so.

    V^k T and T + C V, with a number C, are read from what is assumed.
    """
    here = plain(e) if e.ndim <= 1 else None
    products = [s for s in engine.assumed.given if s.op == "mul" and s.args[1] == here and not s.args[0].shape]
    for product in products:
        V = base_of_power(product.args[0])
        for other in engine.assumed.given:
            if other.op == "add" and other.args[0] == here and is_multiple(other.args[1], V):
                signs = [nonnegative(engine, part)[:1] for part in (V, product, other)]
                if all(signs):
                    yield Fact("lo", e, ZERO, "factor cancelled", tuple(s[0] for s in signs))


def base_of_power(e: Expr) -> Expr:
    """V where e is V^k with a positive k; any other formula as it is."""
    power = e.op == "pow" and e.args[1].op == "number" and e.args[1].data > 0
    return e.args[0] if power else e


def is_multiple(e: Expr, V: Expr) -> bool:
    """Whether e is V times a number."""
    return e == V or (e.op == "mul" and e.args[0].op == "number" and e.args[1] == V)

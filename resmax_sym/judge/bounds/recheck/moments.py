"""||J(s) - J(s')|| <= sqrt(6)/9 ||s - s'||: a second statement of the rule for the covariance of a softmax vector."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import Case, either, states
from resmax_sym.judge.bounds.recheck.context import HALF
from resmax_sym.judge.bounds.recheck.simplex import weights
from resmax_sym.judge.bounds.recheck.terms import expanded
from resmax_sym.lang import Expr, parse, symbol

PLAIN_EXP = parse("exp(s)", {"s": symbol("s")})


@states("third moment of softmax")
def third_moment(c: Case) -> Poly:
    """J = diag(f) - f f^T is the Hessian of log sum exp, whose third derivative is the third central moment of z under f.

    With unit z and variance v it is at most v sqrt(2 - 4 v): the largest value, at v = 1/3, is sqrt(2/27).
    """
    c.among("opnorm")
    c.count(1)
    exponents = [logits(c, covariance(c, expanded(side))) for side in c.operands("sub")]
    return Poly.number(Fraction(2, 27)).power(HALF) * c.difference(0, "norm", *exponents)


def covariance(c: Case, J: Expr) -> Expr:
    """f where J is diag(f) - f f^T, all expanded."""
    c.need(J.op == "sub" and J.args[0].op == "diag" and J.args[1].op == "outer", "no diag(f) - outer(f, f)")
    f = J.args[0].args[0]
    c.need(J.args[1].args == (f, f), "the vectors of diag(f) - outer(f, f) differ")
    return f


def logits(c: Case, f: Expr) -> Expr:
    """s where f is exp(s) / sum(exp(s)), written by exp or by a unit that is exp."""
    c.need(f.op == "div" and f.ndim == 1, "the vector is no quotient")
    u, total = f.args
    c.need(total.op == "sum" and total.args[0] == u, "the divisor is not the sum of the entries")
    unit = parse(c.context.model.unit, {"s": symbol("s")}) == PLAIN_EXP
    c.need((u.op == "call" and u.data == "exp") or (u.op == "phi" and unit), "the entries are no exponentials")
    return u.args[0]


def tilted(c: Case, K: Expr) -> tuple[Expr, Expr]:
    """f and h where K is diag(g) - (f g^T + g f^T), g = f (h - <h, f>), all expanded."""
    c.need(K.op == "sub" and K.args[0].op == "diag" and K.args[1].op == "add", "no diag(g) - (f g^T + g f^T)")
    g, (first, second) = K.args[0].args[0], K.args[1].args
    c.need(g.op == "mul" and g.args[1].op == "sub", "g is no f * (h - <h, f>)")
    f, (h, mean) = g.args[0], g.args[1].args
    c.need(mean in (Expr("inner", (h, f)), Expr("inner", (f, h))) and h.shape == f.shape, "g is no f * (h - <h, f>)")
    square = f.shape * 2
    c.need(first == Expr("outer", (f, g), square) and second == Expr("outer", (g, f), square), "other outer products")
    return f, h


@states("third cumulant on the simplex")
def third_cumulant(c: Case) -> Poly:
    """z^T K z = E[(h - Eh)(z - Ez)^2] under f, at most sqrt(2/27) |h| |z|^2."""
    c.among("opnorm")
    c.count(3)
    f, h = tilted(c, expanded(c.e))
    weights(c, f)
    return Poly.number(Fraction(2, 27)).power(HALF) * c.premise(2, "norm", h)


@states("fourth cumulant of softmax")
def fourth_cumulant(c: Case) -> Poly:
    """K(f, h) - K(f', h') = K(f, h - h') + (K(f, h') - K(f', h')), or with the two ends exchanged; a fourth cumulant is at most 1/2."""
    c.among("opnorm")
    c.count(3)
    (f, h), (g, k) = (tilted(c, expanded(side)) for side in c.operands("sub"))
    size = either(h, k, lambda end, _: c.premise(0, "norm", end))
    step = c.difference(1, "norm", logits(c, f), logits(c, g))
    moved = c.difference(2, "norm", h, k)
    return Poly.number(Fraction(2, 27)).power(HALF) * moved + Poly.number(Fraction(1, 2)) * size * step

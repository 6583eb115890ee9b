"""f >= 0 and sum(f) = 1: second statements of the rules for vectors on the simplex, their covariance and weighted means."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import UNITY, ZERO, Case, either, states
from resmax_sym.judge.bounds.recheck.terms import expanded, factors, mirrored, same
from resmax_sym.lang import Expr

HALF = Poly.number(Fraction(1, 2))


@states("normalised vector", "normalised nonnegative vector")
def normalised(c: Case) -> Poly:
    """u / sum(u) sums to 1, and lies on the simplex where u >= 0."""
    u, total = c.operands("div")
    meaning = expanded(total)
    c.need(u.ndim == 1 and meaning.op == "sum" and same(meaning.args[0], u), "the divisor is not the sum")
    if c.step.rule == "normalised vector":
        c.among("total")
        c.count(0)
        return UNITY
    c.count(1)
    c.nonnegative(c.premise(0, "lo", u))
    return {"lo": ZERO, "hi": UNITY, "norm1": UNITY}[c.among("lo", "hi", "norm1")]


def weights(c: Case, f: Expr) -> None:
    """Premises 0 and 1 put f on the simplex."""
    c.nonnegative(c.premise(0, "lo", f))
    c.need(c.premise(1, "total", f) == UNITY, "the entries do not sum to 1")


@states("covariance on the simplex")
def covariance(c: Case) -> Poly:
    """f on the simplex: 0 <= diag(f) - f f^T <= I / 2."""
    a, b = c.operands("sub")
    c.count(2)
    a, b = expanded(a), expanded(b)
    c.need(a.op == "diag" and b.op == "outer" and a.args[0] == b.args[0] == b.args[1], "no diag(f) - f f^T")
    weights(c, a.args[0])
    return ZERO if c.among("qlo", "qhi", "opnorm") == "qlo" else HALF


@states("weighted variance")
def variance(c: Case) -> Poly | tuple[Poly, ...]:
    """P = I - 1 f^T, l <= g <= h: min(l, 0) / 2 <= P^T diag(f g) P <= max(h, 0) / 2, for Var_f(z) <= ||z||^2 / 2."""
    c.count(3)
    parts = factors(expanded(c.e))
    c.need(len(parts) == 3 and mirrored(parts[0]) == parts[2], "the subject is no P^T M P")
    P, weight = parts[2], parts[1]
    c.need(P.op == "sub" and P.args[0].op == "eye" and P.args[1].op == "outer", "P is not I - 1 f^T")
    one, f = P.args[1].args
    c.need(
        one.op == "ones" and weight.op == "diag" and weight.args[0].op == "mul", "P is not I - 1 f^T, or M no diag(f g)"
    )
    weights(c, f)

    def attempt(left: Expr, g: Expr) -> Poly | tuple[Poly, ...]:
        c.need(left == f, "the weights are others")
        source = {"qlo": "lo", "qhi": "hi", "opnorm": "norminf"}[c.among("opnorm", "qlo", "qhi")]
        p = HALF * c.premise(2, source, g)
        return p if c.kind == "opnorm" else (p, ZERO)

    return either(*weight.args[0].args, attempt)


@states("deviation from the mean")
def deviation(c: Case) -> Poly:
    """f on the simplex, l <= v <= h: |v_i - <f, v>| <= h - l."""
    v, mean = c.operands("sub")
    c.among("norminf")
    c.count(4)
    meaning = expanded(mean)
    c.need(meaning.op == "inner" and c.e.ndim == 1, "the second term is no inner product")

    def attempt(f: Expr, other: Expr) -> Poly:
        c.need(same(other, v), "the mean is that of another vector")
        weights(c, f)
        return c.premise(3, "hi", v) - c.premise(2, "lo", v)

    return either(*meaning.args, attempt)

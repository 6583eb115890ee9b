"""z^T K z = E[(c - Ec)(z - Ez)^2] under f: third and fourth cumulants of a probability vector bound softmax's higher derivatives.

For unit z the range of its entries is at most sqrt(2).  Let y = z - Ez have variance v and lie in [m, M], M - m <= sqrt(2), M > 0 > m.
Third cumulant: E[(M - y)(y + v/M)^2] >= 0 says E[y^3] <= v (M - v/M).  E[(M - y)(y - m)] >= 0 says -m >= v/M, so M + v/M <= sqrt(2) and
(M - v/M)^2 <= 2 - 4 v; likewise for -y.  So |E[y^3]| <= v sqrt(2 - 4 v) <= sqrt(6)/9, its value at v = 1/3.
Fourth cumulant k = E[y^4] - 3 v^2: E[y^4] >= v^2 and v <= 1/2 give k >= -2 v^2 >= -1/2.  M + v/M <= sqrt(2) gives
M^2 <= 1 - v + sqrt(1 - 2 v), likewise m^2, so k <= v (1 + sqrt(1 - 2 v)) - 4 v^2 <= 2 v - 4 v^2 <= 1/4.  So |k| <= 1/2.
A symmetric multilinear form on Euclidean space attains its norm at equal arguments, so these bound joint cumulants of unit vectors.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from resmax_sym.judge.bounds.canonical import same, shift
from resmax_sym.judge.bounds.engine import Engine, change_rule, rule
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.bounds.simplex import HALF, resolved, simplex_facts
from resmax_sym.lang import Expr, S
from resmax_sym.models import Model

THIRD_MOMENT = Poly.number(6).power(Fraction(1, 2)) * Poly.number(Fraction(1, 9))


@change_rule("sub")
def covariance_of_softmax(engine: Engine, e: Expr) -> Iterator[Fact]:
    """diag(f) - f f^T with f = exp(s)/sum(exp(s)) changes by at most sqrt(6)/9 times the change of s, in the operator norm.

    Its derivative along w, as a form in z, is the joint third cumulant of z, z, w under f.
    """
    a, b = e.args
    if a.op != "diag" or b.op != "outer" or not (same(a.args[0], b.args[0]) and same(b.args[0], b.args[1])):
        return
    s = exponent_of(engine.model, a.args[0])
    if s is not None:
        for p in engine.change(s).get("norm", []):
            yield engine.moved("opnorm", e, THIRD_MOMENT * p.bound, "third moment of softmax", p)


def exponent_of(model: Model, f: Expr) -> Expr | None:
    """s where f is exp(s) / sum(exp(s))."""
    quotient = resolved(f)
    if quotient.op != "div":
        return None
    u, total = map(resolved, quotient.args)
    exponential = (u.op == "call" and u.data == "exp") or (
        u.op == "phi" and model.phi.diff(S, u.data).func.__name__ == "exp"
    )
    if not exponential or total.op != "sum" or not same(total.args[0], u) or u.ndim != 1:
        return None
    return u.args[0] if u.op == "call" or model.phi.diff(S, u.data).args == (S,) else None


def tilted_covariance(e: Expr) -> tuple[Expr, Expr] | None:
    """f and c where e is diag(g) - (outer(f, g) + outer(g, f)) with g = f * (c - <c, f>)."""
    a, b = e.args
    if a.op != "diag" or b.op != "add" or not all(part.op == "outer" for part in b.args):
        return None
    g, (f, other) = a.args[0], b.args[0].args
    if not (same(g, other) and same(b.args[1].args[0], g) and same(b.args[1].args[1], f)):
        return None
    g = resolved(g)
    psi = resolved(g.args[1]) if g.op == "mul" and same(g.args[0], f) else None
    if psi is None or psi.op != "sub" or psi.args[0].ndim != 1:
        return None
    c, mean = psi.args[0], resolved(psi.args[1])
    right = mean.op == "inner" and any(same(p, c) and same(q, f) for p, q in (mean.args, mean.args[::-1]))
    return (f, c) if right else None


@rule("sub")
def third_cumulant(engine: Engine, e: Expr) -> Iterator[Fact]:
    """f on the simplex: the form E[(c - Ec)(z - Ez)^2] is at most sqrt(6)/9 ||c|| ||z||^2."""
    found = tilted_covariance(e) if e.ndim == 2 else None
    premises = simplex_facts(engine, found[0]) if found else ()
    for size in engine.get(found[1], "norm") if found and premises else ():
        yield Fact("opnorm", e, THIRD_MOMENT * size.bound, "third cumulant on the simplex", (*premises, size))


@change_rule("sub")
def fourth_cumulant(engine: Engine, e: Expr) -> Iterator[Fact]:
    """K(f, c) - K(f', c') = K(f, c - c') + (K(f, c') - K(f', c')), f the softmax of s: sqrt(6)/9 ||c - c'|| + ||c'|| ||s - s'|| / 2.

    K(f, c) is the form of `third_cumulant`, whose derivative along s is a joint fourth cumulant.  The points may change places.
    """
    found = tilted_covariance(e) if e.ndim == 2 else None
    s = exponent_of(engine.model, found[0]) if found else None
    if s is None:
        return
    c = found[1]
    for size in engine.get(shift(c), "norm") + engine.get(c, "norm"):
        for step in engine.change(s).get("norm", []):
            for p in engine.change(c).get("norm", []):
                bound = THIRD_MOMENT * p.bound + HALF * size.bound * step.bound
                yield engine.moved("opnorm", e, bound, "fourth cumulant of softmax", size, step, p)

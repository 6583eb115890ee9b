r"""f' = f h, f'' = f (h^2 - V), f''' = f (h^3 - 3 V h - K): the derivatives of softmax weights f along z, h = z - <f, z>.

Here V = sum(f h^2) and K = sum(f h^3); f may be any vector on the simplex, z any vector, in what follows a unit vector.
First: f' = J z with the covariance J = diag(f) - f f^T, whose norm is at most 1/2.
Second: <w, f''> is the joint third cumulant of w, z, z under f, at most sqrt(6)/9 for a unit vector w (see `moments`).

Third, one entry p = f_k, q = 1 - p: let g be f without f_k, rescaled to sum 1, m, s and M the mean, the variance and the third central
moment of z under g, and D = z_k - m.  Along z, p' = p q D, D' = -s and s' = M, hence f_k''' = p q ((1 - 6pq) D^3 - 3 (q - p) D s - M).
For n >= 3 two of the other entries of z are m - x and m + y with x, y >= 0 and x y >= s (Bhatia and Davis), so
1 >= (m + D)^2 + (m - x)^2 + (m + y)^2 >= D^2/2 + 2 x y >= D^2/2 + 2 s, the minimum over m and over y - x at a fixed x y; for n = 2,
s = 0 and 1 >= D^2/2.  And |M| <= s sqrt(2 - 4 s) (see `moments`).
Since p q |1 - 6pq| <= 1/8, 3 p q |q - p| <= sqrt(3)/6 and p q <= 1/4, |f_k'''| <= |D|^3/8 + sqrt(3)/6 |D| s + s sqrt(2 - 4 s)/4.  With
|D| <= sqrt(2 - 4 s) = e, that is s = (2 - e^2)/4, this is at most ((3 + 2 sqrt(3)) e + (3/2 - sqrt(3)) e^3)/24, which increases for
0 <= e <= sqrt(2) and is sqrt(2)/4 at its end.  It is attained for n = 2, p = 1/2.

Third, of |f|^2/2: T = 3 <f', f''> + <f, f'''>.  With V rho = f h^2, r = f + rho <= 1, X = <f, rho>, G = <f, f> and S = sum(r (1 - r)),
T = V (<5 f' - G z, rho - f> + <1 - r, f'>).  Here |f'|^2 = V X, <f', z> = V, |rho - f|^2 = 2 - S - 4 X and |f_i'| <= sqrt(V) r_i/2, so
|T| <= V (sqrt(5 V (5 X - 2 G) + G^2) sqrt(2 - S - 4 X) + sqrt(V) S/2), and V <= X <= 1/2, 1 - X - S <= G <= 1 - X (see `covariance`).
So |T| <= X (E w + sqrt(X) S/2), w = sqrt(2 - S - 4 X), E = max(|5 X - G|, G) <= max(6 X - 1 + S, 1 - X).
E = 1 - X: at most X sqrt(2 - 4 X) + X^(3/2) (1 - 2 X) <= sqrt(6)/9 + 0.066.  E = 6 X - 1 + S: with y = 2 - 4 X = w^2 + S and
sqrt(X) <= 0.7072 it is at most F(y) = (2 - y)/4 ((2 - w^2 - y/2) w + 0.3536 (y - w^2)).  For w >= 1/4, F falls from y = w^2 on, where it is
concave (w <= 0.7072), or is convex with F(2) = 0; so F <= F(w^2) = w (2 - w^2) (4 - 3 w^2)/8, or 0.  For w <= 1/4,
F <= (2 - y)/4 (2 w + 0.3536 y) <= 0.25 + 0.089.  The largest w (2 - w^2) (4 - 3 w^2)/8 is 0.361145, where 15 w^4 + 8 = 30 w^2.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from resmax_sym.judge.bounds.canonical import same
from resmax_sym.judge.bounds.covariance import inner, total
from resmax_sym.judge.bounds.engine import Engine, rule
from resmax_sym.judge.bounds.moments import THIRD_MOMENT
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.bounds.simplex import HALF, simplex_facts
from resmax_sym.lang import Expr

QUARTER_ROOT = Poly.number(2).power(Fraction(1, 2)) * Poly.number(Fraction(1, 4))
OF_SQUARE = Poly.number(Fraction("0.36115"))


def centred(f: Expr, h: Expr) -> Expr | None:
    """z where h is z - <f, z>."""
    z = h.args[0] if h.op == "sub" else None
    if z is None or not f.ndim == z.ndim == 1:
        return None
    return z if any(same(h.args[1], mean) for mean in (inner(f, z), inner(z, f))) else None


def powers(e: Expr, k: int) -> tuple[Expr, Expr] | None:
    """f and h where e is f h^k."""
    if e.op != "mul" or e.args[1].op != "pow" or e.args[1].args[1] != Expr("number", data=Fraction(k)):
        return None
    return e.args[0], e.args[1].args[0]


def cubic(e: Expr) -> tuple[Expr, Expr] | None:
    """f and h where e is (f h^3 - a) - b."""
    return powers(e.args[0].args[0], 3) if e.op == "sub" and e.args[0].op == "sub" else None


@rule("mul")
def first_derivative(engine: Engine, e: Expr) -> Iterator[Fact]:
    """f on the simplex: ||f (z - <f, z>)|| <= ||z|| / 2."""
    f, h = e.args
    z = centred(f, h) if e.ndim == 1 else None
    premises = simplex_facts(engine, f) if z is not None else ()
    for size in engine.get(z, "norm") if premises else ():
        yield Fact("norm", e, HALF * size.bound, "first derivative of weights", (*premises, size))


@rule("sub")
def second_derivative(engine: Engine, e: Expr) -> Iterator[Fact]:
    """f on the simplex, h = z - <f, z>: ||f h^2 - V f|| <= sqrt(6)/9 ||z||^2."""
    found = powers(e.args[0], 2) if e.ndim == 1 else None
    z = centred(*found) if found else None
    if z is None:
        return
    f, h = found
    if same(e, f * h**2 - total(f * h**2) * f):
        premises = simplex_facts(engine, f)
        for size in engine.get(z, "norm") if premises else ():
            yield Fact("norm", e, THIRD_MOMENT * size.bound.power(2), "second derivative of weights", (*premises, size))


@rule("sub")
def third_derivative(engine: Engine, e: Expr) -> Iterator[Fact]:
    """f on the simplex, h = z - <f, z>: |f h^3 - 3 V f h - f K| <= sqrt(2)/4 ||z||^3, entry by entry."""
    found = cubic(e) if e.ndim == 1 else None
    z = centred(*found) if found else None
    if z is None:
        return
    f, h = found
    if same(e, f * h**3 - 3 * total(f * h**2) * f * h - f * total(f * h**3)):
        premises = simplex_facts(engine, f)
        for size in engine.get(z, "norm") if premises else ():
            bound = QUARTER_ROOT * size.bound.power(3)
            yield Fact("norminf", e, bound, "third derivative of weights", (*premises, size))


@rule("add")
def third_derivative_of_square(engine: Engine, e: Expr) -> Iterator[Fact]:
    """f on the simplex, with its derivatives along z: |3 <f', f''> + <f, f'''>| <= 0.36115 ||z||^3."""
    found = cubic(e.args[1].args[1]) if e.args[1].op == "inner" else None
    z = centred(*found) if found else None
    if z is None:
        return
    f, h = found
    V, K = total(f * h**2), total(f * h**3)
    if same(e, 3 * inner(f * h, f * h**2 - V * f) + inner(f, f * h**3 - 3 * V * f * h - f * K)):
        premises = simplex_facts(engine, f)
        for size in engine.get(z, "norm") if premises else ():
            yield Fact("abs", e, OF_SQUARE * size.bound.power(3), "third derivative of a square", (*premises, size))

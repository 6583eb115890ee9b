"""|f'| <= |z|/2, |f''| <= sqrt(2/27) |z|^2, |f_k'''| <= |z|^3/sqrt(8): second statements of the rules for derivatives of weights."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import Case, states
from resmax_sym.judge.bounds.recheck.context import HALF
from resmax_sym.judge.bounds.recheck.simplex import weights
from resmax_sym.judge.bounds.recheck.terms import expanded, minus
from resmax_sym.lang import Expr

CONSTANTS = {1: Fraction(1, 4), 2: Fraction(2, 27), 3: Fraction(1, 8)}
"""Squares of the bounds for a unit vector; the order of the derivative is the power of its norm."""

ORDERS = {f"{name} derivative of weights": k for k, name in enumerate(("first", "second", "third"), start=1)}


def number(k: int) -> Expr:
    return Expr("number", data=Fraction(k))


def product(*parts: Expr) -> Expr:
    """The factors from left to right."""
    result, *rest = parts
    for part in rest:
        result = Expr("mul", (result, part), result.shape or part.shape)
    return result


@states(*ORDERS)
def derivative(c: Case) -> Poly:
    """f on the simplex: f h is J z, <w, f h^2 - V f> a third cumulant, and each f_k''' is largest in size for two entries of f."""
    order = ORDERS[c.step.rule]
    c.among("norminf" if order == 3 else "norm")
    c.count(3)
    f, z = (c.step.premises[k].subject for k in (0, 2))
    weights(c, f)
    size = c.premise(2, "norm", z)
    c.need(expanded(c.e) in [formula(order, *pair) for pair in pairs(c, f, z)], "the subject is no such derivative")
    return Poly.number(CONSTANTS[order]).power(HALF) * size.power(order)


@states("third derivative of a square")
def of_square(c: Case) -> Poly:
    """T = 3 <f', f''> + <f, f'''> is at most the largest w (2 - w^2) (4 - 3 w^2)/8 < 0.36115 for a unit vector z."""
    c.among("abs")
    c.count(3)
    f, z = (c.step.premises[k].subject for k in (0, 2))
    weights(c, f)
    size = c.premise(2, "norm", z)
    wanted = []
    for g, h in pairs(c, f, z):
        first, second, third = (formula(order, g, h) for order in (1, 2, 3))
        mixed = Expr("mul", (number(3), Expr("inner", (first, second))))
        wanted.append(Expr("add", (mixed, Expr("inner", (g, third)))))
    c.need(expanded(c.e) in wanted, "the subject is no such sum")
    return Poly.number(Fraction("0.36115")) * size.power(3)


def pairs(c: Case, f: Expr, z: Expr) -> list[tuple[Expr, Expr]]:
    """f and z - <f, z>, the product in either order, all expanded."""
    f, z = expanded(f), expanded(z)
    c.need(f.shape == z.shape and f.ndim == 1, "the vectors have other shapes")
    return [(f, minus(z, mean)) for mean in (Expr("inner", (f, z)), Expr("inner", (z, f)))]


def formula(order: int, f: Expr, h: Expr) -> Expr:
    """f h, f h^2 - V f, f h^3 - 3 V f h - f K."""
    if order == 1:
        return product(f, h)
    square = product(f, Expr("pow", (h, number(2)), h.shape))
    V = Expr("sum", (square,))
    if order == 2:
        return minus(square, product(V, f))
    cube = product(f, Expr("pow", (h, number(3)), h.shape))
    return minus(minus(cube, product(number(3), V, f, h)), product(f, Expr("sum", (cube,))))

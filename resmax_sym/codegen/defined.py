"""g(s) != 0 under a fraction, g(s) >= 0 under a root: a function with a value and derivatives at every s, shown from its formula."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from resmax_sym.codegen.pieces import between, pieces
from resmax_sym.lang import LanguageError, S
from resmax_sym.lang.special import sign

EXPECTED = "expected an inner layer that is defined and smooth between its kinks"
E = sp.Symbol("E", positive=True)
"""exp(s)."""


def check_defined(rho: sp.Expr) -> None:
    """That rho is defined for every s, as 1/s and log(s) are not, and so are its derivatives on each side of a kink.

    Raises
    ------
    LanguageError
        It is not, and where; or that is not known.
    """
    for order, what in enumerate(("one", "one with a slope", "one with a second derivative")):
        # what a piece does away with, as in step(s - 1)/s, is computed all the same
        whole = rho.diff(S, order)
        for low, high, formula in [(-sp.oo, sp.oo, whole), *pieces(whole)]:
            for g, divides in _conditions(formula):
                place = next(_places(g, divides, low, high), None)
                if place is not None:
                    raise LanguageError(
                        f"{EXPECTED}, got {what} that is not at s = {place}; choose one without poles and roots"
                    )


def _conditions(e: sp.Expr) -> Iterator[tuple[sp.Expr, bool]]:
    """What must not be 0, with True, and what must not be negative, with False; a logarithm asks for both."""
    if e.has(sp.zoo, sp.nan):  # a piece of max(s, 0) under a fraction
        yield sp.Integer(0), True
    for node in sp.preorder_traversal(e):
        if isinstance(node, sp.log):
            yield from ((node.args[0], divides) for divides in (True, False))
        elif isinstance(node, sp.Pow) and node.base.has(S):
            if not node.exp.is_nonnegative:
                yield node.base, True
            if not node.exp.is_integer:
                yield node.base, False


def _places(g: sp.Expr, divides: bool, low: sp.Expr, high: sp.Expr) -> Iterator[sp.Expr]:
    """Where g violates its condition between low and high, piece by piece, and in its kinks, at which sign(0) = 0."""
    for left, right, part in pieces(g):
        left, right = max(left, low), min(right, high)
        place = _violated(part, divides, left, right) if left < right else None
        if place is not None:
            yield place
        if divides and g.has(sign) and low < right < high and g.replace(sign, sp.sign).subs(S, right).is_zero:
            yield right


def _violated(g: sp.Expr, divides: bool, low: sp.Expr, high: sp.Expr) -> sp.Expr | None:
    """A place between low and high where g is 0 or, unless it divides, negative; where it divides the ends count as well."""
    if g.is_positive or (divides and g.is_nonzero):
        return None
    for zero in _zeros(g):
        if low < zero < high or (divides and zero in (low, high)):
            return zero
    inside = between(low, high)  # a g without zeros has one sign
    value = g.subs(S, inside).evalf()
    return inside if (g.is_zero if divides else value < 0) else None


def _zeros(g: sp.Expr) -> list[sp.Expr]:
    """Those of a quotient of polynomials in s, or in exp(s), exactly."""
    if g.is_number:
        return []
    top = sp.numer(sp.together(g))
    if _is_polynomial(top, S):
        return _roots(sp.Poly(top, S), g)
    top = sp.numer(sp.together(sp.expand(g.rewrite(sp.exp), power_exp=True).subs(sp.exp(S), E)))
    if not _is_polynomial(top, E):
        raise LanguageError(
            f"{EXPECTED}, got {g} under a fraction, root or logarithm, and whether that is 0 somewhere is not known"
        )
    return [sp.log(root) for root in _roots(sp.Poly(top, E), g) if root > 0]


def _roots(p: sp.Poly, g: sp.Expr) -> list[sp.Expr]:
    if p.is_zero:
        raise LanguageError(f"{EXPECTED}, got {g} under a fraction, root or logarithm, and that is 0 for every s")
    return p.real_roots()


def _is_polynomial(e: sp.Expr, variable: sp.Symbol) -> bool:
    return e.is_polynomial(variable) and all(c.is_Rational for c in sp.Poly(e, variable).all_coeffs())

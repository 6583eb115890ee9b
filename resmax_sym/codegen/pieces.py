"""rho = p_k on (c_k, c_k+1): a function made of max, min, abs, step and sign as smooth pieces, and the kinks between them."""

from __future__ import annotations

from itertools import pairwise

import sympy as sp

from resmax_sym.lang import LanguageError, S
from resmax_sym.lang.special import absolute, larger, sign, smaller, step

KINKED = (absolute, larger, sign, smaller, step)
DIGITS = 50
ROUNDING = sp.Float("1e-40", DIGITS)

Piece = tuple[sp.Expr, sp.Expr, sp.Expr]
"""Left end, right end and the smooth formula between them."""


def pieces(e: sp.Expr) -> list[Piece]:
    """The line from -oo to oo, cut where an argument of max, min, abs, step or sign changes its sign.

    Raises
    ------
    LanguageError
        Such an argument is no polynomial with rational coefficients on its piece, so that its roots are not known exactly.
    """
    kinked = next((f for f in sp.postorder_traversal(e) if isinstance(f, KINKED)), None)
    if kinked is None:
        return [(-sp.oo, sp.oo, e)]
    difference = kinked.args[0] - (kinked.args[1] if len(kinked.args) == 2 else 0)
    found = []
    for low, high in pairwise([-sp.oo, *_roots(difference), sp.oo]):
        positive = difference.subs(S, between(low, high)) > 0
        for left, right, formula in pieces(e.xreplace({kinked: _branch(kinked, bool(positive))})):
            if max(left, low) < min(right, high):
                found.append((max(left, low), min(right, high), formula))
    return found


def kinks(e: sp.Expr) -> tuple[float, ...]:
    """Where the slope of a function jumps, in ascending order.

    Raises
    ------
    LanguageError
        The function is not continuous or its slope not bounded there, or its pieces are not known.
    """
    found = []
    for (_, cut, left), (_, _, right) in pairwise(pieces(e)):
        jumps = [_jump(left.diff(S, order), right.diff(S, order), cut) for order in (0, 1)]
        if jumps[0] != 0 or not jumps[1].is_finite:
            raise LanguageError(
                f"expected an inner layer that is continuous with bounded slopes, got a jump or a root at s = {cut}"
            )
        if jumps[1] != 0:
            found.append(float(cut))
    return tuple(found)


def _roots(e: sp.Expr) -> list[sp.Expr]:
    if not (e.is_polynomial(S) and all(c.is_Rational for c in sp.Poly(e, S).all_coeffs())):
        raise LanguageError(
            f"no code for the kink of the inner layer where {e} = 0; expected max, min, abs, step and sign of polynomials in s"
        )
    poly = sp.Poly(e, S)
    return list(dict.fromkeys(poly.real_roots())) if poly.degree() > 0 else []


def between(low: sp.Expr, high: sp.Expr) -> sp.Expr:
    """A point inside the interval."""
    if low == -sp.oo:
        return sp.Integer(0) if high == sp.oo else sp.floor(high) - 1
    return sp.ceiling(low) + 1 if high == sp.oo else (low + high) / 2


def _branch(kinked: sp.Expr, positive: bool) -> sp.Expr:
    """What max(a, b), ... is where a - b (or its only argument) has this sign."""
    a, *b = kinked.args
    match kinked:
        case larger():
            return a if positive else b[0]
        case smaller():
            return b[0] if positive else a
        case absolute():
            return a if positive else -a
        case step():
            return sp.Integer(positive)
    return sp.Integer(1 if positive else -1)


def _jump(left: sp.Expr, right: sp.Expr, cut: sp.Expr) -> sp.Expr:
    """right - left, where a rounding error counts as 0."""
    jump = (right - left).subs(S, cut).evalf(DIGITS)
    return sp.Integer(0) if jump.is_finite and abs(jump) < ROUNDING else jump

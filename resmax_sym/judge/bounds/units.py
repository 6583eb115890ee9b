"""phi^(k)(s) written out in the language: the unit's derivatives as formulas that the rules can bound."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import sympy as sp

from resmax_sym.lang import Expr, S, ones
from resmax_sym.lang.expr import as_expr
from resmax_sym.models import Model

SMOOTH = {sp.exp: "exp", sp.log: "log", sp.cosh: "cosh", sp.sinh: "sinh", sp.tanh: "tanh"}
"""Functions that are differentiable wherever they are defined; what has jumps or kinks is not written out."""


def derivative_of_unit(model: Model, order: int, argument: Expr) -> Expr | None:
    """phi^(order)(argument); None if the unit holds a function with a kink."""
    value = written(sp.diff(model.phi, S, order), argument)
    if value is None or value.shape == argument.shape:
        return value
    return value * ones(argument.shape[0]) if argument.ndim == 1 else None


@lru_cache(maxsize=256)
def without_gaps(phi: sp.Expr) -> bool:
    """Whether phi is differentiable between any two points at which it is defined: log(s), but not 1/s."""
    for node in sp.preorder_traversal(phi):
        rooted = node.is_Pow and not node.exp.is_integer
        if isinstance(node, sp.log) or rooted:
            gap = node.args[0] != S and not node.args[0].is_positive  # it is defined where s > 0, on one interval
        else:
            gap = node.is_Pow and node.exp.is_negative and not node.base.is_positive
        if gap:
            return False
    return True


def written(e: sp.Expr, s: Expr) -> Expr | None:
    """A SymPy expression in S as a formula in s."""
    if e == S:
        return s
    if e.is_Rational:
        return as_expr(Fraction(int(e.p), int(e.q)))
    if e is sp.pi:
        return Expr("pi")
    if e is sp.E:
        return Expr("call", (as_expr(1),), (), "exp")
    if e.is_Pow and e.exp.is_Rational:
        base = written(e.base, s)
        if base is None:
            return None
        power = Fraction(int(e.exp.p), int(e.exp.q))
        return base**power if power > 0 else 1 / base if power == -1 else 1 / base**-power
    if type(e) in SMOOTH:
        argument = written(e.args[0], s)
        return None if argument is None else Expr("call", (argument,), argument.shape, SMOOTH[type(e)])
    if e.is_Add or e.is_Mul:
        parts = [written(part, s) for part in e.as_ordered_terms()] if e.is_Add else [written(p, s) for p in e.args]
        if any(part is None for part in parts):
            return None
        total = parts[0]
        for part in parts[1:]:
            total = total + part if e.is_Add else total * part
        return total
    return None

"""d/d eps of sum_k g(t[k] + eps A[k,j]): SymPy's derivative of expressions over indices, one level of sums at a time."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

EPS = sp.Dummy("eps", real=True)  # no parameter of a user is this symbol, whatever its name

Change = Callable[[str, sp.Expr], sp.Expr | None]
"""name, k -> what stands for the variable name[k], or None where it stays."""


def slope(expr: sp.Expr, moved: Change) -> sp.Expr:
    """d/d eps at eps = 0 of an expression whose variables move with eps.

    By the chain rule with a name for each outermost sum: SymPy's own derivative of a sum asks at every level whether
    it is a number, real and finite, which takes several times as long.
    """
    names = {total: sp.Dummy() for total in _outermost(expr, {})}
    named = expr.xreplace(names)
    result = sp.diff(replaced(named, moved), EPS).xreplace({EPS: sp.Integer(0)})
    for total, name in names.items():
        inner = slope(total.function, moved)
        if inner != 0:
            result += sp.diff(named, name) * sp.Sum(inner, *total.limits)
    return result.xreplace({name: total for total, name in names.items()})


def _outermost(expr: sp.Expr, found: dict[sp.Sum, None]) -> dict[sp.Sum, None]:
    """The sums that are in no other sum, in the order in which they stand."""
    if isinstance(expr, sp.Sum):
        found[expr] = None
    else:
        for arg in expr.args:
            _outermost(arg, found)
    return found


def replaced(expr: sp.Expr, change: Change) -> sp.Expr:
    """Each one-index variable name[k] replaced by change(name, k) where that is not None."""
    changes = {}
    for atom in sorted(expr.atoms(sp.Indexed), key=str):  # new bound indices are numbered in this order
        if len(atom.indices) == 1:
            new = change(atom.base.label.name, atom.indices[0])
            if new is not None:
                changes[atom] = new
    return expr.xreplace(changes)

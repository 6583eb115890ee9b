"""phi2(hull(t, at(t, y))): formulas and bounds as text that can be read back, inner nodes of derivations included."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.lang import Expr, Relation, to_text

DECIMAL = 10**40
"""Numbers whose denominator divides this are printed as decimals, and read back as the same node."""


def spelled(thing: Expr | Relation) -> str:
    """The text of a formula; phi^(k)(s) is `phik(s)`, a value between two others `hull(a, b)`, one third `ratio(1, 3)`."""
    if isinstance(thing, Relation):
        parts = tuple(spellable(part) if isinstance(part, Expr) else part for part in thing.args)
        return to_text(Relation(thing.op, parts))
    return to_text(spellable(thing))


def spellable(e: Expr) -> Expr:
    """The formula with functions of their own in place of what the language of claims has no name for."""
    if e.op == "number" and DECIMAL % e.data.denominator:
        parts = (Expr("number", data=Fraction(e.data.numerator)), Expr("number", data=Fraction(e.data.denominator)))
        return Expr("ratio", parts)
    if e.op in ("named", "number") or not e.args:
        return e
    op, data = (f"phi{e.data}", None) if e.op == "phi" else (e.op, e.data)
    return Expr(op, tuple(map(spellable, e.args)), e.shape, data)

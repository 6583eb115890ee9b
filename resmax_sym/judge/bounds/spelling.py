"""phi2(hull(t, at(t, y))): formulas, bounds, steps and comparisons as text that can be read back, spelled in one way for all."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.lang import Expr, Relation, to_text

DECIMAL = 10**40
"""Numbers whose denominator divides this are printed as decimals, and read back as the same node."""

RULED = {"sign": "a rule gives the sign", "simplex": "a rule gives sign and sum"}
"""Comparisons that no bounds are left to decide."""


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


def row(rule: str, kind: str, subject: Expr | Relation, bound: Poly, premises: Sequence[int]) -> dict[str, Any]:
    """A step as data; `premises` are the numbers of those that it cites."""
    return {"rule": rule, "kind": kind, "subject": spelled(subject), "bound": str(bound), "premises": list(premises)}


def last_row(method: str, facts: Sequence[int], bounds: Sequence[Poly], strict: bool, decided: str) -> dict[str, Any]:
    """The last comparison as data; `facts` are the numbers of those that it cites, `bounds` theirs."""
    stated = {"method": method, "facts": list(facts), "strict": strict}
    return stated | {"condition": condition(method, bounds, strict), "decided": decided}


def condition(method: str, bounds: Sequence[Poly], strict: bool) -> str:
    """What had to hold between the bounds of the facts that a comparison rests on."""
    sign = "<" if strict else "<="
    if method == "sign":
        return "0 < 0 + a positive quantity"
    if method == "bounds":
        high, low = bounds
        return f"{high} {sign} {low}"
    return f"0 {sign} {bounds[1 if method == 'form' else 0]}"

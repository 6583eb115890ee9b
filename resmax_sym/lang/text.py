"""Expr -> the text of the claim language; parsing the text gives the same tree back."""

from __future__ import annotations

from fractions import Fraction

from resmax_sym.lang.expr import Expr
from resmax_sym.lang.relation import Relation

INFIX = {
    "add": (1, " + "),
    "sub": (1, " - "),
    "mul": (2, " * "),
    "div": (2, " / "),
    "matmul": (2, " @ "),
    "pow": (4, "**"),
}
ATOM = 9
MAX_PLACES = 40


def to_text(thing: Expr | Relation) -> str:
    """The formula in the language of claims, with names where quantities have one."""
    if isinstance(thing, Relation):
        parts = [to_text(arg) for arg in thing.args]
        return f"{parts[0]} {thing.op} {parts[1]}" if len(parts) == 2 else f"{thing.op}({', '.join(parts)})"
    done: dict[Expr, tuple[str, int]] = {}
    return _text(thing, done)[0]


def _text(e: Expr, done: dict[Expr, tuple[str, int]]) -> tuple[str, int]:
    if e not in done:
        done[e] = _fresh(e, done)
    return done[e]


def _fresh(e: Expr, done: dict[Expr, tuple[str, int]]) -> tuple[str, int]:
    """Text and binding strength."""
    if e.op == "number":
        return number(e.data)
    if e.op in ("symbol", "named", "size"):
        return str(e.data), ATOM
    if e.op == "pi":
        return "pi", ATOM
    if e.op in ("ones", "eye"):
        return f"{e.op}({e.shape[0]})", ATOM
    if e.op == "neg":
        return "-" + _wrap(e.args[0], 3, done), 3
    if e.op == "transpose":
        return _wrap(e.args[0], ATOM, done) + ".T", ATOM
    if e.op in INFIX:
        strength, sign = INFIX[e.op]
        low, high = (strength + 1, 3) if e.op == "pow" else (strength, strength + 1)
        return _wrap(e.args[0], low, done) + sign + _wrap(e.args[1], high, done), strength
    args = e.args[0].args if is_hessian(e) else e.args
    return f"{head(e)}({', '.join([_text(arg, done)[0] for arg in args] + tail(e))})", ATOM


def is_hessian(e: Expr) -> bool:
    """Whether the node is D(D(scalar)) with respect to one variable."""
    inner = e.args[0] if e.args else e
    return e.op == inner.op == "D" and e.data == inner.data and not inner.args[0].shape


def head(e: Expr) -> str:
    """The function name a node is written with."""
    if is_hessian(e):
        return "hess"
    if e.op in ("call", "reduce"):
        return str(e.data)
    if e.op == "phi":
        return "phi" + "'" * e.data
    if e.op == "D" and not e.args[0].shape:
        return "grad"
    return e.op


def tail(e: Expr) -> list[str]:
    """Arguments that are not sub-expressions: the second argument of D and of at."""
    if e.op == "D":
        return [] if e.data == "x" else [e.data]
    return [e.data] if e.op == "at" else []


def number(value: Fraction) -> tuple[str, int]:
    """An integer or a finite decimal as it is, another fraction as a quotient."""
    places = next((k for k in range(MAX_PLACES) if (10**k) % value.denominator == 0), None)
    if places is None:
        return str(value).replace("/", " / "), 2 if value >= 0 else 1
    digits = str(abs(int(value * 10**places))).rjust(places + 1, "0")
    whole, part = (digits[:-places], "." + digits[-places:]) if places else (digits, "")
    return ("-" if value < 0 else "") + whole + part, ATOM if value >= 0 else 3


def _wrap(e: Expr, least: int, done: dict[Expr, tuple[str, int]]) -> str:
    text, strength = _text(e, done)
    return text if strength >= least else f"({text})"

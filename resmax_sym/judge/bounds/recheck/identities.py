"""e == e': equalities proved again by the normal form, and units differentiable between any two points of their domain."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from resmax_sym.judge.bounds.recheck.terms import expanded, same
from resmax_sym.judge.guards import conditions
from resmax_sym.judge.identity import Equal, equal
from resmax_sym.lang import Expr, Relation, eq, parse, symbol
from resmax_sym.models import Model

ENTIRE = ("exp", "cosh", "sinh", "tanh")
ANY = "any value"
"""A symbol that stands for every value: it is no identifier, so that no parameter of a claim is it."""


@lru_cache(maxsize=4096)
def missing(model: Model, left: Expr, right: Expr) -> str | None:
    """Why `right` may not stand for `left`; None where both are equal and `right` is defined wherever `left` is.

    A form that is undefined at more points than the formula could hide what happens there.
    """
    relation: Relation = eq(left, right)
    if not isinstance(equal(model, relation), Equal):
        return f"{relation!r} is not shown by the normal form"
    here = [(expanded(guard.subject), guard.op) for guard in conditions(left, model)]
    for guard in conditions(right, model):
        subject = expanded(guard.subject)
        known = [other for other, op in here if op in (guard.op, ">") and other.shape == subject.shape]
        if not (subject in known or positive(subject) or any(agree(model, other, subject) for other in known)):
            return f"the right side of {relation!r} is undefined at more points: where not {guard}"
    return None


def agree(model: Model, a: Expr, b: Expr) -> bool:
    """Whether two formulas have one normal form, as 1 + s and s + 1, kinks included."""
    found = equal(model, eq(a, b))
    return isinstance(found, Equal) and found.written is None


def unit_is(model: Model, e: Expr, form: Expr) -> str | None:
    """Why phi^(k)(a) is not the formula that stands for it; a is any value, one symbol here."""
    a = e.args[0]
    value = symbol(ANY, a.shape)
    return missing(model, Expr("phi", (value,), a.shape, e.data), replaced(form, a, value))


def replaced(e: Expr, old: Expr, new: Expr) -> Expr:
    """The formula with `new` wherever `old` stood."""
    return e.rebuild(lambda node: new if node.shape == old.shape and same(node, old) else None)


def positive(e: Expr) -> bool:
    """Whether a formula is positive at all real values of its symbols, by its form alone."""
    match e.op:
        case "number":
            return e.data > 0
        case "pi" | "size" | "ones":
            return True
        case "call":
            return e.data in ("exp", "cosh") or (e.data == "sqrt" and positive(e.args[0]))
        case "add":
            a, b = e.args
            return (positive(a) and nonnegative(b)) or (nonnegative(a) and positive(b))
        case "mul" | "div":
            return all(map(positive, e.args))
        case "pow":
            return positive(e.args[0])
    return False


def nonnegative(e: Expr) -> bool:
    """Whether a formula is nonnegative at all real values of its symbols, by its form alone."""
    if e.op == "pow" and e.args[1].op == "number" and e.args[1].data.denominator == 1 and e.args[1].data % 2 == 0:
        return True
    if e.op in ("add", "mul", "div"):
        return all(map(nonnegative, e.args)) or (e.op == "mul" and e.args[0] == e.args[1])
    return positive(e) or (e.op == "number" and not e.data) or (e.op == "call" and e.data in ("abs", "sqrt", "step"))


@lru_cache(maxsize=256)
def differentiable_between(unit: str) -> bool:
    """Whether phi is differentiable between any two points at which it is defined, which the mean value theorem asks for."""
    return smooth(parse(unit, {"s": symbol("s")}))


def smooth(e: Expr, everywhere: bool = False) -> bool:
    """The same for a formula in s: no divisor vanishes, and logarithms and roots are of what is positive, or of s itself.

    With `everywhere` the latter is left out, so that the formula is smooth on the whole line.
    """

    def go(e: Expr) -> bool:
        return smooth(e, everywhere)

    if e.op == "call" and e.data in ("log", "sqrt"):
        return (e.args[0].op == "symbol" and not everywhere) or (go(e.args[0]) and positive(e.args[0]))
    if e.op == "call" and e.data not in ENTIRE:
        return False
    if e.op == "div" and not (positive(e.args[1]) or (e.args[1].op == "number" and e.args[1].data)):
        return False
    if e.op == "pow":
        (a, _), k = e.args, exponent(e)
        rooted = k is not None and k.denominator > 1 and a.op == "symbol" and not everywhere  # s >= 0
        natural = k is not None and k.denominator == 1 and k >= 0
        return rooted or (go(a) and (natural or (positive(a) and go(e.args[1]))))
    return e.op in ("number", "pi", "symbol", "add", "sub", "mul", "neg", "call", "div") and all(map(go, e.args))


def exponent(e: Expr) -> Fraction | None:
    """The exponent of a power, if it is a number or a quotient of two."""
    k = e.args[1]
    if k.op == "div" and all(part.op == "number" for part in k.args) and k.args[1].data:
        return Fraction(k.args[0].data) / k.args[1].data
    return Fraction(k.data) if k.op == "number" else None

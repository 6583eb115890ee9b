"""0 <= p -> p**2 >= 0 gives f**2 >= 0 where f >= 0: a claim about real numbers, put to use entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from resmax_sym.judge.bounds.canonical import plain
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.guards import guards
from resmax_sym.lang import Expr, LanguageError, Relation

ENTRYWISE = ("add", "sub", "mul", "div", "neg", "pow", "call")
"""Operations whose entry i is made of the entries i of their operands."""

COMPARISONS = ("==", "<=", ">=", "<", ">")
Values = dict[Expr, Expr]


def is_lemma(claim: Claim) -> bool:
    """Whether a claim is about real numbers alone, its parameters, and is defined for all of them."""
    parameters = {claim.names[name] for name in claim.parameters}
    relations = [claim.relation, *claim.assumptions]
    return (
        not claim.sizes
        and all(relation.op in COMPARISONS for relation in relations)
        and all(is_number(side, parameters) for relation in relations for side in relation.args)
        and not any(guards(relation, claim.model) for relation in relations)
    )


def is_number(e: Expr, parameters: set[Expr]) -> bool:
    """Whether a formula is made of parameters and numbers, by operations that act entry by entry."""
    if e.op in ("symbol", "number", "pi"):
        return e.op != "symbol" or e in parameters
    return e.op in ENTRYWISE and not e.shape and all(is_number(arg, parameters) for arg in e.args)


def is_instance(statement: Relation, lemmas: Iterable[Claim], holds: Callable[[Relation], bool]) -> bool:
    """Whether a lemma says `statement` with formulas for its parameters, its conditions on them being held to hold.

    A formula may be a scalar or a vector: the lemma is then used for every entry.  The formulas are read off the statement, which has
    to be written as the lemma is; a parameter that the lemma's own statement does not mention has no value.
    """
    for lemma in lemmas:
        values = matched(lemma.relation, statement)
        if values is None or {*values} != {lemma.names[name] for name in lemma.parameters}:
            continue
        if all(holds(instance(assumption, values)) for assumption in lemma.assumptions):
            return True
    return False


def matched(pattern: Relation, statement: Relation) -> Values | None:
    """Formulas for the parameters of a lemma that make `statement` of its relation; None if there are none."""
    values: Values = {}
    sides = zip(pattern.args, statement.args, strict=False)
    if pattern.op != statement.op or not all(fits(a, plain(b), values) for a, b in sides):
        return None
    shapes = {value.shape for value in values.values() if value.shape}
    return values if len(shapes) <= 1 and all(len(shape) == 1 for shape in shapes) else None


def fits(pattern: Expr, e: Expr, values: Values) -> bool:
    """Whether e is the pattern with the values put in; new values are noted."""
    if pattern.op == "symbol":
        return values.setdefault(pattern, e) == e
    if pattern.op in ("number", "pi"):
        return e == pattern
    alike = (pattern.op, pattern.data, len(pattern.args)) == (e.op, e.data, len(e.args))
    return alike and all(fits(a, b, values) for a, b in zip(pattern.args, e.args, strict=True))


def instance(relation: Relation, values: Values) -> Relation:
    """The relation with the values put for its parameters."""
    return Relation(relation.op, tuple(put(side, values) for side in relation.args))


def put(e: Expr, values: Values) -> Expr:
    """A formula of a lemma with the values put in, and the shape that comes of them."""
    if not e.args:
        return values.get(e, e)
    args = [put(arg, values) for arg in e.args]
    if len(args) == 2 and args[0].shape and args[1].shape and args[0].shape != args[1].shape:
        raise LanguageError(f"{e!r} has no instance of two shapes")
    return Expr(e.op, tuple(args), next((a.shape for a in args if a.shape), ()), e.data)


def usable_lemmas(bases: Sequence[tuple[Claim, Iterable[str]]]) -> list[Claim]:
    """Those claims that are lemmas and were shown without a guard, such as a step of a proof might have."""
    found = []
    for base, where in bases:
        try:
            if is_lemma(base) and not set(where):
                found.append(base)
        except LanguageError:
            continue
    return found

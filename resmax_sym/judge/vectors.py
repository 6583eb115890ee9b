"""T(omega) <= C where norm(omega) <= 1, hence T(g) <= C where norm(g) <= 1: what is known of every omega, put to use for another vector."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from resmax_sym.judge.bounds.assumed import plain_relation
from resmax_sym.judge.bounds.canonical import plain
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.discharge import partial
from resmax_sym.judge.guards import guards
from resmax_sym.judge.instance import COMPARISONS
from resmax_sym.lang import Expr, LanguageError, Relation

FIXED = ("D", "at")
"""Below these omega does not move with x, as what is put for it may."""


def usable_vectors(
    claim: Claim, bases: Sequence[tuple[Claim, Iterable[str]]], met: Iterable[Relation] = ()
) -> list[Claim]:
    """Those claims that say something of every omega, or of each that meets their conditions on it, wherever `claim` speaks.

    Parameters
    ----------
    met : relations
        They hold wherever the assumptions of `claim` do.
    """
    known = {plain_relation(relation) for relation in (*claim.assumptions, *met)}
    found = []
    for base, where in bases:
        try:
            if {*where} <= {*guards(base.relation, base.model)} and is_about_every_omega(base, claim, known):
                found.append(base)
        except LanguageError:
            continue
    return found


def is_about_every_omega(base: Claim, claim: Claim, known: set[Relation]) -> bool:
    """Whether what base assumes is known but for its conditions on omega, and these are comparisons defined for every omega."""
    omega = base.model.variables["omega"]
    if base.model != claim.model or base.sizes or not speaks_of(base.relation, omega):
        return False
    on_omega = conditions(base, omega)
    return (
        {*map(plain_relation, base.assumptions)} <= known | {*map(plain_relation, on_omega)}
        and all(relation.op in COMPARISONS for relation in (base.relation, *on_omega))
        and not any(guards(relation, base.model) or [*partial([relation])] for relation in on_omega)
        and not any(is_fixed_in(plain(side), omega) for relation in on_omega for side in relation.args)
    )


def conditions(base: Claim, omega: Expr) -> list[Relation]:
    return [relation for relation in base.assumptions if speaks_of(relation, omega)]


def speaks_of(relation: Relation, symbol: Expr) -> bool:
    """Whether a symbol occurs, names being replaced by their definitions."""
    return any(
        speaks_of(part, symbol) if isinstance(part, Relation) else occurs(symbol, plain(part)) for part in relation.args
    )


@lru_cache(maxsize=100_000)
def occurs(symbol: Expr, e: Expr) -> bool:
    return e == symbol or any(occurs(symbol, arg) for arg in e.args)


@lru_cache(maxsize=100_000)
def is_fixed_in(e: Expr, omega: Expr) -> bool:
    """Whether omega occurs below a derivative, or in what is moved to another point."""
    return occurs(omega, e) and (e.op in FIXED or any(is_fixed_in(arg, omega) for arg in e.args))


def is_instance_for_vector(
    claim: Claim, statement: Relation, bases: Iterable[Claim], holds: Callable[[Relation], bool]
) -> bool:
    """Whether a claim about every omega says `statement` with one other vector for omega, its conditions being held to hold of that.

    The statement has to be written as the claim is.
    """
    omega = claim.model.variables["omega"]
    for base in bases:
        if base.relation.op != statement.op:
            continue
        vectors: set[Expr] = set()
        pairs = zip(base.relation.args, statement.args, strict=True)
        if all(fits(plain(a), plain(b), omega, vectors) for a, b in pairs) and len(vectors) == 1:
            (g,) = vectors
            if all(holds(said_of(g, relation, omega)) for relation in conditions(base, omega)):
                return True
    return False


def fits(pattern: Expr, e: Expr, omega: Expr, vectors: set[Expr]) -> bool:
    """Whether e is the pattern with vectors in place of omega, which are noted."""
    if pattern == omega:
        vectors.add(e)
        return e.shape == omega.shape
    if not occurs(omega, pattern):
        return e == pattern
    if pattern.op in FIXED or len(pattern.args) != len(e.args):
        return False
    alike = (pattern.op, pattern.data, pattern.shape) == (e.op, e.data, e.shape)
    return alike and all(fits(a, b, omega, vectors) for a, b in zip(pattern.args, e.args, strict=True))


def said_of(g: Expr, relation: Relation, omega: Expr) -> Relation:
    """A condition on omega with g in its place."""

    def put(e: Expr) -> Expr:
        if e == omega:
            return g
        return Expr(e.op, tuple(map(put, e.args)), e.shape, e.data) if e.args else e

    return Relation(relation.op, tuple(put(plain(side)) for side in relation.args))

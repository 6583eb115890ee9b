"""bound(claim): an inequality proved for all sizes, data and parameter values, or undecided with a reason; nothing is sampled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resmax_sym.judge.bounds import (
    calls,
    closed,
    covariance,
    energy,
    entries,
    forms,
    matrices,
    moments,
    norms,
    paired,
    relu,
    remainder,
    scalars,
    simplex,
    stated,
    steps,
    univariate,
    whole,
)
from resmax_sym.judge.bounds.assumed import NORMS, Assumed
from resmax_sym.judge.bounds.canonical import push
from resmax_sym.judge.bounds.engine import UNITY, ZERO, Engine
from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.record import Bounded, Comparison, Fact, Undecided
from resmax_sym.judge.bounds.scalars import nonnegative
from resmax_sym.judge.bounds.spelling import RULED
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.identity import Equal, equal
from resmax_sym.judge.truth import is_symmetric
from resmax_sym.lang import Expr, LanguageError, Relation, to_text
from resmax_sym.models import Model

MODULES = (
    calls,
    closed,
    covariance,
    energy,
    entries,
    forms,
    matrices,
    moments,
    norms,
    paired,
    relu,
    remainder,
    scalars,
    simplex,
    stated,
    steps,
    univariate,
    whole,
)
"""Importing them registers their rules."""


def bound(claim: Claim, given: Sequence[Relation] | None = None) -> Bounded | Undecided:
    """A proof of an inequality by bounds of its parts.

    Returns
    -------
    Bounded
        With the tree of rules, and how derived and claimed bound compare.
    Undecided
        With the bounds that were derived; it says nothing against the claim.
    """
    try:
        relation, known = claim.relation, claim.given if given is None else list(given)
    except LanguageError as error:
        return Undecided(str(error))
    return prove(claim.model, relation, known)


def prove(model: Model, relation: Relation, assumptions: list[Relation]) -> Bounded | Undecided:
    """The same for a relation under assumptions."""
    try:
        return _prove(model, relation, assumptions)
    except LanguageError as error:
        return Undecided(str(error))
    except RecursionError:
        return Undecided("the formula is nested too deeply; split it with names")


def _prove(model: Model, relation: Relation, assumptions: list[Relation]) -> Bounded | Undecided:
    if relation.op == "on_segment":
        return Undecided("a statement about a whole segment is not in reach of the bounds")
    if relation.op in ("psd", "simplex"):
        engine = Engine(model, Assumed.of(assumptions))
        return (_psd if relation.op == "psd" else _simplex)(engine, relation)
    sides = tuple(push(side) for side in relation.args)
    if any(side.ndim > 1 for side in sides):
        return Undecided("matrices are compared by psd only")
    best: list[str] = []
    for side in sides[::-1]:
        engine = Engine(model, Assumed.of(assumptions, mentioned(side)))
        links = list(_links(relation.op, sides))
        found = [_compare(engine, small, large, strict, best) for small, large, strict in links]
        if all(found):
            return Bounded(relation, tuple(found))
    reason = "no bound was derived" if not best else "no derived bound is seen to reach the claimed one"
    return Undecided(reason, tuple(dict.fromkeys(best)))


def _links(op: str, sides: tuple[Expr, ...]) -> Iterator[tuple[Expr, Expr, bool]]:
    """Smaller side, larger side, whether strictly."""
    a, b = sides
    if op in ("<=", "<", "=="):
        yield a, b, op == "<"
    if op in (">=", ">", "=="):
        yield b, a, op == ">"


def mentioned(side: Expr) -> set[tuple[str, Expr]]:
    """The norms and absolute values that a side speaks of by name."""
    found, stack = set(), [side]
    while stack:
        e = stack.pop()
        if e.op in NORMS:
            found.add((e.op, e.args[0]))
        elif e.op == "call" and e.data == "abs" and not e.shape:
            found.add(("abs", e.args[0]))
        elif e.op not in ("named", "at", "D"):
            stack += e.args
    return found


def _compare(engine: Engine, small: Expr, large: Expr, strict: bool, best: list[str]) -> Comparison | None:
    """Proves small <= large (or <): an upper bound of one below a lower bound of the other, or 0 below the difference."""
    tops, bottoms = engine.get(small, "hi"), engine.get(large, "lo")
    for high in tops:
        for low in bottoms:
            how = engine.ranges.nonnegative(low.bound - high.bound, strict)
            if how:
                return Comparison("bounds", (high, low), strict, how)
    best += [fact.conclusion for fact in (*tops, *bottoms) if fact.rule != "exact value"]
    if strict:
        for zero in (fact for fact in engine.get(small, "hi") if fact.bound == ZERO):
            for fact in engine.get(large, "pos"):
                return Comparison("sign", (zero, fact), strict, RULED["sign"])
    for low in engine.get(large - small, "lo"):
        how = engine.ranges.nonnegative(low.bound, strict)
        if how:
            return Comparison("difference", (low,), strict, how)
    return None


def _psd(engine: Engine, relation: Relation) -> Bounded | Undecided:
    """M = M^T by the normal form, and z^T M z >= 0."""
    M = push(relation.args[0])
    symmetry = is_symmetric(M)
    if not isinstance(equal(engine.model, symmetry), Equal):
        return Undecided(f"{to_text(symmetry)} is not shown by the normal form")
    lows = engine.get(M, "qlo")
    for low in lows:
        how = engine.ranges.nonnegative(low.bound)
        if how:
            step = Fact("==", symmetry, ZERO, "normal form")
            return Bounded(relation, (Comparison("form", (step, low), False, how),))
    return Undecided("no lower bound of the form is seen to be nonnegative", tuple(low.conclusion for low in lows))


def _simplex(engine: Engine, relation: Relation) -> Bounded | Undecided:
    """v >= 0 and sum(v) = 1."""
    v = push(relation.args[0])
    signs = nonnegative(engine, v)
    totals = [fact for fact in engine.get(v, "total") if fact.bound == UNITY]
    if signs and totals:
        return Bounded(relation, (Comparison("simplex", (signs[0], totals[0]), False, RULED["simplex"]),))
    return Undecided("sign or sum of the entries is not known")


def best(model: Model, relation: Relation, assumptions: list[Relation]) -> list[Poly]:
    """Upper bounds of lhs for `<=`, lower ones for `>=`, in sizes, parameters and the norms that rhs speaks of."""
    found, claimed = map(push, relation.args)
    try:
        engine = Engine(model, Assumed.of(assumptions, mentioned(claimed)))
        return [fact.bound for fact in engine.get(found, "hi" if relation.op in ("<=", "<") else "lo")]
    except LanguageError:
        return []

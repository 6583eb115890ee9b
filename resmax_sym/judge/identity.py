"""lhs == rhs for every n and d: equal by the normal form, and guarded by a second route before a verdict rests on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import sympy as sp

from resmax_sym.judge.modular import vanishes
from resmax_sym.judge.off_kinks import off_kinks
from resmax_sym.judge.points import free_symbols, random_point
from resmax_sym.judge.truth import defined, holds, is_symmetric
from resmax_sym.lang import Expr, LanguageError, Lowering, Relation, eq, is_zero, normal, symbol
from resmax_sym.lang.polynomial import key, text
from resmax_sym.models import Model

GUARD_SIZES = ((1, 1), (2, 1), (3, 2), (4, 3))
GUARD_TRIES = 20
CONFIRM_SEED = 7
FEW = 3


class Defect(RuntimeError):
    """Two routes of the suite contradict each other: neither may be trusted until it is understood."""


@dataclass(frozen=True)
class Equal:
    """The normal form of lhs - rhs is zero.

    Attributes
    ----------
    every_unit : bool
        It is zero with phi abstract, so the identity holds for every smooth unit.
    unfolded : bool
        t had to be written out as A x.
    written : Relation, optional
        What was compared, if max and abs had to be written off their kinks.
    """

    every_unit: bool
    unfolded: bool
    written: Relation | None = None


@dataclass(frozen=True)
class Undecided:
    """Not shown equal; that is not to say different."""

    reason: str


@lru_cache(maxsize=512)
def difference(model: Model, relation: Relation, abstract: bool) -> sp.Expr:
    """A component of lhs - rhs over free indices i, j."""
    lowering = model.lowering(abstract)
    indices = sp.symbols("i j", integer=True)[: max(relation.lhs.ndim, relation.rhs.ndim)]
    lhs, rhs = (lowering(side, *(indices if side.shape else ())) for side in relation.args)
    return lhs - rhs


Assigned = tuple[tuple[Expr, Expr], ...]
"""Variables with the value that an assumption gives them."""


def assignments(given: Iterable[Relation]) -> Assigned:
    """y == -x, b == 0, ...: the assumptions that give a vector or a parameter its value, none in terms of another of them."""
    found: dict[Expr, Expr] = {}
    for relation in given:
        for variable, value in (relation.args, relation.args[::-1]) if relation.op == "==" else ():
            moved = any(variable in free(other) for other in found.values())
            fits = variable.op == "symbol" and variable.ndim < 2 and value.shape in ((), variable.shape)
            if fits and not moved and not free(value) & {variable, *found}:
                found.setdefault(variable, value)
                break
    return tuple(found.items())


def free(e: Expr) -> set[Expr]:
    """The variables in a formula, y in at(.., y) among them."""
    nodes = {*e.walk()}
    points = {symbol(node.data, ("d",)) for node in nodes if node.op == "at"}
    return points | {node for node in nodes if node.op == "symbol"}


@lru_cache(maxsize=512)
def equal(model: Model, relation: Relation, assigned: Assigned = ()) -> Equal | Undecided:
    """Whether lhs == rhs by the normal form: first for every smooth unit, then for the model's own, then with t = A x.

    If that fails, and both sides are undefined at a kink, then again with max(z, 0) = z step(z).
    """
    found = _equal(model, relation, assigned)
    written = None if isinstance(found, Equal) else off_kinks(model, relation)
    if written is None or fails_somewhere(model, relation):
        return found
    again = _equal(model, written, assigned)
    if not isinstance(again, Equal):
        return found
    _confirm(model, relation, assigned)
    return replace(again, written=written)


def fails_somewhere(model: Model, relation: Relation) -> bool:
    """Whether the sides are seen to differ at a random point: that spares other attempts."""
    rng, symbols = np.random.default_rng(CONFIRM_SEED), free_symbols(model, [relation])
    points = (random_point(symbols, {"n": 2, "d": 2, "m": 2}, rng) for _ in range(FEW))
    return any(holds(model, relation, point) is False for point in points)


def _equal(model: Model, relation: Relation, assigned: Assigned) -> Equal | Undecided:
    reason = "the normal form of the difference is not zero"
    for unfolded in (True,) if assigned else (False, True):
        for abstract in (True, False):
            try:
                expr = difference(model, relation, abstract)
                if unfolded:
                    expr = model.lowering(abstract).unfold(expr)
                for variable, value in assigned:
                    expr = _written_out(model.lowering(abstract), expr, variable, value)
                if is_zero(normal(expr)):
                    _confirm(model, relation, assigned)
                    return Equal(abstract, unfolded)
            except LanguageError as error:
                reason = str(error)
    return Undecided(reason)


def _confirm(model: Model, relation: Relation, assigned: Assigned) -> None:
    """One evaluation by the second route, for whoever builds on the identity: Defect where the sides differ."""
    values = [eq(variable, value) for variable, value in assigned]
    symbols = free_symbols(model, [relation, *values])
    if vanishes(model, relation, symbols, {"n": 3, "d": 2, "m": 2}, CONFIRM_SEED, assigned) is False:
        raise Defect(f"the normal form proves {relation!r}, yet its sides differ")


def _written_out(lowering: Lowering, expr: sp.Expr, variable: Expr, value: Expr) -> sp.Expr:
    """`value` put for `variable`, and t in it written out as well."""
    return lowering.unfold(lowering.assign(expr, variable, value))


def symmetric(model: Model, matrix: Expr) -> bool:
    """Whether M == M.T is proved."""
    return isinstance(equal(model, is_symmetric(matrix)), Equal)


def normal_forms(model: Model, relation: Relation, found: Equal) -> dict[str, str]:
    """Both sides in the form in which they were compared, free indices i and j, spelled alike in every process."""
    lowering, relation = model.lowering(found.every_unit), found.written or relation
    indices = sp.symbols("i j", integer=True)[: max(side.ndim for side in relation.args)]
    forms = {}
    for name, side in zip(("lhs", "rhs"), relation.args, strict=True):
        component = lowering(side, *(indices if side.shape else ()))
        try:
            forms[name] = text(key(normal(lowering.unfold(component) if found.unfolded else component)))
        except LanguageError as error:  # the sides may be too long where their difference is not
            forms[name] = f"not written out: {error}"
    return forms


def guard_assigned(model: Model, relation: Relation, symbols: list[Expr], assigned: Assigned, seed: int = 0) -> int:
    """At how many sizes an identity under assignments was confirmed modulo two primes; Defect where the sides differ."""
    hidden = {} if model.inner_layer is None else {"m": 2}
    sizes = [{"n": n, "d": d, **hidden} for n, d in GUARD_SIZES]
    agree = [vanishes(model, relation, symbols, s, seed + k, assigned) for k, s in enumerate(sizes)]
    if False in agree:
        raise Defect(f"the normal form proves {relation!r} under {assigned!r}, yet its sides differ")
    return agree.count(True)


def guard(model: Model, relation: Relation, symbols: list[Expr], seed: int = 0) -> str | None:
    """The second route to an identity: modulo two primes where that has a meaning, in balls elsewhere.

    Returns
    -------
    str or None
        What was done; None where both sides were undefined at every point tried.

    Raises
    ------
    Defect
        The sides differ at a point.
    """
    exact, overlap, rng = 0, 0, np.random.default_rng(seed)
    for k, (n, d) in enumerate(GUARD_SIZES):
        sizes = {"n": n, "d": d} if model.inner_layer is None else {"n": n, "d": d, "m": 2}
        agrees = vanishes(model, relation, symbols, sizes, seed + k)
        for _ in range(GUARD_TRIES if agrees is None else 0):
            point = random_point(symbols, sizes, rng)
            if defined(model, relation, point):
                agrees = False if holds(model, relation, point) is False else None
                overlap += 1
                break
        if agrees is False:
            raise Defect(f"the normal form proves {relation!r}, yet its sides differ at {sizes}")
        exact += agrees is not None
    return f"{exact} sizes modulo two primes, {overlap} in balls" if exact + overlap else None

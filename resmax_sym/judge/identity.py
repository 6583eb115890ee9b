"""lhs == rhs for every n and d: equal by the normal form, and guarded by a second route before a verdict rests on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sympy as sp

from resmax_sym.judge.modular import vanishes
from resmax_sym.judge.points import random_point
from resmax_sym.judge.truth import defined, holds
from resmax_sym.lang import Expr, LanguageError, Relation, is_zero, normal
from resmax_sym.models import Model

GUARD_SIZES = ((1, 1), (2, 1), (3, 2), (4, 3))
GUARD_TRIES = 20


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
    """

    every_unit: bool
    unfolded: bool


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


@lru_cache(maxsize=512)
def equal(model: Model, relation: Relation) -> Equal | Undecided:
    """Whether lhs == rhs by the normal form: first for every smooth unit, then for the model's own, then with t = A x."""
    reason = "the normal form of the difference is not zero"
    for unfolded in (False, True):
        for abstract in (True, False):
            try:
                expr = difference(model, relation, abstract)
                if unfolded:
                    expr = model.lowering(abstract).unfold(expr)
                if is_zero(normal(expr)):
                    return Equal(abstract, unfolded)
            except LanguageError as error:
                reason = str(error)
    return Undecided(reason)


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

"""Value for A1, A2 == value for A, M where A1^T A1 = M and A2 A1 = A: a second route to what `square_root` reads off the formulas.

Both sides of every relation that is carried over are evaluated in balls, each in its own model, at random rational A, x, b, ... at which
M is positive definite.  A1 is the upper triangular factor of M there, which serves as well as the root: M is all that it is used for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge.balls import Balls
from resmax_sym.judge.cell_check import DIGITS, SMALL, overlap, sides
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.identity import Defect
from resmax_sym.judge.points import Point, free_symbols, random_point
from resmax_sym.lang import Expr, LanguageError, Relation
from resmax_sym.models import Model

SIZES = ({"n": 3, "d": 2}, {"n": 4, "d": 3}, {"n": 2, "d": 1})
TRIES = 8
"""Points for each size, of which the first where M is positive definite is used."""


def agree(
    claim: Claim, factors: Model, M: Expr, pairs: Sequence[tuple[Relation | Expr, Relation | Expr]], seed: int = 0
) -> bool:
    """Whether each formula about two factors has the values of its image, wherever the image has one; one place at least.

    Parameters
    ----------
    pairs : relations and formulas about two factors, each with the one about A and M that it is to be

    Raises
    ------
    Defect
        Two values differ: the image is wrong.
    """
    formulas = [pair for a, b in pairs for pair in (sides(a, b) if isinstance(a, Relation) else [(a, b)])]
    seen, rng = [False] * len(formulas), np.random.default_rng(seed)
    for sizes in SIZES:
        fixed = {**sizes, **{name: min(values) for name, values in claim.sizes.items()}}
        here, there = next(_models(claim, factors, M, formulas, fixed, rng), (None, None))
        for number, (a, b) in enumerate(formulas if here else ()):
            same = overlap(there, a, here, b)
            if same is False:
                raise Defect(f"{b!r} was read as {a!r} with A1^T A1 = {M!r} and A2 A1 = A, yet their values differ")
            seen[number] |= same is True
    return all(seen)


def _models(
    claim: Claim,
    factors: Model,
    M: Expr,
    formulas: Sequence[tuple[Expr, Expr]],
    sizes: Mapping[str, int],
    rng: np.random.Generator,
) -> Iterator[tuple[Evaluator, Evaluator]]:
    """The model of the claim and that with two factors, at random points where M is positive definite."""
    images = [Relation("==", (b, b)) for _, b in formulas]
    names = claim.model.variables
    spoken = free_symbols(claim.model, [claim.relation, *claim.assumptions, *images])
    symbols = {s.data: s for s in (*spoken, names["A"], names["x"])}
    for _ in range(TRIES):
        values = dict(random_point(symbols.values(), sizes, rng, SMALL, 0.5).values)
        values |= {name: Fraction(int(rng.integers(1, 64)), 64) for name, s in symbols.items() if not s.shape}
        balls = Balls(DIGITS)
        here = Point(sizes, values).evaluator(claim.model, balls)
        point = {name: value[0] for name, value in here.point.items()}
        try:
            matrix = here(M)
        except (LanguageError, ArithmeticError):
            continue
        with balls.precision():
            parts = factorised(point.pop("A"), matrix)
        if parts is not None:
            A1, A2 = parts
            yield here, Evaluator(factors, {**sizes, "m": sizes["d"]}, {**point, "A1": A1, "A2": A2}, balls)


def factorised(A: NDArray, M: NDArray) -> tuple[NDArray, NDArray] | None:
    """A1, upper triangular, and A2 with A1^T A1 = M and A2 A1 = A in balls; None where M is not shown to be positive definite.

    M is asymmetric where its eigenvalues are not defined, and so says nothing there.
    """
    d, zero = len(M), M[0, 0] * 0
    if not all(M[j, k].overlaps(M[k, j]) for k in range(d) for j in range(k)):
        return None
    A1, A2 = np.full((d, d), zero, dtype=object), np.full(A.shape, zero, dtype=object)
    for k in range(d):
        rest = M[k] - A1[:k, k] @ A1[:k] if k else M[k]
        if not rest[k] > 0:
            return None
        A1[k, k:] = rest[k:] / rest[k].sqrt()
        A2[:, k] = (A[:, k] - A2[:, :k] @ A1[:k, k] if k else A[:, k]) / A1[k, k]
    return A1, A2

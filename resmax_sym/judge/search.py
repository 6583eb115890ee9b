"""max (lhs - rhs): random starts and ascent with gradients, until a violation can be made an exact witness."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from resmax_sym.judge.arithmetic import SearchFloats
from resmax_sym.judge.budget import OPERATIONS_PER_SECOND
from resmax_sym.judge.domain import Batch, Domain
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.margin import Margins
from resmax_sym.judge.points import Point
from resmax_sym.judge.witness import Witnesses
from resmax_sym.lang import Expr, Relation
from resmax_sym.models import Model

BATCH = 256
DIFFERENCE = 1e-6
LONGEST_GRADIENT = 400
"""Points of more entries climb by random steps alone."""


class Late(Exception):
    """The clock stops a search that its operations have not."""


@dataclass(frozen=True)
class Closest:
    """The point that came closest to a violation, or that violates most, in float64; a batch of one."""

    sizes: dict[str, int]
    batch: Batch

    def values(self, model: Model, *formulas: Expr) -> list[NDArray]:
        """Formulas evaluated there."""
        evaluator = Evaluator(model, self.sizes, self.batch, SearchFloats(), batched=True)
        return [evaluator(formula)[0] for formula in formulas]


@dataclass(frozen=True)
class Search:
    """What a search found.

    Attributes
    ----------
    witness : Point or None
        Exact, confirmed in balls to break the statement and to meet every assumption.
    points : int
        Points at which the statement was defined and every assumption held, in float64.
    best : float
        Largest relative violation seen there; negative where the statement held with room to spare.
    closest : Closest or None
        That point.
    """

    witness: Point | None
    points: int
    sizes: tuple[dict[str, int], ...]
    best: float
    closest: Closest | None
    operations: int
    stopped_by_clock: bool


class Falsifier:
    """Searches for a point where `statement` fails and every assumption holds.

    Parameters
    ----------
    symmetric : callable
        Whether a matrix is known to be symmetric; eigenvalues of others are undefined.
    margins : type
        What is raised.
    """

    def __init__(
        self,
        domain: Domain,
        statement: Relation,
        symmetric: Callable[[Expr], bool],
        seed: int = 0,
        margins: type[Margins] = Margins,
    ) -> None:
        self.domain, self.statement, self.model, self.margins = domain, statement, domain.model, margins
        self.witnesses = Witnesses(domain, statement, symmetric, self.in_time)
        self.rng = np.random.default_rng(seed)
        self.points, self.best, self.closest, self.operations = 0, -np.inf, None, 0
        self.tried: dict[tuple, dict[str, int]] = {}
        self.deadline = np.inf

    def run(self, seconds: float, patience: float | None = None) -> Search:
        """Searches for about that many seconds, counted in operations; the clock stops it at `patience`, or three times that."""
        self.deadline = time.perf_counter() + (patience or 3 * seconds)
        witness, late = None, False
        try:
            witness = self._rounds(seconds * OPERATIONS_PER_SECOND)
        except Late:
            late = True
        return Search(
            witness, self.points, tuple(self.tried.values()), float(self.best), self.closest, self.operations, late
        )

    def in_time(self) -> None:
        """Raises `Late` where the clock is past the end of the search."""
        if time.perf_counter() > self.deadline:
            raise Late

    def _rounds(self, budget: float) -> Point | None:
        """Size after size, at first without ascent, until a witness is found or the operations are used up."""
        sizes = list(self.domain.sizes())
        for number in range(
            int(budget) if self.domain.symbols and sizes else 1
        ):  # without variables a size is one point
            for size in sizes:
                witness = self.round(size, ascend=number > 0)
                if witness is not None or self.operations >= budget:
                    return witness
        return None

    def round(self, sizes: dict[str, int], ascend: bool) -> Point | None:
        """A batch of random points of one size; with `ascend` the best of them climb."""
        self.tried[tuple(sizes.values())] = sizes
        margins = self.margins(self.model, sizes)
        z = self.domain.random(sizes, BATCH, self.rng)
        values = self.evaluate(z, sizes, margins)
        valid = values >= -1
        self.points += int(valid.sum())
        top = np.argsort(-values)[:3]
        found = self.witnesses.confirm(z[top], values[top], sizes, margins)
        if found is None and ascend:
            climbed = np.array([self.climb(z[k], sizes, margins) for k in top[values[top] > -10]]).reshape(
                -1, z.shape[1]
            )
            if len(climbed):
                found = self.witnesses.confirm(climbed, self.evaluate(climbed, sizes, margins), sizes, margins)
        self.operations += margins.cost + self.domain.cost
        self.domain.cost = 0
        return found

    def evaluate(self, z: NDArray, sizes: dict[str, int], margins: Margins) -> NDArray:
        """The objective at decoded points; keeps the record."""
        self.in_time()
        batch = self.domain.decode(z, sizes)
        values = margins.objective(self.statement, self.domain.checked, batch)
        k = int(values.argmax())
        if values[k] > self.best and values[k] >= -1:
            self.best = values[k]
            self.closest = Closest(sizes, {name: value[k : k + 1] for name, value in batch.items()})
        return values

    def climb(self, start: NDArray, sizes: dict[str, int], margins: Margins) -> NDArray:
        """Quasi-Newton ascent with central differences, then random steps across kinks."""

        def downhill(z: NDArray) -> tuple[float, NDArray]:
            step = DIFFERENCE * np.eye(len(z))
            values = self.evaluate(np.concatenate([z[None], z + step, z - step]), sizes, margins)
            ahead, behind = np.split(values[1:], 2)
            return -values[0], -(ahead - behind) / (2 * DIFFERENCE)

        if len(start) > LONGEST_GRADIENT:
            return self.stroll(start, sizes, margins)
        z = minimize(downhill, start, jac=True, method="L-BFGS-B", options={"maxiter": 40}).x
        return self.stroll(z, sizes, margins)

    def stroll(self, z: NDArray, sizes: dict[str, int], margins: Margins) -> NDArray:
        """The best of random steps of shrinking length."""
        for length in (0.1, 0.03, 0.01, 0.003, 0.001):
            around = z + length * self.rng.standard_normal((BATCH // 4, len(z))) * (1 + np.abs(z))
            around[0] = z
            z = around[np.argmax(self.evaluate(around, sizes, margins))]
        return z

"""P(error of a sampled Gram matrix > eps) against prob, and the operations of a step: what `row_count` promises and what is seen."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import eigh
from scipy.stats import binomtest

from resmax_sym.solve.coordinates import metric_basis
from resmax_sym.solve.kernels import kernel_of
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.sketch import EstimatedLeverage, ExactLeverage, Sketch, Uniform, draw, row_count, sampled_grams

__all__ = ["SKETCHES", "UNITS", "Cost", "Failure", "cost", "failures", "instance"]

UNITS = {"softmax": "exp(s)", "soft-residual": "exp(s) + s"}
SKETCHES: dict[str, Sketch] = {
    "uniform": Uniform(),
    "exact": ExactLeverage(),
    "estimated": EstimatedLeverage(directions=32),
}
ROWS, COLUMNS = 4000, 5
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Failure:
    """How often the error of a sample was above eps.

    Attributes
    ----------
    unit, sketch : str
    eps, prob : float
        Error relative to G = A.T diag(|delta|) A, and the promised probability of more.
    choice : str
        How the number of rows was chosen, as in `CHOICES`.
    rows : int
        The largest number over the seeds; from n on the sum is exact.
    quality : float
        The least q over the seeds for which p >= q l / d, l the leverage scores.
    failed, trials : int
    low, high : float
        Clopper-Pearson interval of the failure rate, confidence 95 %.
    """

    unit: str
    sketch: str
    eps: float
    prob: float
    choice: str
    rows: int
    quality: float
    failed: int
    trials: int
    low: float
    high: float

    @property
    def promised(self) -> bool:
        """Whether the theorem speaks of this row."""
        return self.choice == "asked" or (self.choice == "leverage" and self.sketch == "exact")

    @property
    def kept(self) -> bool:
        """Whether what is seen is consistent with the theorem."""
        return not self.promised or self.low <= self.prob


def instance(unit: str, rows: int, columns: int, seed: int) -> tuple[Problem, np.ndarray]:
    """A problem with a few long rows and delta of both signs, and a point."""
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((rows, columns)) / np.sqrt(columns)
    A *= (0.3 + 0.7 * np.abs(rng.standard_t(3, rows)).clip(0, 5) / 5)[:, None]
    A[:columns] += 2 * np.eye(columns)
    b = rng.dirichlet(np.full(rows, 0.1))
    return Problem(A, b, 0.0, kernel_of(UNITS[unit])), 0.3 * rng.standard_normal(columns)


def failures(trials: int, eps: float = 0.5, probs: tuple[float, ...] = (0.1, 0.01)) -> list[Failure]:
    """A row for every unit, sketch, promised probability and choice of the number of rows, each over `trials` seeds."""
    found = []
    for unit in UNITS:
        measure = Measure(unit)
        for name in SKETCHES:
            draws = [measure.probabilities(name, seed) for seed in range(trials)]
            quality = min(measure.quality(p) for p in draws)
            for prob, (choice, rows_for) in itertools.product(probs, CHOICES.items()):
                rows = [rows_for(eps, prob, measure.quality(p)) for p in draws]
                failed = sum(
                    measure.error(p, m, seed) > eps for seed, (p, m) in enumerate(zip(draws, rows, strict=True))
                )
                interval = binomtest(failed, trials).proportion_ci(CONFIDENCE, method="exact")
                found.append(
                    Failure(
                        unit, name, eps, prob, choice, max(rows), quality, failed, trials, interval.low, interval.high
                    )
                )
    return found


CHOICES = {
    "asked": lambda eps, prob, quality: row_count(COLUMNS, eps, prob, quality=quality),
    "leverage": lambda eps, prob, quality: row_count(COLUMNS, eps, prob),
    "tenth": lambda eps, prob, quality: math.ceil(row_count(COLUMNS, eps, prob) / 10),
}
"""Number of rows: as the theorem asks for these probabilities, as for exact leverage scores, and a tenth of that."""


class Measure:
    """Probabilities and errors at one point of one problem; G = A.T diag(|delta|) A is put to I by S."""

    def __init__(self, unit: str) -> None:
        problem, x = instance(unit, ROWS, COLUMNS, 0)
        self.data, self.delta = problem.data, problem.factors(x)[0].copy()
        if not (self.delta > 0).any() or not (self.delta < 0).any():
            raise ValueError(f"{unit}: expected delta of both signs, got one; choose another instance")
        self.S = metric_basis(self.data.gram(np.abs(self.delta)))
        self.earlier = metric_basis(self.data.gram(np.abs(problem.factors(0.9 * x)[0])))
        self.truth = self.S.T @ self.data.gram(self.delta) @ self.S
        self.share = ExactLeverage().probabilities(self.data, self.delta, None, np.random.default_rng(0))

    def probabilities(self, sketch: str, seed: int) -> np.ndarray:
        return SKETCHES[sketch].probabilities(self.data, self.delta, self.earlier, np.random.default_rng([seed, 0]))

    def quality(self, p: np.ndarray) -> float:
        """The largest q <= 1 with p >= q l / d."""
        return min(float((p / self.share).min()), 1.0)

    def error(self, p: np.ndarray, rows: int, seed: int) -> float:
        """The error of a sample, relative to G."""
        plus, minus = sampled_grams(self.data, self.delta, draw(p, rows, np.random.default_rng([seed, 1])))
        return float(np.abs(eigh(self.S.T @ (plus - minus) @ self.S - self.truth, eigvals_only=True)).max())


@dataclass(frozen=True)
class Cost:
    """Operations of one step of the sampled method.

    Attributes
    ----------
    n, d, rows : int
    passes : float
        Reads of A, counted: A x, the gradient, the curvature, the scores, and the drawn rows as their share of all.
    operations : float
        2 nnz for each read, `directions` times as many for the scores, m d^2 for the sample and 10 d^3 for its eigenvectors.
    ratio : float
        operations / (nnz log n + d^3 log(2 d) / eps^2).
    """

    n: int
    d: int
    rows: int
    passes: float
    operations: float
    ratio: float


class Reads:
    """Counts the reads of a problem's A, in units of all of it; what a read does inside is not counted again."""

    WHOLE = ("matvec", "gradient_map", "curvature_map", "map_rows")

    def __init__(self, problem: Problem) -> None:
        self.passes, self.inside, data = 0.0, False, problem.data
        for name in (*self.WHOLE, "rows"):
            setattr(data, name, self.counted(getattr(data, name), data.n if name == "rows" else 0))

    def counted(self, read: Callable[..., Any], n: int) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if self.inside:
                return read(*args, **kwargs)
            self.passes += len(args[0]) / n if n else 1.0
            self.inside = True
            try:
                found = read(*args, **kwargs)
                return list(found) if isinstance(found, Iterator) else found
            finally:
                self.inside = False

        return call


def cost(n: int, d: int, eps: float = 0.5, prob: float = 0.1) -> Cost:
    """Counted on a problem of this size, with directions = ceil(log n)."""
    problem, x = instance("softmax", n, d, 1)
    reads, rng = Reads(problem), np.random.default_rng(0)
    sketch = EstimatedLeverage(directions=math.ceil(math.log(n)))
    problem.jac(x)
    delta = problem.factors(x)[0]
    shares = sketch.probabilities(problem.data, delta, np.eye(d), rng)
    sample = draw(shares, row_count(d, eps, prob), rng)
    sampled_grams(problem.data, delta, sample)
    m, nnz = len(sample.indices), n * d
    operations = 2 * nnz * (reads.passes - m / n + sketch.directions - 1) + m * d**2 + 10 * d**3
    return Cost(n, d, m, reads.passes, operations, operations / (nnz * math.log(n) + d**3 * math.log(2 * d) / eps**2))

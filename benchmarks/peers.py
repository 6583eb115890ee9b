"""norm(gradient) <= 1e-9 norm(first gradient): SciPy's methods on our functions, stopped by one test and metered alike."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import minimize

from benchmarks.problem import Scaled
from resmax_sym.report.runs import METHODS as PEERS
from resmax_sym.solve import Problem

__all__ = ["PEERS", "Meter", "Outcome", "run_peer"]


@dataclass
class Meter:
    """A problem whose products with A are counted, in gradients: a gradient is two of them.

    Attributes
    ----------
    problem : Scaled
        Loss, gradient and Hessian-vector product of generated code; calls at the same x share A @ x.
    trace : list of (units, seconds, relative gradient)
        One entry whenever a gradient smaller than all before it is met.
    """

    problem: Scaled
    trace: list[tuple[float, float, float]] = field(default_factory=list)
    passes: int = 0
    start: float = field(default_factory=time.perf_counter)
    first: float | None = None
    least: float = np.inf
    best: np.ndarray | None = None
    _x: np.ndarray | None = None
    _factors: np.ndarray | None = None

    def _moved(self, x: np.ndarray) -> None:
        if self._x is None or not np.array_equal(x, self._x):
            self._x, self.passes = np.array(x), self.passes + 1

    def fun(self, x: np.ndarray) -> float:
        self._moved(x)
        return self.problem.fun(x)

    def jac(self, x: np.ndarray) -> np.ndarray:
        self._moved(x)
        self.passes += 1
        gradient = self.problem.jac(x)
        size = float(np.linalg.norm(gradient))
        self.first = size if self.first is None else self.first
        if size < self.least:
            self.least, self.best = size, np.array(x)
            self.trace.append((self.passes / 2, time.perf_counter() - self.start, size / self.first))
        return gradient

    def hessp(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        self._moved(x)
        if self._factors is None or not np.array_equal(x, self._factors):
            self._factors, self.passes = np.array(x), self.passes + 1  # A.T W
        self.passes += 2
        return self.problem.hessp(x, z)


class Enough(Exception):
    """The tolerance is met, or the time is over."""


@dataclass(frozen=True)
class Outcome:
    """How a method did: seconds and units are those of the whole run."""

    name: str
    solved: bool
    seconds: float
    units: float
    loss: float
    relative_gradient: float
    trace: tuple[tuple[float, float, float], ...]


def run_peer(name: str, make: Callable[[], Problem], gtol: float, limit: float) -> Outcome:
    """One SciPy method from 0, until the relative gradient is at most `gtol` or `limit` seconds are over."""
    problem = make()
    meter = Meter(Scaled(problem))

    def jac(x: np.ndarray) -> np.ndarray:
        gradient = meter.jac(x)
        if meter.least <= gtol * meter.first or time.perf_counter() - meter.start > limit:
            raise Enough
        return gradient

    second = {} if name == "L-BFGS-B" else {"hessp": meter.hessp}
    try:
        # What SciPy says when it gives up is not of interest: the gradient says it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            minimize(meter.fun, np.zeros(problem.d), jac=jac, method=name, options=PEERS[name], **second)
    except Enough:
        pass
    seconds = time.perf_counter() - meter.start
    relative = meter.least / meter.first
    loss = problem.fun(meter.best)
    return Outcome(name, relative <= gtol, seconds, meter.passes / 2, loss, relative, tuple(meter.trace))

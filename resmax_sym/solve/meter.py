"""cost = passes over A / 2: the functions of a problem with their passes counted, one gradient being two of them."""

from __future__ import annotations

import numpy as np

from resmax_sym.solve.approximation import SampledHessian, sampled_hessian
from resmax_sym.solve.problem import Problem
from resmax_sym.solve.sketch import Sketch

__all__ = ["Meter"]


class Meter:
    """A problem at a moving point.

    Counted are reads of A: 1 for A z, A.T q, the image of a step, the estimation of scores; 2 for a Hessian-vector
    product; 2 m / n for m drawn rows, which are read for two sums. A pilot sample and dense work on d x d matrices are not.

    Attributes
    ----------
    gradients : float
        Cost so far.
    nfev, njev, nhev : int
        Losses, gradients, and Hessian-vector products computed.
    rows : int
        Rows drawn last.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.passes = 0.0
        self.nfev = self.njev = self.nhev = self.rows = 0
        self._factored: np.ndarray | None = None

    @property
    def gradients(self) -> float:
        return self.passes / 2

    def at(self, x: np.ndarray, *, anew: bool = True) -> tuple[float, np.ndarray]:
        """Loss and gradient at x, with A x computed anew, or as the check of the start left it."""
        if anew:
            self.problem.forget()
        self._factored = None
        self.passes += 1
        return self.fun(x), self.jac(x)

    def leap(self, x: np.ndarray, p: np.ndarray) -> np.ndarray:
        """x + p, its image computed anew; that of p is then at hand."""
        self._factored = None
        self.passes += 1
        return self.problem.leap(x, p)

    def fun(self, x: np.ndarray) -> float:
        """The loss at a point whose A x is at hand."""
        self.nfev += 1
        return self.problem.fun(x)

    def jac(self, x: np.ndarray) -> np.ndarray:
        self.njev += 1
        self.passes += 1
        return self.problem.jac(x)

    def image_length(self, p: np.ndarray) -> float:
        """max |A p|."""
        self.passes += 1
        return self.problem.displacement(p)

    def product(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Hessian at x times z."""
        self._factor(x)
        self.nhev += 1
        self.passes += 2
        return self.problem.hessp(x, z)

    def sample(
        self, x: np.ndarray, sketch: Sketch, rng: np.random.Generator, rows: int, basis: np.ndarray | None
    ) -> SampledHessian | None:
        """`sampled_hessian` at x."""
        self._factor(x)
        sampled = sampled_hessian(self.problem, x, sketch, rng, rows=rows, basis=basis)
        n = self.problem.n
        self.rows = n if sampled is None else sampled.rows
        self.passes += 2 * self.rows / n
        if self.rows < n:
            self.passes += sketch.passes
        return sampled

    def _factor(self, x: np.ndarray) -> None:
        if self._factored is None or not np.array_equal(x, self._factored):
            self._factored = x.copy()
            self.passes += 1

"""min L for t = A2 max(A1 x, 0) on real data: the solver against SciPy's L-BFGS-B, from the same starts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from resmax_sym.models import RELU, SOFTMAX
from resmax_sym.solve import solve_problem
from resmax_sym.solve.layered import LayeredProblem, layered_problem, layered_start

__all__ = ["STARTS", "LayeredFit", "digit_layers", "fit_layers"]

STARTS = 5
EXCESS = 1e-8
"""By what part of its loss L-BFGS-B may be lower; both stop within rounding of a minimiser, on its kinks or not."""


@dataclass(frozen=True)
class LayeredFit:
    """A regression with an inner layer, solved by both from one start.

    Attributes
    ----------
    start : int
        Seed of the start.
    loss, peer_loss : float
        Ours and that of L-BFGS-B.
    held : int
        Kinks that the minimiser is on.
    crossed : int
        Kinks that our steps crossed.
    """

    data: str
    n: int
    m: int
    d: int
    start: int
    loss: float
    peer_loss: float
    relative_gradient: float
    iterations: int
    held: int
    crossed: int
    message: str
    converged: bool

    @property
    def excess(self) -> float:
        """(L - L_scipy) / L_scipy; below 0 where the solver found the lower loss."""
        return (self.loss - self.peer_loss) / self.peer_loss

    @property
    def passed(self) -> bool:
        """Stationary, in a cell or on kinks, and not above SciPy."""
        return self.converged and self.excess <= EXCESS


def digit_layers() -> tuple[tuple[NDArray, NDArray], NDArray]:
    """A1 (64, 10), A2 (1797, 64), b (1797,): an image max(A1 x, 0), mixed from ten means, and how like it the images are.

    The columns of A1 are the mean images of the ten digits, less the mean of all; A2 has the images of 8 x 8 pixels from 0 to 1; b is
    exp(-distance^2 / 2) of each image from the first, normalised to sum 1.
    """
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = digits.data / 16
    means = np.array([images[digits.target == digit].mean(axis=0) for digit in range(10)])
    similarity = np.exp(-((images - images[0]) ** 2).sum(axis=1) / 2)
    return ((means - means.mean(axis=0)).T, images), similarity / similarity.sum()


def fit_layers(start: int, problem: LayeredProblem | None = None) -> LayeredFit:
    """Solves the digits from the start of a seed, and compares.

    Raises
    ------
    ImportError
        scikit-learn, which bundles the data, is not installed.
    """
    if problem is None:
        problem = layered_problem(*digit_layers(), 0.0, SOFTMAX, RELU)
    x0 = layered_start(problem, start)
    ours = solve_problem(problem, x0)
    # Where the peer gives up is its own affair: it is asked for all that it can find.
    limits = {"maxiter": 5000, "maxfun": 20000, "ftol": 1e-15, "gtol": 1e-12}
    peer = minimize(problem.fun, x0, jac=problem.jac, method="L-BFGS-B", options=limits)
    return LayeredFit(
        data="digits",
        n=problem.n,
        m=problem.m,
        d=problem.d,
        start=start,
        loss=float(ours.fun),
        peer_loss=float(peer.fun),
        relative_gradient=float(ours.relative_gradient),
        iterations=int(ours.nit),
        held=len(ours.on_kinks),
        crossed=sum(record.crossed for record in ours.history),
        message=str(ours.message),
        converged=bool(ours.success),
    )

"""min L on real data: the solver against SciPy's trust-exact, from the same start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resmax_sym.report.runs import trust_exact
from resmax_sym.solve import Problem, kernel_of, solve_problem

AGREEMENT = 1e-8


@dataclass(frozen=True)
class Fit:
    """A solved regression beside the same one solved by SciPy.

    Attributes
    ----------
    loss_gap, prediction_gap : float
        |L - L_scipy| / L_scipy and ||A x - A x_scipy|| / ||A x_scipy||; x itself is not unique where A has dependent columns.
    """

    data: str
    n: int
    d: int
    unit: str
    loss: float
    relative_gradient: float
    iterations: int
    message: str
    converged: bool
    loss_gap: float
    prediction_gap: float

    @property
    def passed(self) -> bool:
        """Converged, and in agreement with SciPy."""
        return self.converged and self.loss_gap <= AGREEMENT and self.prediction_gap <= AGREEMENT


def diabetes() -> tuple[NDArray, NDArray]:
    """442 patients, 10 centred measurements each; b is the progression of the disease, normalised to sum 1."""
    from sklearn.datasets import load_diabetes

    A, y = load_diabetes(return_X_y=True)
    return A, y / y.sum()


def digits() -> tuple[NDArray, NDArray]:
    """1797 images of 8 x 8 pixels from 0 to 1; b is each image's similarity to the first, normalised to sum 1."""
    from sklearn.datasets import load_digits

    images = load_digits().data / 16
    similarity = images @ images[0]
    return images, similarity / similarity.sum()


DATA: dict[str, Callable[[], tuple[NDArray, NDArray]]] = {"diabetes": diabetes, "digits": digits}


def fit(name: str, unit: str) -> Fit:
    """Solves the data set `name` with start 0 and compares.

    Raises
    ------
    ImportError
        scikit-learn, which bundles the data, is not installed.
    """
    A, b = DATA[name]()
    problem = Problem(A, b, kernel=kernel_of(unit))
    ours = solve_problem(problem)
    peer = trust_exact(problem, np.zeros(problem.d), 1e-9)
    t, t_peer = A @ ours.x, A @ peer.x
    return Fit(
        data=name,
        n=problem.n,
        d=problem.d,
        unit=unit,
        loss=float(ours.fun),
        relative_gradient=float(ours.relative_gradient),
        iterations=int(ours.nit),
        message=str(ours.message),
        converged=bool(ours.success),
        loss_gap=float(abs(ours.fun - peer.fun) / peer.fun),
        prediction_gap=float(np.linalg.norm(t - t_peer) / np.linalg.norm(t_peer)),
    )

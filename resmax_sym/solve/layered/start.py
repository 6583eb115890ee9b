"""x0 = S y, y of a normal distribution: x = 0 lies on every kink through the origin, where a fit does not begin."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import norm

from resmax_sym.solve.layered.problem import LayeredProblem
from resmax_sym.solve.layered.sides import Sides

__all__ = ["default_start", "draws"]

DRAWS = 10


@np.errstate(all="ignore")
def default_start(problem: LayeredProblem, sides: Sides, seed: int = 0) -> NDArray:
    """The start where none is given, shape (d,): 0 where that is no kink and not critical, else the lowest of ten draws by the seed.

    A draw is normal in the metric of the problem, of a length for which t has entries near 1: the choice is the same for every
    positive scaling of the units and, up to rounding, for every rotation of the coordinates in which the metric is the identity.
    Draws where every unit is dead, or alpha = 0 is not excluded, count only if there are no others.
    """
    origin = np.zeros(problem.d)
    on_kink = (sides.places == 0).any()
    if not on_kink and (norm(problem.jac(origin), check_finite=False) > 0 or problem.fun(origin) == 0):
        return origin
    best, rank = origin, (3, np.inf)
    for x in draws(problem, seed):
        point = problem.at(x)
        bad = not np.isfinite(point.fun) or problem.sign(x) == 0
        found = (2 if bad else int(not norm(problem.jac(x), check_finite=False) > 0), point.fun)
        if found < rank:
            best, rank = x, found
    return best


def draws(problem: LayeredProblem, seed: int) -> Iterator[NDArray]:
    """Ten points of the length sqrt(n) in the metric, in directions that are uniform there."""
    rng = np.random.default_rng(seed)
    basis = problem.coordinates.basis
    for _ in range(DRAWS):
        y = rng.standard_normal(basis.shape[1])
        yield basis @ (y * (np.sqrt(problem.n) / max(norm(y), 1e-300)))

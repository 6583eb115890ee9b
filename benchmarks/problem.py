"""A = G diag(1 .. 1/cond) Q, b = softmax(G z) + noise / n: the problem of the benchmarks, in one place.

G is Gaussian, Q a rotation, so that cond(A) is about `cond` and the solution needs every direction alike; z gives the logits G z the
standard deviation `SPREAD`. The objective n L + ridge / 2 norm(A x)^2 is n times L_tot with omega^2 = ridge / n. A method has
solved it when the norm of the gradient is at most `GTOL` times that at x0 = 0, which does not depend on the factor n.
"""

from __future__ import annotations

import numpy as np

from resmax_sym.solve import Problem

__all__ = ["CONDITIONS", "GTOL", "NOISE", "RIDGE", "SPREAD", "generate"]

CONDITIONS = (1.0, 1e2, 1e4)
NOISE = 0.1
RIDGE = 1e-6
SPREAD = 1.5
GTOL = 1e-9


def generate(
    n: int, d: int, cond: float, *, noise: float = NOISE, omega: float | None = None, seed: int = 0
) -> Problem:
    """The problem as arrays in memory.

    Parameters
    ----------
    n, d : int
        Rows and columns.
    cond : float
        Ratio of the largest to the least column scale.
    noise : float
        Standard deviation of n (b - softmax).
    omega : float, optional
        Weight of the regulariser; default sqrt(RIDGE / n).
    seed : int
    """
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((n, d))
    rotation = np.linalg.qr(rng.standard_normal((d, d)))[0]
    logits = A @ (SPREAD / np.sqrt(d) * rng.standard_normal(d))
    b = np.exp(logits - logits.max())
    b = b / b.sum() + noise / n * rng.standard_normal(n)
    # In place and by blocks: a second matrix of this size may not fit.
    mix = np.logspace(0, -np.log10(cond), d)[:, None] * rotation
    for start in range(0, n, 4096):
        A[start : start + 4096] = A[start : start + 4096] @ mix
    return Problem(A, b, np.sqrt(RIDGE / n) if omega is None else omega)

"""certify(problem, x): a critical point exists, and is the only one, within a stated radius of x, shown in ball arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from resmax_sym.judge.certificate import Invalid
from resmax_sym.lang import LanguageError
from resmax_sym.solve.certificate import file as certificate_file
from resmax_sym.solve.certificate.balls import Undefined
from resmax_sym.solve.certificate.scaled import Instance
from resmax_sym.solve.certificate.search import Failed, first_frame, search
from resmax_sym.solve.data import as_vector
from resmax_sym.solve.problem import Problem

__all__ = ["Certificate", "NotCertified", "certify"]

LARGEST = 50_000_000
"""Products n (d + 20)^2 beyond which the balls would take minutes; a row has some 400 operations of its own."""


@dataclass(frozen=True)
class NotCertified:
    """No certificate, and why, in one line."""

    reason: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"none: {self.reason}"


@dataclass(frozen=True)
class Certificate:
    """grad L_tot has exactly one zero x* with norm(C^-1 (x* - x)) <= unique_radius, and norm(x* - x) <= distance.

    Attributes
    ----------
    body : mapping
        What the file holds: data, x, C, bounds, radii and digests.
    """

    body: Mapping[str, Any]

    @property
    def distance(self) -> float:
        """Upper bound of norm(x* - x)."""
        return self.body["distance"]

    @property
    def distances(self) -> NDArray:
        """Upper bounds of the entries of |x* - x|, shape (d,)."""
        return np.array(self.body["distances"])

    @property
    def h(self) -> float:
        """Upper bound of M ||H^-1|| ||H^-1 g||, below 1/2."""
        return self.body["h"]

    @property
    def region(self) -> str | None:
        """The signs of A1 x, a character for each row, inside whose region all of this holds; None without an inner layer."""
        return self.body.get("region")

    @property
    def is_minimum(self) -> bool:
        """Whether x* is shown to be a strict local minimum: the Hessian there is positive definite."""
        return self.body["negative_directions"] == 0

    @property
    def least_eigenvalue(self) -> float:
        """Lower bound of the least absolute eigenvalue of the Hessian at x*, positive."""
        return self.body["least_eigenvalue"]

    def __str__(self) -> str:
        return self.body["statement"]

    def write(self, path: str | Path) -> None:
        """Writes the file that `resmax-sym replay` checks."""
        certificate_file.write(Path(path), self.body)

    def text(self) -> str:
        """What that file holds."""
        return certificate_file.text(self.body)


def certify(problem: Problem, x: ArrayLike) -> Certificate | NotCertified:
    """A Newton-Kantorovich certificate at x.

    The gradient and the Hessian are evaluated in balls from the closed forms that are proved for the unit, and a second time from the
    definition of the loss by power series; the larger bounds count.

    Parameters
    ----------
    problem : Problem
        The doubles in it are taken as exact.
    x : array_like, shape (d,)

    Returns
    -------
    Certificate or NotCertified
        The latter is false and says why: a singular Hessian, h not below 1/2, alpha = 0 not excluded, a problem too large.

    Raises
    ------
    ValueError
        If x is not a finite vector of length d.
    """
    x = as_vector(x, problem.d, "x", "the columns of A")
    refused = too_large(problem.n, problem.d)
    if refused is not None:
        return refused
    A = problem.data.dense_block(slice(0, problem.n))
    instance = Instance(problem.kernel.UNIT, np.asarray(A, dtype=float), problem.b, problem.omega, x)
    try:
        found = search(instance, *first_frame(problem, x))
    except (Failed, Undefined, Invalid, LanguageError) as failure:
        return NotCertified(str(failure))
    return Certificate(certificate_file.body_of(instance.unit, found.arrays, found.numbers))


def too_large(n: int, d: int, products: int = 0) -> NotCertified | None:
    """A refusal where the balls would take minutes; `products` are those of the layers."""
    work = n * (d + 20) ** 2 + products
    if work <= LARGEST:
        return None
    parts = "n (d + 20)^2" + " and the products of the layers" * (products > 0)
    return NotCertified(f"too large: {parts} = {work:.3g}, balls are for up to {LARGEST:.3g}")

"""q, delta, W, K over a box of t: row formulas in ball arithmetic, and rigorous norms of what they are summed to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import flint
import numpy as np
import sympy as sp
from numpy.typing import NDArray

from resmax_sym.judge.axes import Axes
from resmax_sym.judge.balls import Balls
from resmax_sym.solve.certificate.formulas import Formulas

__all__ = ["BallRows", "Undefined", "column_norm", "gram", "matrix", "operator_norm", "product", "radius_matrix"]

Ball = flint.arb
Matrix = flint.arb_mat
ROW = sp.Symbol("row", integer=True)


class Undefined(ArithmeticError):
    """A quantity is not defined, or not bounded, on the whole box; the message names it."""


class BallRows:
    """The rows t, b, omega as balls, and the scalars that they sum to.

    Parameters
    ----------
    formulas : Formulas
    t, b, omega : sequence of balls, length n
    balls : Balls
        The precision of every operation.

    Raises
    ------
    Undefined
        A scalar is not bounded on the box, or alpha may be 0.
    """

    def __init__(
        self, formulas: Formulas, t: Sequence[Ball], b: Sequence[Ball], omega: Sequence[Ball], balls: Balls
    ) -> None:
        self.balls, self.n = balls, len(t)
        self.rows = {
            name: np.array([column], dtype=object) for name, column in {"t": t, "b": b, "omega": omega}.items()
        }
        self.places = {sp.Symbol(name, real=True): sp.IndexedBase(name, real=True)[ROW] for name in self.rows}
        self.scalars: dict[str, Ball] = {}
        for name, density in formulas.densities.items():
            self.scalars[name] = self.total(density, name)
            if name == "alpha" and self.scalars[name].contains(0):
                raise Undefined(f"alpha = 0 cannot be excluded (alpha is in {self.scalars[name].str(5)})")

    def vector(self, e: sp.Expr, name: str = "a row quantity") -> NDArray:
        """The balls of a row formula, shape (n,)."""
        return self._evaluate(e.xreplace(self.places), (ROW,), (self.n,), name)[0]

    def total(self, e: sp.Expr, name: str = "a sum") -> Ball:
        """The ball of a row formula summed over the rows."""
        column = self.vector(e, name)
        with self.balls.precision():
            return column.sum()

    def number(self, e: sp.Expr, name: str = "a scalar") -> Ball:
        """The ball of a formula in the scalars."""
        return self._evaluate(e, (), (), name)[0]

    def _evaluate(self, e: sp.Expr, free: tuple[sp.Symbol, ...], shape: tuple[int, ...], name: str) -> NDArray:
        with self.balls.precision():
            value = Axes(self._leaf, {}, self.balls).evaluate(e, free, shape)
        if not self.balls.finite(value).all():
            raise Undefined(f"{name} is not defined everywhere")
        return value

    def _leaf(self, name: str) -> NDArray:
        return self.rows[name] if name in self.rows else np.array([self.scalars[name]], dtype=object)


def matrix(array: NDArray | Sequence[Sequence[Any]]) -> Matrix:
    """A matrix of balls from doubles, each exact, or from balls."""
    return Matrix(array.tolist() if isinstance(array, np.ndarray) else array)


def product(columns: Iterable[Sequence[Ball]], rows: Matrix) -> Matrix:
    """A^T [c_1, c_2, ...] for vectors of balls, from A as a matrix of balls."""
    return rows.transpose() * Matrix([list(column) for column in columns]).transpose()


def gram(rows: Sequence[Sequence[Ball]], weights: Sequence[Ball], transposed: Matrix) -> Matrix:
    """A^T diag(weights) A from the rows of A and from A^T."""
    return transposed * Matrix([[entry * weight for entry in row] for row, weight in zip(rows, weights, strict=True)])


def radius_matrix(M: Matrix) -> Matrix:
    """The radii of the balls."""
    return Matrix([[entry.rad() for entry in row] for row in M.tolist()])


def column_norm(column: Matrix) -> Ball:
    """An upper bound of the Euclidean norm of all entries."""
    return sum((entry.abs_upper() ** 2 for entry in column.entries()), Ball(0)).sqrt().upper()


def operator_norm(symmetric: Matrix) -> Ball:
    """An upper bound of the operator norm of every symmetric matrix within the balls: norm(G) <= fro(G^8)^(1/8).

    For d = 50 the bound is at most a factor 50^(1/16) = 1.28 too large; fro(G) alone could lose a factor of 7.
    """
    power = symmetric
    for _ in range(3):
        power = power * power
    bound = column_norm(power)
    for _ in range(3):
        bound = bound.sqrt()
    return min(bound.upper(), column_norm(symmetric), key=float)

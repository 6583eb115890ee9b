"""F(y) = C^T grad L_tot(x + C y): the gradient in coordinates where its derivative is close to a diagonal of signs, in balls.

A y of norm at most r moves row i of t = A x by at most r times the norm of row i of A C.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import mul

from numpy.typing import NDArray

from resmax_sym.judge.balls import Balls
from resmax_sym.solve.certificate.balls import Ball, BallRows, Matrix, column_norm, gram, matrix, operator_norm, product
from resmax_sym.solve.certificate.formulas import Formulas, Slopes

__all__ = ["Cubic", "Instance", "Scaled"]

LOW_DIGITS = 18
"""Enough for a bound of the third derivative, which need not be sharp."""


@dataclass(frozen=True)
class Instance:
    """A problem and a point in doubles, each taken as exactly the number that it is.

    Attributes
    ----------
    unit : str
    A : ndarray, shape (n, d)
    b, omega : ndarray, shape (n,)
    x : ndarray, shape (d,)
    data : mapping
        The matrices of the problem by name, {"A": A} unless A is only close to the product of `factors`.
    factors : tuple of ndarray
        What is multiplied for the matrix of the problem, exactly.
    """

    unit: str
    A: NDArray
    b: NDArray
    omega: NDArray
    x: NDArray
    data: dict[str, NDArray] = field(default_factory=dict)
    factors: tuple[NDArray, ...] = ()

    def __post_init__(self) -> None:
        if not self.factors:
            object.__setattr__(self, "data", {"A": self.A})
            object.__setattr__(self, "factors", (self.A,))

    def rows(self) -> Matrix:
        """The matrix of the problem in balls of the working precision."""
        first, *rest = map(matrix, self.factors)
        return reduce(mul, rest, first)


class Scaled:
    """F and its derivatives.

    Parameters
    ----------
    formulas : Formulas
    instance : Instance
    C : ndarray, shape (d, d)
        Any doubles; good ones make the derivative of F at 0 almost a diagonal of signs.
    digits : int
        Decimal digits of the balls.
    """

    def __init__(self, formulas: Formulas, instance: Instance, C: NDArray, digits: int) -> None:
        self.formulas, self.instance, self.C, self.balls = formulas, instance, C, Balls(digits)
        with self.balls.precision():
            A = instance.rows()
            self.t = (A * matrix(instance.x[:, None])).entries()
            self.rows = A * matrix(C)
            self.entries, self.transposed = self.rows.tolist(), self.rows.transpose()
        self.b, self.omega = (list(map(Ball, v.tolist())) for v in (instance.b, instance.omega))

    def at(self, t: list[Ball], digits: int | None = None) -> BallRows:
        """The row quantities at balls t."""
        return BallRows(self.formulas, t, self.b, self.omega, self.balls if digits is None else Balls(digits))

    @cached_property
    def point(self) -> BallRows:
        """The row quantities at x."""
        return self.at(self.t)

    def gradient(self) -> Matrix:
        """F(0), shape (d, 1)."""
        q = self.point.vector(self.formulas.gradient, "the gradient")
        with self.balls.precision():
            return product([q], self.rows)

    def hessian(self) -> Matrix:
        """F'(0), shape (d, d)."""
        formulas, point = self.formulas, self.point
        diagonal = point.vector(formulas.diagonal, "the Hessian")
        with self.balls.precision():
            total = gram(self.entries, diagonal, self.transposed)
            if not formulas.basis:
                return total
            U = product([point.vector(column) for column in formulas.basis], self.rows)
            K = Matrix([[point.number(entry) for entry in row] for row in formulas.core])
            return total + U * K * U.transpose()

    @cached_property
    def row_norms(self) -> list[Ball]:
        """Upper bounds of the norms of the rows of A C."""
        with self.balls.precision():
            return [sum((entry**2 for entry in row), Ball(0)).abs_upper().sqrt().upper() for row in self.entries]

    def lipschitz(self, radius: float) -> Ball:
        """An upper bound of the Lipschitz constant of F' on the ball of this radius.

        F' is the second derivative of a scalar, so its derivative is a symmetric cubic form, whose norm is the largest value
        |F''(y)[z, z, z]| over unit vectors z (Banach).  With s = A C z and the slopes of the formulas it is
        sum_i delta_i' s_i^3 + sum_k gamma_k(z) Q_k(z, z) + 2 sum_a <W_a', s^2> sum_b K_ab <W_b, s>,
        gamma_k(z) = <grad S_k, s> being the derivative of the scalar S_k.
        """
        with Balls(LOW_DIGITS).precision():
            box = [t + Ball(0, 1) * (norm * radius) for t, norm in zip(self.t, self.row_norms, strict=True)]
            return Cubic(self, self.at(box, LOW_DIGITS)).bound()


class Cubic:
    """The cubic form F'' over a box, as sum_i c_i s_i^3 + sum_k l_k(z) Q_k(z, z) with s = A C z."""

    def __init__(self, scaled: Scaled, box: BallRows) -> None:
        self.scaled, self.box, self.formulas = scaled, box, scaled.formulas
        slopes = self.formulas.slopes
        self.diagonal = slopes(self.formulas.diagonal)
        self.basis = [slopes(column) for column in self.formulas.basis]
        self.images: dict = {}

    def image(self, e: object) -> Matrix:
        """(A C)^T e, shape (d, 1), for a row formula."""
        if e not in self.images:
            self.images[e] = product([self.box.vector(e)], self.scaled.rows)
        return self.images[e]

    def gram(self, e: object) -> Matrix:
        """(A C)^T diag(e) A C for a row formula."""
        return gram(self.scaled.entries, self.box.vector(e), self.scaled.transposed)

    def weights(self) -> NDArray:
        """c, shape (n,)."""
        return self.box.vector(self.diagonal.local)

    def pairs(self) -> Iterator[tuple[Matrix, Matrix]]:
        """l_k, shape (d, 1), and Q_k, shape (d, d)."""
        for name, gamma in self.gammas().items():
            yield gamma, self.quadratic(name)
        for slopes, row in zip(self.basis, self.formulas.core, strict=True):
            if slopes.local != 0:
                yield 2 * self.combination(row), self.gram(slopes.local)

    def bound(self) -> Ball:
        """|s_i| is at most the norm of row i of A C, and a product at most the product of the norms of its factors."""
        sizes = [c.abs_upper() * norm for c, norm in zip(self.weights(), self.scaled.row_norms, strict=True)]
        total = operator_norm(gram(self.scaled.entries, sizes, self.scaled.transposed))
        for linear, quadratic in self.pairs():
            total += column_norm(linear) * operator_norm(quadratic)
        return total.upper()

    def combination(self, row: tuple) -> Matrix:
        """sum_b K_ab (A C)^T W_b."""
        terms = [self.box.number(k) * self.image(W) for k, W in zip(row, self.formulas.basis, strict=True)]
        return sum(terms[1:], terms[0])

    def gammas(self) -> dict[str, Matrix]:
        """(A C)^T grad S_k for each scalar, shape (d, 1)."""
        found: dict[str, Matrix] = {}
        for name, density in self.formulas.densities.items():
            slopes: Slopes = self.formulas.slopes(density)
            total = self.image(slopes.local)
            for other, slope in slopes.scalars.items():
                total = total + self.box.total(slope) * found[other]
            found[name] = total
        return found

    def quadratic(self, name: str) -> Matrix:
        """Q_k: what the entries of the Hessian change by when the scalar S_k does."""
        d = self.scaled.rows.ncols()
        total = self.gram(self.diagonal.scalars[name]) if name in self.diagonal.scalars else Matrix(d, d)
        for a, row in enumerate(self.formulas.core):
            for b, k in enumerate(row):
                W_a, W_b = self.image(self.formulas.basis[a]), self.image(self.formulas.basis[b])
                if name in self.basis[a].scalars:
                    part = self.box.number(k) * (self.image(self.basis[a].scalars[name]) * W_b.transpose())
                    total = total + part + part.transpose()
                slope = self.formulas.slopes(k).scalars.get(name)
                if slope is not None:
                    total = total + self.box.number(slope) * (W_a * W_b.transpose())
        return total

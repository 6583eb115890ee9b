"""(g(x + h z) - g(x - h z)) / 2h: every derivative against central differences at 150 digits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from resmax_sym.judge.balls import Balls
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.points import Point, random_point
from resmax_sym.lang import Expr, Relation
from resmax_sym.models import Model

DIGITS = 150
STEP = Fraction(1, 10**50)
TOLERANCE = 1e-40


@dataclass(frozen=True)
class Comparison:
    """The worst relative error of one derivative over all points where it is defined."""

    model: Model
    derivative: Expr
    points: int
    error: float
    wanted: int

    @property
    def passed(self) -> bool:
        """Within the tolerance, at every point that was wanted."""
        return 0 < self.wanted == self.points and self.error <= TOLERANCE


def derivatives(claims: Iterable[Claim]) -> list[tuple[Model, Expr]]:
    """Every derivative that the claims speak of, once per model."""
    found: dict[tuple[Model, Expr], None] = {}
    for claim in claims:
        stack: list[Relation | Expr] = [claim.relation]
        while stack:
            part = stack.pop(0)
            if isinstance(part, Relation):
                stack.extend(part.args)
            else:
                found.update({(claim.model, node): None for node in part.walk() if node.op == "D"})
    return list(found)


def relative_error(model: Model, derivative: Expr, point: Point, rng: np.random.Generator) -> float | None:
    """|difference quotient - D z| / |D z| along a random direction z; None where undefined.

    The step 1e-50 leaves a truncation error near 1e-100 and a rounding error near 1e-100, both far below the tolerance.
    """
    (base,) = derivative.args
    name = derivative.data
    if name == "t":  # t is the variable, whatever A and x are
        t = np.array([Fraction(int(k), 4) for k in rng.integers(-8, 9, point.sizes["n"])], dtype=object)
        point = Point(point.sizes, {**point.values, "t": t})
    x = point.values[name]
    z = np.array([Fraction(int(k), 8) for k in rng.integers(1, 16, len(x))], dtype=object)
    balls = Balls(DIGITS)
    with balls.precision():
        ahead, behind = (
            np.asarray(Point(point.sizes, {**point.values, name: x + sign * STEP * z}).evaluator(model, balls)(base))
            for sign in (1, -1)
        )
        quotient = (ahead - behind) / balls.number(2 * STEP)
        jacobian = point.evaluator(model, balls)(derivative)
        exact = jacobian @ np.array([balls.number(k) for k in z], dtype=object)
        gap = np.atleast_1d(quotient - exact).ravel()
        size = np.atleast_1d(exact).ravel()
        if not all(v.is_finite() for v in (*gap, *size)):
            return None
        # A derivative that vanishes, as D(f) does for n = 1, has no scale of its own; the data are of order 1.
        scale = 1.0 if all(v.contains(0) for v in size) else sum(float(abs(v).upper()) for v in size)
        return max(float(abs(v).upper()) for v in gap) / scale


def compare(model: Model, derivative: Expr, points: int, seed: int = 0) -> Comparison:
    """The derivative against differences at `points` random (n, d, point)."""
    rng = np.random.default_rng(seed)
    parameters = (node for node in derivative.walk() if node.op == "symbol")
    symbols = list(dict.fromkeys([*model.variables.values(), *parameters]))
    errors = []
    for _ in range(10 * points + 20):
        if len(errors) == points:
            break
        sizes = {"n": int(rng.integers(1, 6)), "d": int(rng.integers(1, 4))}
        if model.inner_layer is not None:
            sizes["m"] = int(rng.integers(1, 4))
        point = random_point(symbols, sizes, rng)
        error = relative_error(model, derivative, point, rng)
        if error is not None:
            errors.append(error)
    return Comparison(model, derivative, len(errors), max(errors, default=float("inf")), points)

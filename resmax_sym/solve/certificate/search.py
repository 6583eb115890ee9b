"""C with C^T H C close to diag(+-1), then bounds in balls: the numbers of a certificate, or why there are none."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, eigh, norm

from resmax_sym.judge.certificate import Invalid
from resmax_sym.solve.certificate.balls import Ball, Undefined, column_norm, matrix, operator_norm, radius_matrix
from resmax_sym.solve.certificate.formulas import formulas_of
from resmax_sym.solve.certificate.kantorovich import MARGIN, Bounds, Radii, above, below, radii
from resmax_sym.solve.certificate.replay import measure
from resmax_sym.solve.certificate.scaled import Instance, Scaled
from resmax_sym.solve.problem import Problem

__all__ = ["Failed", "Found", "first_frame", "search"]

DIGITS = (30, 60, 120, 240)
REFINEMENTS = 3
ENOUGH = 0.01
"""A defect norm(I - S F'(0)) that costs nothing."""

FLAT = 1e-10
"""A ratio of eigenvalues that is said in the reason."""

NEARBY = 2.05
"""The radius that is needed, (1 - sqrt(1 - 2 h)) / (M ||H^-1||), is at most twice ||H^-1 g||."""

REACH = 1 / 16
"""How far a row of t may move on the ball where uniqueness is tried first."""


MIDDLE_PART, LEAST_PART = 2.0**-10, 2.0**-40
"""Of that ball, where a row would meet a singularity: a middle part, and one where t moves by little more than its rounding."""


class Failed(ArithmeticError):
    """Why there is no certificate."""


def first_frame(problem: Problem, x: NDArray, called: str = "A") -> tuple[NDArray, NDArray]:
    """C, shape (d, d), and signs, shape (d,), with C^T H C close to diag(signs), in floating point.

    Parameters
    ----------
    called : str
        What a reader calls the matrix of t.

    Raises
    ------
    Failed
        The Hessian is singular, or is not finite at x.
    """
    basis = problem.coordinates.basis
    if basis.shape[1] < problem.d:
        raise Failed(f"singular Hessian: {called} has numerical rank {basis.shape[1]}, which is below d = {problem.d}")
    hessian = problem.scaled_hess(x)
    if not np.isfinite(hessian).all():
        raise Failed("the Hessian is not finite at x in floating point: alpha = 0 or an overflow")
    return _refined(basis, hessian)


def _refined(C: NDArray, hessian: NDArray) -> tuple[NDArray, NDArray]:
    """C V |lambda|^(-1/2) and sign(lambda), from the eigenvalues of C^T H C."""
    try:
        values, vectors = eigh((hessian + hessian.T) / 2)
    except (LinAlgError, ValueError):
        raise Failed("singular Hessian: its eigenvalues could not be computed") from None
    if not np.abs(values).min() > 0:
        raise Failed("singular Hessian: an eigenvalue is 0")
    return C @ (vectors / np.sqrt(np.abs(values))), np.sign(values)


@dataclass(frozen=True)
class Found:
    """What was found: the arrays A (or A1 and A2), b, omega, x, C and the numbers of a certificate."""

    arrays: dict[str, NDArray]
    numbers: dict[str, Any]


def search(instance: Instance, C: NDArray, signs: NDArray) -> Found:
    """With more digits as long as the width of the balls, and not the problem, is in the way."""
    reason = ""
    for digits in DIGITS:
        try:
            frame = _Frame.of(instance, C, signs, digits)
        except Undefined as undefined:
            reason = str(undefined)
            continue
        C, signs = frame.scaled.C, frame.signs
        found = frame.certificate()
        if isinstance(found, Found):
            return found
        reason = found
        if not frame.is_wide:
            break
    raise Failed(reason + _flat_direction(instance.A, C))


def _flat_direction(A: NDArray, C: NDArray) -> str:
    """What a small eigenvalue of the Hessian, in coordinates where A has orthonormal columns, adds to a reason."""
    with np.errstate(all="ignore"):
        stretch = norm(A @ C, axis=0)  # C has the eigenvectors over the roots of the eigenvalues
        ratio = (stretch.min() / stretch.max()) ** 2
    return f"; the Hessian is nearly singular (ratio of its eigenvalues {ratio:.1g})" if ratio <= FLAT else ""


@dataclass
class _Frame:
    """A problem in coordinates where the derivative of the gradient is almost diag(signs), as well as so many digits allow."""

    scaled: Scaled
    signs: NDArray
    defect: Ball
    is_wide: bool

    @staticmethod
    def of(instance: Instance, C: NDArray, signs: NDArray, digits: int) -> _Frame:
        """C is refined while the midpoints of the derivative say that this helps."""
        for left in reversed(range(REFINEMENTS)):
            scaled = Scaled(formulas_of(instance.unit), instance, C, digits)
            hessian = scaled.hessian()
            with scaled.balls.precision():
                target = matrix(np.diag(signs))
                defect, width = column_norm(hessian - target), column_norm(radius_matrix(hessian))
            if defect < ENOUGH or not width < ENOUGH or not left:
                break
            middle = np.array([float(entry.mid()) for entry in hessian.entries()]).reshape(C.shape)
            C, signs = _refined(C, middle)
        return _Frame(scaled, signs, defect, not width < ENOUGH)

    def certificate(self) -> Found | str:
        """The certificate, or why there is none: first on a ball as large as the rows bear, then on a small one."""
        column = self.scaled.gradient()
        with self.scaled.balls.precision():
            gradient, width = column_norm(column), column_norm(radius_matrix(column))
        self.is_wide = self.is_wide or not width <= ENOUGH * gradient
        if not self.defect < 1:
            return str(radii(self.bounds(gradient, Ball(0), 0.0)))
        reach = REACH / max(above(norm) for norm in self.scaled.row_norms)
        # even where the gradient is 0 in balls, a domain has room for a radius
        nearby = max(above(NEARBY * gradient / (1 - self.defect)), LEAST_PART * reach)
        reason = ""
        for domain in (*(large for large in (reach, MIDDLE_PART * reach) if large > nearby), nearby):
            try:
                bounds = self.bounds(gradient, self.scaled.lipschitz(domain), domain)
                found = radii(bounds)
                if isinstance(found, Radii):
                    bounds = self.both(bounds)
                    found = radii(bounds)
                if isinstance(found, Radii):
                    return Found(self.arrays, self.numbers(bounds, found))
                reason = found
            except (Undefined, Invalid) as undefined:
                moves = REACH * domain / reach
                where = f"rows of t may move by up to {moves:.2g}; solve to a smaller gradient"
                reason = f"{undefined} where {where}" if moves <= 1 else f"the Newton step is too long: {where}"
        return reason

    def bounds(self, gradient: Ball, lipschitz: Ball, domain: float) -> Bounds:
        """What is found by the closed forms, rounded up."""
        return Bounds(*(above(MARGIN * value) for value in (self.defect, gradient, lipschitz)), domain)

    def both(self, bounds: Bounds) -> Bounds:
        """The larger of the bounds of both routes."""
        found = measure(self.scaled.instance.unit, self.arrays, self.integers, bounds.domain, self.scaled.balls.bits)
        own = (found.defect, found.gradient, found.lipschitz)
        stated = (bounds.defect, bounds.gradient, bounds.lipschitz)
        if not all(value.is_finite() for value in own):
            raise Undefined("a power series is not finite")
        return Bounds(*(max(a, above(MARGIN * b)) for a, b in zip(stated, own, strict=True)), bounds.domain)

    @property
    def arrays(self) -> dict[str, NDArray]:
        instance = self.scaled.instance
        return {**instance.data, "b": instance.b, "omega": instance.omega, "x": instance.x, "C": self.scaled.C}

    @property
    def integers(self) -> list[int]:
        return [int(sign) for sign in self.signs]

    def numbers(self, bounds: Bounds, found: Radii) -> dict[str, Any]:
        """What the certificate states; lengths in x follow from C."""
        C = matrix(self.scaled.C)
        with self.scaled.balls.precision():
            size = operator_norm(C.transpose() * C).sqrt()
            least = below(found.least / (MARGIN * size) ** 2)
            if not least > 0:
                raise Failed("singular Hessian: its least eigenvalue is not shown to be positive")
            rows = [sum((entry**2 for entry in row), Ball(0)).sqrt() for row in C.tolist()]
            return {
                "signs": self.integers,
                "bits": self.scaled.balls.bits,
                "bounds": dataclasses.asdict(bounds),
                "h": found.h,
                "radius": found.radius,
                "unique_radius": found.unique_radius,
                "distance": above(MARGIN * size * found.radius),
                "distances": [above(MARGIN * row * found.radius) for row in rows],
                "least_eigenvalue": least,
                "negative_directions": self.integers.count(-1),
            }

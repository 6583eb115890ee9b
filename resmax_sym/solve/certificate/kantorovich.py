"""h = M ||H^-1|| ||H^-1 g|| < 1/2: from four bounds to a ball that holds exactly one critical point.

For F on a ball of R^d let e >= ||I - S F'(0)||, eta >= ||F(0)|| and M a Lipschitz constant of F', where S is a diagonal of signs.  Then
||F'(0)^-1|| <= 1 / (1 - e), and Newton-Kantorovich gives a zero within (1 - sqrt(1 - 2 h)) (1 - e) / M for h = M eta / (1 - e)^2 <= 1/2,
provided that M holds that far out.  In any ball with e + M r < 1 the map y -> y - S F(y) is a contraction, so there is no other zero,
and F' has as many negative eigenvalues as S: none makes the zero a strict local minimum.  (The theorem for M, beta and eta is the
chapter derivations.newton.kantorovich.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from resmax_sym.judge.balls import Balls
from resmax_sym.solve.certificate.balls import Ball

__all__ = ["Bounds", "Radii", "above", "below", "radii"]

DIGITS = 30
MARGIN = 1.01
"""What is stated is rounded up by this, so that a second evaluation does not fail by a rounding error."""


@dataclass(frozen=True)
class Bounds:
    """What Newton-Kantorovich needs to know.

    Attributes
    ----------
    defect : float
        e >= norm(I - S F'(0)).
    gradient : float
        eta >= norm(F(0)).
    lipschitz : float
        M, at least the Lipschitz constant of F' on the ball of radius `domain`.
    domain : float
    """

    defect: float
    gradient: float
    lipschitz: float
    domain: float


@dataclass(frozen=True)
class Radii:
    """What follows from them.

    Attributes
    ----------
    h : float
        Upper bound of M eta / (1 - e)^2.
    radius : float
        There is a zero of F within it.
    unique_radius : float
        And no other within this one.
    least : float
        Lower bound of the least absolute eigenvalue of F' at that zero, positive.
    """

    h: float
    radius: float
    unique_radius: float
    least: float


def above(value: Ball) -> float:
    """A double that is not below the ball."""
    return math.nextafter(float(value.upper()), math.inf)


def below(value: Ball) -> float:
    """A double that is not above the ball."""
    return math.nextafter(float(value.lower()), -math.inf)


def radii(bounds: Bounds) -> Radii | str:
    """The ball that the bounds give; why there is none."""
    with Balls(DIGITS).precision():
        e, eta, M, domain = map(Ball, (bounds.defect, bounds.gradient, bounds.lipschitz, bounds.domain))
        if not e < 1:
            return f"singular Hessian: it is not shown to be invertible (||I - X H|| <= {bounds.defect:.3g}, which is not below 1)"
        h = M * eta / (1 - e) ** 2
        if not h < 0.5:
            return f"h = {float(h):.3g}, which is not below 1/2; solve to a smaller gradient"
        # (1 - sqrt(1 - 2h)) / M without cancellation
        least_radius = above(2 * eta / ((1 - e) * (1 + (1 - 2 * h).sqrt())))
        furthest = min(bounds.domain, below((1 - e) / M)) if bounds.lipschitz > 0 else bounds.domain
        radius = min(MARGIN * least_radius, furthest)
        r = Ball(radius)
        if not (least_radius <= radius <= domain and M * r**2 / 2 - (1 - e) * r + eta <= 0 and e + M * r < 1):
            return f"h = {float(h):.3g} is too close to 1/2, or the Lipschitz constant is not known far enough out"
        unique = max(radius, min(bounds.domain, below((1 - e) / (MARGIN * M)) if bounds.lipschitz > 0 else math.inf))
        return Radii(above(h), radius, unique, below(1 - e - M * r))

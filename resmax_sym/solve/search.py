"""x + S y, y the minimiser of the model in a ball: the ball shrinks until the step is safe and the loss falls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import norm

from resmax_sym.solve.iterate import ASIDE, Iterate, View
from resmax_sym.solve.problem import Rounding
from resmax_sym.solve.result import Status
from resmax_sym.solve.subproblem import QuadraticModel, Step

__all__ = ["Taken", "next_point"]

TRIALS = 100
ACCEPT, POOR, GREAT = 0.1, 0.25, 0.75
LARGEST_RADIUS = 1e8


@dataclass(frozen=True)
class Taken:
    """A step that was taken.

    Attributes
    ----------
    point : Iterate
        Where it led.
    step : Step
        What the model said of it.
    radius, next_radius : float
        Trust radius of the accepted trial, and of the first one to come.
    ratio : float
        Decrease of the loss over the predicted one; NaN where that was not asked.
    trials, cuts : int
        Subproblems solved, and how many of their steps could not be shown to stay away from alpha = 0.
    """

    point: Iterate
    step: Step
    radius: float
    next_radius: float
    ratio: float
    trials: int
    cuts: int


def next_point(view: View, point: Iterate, model: QuadraticModel, noise: Rounding, radius: float) -> Taken | Status:
    """The next point, or the reason why there is none.

    Parameters
    ----------
    view : View
    point : Iterate
        Finite.
    model : QuadraticModel
        Of the loss at the point; its eigenvalues serve every radius tried.
    noise : Rounding
        Rounding levels at the point.
    radius : float
        First trust radius.

    Returns
    -------
    Taken or Status
        NO_DESCENT, BOUNDARY or NON_FINITE, whichever ended the last trial.
    """
    shrunk, reason, cuts = False, Status.NO_DESCENT, 0
    for trial in range(1, TRIALS + 1):
        step = model.step(radius)
        p, length = view.basis @ step.p, norm(step.p)
        x = point.x + p
        if np.array_equal(x, point.x):
            break
        fraction = view.fraction(point, p)
        if fraction < 1:
            radius, shrunk, reason, cuts = length * max(0.9 * fraction, 1 / 64), True, Status.BOUNDARY, cuts + 1
            continue
        fun = view.objective.fun(x)
        if not np.isfinite(fun):
            radius, shrunk, reason = POOR * length, True, Status.NON_FINITE
            continue
        ratio = (point.fun - fun) / step.reduction if step.reduction > 0 else -np.inf
        # Below this the decrease is a difference of two roundings.
        flat = step.reduction <= 100 * noise.fun
        if ratio > ACCEPT or flat:
            new = view.at(x, fun)
            if new.finite and (not flat or _improves(point, new, model, step, noise)):
                following = _next_radius(radius, length, ratio, step, flat)
                return Taken(new, step, radius, following, ratio, trial, cuts)
        reason = Status.NO_DESCENT
        if not flat:
            radius, shrunk = POOR * length, True
        elif step.on_boundary and not shrunk and radius < LARGEST_RADIUS:
            # On a plateau a longer step may bring a decrease that can be seen.
            radius *= 4
        else:
            return _across(view, point, model, noise, radius) or reason
    return reason


def _across(view: View, point: Iterate, model: QuadraticModel, noise: Rounding, radius: float) -> Taken | None:
    """The Newton step across a valley along which the loss is level within rounding, if it is progress."""
    step = model.newton_step()
    if not (model.is_convex and 0 < model.aside <= ASIDE and norm(step.p) <= radius):
        return None
    p = view.basis @ step.p
    if view.fraction(point, p) < 1:
        return None
    new = view.at(point.x + p)
    if not (new.finite and _improves(point, new, model, step, noise)):
        return None
    return Taken(new, step, radius, radius, np.nan, 1, 0)


def _improves(point: Iterate, new: Iterate, model: QuadraticModel, step: Step, noise: Rounding) -> bool:
    """Whether a step whose decrease drowns in rounding is progress.

    A clear decrease is; else the gradient must tell, which it can only do inside the ball and where the model is convex: a
    smaller gradient may otherwise lead to a saddle.
    """
    drop = point.fun - new.fun
    if drop > max(10 * noise.fun, ACCEPT * step.reduction):
        return True
    convex_inside = model.is_convex and not step.on_boundary
    return bool(convex_inside and drop >= -10 * noise.fun and norm(new.scaled) <= 0.9 * norm(point.scaled))


def _next_radius(radius: float, length: float, ratio: float, step: Step, flat: bool) -> float:
    if flat:
        return radius
    if ratio < POOR:
        return 0.5 * length
    return 2 * radius if ratio > GREAT and step.on_boundary else radius

"""The next point: the model's step if the loss falls enough, else to a kink on the way or to the crossing of those nearby."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import norm

from resmax_sym.solve.layered.corner import Corner, Geometry
from resmax_sym.solve.layered.point import LayeredPoint
from resmax_sym.solve.layered.ray import descend
from resmax_sym.solve.layered.view import CellView
from resmax_sym.solve.result import Status
from resmax_sym.solve.rounding import Rounding
from resmax_sym.solve.search import ACCEPT, GREAT, POOR, TRIALS, Taken, next_point
from resmax_sym.solve.subproblem import QuadraticModel, Step

__all__ = ["Move", "next_move"]

NEAREST = 10
GOOD = 0.5


@dataclass(frozen=True)
class Move:
    """A step that was taken; fields as in `Taken` and `RegionRecord`."""

    x: NDArray
    length: float
    radius: float
    next_radius: float
    ratio: float
    on_boundary: bool
    trials: int
    cuts: int
    way: str


class _Search:
    """One search for a next point."""

    def __init__(self, geometry: Geometry, view: CellView, model: QuadraticModel, noise: Rounding) -> None:
        self.geometry, self.view, self.model, self.noise = geometry, view, model, noise
        self.problem, self.corner = geometry.problem, view.corner
        self.point = view.corner.point
        self.trials = self.cuts = 0

    def go(self, radius: float) -> Move | Status:
        """The next point from a first trust radius."""
        reason = Status.NO_DESCENT
        while self.trials < TRIALS:
            self.trials += 1
            step = self.model.step(radius)
            p, length = self.view.basis @ step.p, float(norm(step.p))
            x = self.geometry.onto(self.point.x + p, self.corner.held)
            if length == 0 or np.array_equal(x, self.point.x):
                break
            crosses = self._crosses(x)
            if not crosses or step.reduction <= 100 * self.noise.fun:
                taken = next_point(self.view, self.view.here(), self.model, self.noise, radius)
                if isinstance(taken, Taken):
                    return self._inside(taken, self.corner)
                slid = self._slide(radius)
                if slid is not None or not crosses:
                    return slid or self._steepest(radius) or taken
            fraction = self.problem.safe_fraction(self.point.x, p)
            if fraction < 1:
                radius, reason, self.cuts = length * max(0.9 * fraction, 1 / 64), Status.BOUNDARY, self.cuts + 1
                continue
            fun = self.view.objective.fun(x)
            finite = np.isfinite(fun)
            ratio = (self.point.fun - fun) / step.reduction if finite and step.reduction > 0 else -np.inf
            dead = finite and self.geometry.is_dead(self.problem.at(x))
            if ratio > GOOD and not dead:
                longer = 2 * radius if ratio > GREAT and step.on_boundary else radius
                return self._move(x, radius, longer if ratio >= POOR else length / 2, ratio, step, "model")
            # The border of a dead cell is as low as the cell, and from there the run can go on.
            limit = fun + 10 * self.noise.fun * dead if finite else np.inf
            found = self._to_kinks(p, length, step, radius, limit)
            if found is not None:
                return found
            if ratio > ACCEPT:
                return self._move(x, radius, radius if ratio >= POOR else length / 2, ratio, step, "model")
            radius, reason = POOR * length, Status.NO_DESCENT if finite else Status.NON_FINITE
        return self._steepest(radius) or reason

    def _crosses(self, x: NDArray) -> bool:
        return self.geometry.crossed(self.point, self.problem.at(x), self.corner.held) > 0

    def _inside(self, taken: Taken, corner: Corner) -> Move:
        x = self.geometry.onto(taken.point.x, corner.held)
        # A step whose decrease drowns in rounding leaves the radius as it is; with the right slope it may grow.
        longer = taken.step.on_boundary and taken.ratio > GREAT
        return Move(
            x=x,
            length=float(norm(taken.step.p)),
            radius=taken.radius,
            next_radius=max(taken.next_radius, 2 * taken.radius if longer else 0.0),
            ratio=taken.ratio,
            on_boundary=taken.step.on_boundary,
            trials=self.trials + taken.trials - 1,
            cuts=self.cuts + taken.cuts,
            way="model",
        )

    def _slide(self, radius: float) -> Move | None:
        """The last digits along kinks that descent may leave, but that the Newton step would leave on the wrong side."""
        on = self.corner.near
        if len(on) == len(self.corner.held):
            return None
        corner = dataclasses.replace(self.corner, held=on, free=self.geometry.free(on))
        view, model, noise = self._modelled(corner)
        taken = next_point(view, view.here(), model, noise, radius) if model is not None else None
        return self._inside(taken, corner) if isinstance(taken, Taken) else None

    def _modelled(self, corner: Corner) -> tuple[CellView, QuadraticModel | None, Rounding | None]:
        """A corner with its model; None where the Hessian is not finite."""
        view = CellView(self.problem, corner)
        hessian = view.hessian()
        if not np.isfinite(hessian).all():
            return view, None, None
        noise = view.noise(hessian)
        return view, QuadraticModel(view.here().scaled, hessian, noise.gradient, noise.hessian), noise

    def _move(self, x: NDArray, radius: float, next_radius: float, ratio: float, step: Step, way: str) -> Move:
        length = self._length(x)
        return Move(x, length, radius, next_radius, ratio, step.on_boundary, self.trials, self.cuts, way)

    def _length(self, x: NDArray) -> float:
        """The length of a step in the metric."""
        return float(norm(self.problem.weights * (self.problem.inner.matrix @ (x - self.point.x))))

    def _to_kinks(self, p: NDArray, length: float, step: Step, radius: float, limit: float) -> Move | None:
        """The lower of the two moves that end on kinks, if one is lower by more than rounding."""
        ray = descend(self.geometry, self.point, self.corner.near, p)
        found = [(ray, "ray")] if ray is not None else []
        for corner in self._corners(length):
            new = self._along(corner, length)
            if new is not None:
                found.append((new, "corner"))
        found = [(new, way) for new, way in found if new.fun < min(limit, self.point.fun - 10 * self.noise.fun)]
        if not found:
            return None
        new, way = min(found, key=lambda pair: pair[0].fun)
        ratio = (self.point.fun - new.fun) / step.reduction
        return self._move(new.x, radius, max(2 * self._length(new.x), length / 2), ratio, step, way)

    def _corners(self, radius: float) -> Iterator[Corner]:
        """The point held at those kinks nearby that descent would not leave, and held at all that it is on."""
        near = self.geometry.near(self.point, radius, 2 * self.problem.reduced.shape[1] + NEAREST)
        if len(near):
            corner = self.geometry.corner(self.point, near, 0.0)
            if len(corner.held):
                yield corner
        on = self.corner.near
        if len(on) > len(self.corner.held):
            yield dataclasses.replace(self.corner, held=on, free=self.geometry.free(on))

    def _along(self, corner: Corner, radius: float) -> LayeredPoint | None:
        """A step along the kinks that a corner holds, to where they meet."""
        view, model, _ = self._modelled(corner)
        if model is None:
            return None
        step = model.step(radius)
        x = self.geometry.onto(self.point.x + view.basis @ step.p, corner.held)
        if self.problem.safe_fraction(self.point.x, x - self.point.x) < 1:
            return None
        return self.problem.at(x)

    def _steepest(self, radius: float) -> Move | None:
        """Down the shortest gradient, which no kink that the point is on can spoil."""
        v = self.corner.shortest
        size = norm(v)
        if not size > 0:
            return None
        p = self.problem.coordinates.basis @ (v * (-radius / size))
        p = p * self.problem.safe_fraction(self.point.x, p)
        new = descend(self.geometry, self.point, self.corner.near, p)
        if new is None or not new.fun < self.point.fun - 10 * self.noise.fun:
            return None
        step = Step(np.zeros(0), np.nan, False)
        return self._move(new.x, radius, 2 * self._length(new.x), np.nan, step, "ray")


@np.errstate(all="ignore")
def next_move(
    geometry: Geometry, view: CellView, model: QuadraticModel, noise: Rounding, radius: float
) -> Move | Status:
    """The next point, or the reason why there is none: NO_DESCENT, BOUNDARY or NON_FINITE.

    Parameters
    ----------
    geometry : Geometry
    view : CellView
        Of the corner that the run is at.
    model : QuadraticModel
        Of the loss on its manifold.
    noise : Rounding
    radius : float
        First trust radius.
    """
    return _Search(geometry, view, model, noise).go(radius)

"""Converged: small gradient, no downward curvature, and a Newton step that shrinks. At infinity the step does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resmax_sym.solve.result import Status

__all__ = ["Measures", "StopTest"]

LEAST_STEP = 1e-10
LONG_STEP = 0.05
SHRINK = 0.9
CONFIRMATIONS = 5
FAR = 1e3


@dataclass(frozen=True)
class Measures:
    """What the test looks at, at one point.

    Attributes
    ----------
    fun, relative_gradient : float
        Loss, and norm(gradient) over the first one.
    at_floor : bool
        Whether every entry of the gradient is at its rounding level.
    convex : bool
        Whether the Hessian is positive semidefinite within rounding.
    newton_length : float
        max |A p| for the Newton step p; infinite if there is none.
    newton_reduction : float
        Decrease that step promises; 0 if there is none.
    size : float
        max |A x|.
    null : int
        Number of directions whose slope and curvature are both rounding noise.
    """

    fun: float
    relative_gradient: float
    at_floor: bool
    convex: bool
    newton_length: float
    newton_reduction: float
    size: float
    null: int = 0


class StopTest:
    """Decides after each step.

    Parameters
    ----------
    gtol : float
        Tolerance for norm(gradient) relative to the first one; a tenth of it for the length of the Newton step.
    maxiter : int
        Largest number of steps.
    loss_scale : float
        Natural size of the loss; a loss below 1e-10 of it counts as exhausted.

    Notes
    -----
    A gradient below gtol is not enough. Near a minimum Newton steps shrink quadratically (by 2/3 where the Hessian is
    singular), so the run goes on until the step is below rounding or stops improving the gradient. Along exp(-s) the
    gradient fades as fast as the Hessian and the step keeps its length; along 1/s it even grows. A gradient within
    tolerance after five such steps in succession, each at least 0.05 long in A x, that promise no more loss, is called a
    minimum at infinity. Leaving the neighbourhood of alpha = 0 also takes steps that grow while a huge gradient falls,
    but there each promises a fixed part of the loss. A run that cannot go on, a thousand times as far out as it began and
    with a long step still promising no more loss, has been on the way to infinity, too.

    Far enough out the curvature drowns in rounding, one direction after the other: steps get shorter, the count of long ones
    begins anew, and at last there is no step, as at a minimum. If five such steps led there, or one that was no shorter than that
    before it although the loss was used up, and since then a direction has become null, it is not one.
    """

    def __init__(self, gtol: float, maxiter: int, loss_scale: float) -> None:
        self.gtol = gtol
        self.maxiter = maxiter
        self.loss_scale = loss_scale
        self._fading = 0
        self._spent = self._drowned = False
        self._null = np.inf  # the fewest null directions on such a way
        self._length = self._gradient = np.inf
        self._settled = self._exhausted = self._far = False
        self._start: float | None = None

    def __call__(self, now: Measures, nit: int) -> Status | None:
        """A status if the run is over after `nit` steps, else None."""
        self._settled = now.convex and (now.at_floor or now.relative_gradient <= self.gtol)
        self._drowned = now.null > self._null and (self._spent or self._is_used_up(now))
        if self._settled and now.newton_length <= max(0.1 * self.gtol, LEAST_STEP) * (1 + now.size):
            # Where everything has underflown the step is nothing, but the steps that led there were long.
            at_infinity = self._drowned or (now.at_floor and self._at_infinity)
            return Status.MINIMUM_AT_INFINITY if at_infinity else Status.CONVERGED
        self._watch_fading(now)
        if self._settled and self._at_infinity:
            return Status.MINIMUM_AT_INFINITY
        return self.no_further(Status.ITERATION_LIMIT) if nit >= self.maxiter else None

    def _is_used_up(self, now: Measures) -> bool:
        return abs(now.fun) <= 1e-10 * self.loss_scale

    def _watch_fading(self, now: Measures) -> None:
        promises = now.newton_reduction > 1e-6 * abs(now.fun) and not self._is_used_up(now)
        self._exhausted = not promises
        long = now.newton_length >= LONG_STEP
        as_long = now.newton_length >= SHRINK * self._length
        falls = now.relative_gradient <= SHRINK * self._gradient
        keeps = self._fading == 0 or as_long
        self._fading = self._fading + 1 if now.convex and long and keeps and falls else 0
        idle = now.convex and long and as_long and np.isfinite(now.newton_length) and self._is_used_up(now)
        if self._fading >= CONFIRMATIONS or idle:
            self._null, self._spent = min(self._null, now.null), self._spent or self._exhausted
        self._length, self._gradient = now.newton_length, now.relative_gradient
        if self._start is None:
            self._start = now.size
        self._far = long and now.size > FAR * (1 + self._start)

    @property
    def _at_infinity(self) -> bool:
        return self._fading >= CONFIRMATIONS and self._exhausted

    def no_further(self, reason: Status) -> Status:
        """The status when the run cannot go on for `reason`, in the light of the last point."""
        if reason not in (Status.ITERATION_LIMIT, Status.NO_DESCENT):
            return reason
        fades = self._far or (self._settled and self._fading >= 2)
        if self._at_infinity or (fades and self._exhausted) or (self._settled and self._drowned):
            return Status.MINIMUM_AT_INFINITY
        # Within tolerance; only the last digits, or the proof that the step shrinks, are missing.
        done = self._settled and (reason is Status.NO_DESCENT or self._length < LONG_STEP)
        return Status.CONVERGED if done else reason

"""max(s, 0) = s where s >= 0, and 0 where s <= 0: formulas evaluated on one side of each kink of s = A1 @ x.

On the part of a box where (A1 @ x)[k] >= level, or <= level, a kinked function of it is one of its two branches: max(a, b) is a or b,
|a| is a or -a, step 1 or 0, the derivative of step 0.  A branch is a smooth function on the whole box, so that mean value forms
hold for it, and the continuous max, min and |.| agree with it up to the border of the part.  On the kink itself step, and with it
every derivative across the kink, is undefined: a claim says nothing there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import sympy as sp
from numpy.typing import NDArray

from resmax_sym.judge.axes import Axes
from resmax_sym.judge.balls import Balls
from resmax_sym.judge.branches import Branches, Kink, Subject, subject_of
from resmax_sym.judge.evaluate import Evaluator, lowered
from resmax_sym.lang import Expr, NotLowerable
from resmax_sym.lang import special as f

KINKED = ("max", "min", "abs", "step")
NAMES = {f.larger: "max", f.smaller: "min", f.absolute: "abs", f.step: "step", f.flat: "flat"}


def _two(name: str, values: list[Any]) -> tuple[Any, Any]:
    """The branches where the subject is positive, and where it is negative."""
    a = values[0]
    match name:
        case "max":
            return a, values[1]
        case "min":
            return values[1], a
        case "abs":
            return a, -a
    return None, None


def _between(low: Fraction, high: Fraction, ball: flint.arb, balls: Balls) -> flint.arb:
    """What lies in the ball and in [low, high]; not below or above 0 by a rounding error."""
    ends = balls.number(low).union(balls.number(high))
    if ball.is_finite():
        ends = ends.intersection(ball)
    if low >= 0:
        return ends.nonnegative_part()
    return -(-ends).nonnegative_part() if high <= 0 else ends


def _signed(product: flint.arb, a: flint.arb, b: flint.arb) -> flint.arb:
    """A product on the side of 0 where its factors put it; that of the balls [-1, 0] and [0, 1] reaches above 0."""
    if (a >= 0 and b >= 0) or (a <= 0 and b <= 0):
        return product.nonnegative_part()
    return -(-product).nonnegative_part() if (a >= 0 and b <= 0) or (a <= 0 and b >= 0) else product


class BranchAxes(Axes):
    """Evaluates an expression over indices with the branches that are known."""

    def __init__(self, evaluator: BranchEvaluator) -> None:
        super().__init__(evaluator.lookup, evaluator.sizes, evaluator.arithmetic)
        self.evaluator = evaluator

    def fresh(self, e: sp.Expr) -> Any:
        natural = super().fresh(e)
        name = NAMES.get(type(e))
        subject = None if name is None else subject_of(e.args[0] - e.args[1] if name in ("max", "min") else e.args[0])
        if subject is None:
            return natural
        return self.evaluator.branched(
            name, subject, natural, [self.read(arg) for arg in e.args], self.position[subject.index]
        )


@dataclass
class BranchEvaluator(Evaluator):
    """Evaluates formulas with the branches that are known; elsewhere as any evaluator does.

    Parameters
    ----------
    branches : Branches
    anchor : str
        The variable that stands for x.
    """

    branches: Branches = field(default_factory=lambda: Branches({}, ()))
    anchor: str = "x"

    def elsewhere(self, y: str) -> BranchEvaluator:
        plain = super().elsewhere(y)
        anchor = self.anchor if y == "x" else y
        return BranchEvaluator(
            self.model, self.sizes, plain.point, self.arithmetic, batched=True, branches=self.branches, anchor=anchor
        )

    def value(self, e: Expr) -> NDArray:
        """In plain balls, which need no convex part, A1 @ x is cut to its range on the part."""
        fresh = e not in self.done
        found = super().value(e)
        if (
            fresh
            and isinstance(self.arithmetic, Balls)
            and e.op == "matmul"
            and [arg.op for arg in e.args] == ["symbol"] * 2
        ):
            A1, point = (arg.data for arg in e.args)
            if A1 == "A1":
                found = self.done[e] = self._cut(found, self.anchor if point == "x" else point)
        return found

    def _cut(self, products: NDArray, point: str) -> NDArray:
        result = np.array(products, dtype=object)
        for row in range(result.shape[1]):
            ends = self.branches.part_range(point, row)
            if ends is not None and ends[0] <= ends[1]:
                result[0, row] = _between(*ends, result[0, row], self.arithmetic)
        return result

    def axes(self) -> BranchAxes:
        return BranchAxes(self)

    def flat(self, kink: Expr) -> NDArray:
        return self._called("flat", kink, super().flat(kink), [self.value(kink)])

    def operation(self, e: Expr, args: list[NDArray]) -> NDArray:
        natural = super().operation(e, args)
        if e.op == "mul" and self.model.inner_layer is not None and isinstance(self.arithmetic, Balls):
            args = [value.reshape(value.shape + (1,) * (e.ndim + 1 - value.ndim)) for value in args]
            return np.frompyfunc(_signed, 3, 1)(natural, *args)
        if e.op != "call" or e.data not in KINKED or e.ndim != 1:
            return natural
        values = [
            np.broadcast_to(value.reshape(value.shape + (1,) * (2 - value.ndim)), natural.shape) for value in args
        ]
        return self._called(e.data, e.args[0] - e.args[1] if len(args) == 2 else e.args[0], natural, values)

    def _called(self, name: str, argument: Expr, natural: NDArray, values: list[NDArray]) -> NDArray:
        """A kinked function of a vector."""
        index = sp.Symbol("i1", integer=True)
        try:
            subject = subject_of(lowered(self.model, argument, (index,))) if argument.ndim == 1 else None
        except NotLowerable:
            subject = None
        return natural if subject is None else self.branched(name, subject, natural, values, 1)

    def branched(self, name: str, subject: Subject, natural: NDArray, values: list[Any], axis: int) -> NDArray:
        """The values of a kinked function along an axis of kinks: of the branch where that is known, and natural elsewhere."""
        result = np.array(natural, dtype=object)
        point = self.anchor if subject.point == "x" else subject.point
        values = [np.broadcast_to(np.asarray(value, dtype=object), result.shape) for value in values]
        for row in range(result.shape[axis]):
            side = subject.sign * self.branches.side(Kink(point, row, subject.level))
            if side:
                place = (slice(None),) * axis + (row,)
                result[place] = self._branch(name, side, [value[place] for value in values])
        return result

    def _branch(self, name: str, side: int, values: list[NDArray]) -> NDArray:
        """One branch, where all that the function is applied to is defined."""
        defined = np.logical_and.reduce([self.arithmetic.finite(value) for value in values])
        if name in ("step", "flat"):
            chosen = np.full(
                values[0].shape, self.arithmetic.number(Fraction(int(name == "step" and side > 0))), dtype=object
            )
        else:
            chosen = _two(name, values)[0 if side > 0 else 1]
        return np.where(defined, chosen, self.arithmetic.nan)

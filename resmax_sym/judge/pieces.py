"""max g over a piece of a box: natural balls first, then the mean value form, then the ends where g is monotone.

A piece that kinks of the inner layer cross is decided on each of its parts, one for every choice of a side of each of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge.balls import Balls
from resmax_sym.judge.branched import BranchEvaluator
from resmax_sym.judge.branches import Branches, Kink
from resmax_sym.judge.jets import Jet, Jets, values
from resmax_sym.judge.truth import FALSE, TRUE, truth_of
from resmax_sym.lang import LanguageError, Relation
from resmax_sym.models import Model

DIGITS = 20
HOLDS, SKIP, FAILS, OPEN = "h", "s", "fails", "open"
PARTS = ":"
MOST_KINKS = 6
"""A piece with more kinks is halved first: its parts double with each."""

Interval = tuple[Fraction, Fraction]
Sides = tuple[Interval, ...]


@dataclass(frozen=True)
class Decision:
    """What holds on a whole piece.

    Attributes
    ----------
    verdict : str
        The statement holds on the piece, an assumption fails on all of it (skip), the statement fails within, or it is open.
        `x0,x2:hhsh` where it holds (an assumption fails, or nothing is there) on each part: the first on the side A1 @ x <= 0 of
        the kinks of rows 0 and 2, the last on the side >= 0; the last kink changes its side first.
    gap : ball or None
        Encloses lhs - rhs, entry by entry.
    cost : int
        Ball operations.
    pull : list of float, or None
        How much each side of the piece contributes to an open statement: slope times width.
    """

    verdict: str
    gap: flint.arb | None = None
    cost: int = 0
    pull: list[float] | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to be shown on the piece."""
        return self.verdict in (HOLDS, SKIP) or PARTS in self.verdict


def leaves(token: str) -> str:
    """What is shown on the parts of a settled piece, a letter each."""
    return token.rpartition(PARTS)[2]


@dataclass
class Piece:
    """A statement and its assumptions over one piece of the box, whose sides are in the order of the variables' entries."""

    model: Model
    sizes: Mapping[str, int]
    shapes: Mapping[str, tuple[int, ...]]
    sides: Sides
    cost: int = 0
    faces: dict[Sides, NDArray | None] = field(default_factory=dict)
    branches: Branches | None = None

    def __post_init__(self) -> None:
        self.branches = self.branches or Branches(self.shapes, self.sides)

    def decide(self, statement: Relation, assumptions: list[Relation]) -> Decision:
        """Jets are taken only where balls leave the statement open, and parts where jets do."""
        with Balls(DIGITS).precision():
            found = self.natural(statement, assumptions)
            kinks = sorted(self.branches.met)
            if found.verdict != OPEN or not 0 < len(kinks) <= MOST_KINKS:
                return found
            return self.parts(statement, assumptions, kinks, found)

    def parts(self, statement: Relation, assumptions: list[Relation], kinks: list[Kink], whole: Decision) -> Decision:
        """The statement on each side of the kinks; a part is closed, and on a kink itself the branches of both sides count."""
        cost, letters, gaps = self.cost, "", []
        for signs in itertools.product((-1, 1), repeat=len(kinks)):
            branches = self.branches.on(dict(zip(kinks, signs, strict=True)))
            part = Piece(self.model, self.sizes, self.shapes, self.sides, branches=branches)
            found = Decision(SKIP) if branches.is_empty else part.natural(statement, assumptions)
            cost += found.cost
            if not found.is_settled:  # also where the branch fails outside its part
                return Decision(OPEN, cost=cost, pull=found.pull or whole.pull)
            letters += found.verdict
            gaps += [found.gap] if found.verdict == HOLDS and found.gap is not None else []
        gap = reduce(flint.arb.union, gaps) if gaps else None
        return Decision(",".join(map(str, kinks)) + PARTS + letters, gap, cost)

    def natural(self, statement: Relation, assumptions: list[Relation]) -> Decision:
        """The statement from balls, or else from jets."""
        balls = self.evaluator(self.sides, Balls(DIGITS))
        given = [_truth(relation, self.read(balls, relation)) for relation in assumptions]
        if False in given:
            return Decision(SKIP, cost=self.cost)
        found = self.read(balls, statement)
        truth = _truth(statement, found)
        if truth is True:
            return Decision(HOLDS, _hull(statement, found), self.cost)
        everywhere = all(given)
        if truth is False and everywhere:
            return Decision(FAILS, cost=self.cost)
        jets = self.jets(self.sides)
        for relation, known in zip(assumptions, given, strict=True):
            if known is None and _truth(relation, _enclosures(self.read(jets, relation))) is False:
                return Decision(SKIP, cost=self.cost)
        return self.centred(statement, self.read(jets, statement), everywhere)

    def centred(self, statement: Relation, found: list[Any] | None, everywhere: bool) -> Decision:
        """The statement from the jets of what it compares with 0; `everywhere` the assumptions hold on the whole piece."""
        if found is None:
            return Decision(OPEN, cost=self.cost)
        enclosures = _enclosures(found)
        truth = _truth(statement, enclosures)
        if truth is None and statement.op in TRUE and _defined(enclosures):
            if everywhere and any(FALSE[statement.op](jet.centre) for jet in _flat(found[0])):
                return Decision(FAILS, cost=self.cost)
            enclosures = [self.extremes(statement, found[0])]
            truth = _truth(statement, enclosures)
        if truth is True:
            return Decision(HOLDS, _hull(statement, enclosures), self.cost)
        if truth is False and everywhere:
            return Decision(FAILS, cost=self.cost)
        return Decision(OPEN, cost=self.cost, pull=self.pull(statement, found, enclosures))

    def extremes(self, statement: Relation, gap: Any) -> NDArray:
        """The enclosures of the gap's entries, cut where monotonicity puts the extremum that the statement is about."""
        result = _flat(values(gap))
        if statement.op == "==":
            return result
        upper = statement.op in ("<=", "<")
        for k, jet in enumerate(_flat(gap)):
            if not TRUE[statement.op](jet.value):
                extreme = self.extremum(statement, k, jet, self.sides, upper)
                other = jet.value.lower() if upper else jet.value.upper()
                result[k] = other.union(extreme.upper() if upper else extreme.lower())
        return result

    def extremum(self, statement: Relation, k: int, jet: Jet, sides: Sides, upper: bool) -> flint.arb:
        """A ball whose upper (lower) end bounds entry k of the gap over `sides`: where it is monotone the ends suffice."""
        face = list(sides)
        for i, slope in jet.slopes.items():
            if slope >= 0 or slope <= 0:
                face[i] = (sides[i][int((slope >= 0) == upper)],) * 2
        if tuple(face) == sides:
            return jet.value
        end = tuple(face)
        if end not in self.faces:
            found = self.read(self.jets(end), statement)
            self.faces[end] = None if found is None else _flat(found[0])
        there = self.faces[end]
        if there is None or not there[k].value.is_finite():
            return jet.value
        return self.extremum(statement, k, there[k], end, upper)

    def pull(self, statement: Relation, found: list[Any], enclosures: list[Any]) -> list[float] | None:
        """The largest slope times width of each side, over the entries that are open."""
        entries = zip(_flat(found[0]), _flat(enclosures[0]), strict=True)
        pull = [0.0] * len(self.sides)
        for jet, ball in entries:
            if statement.op not in TRUE or not TRUE[statement.op](ball):
                for i, slope in jet.slopes.items():
                    if not slope.is_finite():
                        return None
                    low, high = self.sides[i]
                    pull[i] = max(pull[i], float(slope.abs_upper()) * float(high - low))
        return pull

    def jets(self, sides: Sides) -> BranchEvaluator:
        """Evaluates over the sides with a slope for every side that is no single value."""
        balls = Balls(DIGITS)
        with balls.precision():
            halves = {i: balls.number((high - low) / 2) for i, (low, high) in enumerate(sides) if low < high}
            ring = Jets(balls, halves)
        return self.evaluator(sides, ring)

    def evaluator(self, sides: Sides, ring: Balls | Jets) -> BranchEvaluator:
        """Evaluates over the sides, with the branches of this part of the piece."""
        return BranchEvaluator(self.model, self.sizes, self.point(sides, ring), ring, branches=self.branches)

    def point(self, sides: Sides, ring: Balls | Jets) -> dict[str, Any]:
        """The variables over the sides, as balls or as jets."""
        point, first = {}, 0
        with ring.precision():
            for name, shape in self.shapes.items():
                array: NDArray = np.empty(shape, dtype=object)
                for k, place in enumerate(np.ndindex(shape), start=first):
                    array[place] = ring.entry(k, *sides[k])
                first += array.size
                point[name] = array if shape else array[()]
        return point

    def read(self, evaluator: BranchEvaluator, relation: Relation) -> list[Any] | None:
        """The gap lhs - rhs of a comparison, or what psd and simplex are about; None where it has no value."""
        if relation.op == "on_segment":
            return None
        before = evaluator.operations
        try:
            found = [evaluator(side) for side in relation.args]
        except (LanguageError, ZeroDivisionError):
            return None
        finally:
            self.cost += (evaluator.operations - before) * evaluator.arithmetic.weight
        return [found[0] - found[1]] if relation.op in TRUE else found


def _flat(part: Any) -> NDArray:
    return np.asarray(part, dtype=object).ravel()


def _truth(relation: Relation, found: list[Any] | None) -> bool | None:
    """The truth for all values within the balls; None where open or undefined."""
    if found is None:
        return None
    return truth_of(relation.op, [*found, flint.arb(0)] if relation.op in TRUE else found)


def _enclosures(found: list[Any] | None) -> list[Any] | None:
    return None if found is None else [values(part) for part in found]


def _defined(enclosures: list[Any]) -> bool:
    return all(ball.is_finite() for part in enclosures for ball in _flat(part))


def _hull(relation: Relation, found: list[Any]) -> flint.arb | None:
    """One ball for all entries of lhs - rhs; None for psd and simplex."""
    return reduce(flint.arb.union, _flat(found[0])) if relation.op in TRUE else None

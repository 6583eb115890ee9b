"""slack(claim): the claimed bound beside the best value found and the best bound that the calculus proves, at a few parameters."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from resmax_sym.judge import bounds
from resmax_sym.judge.arithmetic import Floats
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.judge import BUDGET, search
from resmax_sym.judge.margin import Margins, Tightness
from resmax_sym.judge.points import Point
from resmax_sym.judge.truth import holds
from resmax_sym.lang import Expr, LanguageError, Relation, parse
from resmax_sym.lang.expr import as_expr

CANDIDATES = tuple(Fraction(text) for text in ("1", "1/2", "2", "1/4", "4", "0", "-1"))
"""Values of parameters, besides those at and near the numbers in their conditions."""

ROWS = 5


@dataclass(frozen=True)
class Case:
    """A bound to be measured at one place on an axis.

    Attributes
    ----------
    claim : str
        The id of an inequality between scalars.
    quantity : str
        What it bounds, as the table and the figure name it; cases of one quantity make a line.
    along, value : str
        The axis and the place on it.
    parameters : name -> value
        Parameters of the claim, held there.
    sizes : name -> sizes
        Sizes that are searched; any where it is empty.
    """

    claim: str
    quantity: str
    along: str
    value: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Slack:
    """Numbers at the point where lhs / rhs was largest.

    Attributes
    ----------
    parameters : name -> value
    sizes : size name -> int, or None where no point met the assumptions
    found, claimed : float
        lhs and rhs at that point.
    proved : float or None
        The best bound of lhs that the calculus derives, there; None where it derives none.
    """

    parameters: Mapping[str, Fraction]
    sizes: Mapping[str, int] | None
    claimed: float | None = None
    found: float | None = None
    proved: float | None = None


def slack(claim: Claim, budget: float = BUDGET, seed: int = 0) -> Iterator[Slack]:
    """A row for each choice of parameter values; none for what is no inequality between scalars.

    Where no values are found that meet the conditions on parameters, one row without sizes says so.
    """
    relation = claim.relation
    if relation.op not in ("<=", "<", ">=", ">") or any(side.shape for side in relation.args):
        return
    best = min if relation.op in ("<=", "<") else max
    formulas = [parse(str(bound), claim.names) for bound in bounds.best(claim.model, relation, claim.assumptions)]
    measure = Margins if relation.rhs == as_expr(0) else Tightness
    choices = list(itertools.islice(parameter_values(claim), ROWS))
    if not choices:
        yield Slack({}, None)
    for values in choices:
        fixed = dataclasses.replace(claim, parameters={name: f"{name} == {value}" for name, value in values.items()})
        closest = search(fixed, budget / len(choices), seed, measure).closest
        if closest is None:
            yield Slack(values, None)
            continue
        found, claimed, *proved = (float(value) for value in closest.values(claim.model, *relation.args, *formulas))
        yield Slack(values, closest.sizes, claimed, found, best(filter(np.isfinite, proved), default=None))


def parameter_values(claim: Claim) -> Iterator[dict[str, Fraction]]:
    """Values that meet the conditions on parameters: one for each first, then one parameter changed at a time."""
    names = list(claim.parameters)
    bare = [relation for relation in claim.assumptions if _of_parameters(relation.args, claim)]

    near = (value for c in _constants(bare, claim) for value in (c, 2 * c, c / 2, c + 1, c - 1))
    candidates = tuple(dict.fromkeys((*CANDIDATES, *near)))

    def allowed(values: dict[str, Fraction]) -> bool:
        return all(holds(claim.model, relation, Point({}, values)) is True for relation in bare)

    every = (dict(zip(names, choice, strict=True)) for choice in itertools.product(candidates, repeat=len(names)))
    first = next(filter(allowed, itertools.islice(every, 10_000)), None)
    if first is None:
        return
    yield first
    for value in candidates:
        for name in names:
            if value != first[name] and allowed(changed := {**first, name: value}):
                yield changed


def _constants(relations: Iterable[Relation], claim: Claim) -> list[Fraction]:
    """The numbers in relations between parameters, 1/1000 as a whole and pi to six digits."""
    nodes = {node for relation in relations for part in relation.args for node in part.walk()}
    evaluator = Evaluator(claim.model, {}, {}, Floats())
    found = {0.0}
    for node in nodes:
        if all(below.op != "symbol" for below in node.walk()):
            with contextlib.suppress(LanguageError):
                found.add(float(evaluator(node)))
    return sorted(Fraction(value).limit_denominator(10**6) for value in found if np.isfinite(value))


def _of_parameters(parts: tuple, claim: Claim) -> bool:
    """Whether a relation speaks of parameters alone."""
    nodes = [node for part in parts if isinstance(part, Expr) for node in part.walk()]
    scalars = all(isinstance(part, Expr) for part in parts) and all(not node.shape for node in nodes)
    return scalars and all(node.op not in ("size", "at", "D", "named") for node in nodes)

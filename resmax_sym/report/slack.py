"""proved / found: constants of bounds beside the best value a search finds, over R, n, tau; a row for each claim that is named."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import cycle
from operator import mul
from typing import TYPE_CHECKING

from resmax_sym.judge import Claim, bounds
from resmax_sym.judge.judge import search
from resmax_sym.judge.margin import Tightness
from resmax_sym.judge.schedule import workers
from resmax_sym.judge.search import Closest
from resmax_sym.judge.slack import Case
from resmax_sym.lang import Expr, Relation, parse
from resmax_sym.lang.expr import as_expr
from resmax_sym.models import Model
from resmax_sym.report.probes import aligned

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SYMBOLS = {"tau": r"$\tau$"}
PLACES = {"inf": r"$\infty$"}
BUDGET = 1.2
PATIENCE = 100.0
"""Budgets are counted in operations; the clock stops a search only after that many of them, so that a busy machine finds the same."""
NEAR = 1e-6


@dataclass(frozen=True)
class Row:
    """Three constants, without the factors of the bound that are made of data.

    Attributes
    ----------
    claimed, found : float
        The constant of the claim, and what the left side came to; None where no point was found.
    proved : float or None
        The best constant that is proved: that of the claim where it is settled, or one of the calculus that is better still.
    """

    case: Case
    claimed: float | None
    proved: float | None
    found: float | None

    @property
    def factor(self) -> float | None:
        """How much larger the best proved constant is than the best value found."""
        return self.proved / self.found if self.proved is not None and self.found else None


def measure(case: Case, claim: Claim, settled: bool, budget: float = BUDGET, seed: int = 0) -> Row:
    """The row of a case.

    Parameters
    ----------
    settled : bool
        Whether the claim is proved, so that its constant counts as proved.
    """
    fixed = dataclasses.replace(
        claim,
        parameters={**claim.parameters, **{name: f"{name} == {value}" for name, value in case.parameters.items()}},
        sizes={**claim.sizes, **case.sizes},
    )
    closest = search(fixed, budget, seed, Tightness, patience=PATIENCE * budget).closest
    if closest is None:
        return Row(case, None, None, None)
    relation, unit = claim.relation, unit_of(claim.relation.rhs)
    claimed, found = _constants(closest, claim, unit, relation.rhs, relation.lhs)
    proved = [claimed] if settled else []
    for formula in derived(claim):
        # A constant of the change between two points has to serve for close ones too.
        at_both = [_constants(pair, claim, unit, formula)[0] for pair in (closest, closer(closest))]
        proved.append(max(at_both) if relation.op in ("<=", "<") else min(at_both))
    best = min if relation.op in ("<=", "<") else max
    return Row(case, claimed, best(proved, default=None), found)


def measured(
    cases: Iterable[Case], claims: Mapping[str, Claim], budget: float = BUDGET, jobs: int | None = None
) -> list[Row]:
    """The rows of cases whose claims are proved unless another fate is expected of them; on every core, or on `jobs` processes."""
    with workers(jobs) as submit:
        tasks = [
            submit(measure, case, claims[case.claim], "proved" in claims[case.claim].expect, budget) for case in cases
        ]
        return [task.result() for task in tasks]


def closer(closest: Closest) -> Closest:
    """The same point with y moved towards x, where there is a second point."""
    batch = closest.batch
    if not {"x", "y"} <= batch.keys():
        return closest
    return dataclasses.replace(closest, batch={**batch, "y": batch["x"] + NEAR * (batch["y"] - batch["x"])})


def _constants(closest: Closest, claim: Claim, unit: Expr, *formulas: Expr) -> list[float]:
    scale, *values = (float(value) for value in closest.values(claim.model, unit, *formulas))
    return [value / scale for value in values]


def derived(claim: Claim) -> list[Expr]:
    """Bounds that the calculus derives by itself; a claim that has to be proved in steps is out of its reach."""
    if claim.proof:
        return []
    return [parse(text, claim.names) for text in _derived(claim.model, claim.relation, tuple(claim.assumptions))]


@lru_cache(maxsize=64)
def _derived(model: Model, relation: Relation, assumptions: tuple[Relation, ...]) -> tuple[str, ...]:
    return tuple(str(one) for one in bounds.best(model, relation, list(assumptions)))


def unit_of(bound: Expr) -> Expr:
    """The factors of a bound that are made of data, such as norm(x - y); 1 where there is none."""
    made_of_data = [factor for factor in _factors(bound) if any(map(_is_data, factor.walk()))]
    return reduce(mul, made_of_data) if made_of_data else as_expr(1)


def _is_data(node: Expr) -> bool:
    return node.op in ("named", "at", "D") or (node.op == "symbol" and bool(node.shape))


def _factors(e: Expr) -> list[Expr]:
    if e.op == "neg":
        return _factors(e.args[0])
    if e.op == "mul":
        return [factor for arg in e.args for factor in _factors(arg)]
    return _factors(e.args[0]) if e.op == "div" else [e]


def lines(rows: Iterable[Row]) -> str:
    """The table as text."""
    head = ("bound", "at", "claimed", "best proved", "best found", "proved / found")
    listed = [head]
    for row in rows:
        case = row.case
        exact, measured = (row.claimed, row.proved), (row.found, row.factor)
        numbers = [*(short(number, 3) for number in exact), *(short(number, 2) for number in measured)]
        listed.append((case.quantity, f"{case.along} = {case.value}", *numbers))
    return "\n".join(text[2:] for text in aligned(listed))


def short(number: float | None, digits: int) -> str:
    """Few digits: what a search finds is not reproduced to more on another machine."""
    if number is None:
        return "-"
    return f"{number:.0e}" if abs(number) >= 1000 else f"{float(f'{number:.{digits}g}'):g}"


def draw(rows: Iterable[Row], figure: Figure) -> None:
    """A panel for each axis, a line for each quantity: the factor between proof and search; 1 is no slack."""
    rows = [row for row in rows if row.factor is not None]
    along = list(dict.fromkeys(row.case.along for row in rows))
    style = dict(
        zip(dict.fromkeys(row.case.quantity for row in rows), cycle(("C0o-", "C1s-", "C2v-", "C3^-")), strict=False)
    )
    for axes, name in zip(figure.subplots(1, len(along), sharey=True, squeeze=False)[0], along, strict=True):
        here = [row for row in rows if row.case.along == name]
        for quantity in dict.fromkeys(row.case.quantity for row in here):
            line = [row for row in here if row.case.quantity == quantity]
            places = [PLACES.get(row.case.value, row.case.value) for row in line]
            axes.semilogy(places, [row.factor for row in line], style[quantity], label=quantity)
        axes.axhline(1, color="0.3", linewidth=1)
        axes.set(xlabel=SYMBOLS.get(name, f"${name}$"))
        axes.margins(x=0.1)
        axes.legend(fontsize=8, loc="upper left")
    figure.axes[0].set_ylabel("best proved / best found")

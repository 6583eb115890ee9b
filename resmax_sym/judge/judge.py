"""judge(claim): proved for every n and d, refuted with an exact witness, or unrefuted after so many points."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator

from resmax_sym.judge.claim import Claim, Status, Verdict
from resmax_sym.judge.concrete import equal_at
from resmax_sym.judge.domain import Domain
from resmax_sym.judge.guards import guards
from resmax_sym.judge.identity import Equal, equal, guard
from resmax_sym.judge.search import Falsifier
from resmax_sym.judge.truth import is_symmetric
from resmax_sym.lang import Expr, LanguageError
from resmax_sym.models import Model

BUDGET = 10.0


def judge(claim: Claim, budget: float = BUDGET, seed: int = 0) -> Verdict:
    """The verdict on one claim, never stronger than its evidence.

    Parameters
    ----------
    budget : float
        Seconds that a search for a counterexample may take, counted in operations so that a seed decides the outcome.

    Raises
    ------
    Defect
        The normal form proves what a second route refutes.
    """
    start = time.perf_counter()

    def verdict(status: Status, method: str, **evidence: object) -> Verdict:
        where = () if status is Status.INVALID else tuple(guards(claim.relation, claim.model))
        return Verdict(claim, status, method, time.perf_counter() - start, evidence, where)

    try:
        relation, assumptions, symbols = claim.relation, claim.assumptions, claim.symbols
    except LanguageError as error:
        return verdict(Status.INVALID, "parser", reason=str(error))
    found = equal(claim.model, relation) if relation.op == "==" else None
    if isinstance(found, Equal):
        second = guard(claim.model, relation, symbols, seed)
        method = "normal form, every unit" if found.every_unit else "normal form"
        return verdict(Status.PROVED, method, every_unit=found.every_unit, unfolded=found.unfolded, second_route=second)
    if relation.op == "==" and claim.sizes:
        fixed = [dict(zip(claim.sizes, choice, strict=True)) for choice in itertools.product(*claim.sizes.values())]
        if all(equal_at(claim.model, relation, sizes) for sizes in fixed):
            return verdict(Status.PROVED, "normal form at each size", every_unit=False, sizes=fixed)
    domain = Domain(claim.model, symbols, assumptions, claim.sizes)
    search = Falsifier(domain, relation, lambda matrix: symmetric(claim.model, matrix), seed).run(budget)
    if search.witness is not None:
        return verdict(Status.REFUTED, "witness", witness=search.witness.to_json())
    return verdict(
        Status.UNREFUTED,
        "search",
        points=search.points,
        sizes=list(search.sizes),
        best=search.best,
        seed=seed,
        stopped_by_clock=search.stopped_by_clock,
    )


def symmetric(model: Model, matrix: Expr) -> bool:
    """Whether M == M.T is proved."""
    return isinstance(equal(model, is_symmetric(matrix)), Equal)


def judge_all(claims: Iterable[Claim], budget: float = BUDGET, seed: int = 0) -> Iterator[Verdict]:
    """Verdicts in order; a claim that depends on one that is not proved is not proved."""
    proved: dict[str, bool] = {}
    for claim in claims:
        verdict = judge(claim, budget, seed)
        missing = [name for name in claim.depends if not proved.get(name, False)]
        if missing and verdict.status is Status.PROVED:
            verdict = Verdict(
                claim, Status.UNREFUTED, f"rests on {missing[0]}", verdict.seconds, verdict.evidence, verdict.guards
            )
        proved[claim.id] = verdict.status is Status.PROVED
        yield verdict

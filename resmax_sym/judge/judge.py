"""judge(claim): proved for every n and d, refuted with an exact witness, or unrefuted after so many points."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from resmax_sym.judge.claim import Claim, Status, Verdict
from resmax_sym.judge.guards import guards
from resmax_sym.judge.identity import GUARD_POINTS, TRIES, Defect, Equal, counterexample, equal
from resmax_sym.lang import LanguageError


def judge(claim: Claim, seed: int = 0) -> Verdict:
    """The verdict on one claim, never stronger than its evidence.

    Raises
    ------
    Defect
        The normal form proves what balls refute.
    """
    start = time.perf_counter()

    def verdict(status: Status, method: str, **evidence: object) -> Verdict:
        where = tuple(guards(claim.relation)) if status is not Status.INVALID else ()
        return Verdict(claim, status, method, time.perf_counter() - start, evidence, where)

    try:
        relation, assumptions, symbols = claim.relation, claim.assumptions, claim.symbols
    except LanguageError as error:
        return verdict(Status.INVALID, "parser", reason=str(error))
    found = equal(claim.model, relation) if relation.op == "==" else None
    enough = GUARD_POINTS if isinstance(found, Equal) else TRIES
    point, valid = counterexample(claim.model, relation, symbols, assumptions, enough, seed)
    if isinstance(found, Equal):
        if point is not None:
            raise Defect(f"{claim.id}: the normal form proves {claim.statement!r}, yet it fails at {point.to_json()}")
        return verdict(
            Status.PROVED,
            "normal form, every unit" if found.every_unit else "normal form",
            every_unit=found.every_unit,
            unfolded=found.unfolded,
            guarded_at=valid,
        )
    if point is not None:
        return verdict(Status.REFUTED, "witness", witness=point.to_json())
    return verdict(Status.UNREFUTED, "random points", points=valid, seed=seed)


def judge_all(claims: Iterable[Claim], seed: int = 0) -> Iterator[Verdict]:
    """Verdicts in order; a claim that depends on one that is not proved is not proved."""
    proved: dict[str, bool] = {}
    for claim in claims:
        verdict = judge(claim, seed)
        missing = [name for name in claim.depends if not proved.get(name, False)]
        if missing and verdict.status is Status.PROVED:
            verdict = Verdict(
                claim, Status.UNREFUTED, f"rests on {missing[0]}", verdict.seconds, verdict.evidence, verdict.guards
            )
        proved[claim.id] = verdict.status is Status.PROVED
        yield verdict

"""judge(claim): proved for every n and d, certified on boxes, refuted with an exact witness, vacuous, or unrefuted after a search."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from resmax_sym.judge.basis import Basis
from resmax_sym.judge.cell import carried_over
from resmax_sym.judge.claim import SETTLED, Claim, Status, Verdict
from resmax_sym.judge.contradiction import contradiction, inhabited
from resmax_sym.judge.domain import Domain
from resmax_sym.judge.engines import prove
from resmax_sym.judge.evidence import Evidence, of_steps, of_witness
from resmax_sym.judge.expansion import by_expansion
from resmax_sym.judge.identity import Defect, symmetric
from resmax_sym.judge.margin import Margins, ratio
from resmax_sym.judge.proof import CHAINED, derive, guarded, steps
from resmax_sym.judge.search import Falsifier, Search
from resmax_sym.lang import LanguageError, Relation

BUDGET = 10.0
"""Seconds that a search may take where no engine settles a claim, counted in operations."""
CROSS_CHECK = 0.02
"""Share of the budget in which a search attacks what another engine has settled."""

PATIENCE = 30
"""A search by itself is stopped by the clock after so many times its budget only: on a busy machine it finds the same."""

NOTHING = Search(None, 0, (), float("-inf"), None, 0, False)


def judge(
    claim: Claim,
    budget: float = BUDGET,
    seed: int = 0,
    known: Basis | Sequence[Relation] = (),
    missing: Sequence[str] = (),
) -> Verdict:
    """The verdict on one claim, never stronger than its evidence.

    Parameters
    ----------
    budget : float
        Seconds that a search for a counterexample may take, counted in operations so that a seed decides the outcome.
    known : relations or Basis
        Proved elsewhere, under assumptions that this claim makes too.
    missing : ids
        Claims that this one rests on and that are not proved: it cannot be proved either.

    Raises
    ------
    Defect
        One engine settles what another refutes.
    """
    start = time.perf_counter()
    try:
        _read(claim)
        failed: dict[str, Any] = {}
        evidence = None if missing else settle(claim, budget, seed, known, failed)
        evidence, where = _attacked(claim, evidence, budget, seed), tuple(sorted(guarded(claim)))
        if failed and claim.proof and evidence.status is Status.UNREFUTED:
            evidence = dataclasses.replace(evidence, details={**evidence.details, "failed_step": failed})
    except LanguageError as error:
        evidence, where = Evidence(Status.INVALID, "parser", {"reason": str(error)}), ()
    if missing and evidence.status is Status.UNREFUTED:
        evidence = dataclasses.replace(evidence, method=f"rests on {missing[0]}, which is not proved")
    return Verdict(claim, evidence.status, evidence.method, time.perf_counter() - start, evidence.details, where)


def _read(claim: Claim) -> None:
    """Reads everything that the claim says: LanguageError where it is not well formed, or where its file said so."""
    if claim.defect:
        raise LanguageError(claim.defect)
    _ = claim.relation, claim.assumptions, [step.relation for step in steps(claim)]


def settle(
    claim: Claim, budget: float, seed: int, known: Basis | Sequence[Relation], failed: dict[str, Any] | None = None
) -> Evidence | None:
    """By one engine, or by the steps of its proof and what it rests on; `failed` is told where these come to a halt."""
    cells = known.cells if isinstance(known, Basis) else ()

    def glued(part: Claim, given: Sequence[Relation]) -> bool:
        """Whether the linear model or Taylor's formula says it, which is seen at once: engines may take long to find nothing."""
        seen = carried_over(claim, part.relation, given, cells) is not None
        return seen or by_expansion(claim, part.relation, given)

    def engine(part: Claim, given: Sequence[Relation]) -> Evidence | None:
        return None if glued(part, given) else _upheld(prove(part, budget, seed, given))

    direct = None if glued(claim, claim.given) else prove(claim, budget, seed)
    if direct is not None or not (claim.proof or known or claim.assumptions):
        return direct
    glue = Evidence(Status.PROVED, CHAINED)
    stop = {} if failed is None else failed

    def stuck(number: int, part: Claim, reason: str) -> None:
        stop.update(number=number, statement=part.statement, reason=reason)

    found = derive(claim, known, engine, glue, stuck)
    return None if found is None else of_steps(claim, found)


def _upheld(evidence: Evidence | None) -> Evidence | None:
    return evidence if evidence and evidence.status in SETTLED else None


def _attacked(claim: Claim, evidence: Evidence | None, budget: float, seed: int) -> Evidence:
    """The evidence after a search for a counterexample, which is all there is where no engine settles the claim."""
    if evidence is not None and not claim.assumptions and evidence.method.startswith("normal form"):
        return dataclasses.replace(evidence, details={**evidence.details, "seed": seed})  # of its own second route
    try:
        found = search(claim, budget if evidence is None else budget * CROSS_CHECK, seed, patience=3 * budget)
    except LanguageError:  # a bound that an assumption sets has no value anywhere
        found = NOTHING
    if evidence is not None and found.witness is not None:
        raise Defect(
            f"{claim.id}: {evidence.method} settles {claim.statement!r}, yet it fails at {found.witness.to_json()}"
        )
    if found.witness is None and (evidence is None or evidence.status is not Status.VACUOUS):
        shown = None if _met(claim, found) else contradiction(claim)
        if shown is not None:
            return Evidence(Status.VACUOUS, "contradiction", shown)
    if evidence is None:
        return _from_search(claim, found, seed)
    return dataclasses.replace(evidence, details={**evidence.details, "points": found.points, "seed": seed})


def attack(claim: Claim, budget: float = BUDGET, seed: int = 0) -> Verdict:
    """What a search alone finds: refuted or unrefuted; nothing is proved.

    Raises
    ------
    LanguageError
        The claim is not well formed, or a bound that an assumption sets has no value anywhere.
    """
    start = time.perf_counter()
    _read(claim)
    evidence = _from_search(claim, search(claim, budget, seed, patience=PATIENCE * budget), seed)
    where = tuple(sorted(guarded(claim)))
    return Verdict(claim, evidence.status, evidence.method, time.perf_counter() - start, evidence.details, where)


def _met(claim: Claim, found: Search) -> bool:
    """Whether the search came upon a point that is shown to meet every assumption."""
    if not found.points or found.closest is None:
        return False
    if not claim.given:
        return True
    return inhabited(claim, found.closest.sizes, {name: value[0] for name, value in found.closest.batch.items()})


def search(
    claim: Claim, budget: float, seed: int, margins: type[Margins] = Margins, patience: float | None = None
) -> Search:
    """The falsifier on a claim."""
    domain = Domain(claim.model, claim.symbols, claim.assumptions, claim.sizes)
    return Falsifier(domain, claim.relation, lambda matrix: symmetric(claim.model, matrix), seed, margins).run(
        budget, patience
    )


def _from_search(claim: Claim, search: Search, seed: int) -> Evidence:
    if search.witness is not None:
        return of_witness(search.witness)
    sides = claim.relation.args if len(claim.relation.args) == 2 and search.points and search.closest else ()
    values = search.closest.values(claim.model, *sides) if sides else ()
    details = {
        "points": search.points,
        "sizes": list(search.sizes),
        "best": search.best if search.points else None,
        "ratio": ratio(claim.relation.op, *values) if sides else None,
        "seed": seed,
    }
    return Evidence(Status.UNREFUTED, "search", {**details, "stopped_by_clock": search.stopped_by_clock})


def judge_all(claims: Iterable[Claim], budget: float = BUDGET, seed: int = 0) -> Iterator[Verdict]:
    """Verdicts in order; a claim may use what it depends on, and is not proved where one of those is not."""
    done: dict[str, Verdict] = {}
    for claim in claims:
        done[claim.id] = judge_after(claim, done, budget, seed)
        yield done[claim.id]


def judge_after(claim: Claim, done: Mapping[str, Verdict], budget: float = BUDGET, seed: int = 0) -> Verdict:
    """The verdict on a claim where those on what it depends on are known; it is no stronger than the weakest of them."""
    bases = {name: done.get(name) for name in claim.depends}
    missing = [name for name, base in bases.items() if base is None or base.status not in SETTLED]
    settled = [] if claim.defect or missing else [(base.claim, base.guards) for base in bases.values()]
    verdict = judge(claim, budget, seed, Basis.of(claim, settled), missing)
    if verdict.status not in SETTLED:
        return verdict
    return verdict.resting_on((base.status, base.guards) for base in bases.values())

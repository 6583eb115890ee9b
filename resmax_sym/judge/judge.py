"""judge(claim): proved for every n and d, certified on boxes, refuted with an exact witness, or unrefuted after a search."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Iterator, Sequence

from resmax_sym.judge.claim import Claim, Status, Verdict
from resmax_sym.judge.domain import Domain
from resmax_sym.judge.engines import Evidence, prove, symmetric
from resmax_sym.judge.guards import guards
from resmax_sym.judge.identity import Defect
from resmax_sym.judge.proof import follows
from resmax_sym.judge.search import Falsifier, Search
from resmax_sym.lang import LanguageError, Relation

BUDGET = 10.0
CROSS_CHECK = 0.02
"""Share of the budget in which a search attacks what another engine has settled."""


def judge(claim: Claim, budget: float = BUDGET, seed: int = 0, known: Sequence[Relation] = ()) -> Verdict:
    """The verdict on one claim, never stronger than its evidence.

    Parameters
    ----------
    budget : float
        Seconds that a search for a counterexample may take, counted in operations so that a seed decides the outcome.
    known : relations
        Proved elsewhere, under assumptions that this claim makes too.

    Raises
    ------
    Defect
        One engine settles what another refutes.
    """
    start = time.perf_counter()
    try:
        evidence = _invalid(claim) or prove(claim, budget, seed) or _by_steps(claim, budget, seed, known)
        where = () if evidence and evidence.status is Status.INVALID else _guards(claim)
    except LanguageError as error:
        evidence, where = Evidence(Status.INVALID, "parser", {"reason": str(error)}), ()
    if evidence is None or evidence.method.startswith(("proof", "enclosure")):
        try:
            search = _search(claim, budget if evidence is None else budget * CROSS_CHECK, seed)
        except LanguageError as error:
            search, reason = Search(None, 0, (), float("-inf"), None, 0, False), str(error)
            where = (*where, f"an assumption that can be evaluated: {reason}")
        if evidence is not None and search.witness is not None:
            raise Defect(
                f"{claim.id}: {evidence.method} settles {claim.statement!r}, yet it fails at {search.witness.to_json()}"
            )
        evidence = evidence or _from_search(search, seed)
    return Verdict(claim, evidence.status, evidence.method, time.perf_counter() - start, evidence.details, where)


def _invalid(claim: Claim) -> Evidence | None:
    """The claim is not well formed: reading it raises LanguageError, or its file said so."""
    if claim.defect:
        return Evidence(Status.INVALID, "file", {"reason": claim.defect})
    _ = claim.relation, claim.assumptions, [_step(claim, text).relation for text in claim.proof]
    return None


def _guards(claim: Claim) -> tuple[str, ...]:
    """Where the statement, or a step of its proof, is undefined."""
    found = set(guards(claim.relation, claim.model))
    for text in claim.proof:
        found |= set(guards(_step(claim, text).relation, claim.model))
    return tuple(sorted(found))


def _step(claim: Claim, text: str) -> Claim:
    return dataclasses.replace(claim, statement=text, proof=(), depends=())


def _by_steps(claim: Claim, budget: float, seed: int, known: Sequence[Relation]) -> Evidence | None:
    """Each step proved by an engine or from what stands before it, and the statement from the steps."""
    established, methods = [*known, *claim.assumptions], []
    if not established and not claim.proof:
        return None
    for text in claim.proof:
        step = _step(claim, text)
        found = prove(step, budget, seed)
        if found is not None and found.status is Status.PROVED:
            methods.append(found.method)
        elif follows(claim.model, step.relation, established):
            methods.append("from earlier steps")
        else:
            return None
        established.append(step.relation)
    if not follows(claim.model, claim.relation, established):
        return None
    details = {"steps": [{"statement": s, "method": m} for s, m in zip(claim.proof, methods, strict=True)]}
    return Evidence(Status.PROVED, f"proof in {len(claim.proof)} steps", {"every_unit": False, **details})


def _search(claim: Claim, budget: float, seed: int) -> Search:
    domain = Domain(claim.model, claim.symbols, claim.assumptions, claim.sizes)
    return Falsifier(domain, claim.relation, lambda matrix: symmetric(claim.model, matrix), seed).run(budget)


def _from_search(search: Search, seed: int) -> Evidence:
    if search.witness is not None:
        return Evidence(Status.REFUTED, "witness", {"witness": search.witness.to_json()})
    details = {
        "points": search.points,
        "sizes": list(search.sizes),
        "best": search.best if search.points else None,
        "seed": seed,
    }
    return Evidence(Status.UNREFUTED, "search", {**details, "stopped_by_clock": search.stopped_by_clock})


def judge_all(claims: Iterable[Claim], budget: float = BUDGET, seed: int = 0) -> Iterator[Verdict]:
    """Verdicts in order; a claim may use what it depends on, and is not proved where one of those is not."""
    done: dict[str, Verdict] = {}
    for claim in claims:
        missing = [name for name in claim.depends if name not in done or done[name].status is not Status.PROVED]
        known = (
            []
            if claim.defect
            else [done[name].claim.relation for name in claim.depends if _usable(done.get(name), claim)]
        )
        verdict = judge(claim, budget, seed, known)
        if missing and verdict.status in (Status.PROVED, Status.CERTIFIED):
            method = f"rests on {missing[0]}, which is not proved"
            verdict = dataclasses.replace(verdict, status=Status.UNREFUTED, method=method)
        elif verdict.status is Status.PROVED:
            inherited = {guard for name in claim.depends for guard in done[name].guards}
            verdict = dataclasses.replace(verdict, guards=tuple(sorted({*verdict.guards, *inherited})))
        done[claim.id] = verdict
        yield verdict


def _usable(verdict: Verdict | None, claim: Claim) -> bool:
    """Whether what was proved holds wherever `claim` speaks: the same model, and no assumption that `claim` does not make."""
    if verdict is None or verdict.status is not Status.PROVED:
        return False
    other = verdict.claim
    texts = {*claim.assume, *claim.parameters.values()}
    return (
        other.model == claim.model
        and not other.sizes
        and not other.box
        and {*other.assume, *filter(None, other.parameters.values())} <= texts
        and other.parameters.keys() <= claim.parameters.keys()
        and all(claim.let.get(name) == text for name, text in other.let.items())
    )

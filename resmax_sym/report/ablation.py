"""theorem, hypothesis dropped, verdict: which hypothesis carries each theorem, judged once and kept on record."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass

from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.judge.ablation import fate, without
from resmax_sym.judge.claim import SETTLED
from resmax_sym.judge.schedule import workers
from resmax_sym.judge.store import Store
from resmax_sym.models import Model
from resmax_sym.report.probes import aligned

BUDGET = 0.4
"""Seconds of search for each hypothesis; a witness against a theorem that lacks one is mostly found in a tenth of that."""


@dataclass(frozen=True)
class Dropped:
    """What becomes of a theorem without one of its hypotheses."""

    theorem: str
    hypothesis: str
    verdict: Verdict

    @property
    def word(self) -> str:
        """`refuted at n = 2, d = 1`, `still proved` or `open`."""
        match self.verdict.status:
            case Status.REFUTED:
                witness = self.verdict.evidence["witness"]
                return f"refuted at n = {witness['n']}, d = {witness['d']}"
            case status if status in SETTLED:
                return f"still {status}"
            case Status.VACUOUS:
                return "vacuous"
        return "open"


def dropped(
    theorems: Iterable[Claim],
    done: Mapping[str, Verdict],
    store: Store | None = None,
    budget: float = BUDGET,
    seed: int = 0,
    jobs: int | None = 1,
) -> Iterator[Dropped]:
    """A row for each hypothesis of each theorem; a unit other than that of soft-residual regression counts as one.

    Parameters
    ----------
    done : id -> Verdict
        What may be used for a proof without the hypothesis; of what a theorem rests on, the rest is not used.
    store : Store, optional
        Where verdicts are kept; a witness on record is checked again instead of looked for.
    jobs : int, optional
        Processes, as in `judge_ledger`.
    """
    rows: list[tuple[str, str, Verdict | Future]] = []
    with workers(jobs) as submit:
        for claim in theorems:
            bases = {name: done[name] for name in claim.depends if name in done}
            for hypothesis, weaker in weaker_claims(claim):
                named = dataclasses.replace(
                    weaker, id=f"{claim.id} without {hypothesis}", expect=(), depends=tuple(bases)
                )
                known = _on_record(named, store, budget, seed)
                rows.append((claim.id, hypothesis, known or submit(fate, named, bases, budget, seed)))
        for theorem, hypothesis, found in rows:
            if isinstance(found, Future):
                found = _recorded(found.result(), store, budget, seed)
            yield Dropped(theorem, hypothesis, found)


def weaker_claims(claim: Claim) -> Iterator[tuple[str, Claim]]:
    """The claim with one hypothesis less; the unit comes last."""
    yield from without(claim)
    if claim.model != Model():
        yield f"unit {claim.model.unit}", dataclasses.replace(claim, model=Model())


def _on_record(claim: Claim, store: Store | None, budget: float, seed: int) -> Verdict | None:
    """What is known already; a refutation needs nothing that the claim rests on, so it is on record alone."""
    for one in (dataclasses.replace(claim, depends=()), claim) if store else ():
        known = store.load(one, budget, seed)
        if known is not None:
            return known
    return None


def _recorded(found: Verdict, store: Store | None, budget: float, seed: int) -> Verdict:
    if found.status is Status.REFUTED:
        found = dataclasses.replace(found, claim=dataclasses.replace(found.claim, depends=()))
    if store:
        store.save(found, budget, seed)
    return found


def lines(rows: Iterable[Dropped]) -> str:
    """The table as text; a theorem is named once."""
    listed, last = [("theorem", "without", "verdict")], ""
    for row in rows:
        listed.append(("" if row.theorem == last else row.theorem, row.hypothesis, row.word))
        last = row.theorem
    return "\n".join(text[2:] for text in aligned(listed))

"""ablate(claim): each assumption dropped in turn, and what becomes of the claim without it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from resmax_sym.judge.claim import SETTLED, Claim, Status, Verdict
from resmax_sym.judge.judge import BUDGET, attack, judge_after
from resmax_sym.lang import LanguageError

REST = 0.25
"""Share of the budget that is left for the judge where a search has found nothing."""


@dataclass(frozen=True)
class Ablated:
    """The verdict on a claim without one of its hypotheses."""

    dropped: str
    verdict: Verdict

    @property
    def needed(self) -> bool | None:
        """True: refuted without it. False: holds all the same. None: not known."""
        if self.verdict.status is Status.REFUTED:
            return True
        return False if self.verdict.status in SETTLED else None


def ablate(
    claim: Claim, done: Mapping[str, Verdict] | None = None, budget: float = BUDGET, seed: int = 0
) -> Iterator[Ablated]:
    """Judges the claim without each of its assumptions, conditions on parameters, sizes and boxes; a witness is looked for first.

    Parameters
    ----------
    done : id -> Verdict
        What the claim depends on.
    """
    for dropped, weaker in without(claim):
        yield Ablated(dropped, fate(weaker, done or {}, budget, seed))


def fate(weaker: Claim, done: Mapping[str, Verdict], budget: float = BUDGET, seed: int = 0) -> Verdict:
    """The verdict on a claim that is likely to be false: a witness is looked for with the whole budget before a proof is tried."""
    try:
        found = attack(weaker, budget, seed)
    except LanguageError:  # the judge says what is wrong
        return judge_after(weaker, done, budget, seed)
    if found.status is Status.REFUTED:
        return found
    judged = judge_after(weaker, done, budget * REST, seed)
    return found if judged.status is Status.UNREFUTED and not judged.method.startswith("rests on") else judged


def without(claim: Claim) -> Iterator[tuple[str, Claim]]:
    """The claim with one hypothesis less, in the order in which they stand."""
    for name, condition in claim.parameters.items():
        if condition:
            yield condition, dataclasses.replace(claim, parameters={**claim.parameters, name: ""})
    for k, text in enumerate(claim.assume):
        yield text, dataclasses.replace(claim, assume=(*claim.assume[:k], *claim.assume[k + 1 :]))
    for name, values in claim.sizes.items():
        rest = {other: sizes for other, sizes in claim.sizes.items() if other != name}
        yield f"{name} in {list(values)}", dataclasses.replace(claim, sizes=rest)
    for name, interval in claim.box.items():
        rest = {other: text for other, text in claim.box.items() if other != name}
        yield f"{name} in {interval}", dataclasses.replace(claim, box=rest)

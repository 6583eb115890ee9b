"""What a proof may take from the claims it depends on: relations, bounds for every vector, lemmas about numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from resmax_sym.judge.claim import Claim
from resmax_sym.judge.guards import guards
from resmax_sym.judge.instance import usable_lemmas
from resmax_sym.lang import LanguageError, Relation


@dataclass(frozen=True)
class Basis:
    """What is known besides a claim's assumptions.

    Attributes
    ----------
    known : relations
        They hold wherever the claim speaks, away from the guards that it inherits.
    firm : relations
        Those of them that hold wherever their own sides are defined.
    lemmas : claims
        About real numbers, to be used with formulas for their parameters; their assumptions need not be those of the claim.
    """

    known: tuple[Relation, ...] = ()
    firm: tuple[Relation, ...] = ()
    lemmas: tuple[Claim, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to use."""
        return bool(self.known or self.lemmas)

    @staticmethod
    def of(claim: Claim, bases: Iterable[tuple[Claim, Iterable[str]]]) -> Basis:
        """From settled claims, each with its guards, what `claim` may use."""
        bases = list(bases)
        here = [(base, {*where}) for base, where in bases if speaks(base, claim)]
        firm = [base.relation for base, where in here if where <= {*guards(base.relation, base.model)}]
        return Basis(tuple(base.relation for base, _ in here), tuple(firm), tuple(usable_lemmas(bases)))


def speaks_where(base: Claim, claim: Claim) -> bool:
    """Whether what `base` states holds wherever `claim` speaks: the same model, no assumption and no size beyond those of `claim`.

    Assumptions are compared as formulas: a text may mean something else where its names do.
    """
    within = all({*claim.sizes.get(name, ())} <= {*values} for name, values in base.sizes.items())
    named = base.sizes.keys() <= claim.sizes.keys()
    return base.model == claim.model and named and within and {*base.assumptions} <= {*claim.assumptions}


def speaks(base: Claim, claim: Claim) -> bool:
    """The same, False where one of them cannot be read."""
    try:
        return speaks_where(base, claim)
    except LanguageError:
        return False


def may_use(claim: Claim, base: Claim) -> bool:
    """Whether a proof of `claim` may use `base` at all."""
    return speaks(base, claim) or bool(usable_lemmas([(base, ())]))

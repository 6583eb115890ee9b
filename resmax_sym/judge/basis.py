"""What a proof may take from the claims it depends on: relations, bounds for every vector, lemmas about numbers, cubic forms."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from resmax_sym.judge.bounds.assumed import plain_relation
from resmax_sym.judge.cell import usable_cells
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.composed import Composed, composed
from resmax_sym.judge.discharge import Discharge
from resmax_sym.judge.expansion import usable_throughout
from resmax_sym.judge.guards import guards
from resmax_sym.judge.instance import usable_lemmas
from resmax_sym.judge.square_root import usable_factors
from resmax_sym.judge.third import usable_forms
from resmax_sym.judge.through_t import carried
from resmax_sym.judge.vectors import usable_vectors
from resmax_sym.lang import LanguageError, Relation, parse


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
    forms : claims
        About every omega in the unit ball, at a point x; they say something of other points where their assumptions hold there.
    vectors : claims
        About every omega, or each that meets their conditions; they say the same of any other vector that does.
    cells : claims
        About every A of the linear model; they say the same of the layered model inside a cell.
    throughout : claims
        They hold at every point between x and y, too.
    factors : claims
        About every A2 A1; they say something of every A and every positive definite M, with a root of M for A1.
    """

    known: tuple[Relation, ...] = ()
    firm: tuple[Relation, ...] = ()
    lemmas: tuple[Claim, ...] = ()
    forms: tuple[Claim | Composed, ...] = ()
    vectors: tuple[Claim, ...] = ()
    cells: tuple[Claim, ...] = ()
    throughout: tuple[Claim, ...] = ()
    factors: tuple[Claim, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to use."""
        return any(getattr(self, part.name) for part in dataclasses.fields(self))

    @staticmethod
    def of(claim: Claim, bases: Iterable[tuple[Claim, Iterable[str]]]) -> Basis:
        """From settled claims, each with its guards, what `claim` may use."""
        stated = list(bases)
        bases = [(carried(base, claim.model, where), where) for base, where in stated]
        try:
            _ = claim.relation, claim.assumptions
        except LanguageError:
            return Basis()
        here = speaking(claim, bases)
        firm = [base.relation for base, where in here if where <= {*guards(base.relation, base.model)}]
        return Basis(
            tuple(base.relation for base, _ in here),
            tuple(firm),
            tuple(usable_lemmas(bases)),
            tuple(usable_forms([*bases, *composed(bases)])),
            tuple(usable_vectors(claim, bases, defined_here(claim, here))),
            tuple(usable_cells(claim, stated)),
            tuple(usable_throughout(claim, bases)),
            tuple(usable_factors(claim, stated)),
        )


def speaking(claim: Claim, bases: Iterable[tuple[Claim, Iterable[str]]]) -> list[tuple[Claim, set[str]]]:
    """The claims whose statements hold wherever `claim` speaks, each with the guards of all that it rests on here.

    What one of them states may be what another one assumes: `t >= 0` gives `u > 0`, hence all that is known where `u > 0`.  It has to
    be defined wherever `claim` speaks: where it is not, it is not refuted, but nothing follows from it.
    """
    found: list[tuple[Claim, set[str]]] = []
    met: dict[Relation, set[str]] = {}
    left = [(base, {*where}) for base, where in bases]
    while now := [(base, where) for base, where in left if speaks(base, claim, met)]:
        left = [pair for pair in left if pair not in now]
        defined = defined_here(claim, now)
        for base, where in now:
            rest = where.union(*(met.get(plain_relation(relation), ()) for relation in base.assumptions))
            found.append((base, rest))
            if base.relation in defined:
                met.setdefault(plain_relation(base.relation), rest)
    return found


def defined_here(claim: Claim, spoken: Iterable[tuple[Claim, set[str]]]) -> list[Relation]:
    """The statements, among those that hold wherever `claim` speaks, that are defined there, too."""
    spoken = list(spoken)
    defined = Discharge(claim) if spoken else None
    return [base.relation for base, _ in spoken if defined(base.relation, claim.given)]


def speaks_where(base: Claim, claim: Claim, met: Iterable[Relation] = ()) -> bool:
    """Whether what `base` states holds wherever `claim` speaks: the same model, no size beyond those of `claim`, and no assumption
    beyond those of `claim` and the relations `met`, which hold there.

    Assumptions are compared as formulas, names being replaced by what they mean: a text may mean something else elsewhere.
    """
    known = {plain_relation(relation) for relation in (*claim.assumptions, *met)}
    within = all({*claim.sizes.get(name, ())} <= {*values} for name, values in base.sizes.items())
    named = base.sizes.keys() <= claim.sizes.keys()
    return base.model == claim.model and named and within and {*map(plain_relation, base.assumptions)} <= known


def speaks(base: Claim, claim: Claim, met: Iterable[Relation] = ()) -> bool:
    """The same, False where one of them cannot be read, or where `base` says no more than what a name means."""
    try:
        return not is_definition(base) and speaks_where(base, claim, met)
    except LanguageError:
        return False


def is_definition(claim: Claim) -> bool:
    """Whether a claim is `name == meaning` as the model has it: every engine writes names out, so it adds nothing to what is known."""
    relation, model = claim.relation, claim.model
    if relation.op != "==" or relation.lhs.op != "named":
        return False
    (meaning,) = relation.lhs.args
    written_out = (
        meaning.op == "phi" and meaning.data == 0 and relation.rhs == parse(model.unit, {"s": meaning.args[0]})
    )
    return written_out or relation.rhs == meaning


def may_use(claim: Claim, base: Claim, beside: Iterable[Claim] = ()) -> bool:
    """Whether a proof of `claim` may use `base` at all, where it may use the claims `beside` as well."""
    stated = [(base, ())]
    base, *beside = (carried(other, claim.model) for other in (base, *beside))
    spoken = speaking(claim, [(other, ()) for other in (base, *beside)])
    met, alone = defined_here(claim, spoken), [(base, ())]
    if any(other is base for other, _ in spoken):
        return True
    usable = usable_lemmas(alone) or usable_forms(alone) or usable_vectors(claim, alone, met)
    elsewhere = usable_cells(claim, stated) or usable_throughout(claim, alone) or usable_factors(claim, stated)
    return bool(usable or elsewhere)

"""sqrt(u) as a step for a claim about u: no step may be undefined where the claim is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from resmax_sym.judge import bounds
from resmax_sym.judge.bounds.canonical import push, shift
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.guards import Guard, conditions
from resmax_sym.judge.identity import symmetric
from resmax_sym.lang import Expr, LanguageError, Relation
from resmax_sym.lang.relation import compare

PARTIAL = ("solve", "eigmin", "eigmax")
"""Functions of a matrix that need it to be invertible or symmetric, which no guard says."""


class Discharge:
    """Whether relations are defined wherever a claim speaks: where its statement and its assumptions are defined, and these hold."""

    def __init__(self, claim: Claim) -> None:
        self.model = claim.model
        own = [claim.relation, *claim.given]
        # What is only sufficient for a value, as p > 0 is for p**q, need not hold where there is one.
        self.guards = {guard for relation in own for guard in conditions(relation, claim.model) if guard.needed}
        self.partial = {*partial(own)}

    def __call__(self, relation: Relation, established: Sequence[Relation]) -> bool:
        """Whether a guard of the relation is one of the claim's own, or follows from what is established."""
        for node in partial([relation]):
            known = node in self.partial or (node.op != "solve" and symmetric(self.model, node.args[0]))
            if not known:
                return False
        new = [guard for guard in conditions(relation, self.model) if guard not in self.guards]
        return all(self.met(guard, established) for guard in new)

    def met(self, guard: Guard, established: Sequence[Relation]) -> bool:
        """Whether `subject op 0` is proved; what is not 0 is shown to be of one sign."""
        for op in (">", "<") if guard.op == "!=" else (guard.op,):
            try:
                wanted = compare(op, guard.subject, 0)
            except LanguageError:  # entries of a matrix
                return False
            if isinstance(bounds.prove(self.model, wanted, list(established)), bounds.Bounded):
                return True
        return False


def partial(relations: Iterable[Relation | Expr]) -> Iterator[Expr]:
    """The places where such a function is taken; what is taken at y is written in y, for it says nothing of x."""
    for part in relations:
        if isinstance(part, Relation):
            yield from partial(part.args)
        else:
            yield from _partial(push(part))


@lru_cache(maxsize=100_000)
def _partial(e: Expr) -> tuple[Expr, ...]:
    """The same for a pushed formula, each place once."""
    found = [node for arg in e.args for node in _partial(arg)]
    if e.op == "at":
        found = [node if e.data == "x" else shift(push(node), e.data) for node in found]
    return tuple(dict.fromkeys([*found, e] if e.op in PARTIAL else found))

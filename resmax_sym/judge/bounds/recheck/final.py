"""recheck(claim, table): every step follows where it is used, the last ones give the claim, and what was read is spelled again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.case import UNITY, Unsound, check
from resmax_sym.judge.bounds.recheck.context import Context
from resmax_sym.judge.bounds.recheck.reading import Reader, Step
from resmax_sym.judge.bounds.recheck.segment import contexts_of_premises
from resmax_sym.judge.bounds.recheck.terms import minus, same, written_out
from resmax_sym.judge.bounds.spelling import RULED, last_row, row, spelled
from resmax_sym.judge.claim import Claim
from resmax_sym.lang import Expr, Relation, eq
from resmax_sym.models import Model


def recheck(claim: Claim, table: Mapping[str, Any], given: Sequence[Relation] | None = None) -> dict[str, Any]:
    """Checks a derivation from its text alone, by statements of the rules that are not those which found it.

    Parameters
    ----------
    claim : Claim
        What the derivation is to prove; its statement, assumptions and names are read anew.
    table : mapping
        `Bounded.to_json()`.
    given : relations, optional
        What may be used, if that is not `claim.given`.

    Returns
    -------
    dict
        The table in the words of this check: what `table` says of itself otherwise was not checked.

    Raises
    ------
    Unsound
        A step does not follow, or the comparison at the end does not hold; the message names it.
    """
    known = claim.given if given is None else given
    return recheck_relation(claim.model, claim.names, claim.relation, known, table)


def recheck_relation(
    model: Model, names: Mapping[str, Expr], relation: Relation, given: Sequence[Relation], table: Mapping[str, Any]
) -> dict[str, Any]:
    """The same for a relation over `names` that is to follow from the relations `given`."""
    try:
        contexts = Context.both(model, given)
        reader = Reader(names, contexts["pair"])
        if written_out(reader.relation(table["claim"])) != written_out(relation):
            raise Unsound(f"the derivation is about {table['claim']!r}, not about {relation!r}")
        steps = reader.steps(table["steps"])
        finals = list(conclusions(relation, table["comparisons"], steps))
        needed = uses(steps, [step for final in finals for step in final.steps])
        for step in steps:
            for context in sorted(needed[step.number]):
                check(step, contexts[context])
        comparisons = [final.check(contexts["pair"]) for final in finals]
        if not all(needed.values()):
            raise Unsound(f"nothing rests on step {min(k for k, used in needed.items() if not used)}")
        rows = [row(s.rule, s.kind, s.subject, s.bound, [p.number for p in s.premises]) for s in steps]
        return {"claim": spelled(relation), "steps": rows, "comparisons": comparisons}
    except Unsound:
        raise
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, ArithmeticError, RecursionError) as error:
        raise Unsound(f"the derivation is not well formed: {type(error).__name__}: {error}"[:600]) from None


def uses(steps: Sequence[Step], roots: Sequence[Step]) -> dict[int, set[str]]:
    """The contexts in which each step must hold, by its number."""
    needed: dict[int, set[str]] = {step.number: set() for step in steps}
    for step in roots:
        needed[step.number].add("pair")
    for step in reversed(steps):
        for context in needed[step.number]:
            places = contexts_of_premises(step.rule, len(step.premises), context)
            for premise, place in zip(step.premises, places, strict=False):
                needed[premise.number].add(place)
    return needed


class Final:
    """The last comparison: `method` says which facts give which relation between `small` and `large`."""

    def __init__(self, row: Mapping[str, Any], steps: Sequence[Step], link: tuple[Expr, Expr | None, bool]) -> None:
        self.method, (self.small, self.large, self.strict) = row["method"], link
        if row["strict"] is not self.strict or not all(type(k) is int and 0 <= k < len(steps) for k in row["facts"]):
            raise Unsound(f"the last comparison does not fit the claim: {dict(row)}")
        self.steps = [steps[k] for k in row["facts"]]

    def fact(self, k: int, kind: str, subject: Expr) -> Poly:
        """The bound of the k-th fact, if it is of this kind and about `subject`."""
        step = self.steps[k] if k < len(self.steps) else None
        if step is None or step.kind != kind or not same(step.subject, subject):
            raise Unsound(f"the last comparison lacks a fact {kind} of {subject!r}")
        return step.bound

    def check(self, context: Context) -> dict[str, Any]:
        """The comparison as data; raises Unsound unless the facts give the relation."""
        p, strict = getattr(self, f"by_{self.method}", self.unknown)(), self.strict and self.method != "sign"
        how = context.ranges.nonnegative(p, strict)
        if how is None:
            raise Unsound(f"the last comparison fails: {p} is not seen to be {'positive' if strict else 'nonnegative'}")
        facts, bounds = [step.number for step in self.steps], [step.bound for step in self.steps]
        return last_row(self.method, facts, bounds, self.strict, RULED.get(self.method, how))

    def unknown(self) -> Poly:
        raise Unsound(f"unknown comparison {self.method!r}")

    def by_bounds(self) -> Poly:
        """small <= h <= l <= large."""
        self.count(2)
        return self.fact(1, "lo", self.large) - self.fact(0, "hi", self.small)

    def by_sign(self) -> Poly:
        """small <= h <= 0 < large."""
        self.count(2)
        self.fact(1, "pos", self.large)
        return -self.fact(0, "hi", self.small)

    def by_difference(self) -> Poly:
        """0 <= l <= large - small."""
        self.count(1)
        return self.fact(0, "lo", minus(self.large, self.small))

    def by_form(self) -> Poly:
        """M = M^T and z^T M z >= l z^T z with l >= 0."""
        self.count(2)
        M, relation = self.small, self.steps[0].subject
        if self.steps[0].kind != "==" or written_out(relation) != written_out(eq(M, M.T)):
            raise Unsound("the symmetry of the matrix is not among the facts")
        return self.fact(1, "qlo", M)

    def by_simplex(self) -> Poly:
        """v >= 0 and sum(v) = 1."""
        self.count(2)
        if self.fact(1, "total", self.small) != UNITY:
            raise Unsound("the entries are not shown to sum to 1")
        return self.fact(0, "lo", self.small)

    def count(self, number: int) -> None:
        if len(self.steps) != number:
            raise Unsound(f"the last comparison rests on {number} facts, not on {len(self.steps)}")


METHODS = {"psd": {"form"}, "simplex": {"simplex"}}


def conclusions(relation: Relation, rows: Sequence[Mapping[str, Any]], steps: Sequence[Step]) -> Iterator[Final]:
    """The comparisons that together say what the relation says, in the order of `<=` before `>=` for an equality."""
    if relation.op in METHODS:
        links = [(relation.args[0], None, False)]
    else:
        a, b = relation.args
        links = [(a, b, relation.op == "<")] if relation.op in ("<=", "<", "==") else []
        links += [(b, a, relation.op == ">")] if relation.op in (">=", ">", "==") else []
    allowed = METHODS.get(relation.op, {"bounds", "sign", "difference"})
    if not links or len(rows) != len(links) or any(row["method"] not in allowed for row in rows):
        raise Unsound(f"{len(rows)} comparisons do not give a relation {relation.op!r}")
    for one, link in zip(rows, links, strict=True):
        yield Final(one, steps, link)

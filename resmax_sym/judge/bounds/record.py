"""Fact: `norm(f) <= 1` by a named rule from premises; Bounded: a claim with the tree of facts that proves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.spelling import condition, last_row, row, spelled
from resmax_sym.lang import Expr, Relation, to_text

TEXT = {
    "lo": "{e} >= {p}", "hi": "{e} <= {p}", "pos": "{e} > 0", "total": "sum({e}) == {p}",
    "qlo": "eigmin(({e} + {e}.T) / 2) >= {p}", "qhi": "eigmax(({e} + {e}.T) / 2) <= {p}",
    "inv": "abs(1 / {e}) <= {p}",
}  # fmt: skip
"""Kind of fact -> its statement; the other kinds are norms, with `norm(e) <= p`."""

UPPER = ("abs", "norm1", "norm", "norminf", "opnorm", "fro", "hi", "qhi", "inv")
LOWER = ("lo", "qlo")


def conclusion(kind: str, subject: str, bound: str) -> str:
    """What a step states, from its three parts as text."""
    if kind in ("==", "given"):
        return subject
    if kind in TEXT:
        plain = subject.isidentifier() or kind in (
            "lo",
            "hi",
            "pos",
            "total",
        )  # a comparison binds less than any operator
        safe = subject if plain else f"({subject})"
        return TEXT[kind].format(e=safe, p=bound)
    return f"{kind}({subject}) <= {bound}"


@dataclass(frozen=True, eq=False)
class Fact:
    """One step of a derivation.

    Attributes
    ----------
    kind : str
        'lo', 'hi' (every entry), 'abs', 'norm1', 'norm', 'norminf', 'opnorm', 'fro', 'qlo', 'qhi' (z^T M z / z^T z), 'inv' (|1/e|),
        'pos' (every entry > 0), 'total' (sum of the entries), '==' (an identity proved by the normal form), 'given' (an assumption).
    subject : Expr or Relation
    bound : Poly
        Not used by 'pos', '==' and 'given'.
    rule : str
    premises : tuple of Fact
    """

    kind: str
    subject: Expr | Relation
    bound: Poly
    rule: str
    premises: tuple[Fact, ...] = ()

    @property
    def conclusion(self) -> str:
        """The statement in the language of claims (`hull(a, b)` stands for any value between a and b, entry by entry)."""
        return conclusion(self.kind, to_text(self.subject), str(self.bound))

    def walk(self) -> Iterator[Fact]:
        """Every fact that this one rests on, premises first, each once."""
        seen: set[int] = set()

        def visit(fact: Fact) -> Iterator[Fact]:
            if id(fact) not in seen:
                seen.add(id(fact))
                for premise in fact.premises:
                    yield from visit(premise)
                yield fact

        yield from visit(self)

    def to_json(self) -> list[dict[str, Any]]:
        """The derivation as numbered steps that cite earlier ones."""
        return numbered([self])[0]


def numbered(roots: Iterable[Fact]) -> tuple[list[dict[str, Any]], dict[int, int]]:
    """All steps under some facts as data, each once, premises first; and the number of each fact by its `id`."""
    steps = list({id(step): step for root in roots for step in root.walk()}.values())
    number = {id(step): k for k, step in enumerate(steps)}
    rows = [
        row(step.rule, step.kind, step.subject, step.bound, [number[id(premise)] for premise in step.premises])
        for step in steps
    ]
    return rows, number


@dataclass(frozen=True)
class Comparison:
    """How facts give one direction of the claim.

    Attributes
    ----------
    method : str
        'bounds' (a hi and a lo), 'sign' (a hi and a pos), 'difference' (a lo), 'form' (symmetry and a qlo), 'simplex' (a lo, a total).
    facts : tuple of Fact
    strict : bool
    decided : str
        How what had to hold between their bounds was seen to.
    """

    method: str
    facts: tuple[Fact, ...]
    strict: bool
    decided: str

    @property
    def bounds(self) -> tuple[Poly, ...]:
        return tuple(fact.bound for fact in self.facts)

    @property
    def condition(self) -> str:
        """What had to hold between the bounds."""
        return condition(self.method, self.bounds, self.strict)


@dataclass(frozen=True)
class Bounded:
    """The claim is proved.

    Attributes
    ----------
    claim : Relation
    comparisons : tuple of Comparison
        One, or two for an equality.
    """

    claim: Relation
    comparisons: tuple[Comparison, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The roots of the derivation."""
        return tuple(fact for comparison in self.comparisons for fact in comparison.facts)

    @property
    def side_condition(self) -> str:
        """What had to hold between the derived bound and the claimed one."""
        return "; ".join(comparison.condition for comparison in self.comparisons)

    @property
    def decided(self) -> str:
        """How it was seen to hold."""
        return "; ".join(comparison.decided for comparison in self.comparisons)

    def rules(self) -> list[str]:
        """The names of the rules used, sorted."""
        return sorted({step.rule for fact in self.facts for step in fact.walk()})

    def to_json(self) -> dict[str, Any]:
        """Steps and last comparisons as data that `recheck` reads; a comparison cites its facts by their numbers."""
        steps, number = numbered(self.facts)
        comparisons = [
            last_row(c.method, [number[id(fact)] for fact in c.facts], c.bounds, c.strict, c.decided)
            for c in self.comparisons
        ]
        return {"claim": spelled(self.claim), "steps": steps, "comparisons": comparisons}

    def __str__(self) -> str:
        steps = list({id(step): step for fact in self.facts for step in fact.walk()}.values())
        number = {id(step): k for k, step in enumerate(steps)}
        lines = []
        for k, step in enumerate(steps):
            cited = "".join(f" [{number[id(premise)]}]" for premise in step.premises)
            lines.append(f"{k:3d}. {step.conclusion}    ({step.rule}{cited})")
        return "\n".join([*lines, f"hence {to_text(self.claim)}, since {self.side_condition}: {self.decided}"])


@dataclass(frozen=True)
class Undecided:
    """No proof found, which says nothing against the claim.

    Attributes
    ----------
    reason : str
    best : tuple of str
        The bounds that were derived, though they do not reach the claimed one.
    """

    reason: str
    best: tuple[str, ...] = ()

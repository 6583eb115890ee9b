"""Claim(id, statement): what is to be judged; Verdict: what came of it, with the evidence."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from resmax_sym.judge.points import free_symbols
from resmax_sym.lang import Expr, LanguageError, Relation, parse, parse_relations, size, symbol
from resmax_sym.lang.expr import as_expr
from resmax_sym.lang.functions import PI
from resmax_sym.models import Model

RATIONAL = re.compile(r"[+-]?(\d{1,999}(/\d{1,999})?|\d{0,999}\.?\d{1,999}([eE][+-]?\d{1,2})?)", re.ASCII)


class Status(StrEnum):
    """The verdicts, strongest evidence first."""

    PROVED = "proved"
    CERTIFIED = "certified"
    UNREFUTED = "unrefuted"
    REFUTED = "refuted"
    VACUOUS = "vacuous"
    INVALID = "invalid"


SETTLED = (Status.PROVED, Status.CERTIFIED)
"""Shown to hold; the weaker of the two comes last."""


ENDS: tuple[tuple[str, Callable], ...] = ((">=", min), ("<=", max))


@dataclass(frozen=True)
class Claim:
    """A statement about a model, for all sizes, all real data and all parameter values that meet the assumptions.

    Parameters
    ----------
    id : str
        Unique in its ledger.
    statement : str
        A relation in the language of claims.
    title, prose : str
        For readers; prose may hold Markdown and LaTeX.
    model : Model
        Gives the names their meaning.
    parameters : name -> condition
        Real scalars, each with a relation that it satisfies (may be empty).
    let : name -> expression
        Abbreviations, in order.
    assume : relations
    sizes : size name -> sizes
        Restricts the claim to these; a size that is not named is any.
    box : name -> "[lo, hi]"
        Restricts every entry of a variable, a parameter or t to an interval.
    defect : str
        Why the claim could not be read; its verdict is then `invalid`.
    proof : statements
        Steps, each to be proved under the assumptions, from which the statement follows.
    depends : ids
        Claims that may be used; this one is proved only if they are.
    expect : verdicts
        What the claim's fate is known to be; empty where nothing is expected.

    Examples
    --------
    >>> claim = Claim("bounded", "norm(f) <= R", parameters={"R": "R >= 1"}, assume=("alpha > 0",))
    >>> print(claim.relation, "if", claim.assumptions)
    norm(f) <= R if [R >= 1, alpha > 0]
    """

    id: str
    statement: str
    title: str = ""
    prose: str = ""
    model: Model = field(default_factory=Model)
    parameters: Mapping[str, str] = field(default_factory=dict)
    let: Mapping[str, str] = field(default_factory=dict)
    assume: tuple[str, ...] = ()
    sizes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    box: Mapping[str, str] = field(default_factory=dict)
    defect: str = ""
    proof: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()
    expect: tuple[Status, ...] = (Status.PROVED,)

    @cached_property
    def names(self) -> dict[str, Expr]:
        """Every name that the statement may use."""
        table = dict(self.model.names)
        for name in self.parameters:
            table[_new(name, table)] = symbol(name)
        for name, text in self.let.items():
            table[_new(name, table)] = parse(text, table)
        return table

    @cached_property
    def relation(self) -> Relation:
        """The statement as a relation."""
        relations = parse_relations(self.statement, self.names)
        if len(relations) > 1:
            raise LanguageError(f"expected one relation, got a chain of {len(relations)}; state each link as a claim")
        return relations[0]

    @cached_property
    def assumptions(self) -> list[Relation]:
        """What the data and the parameters satisfy."""
        known = [name for name in ("n", "d", "m") if name in self.names]
        for name, values in self.sizes.items():
            if name not in known or not values or any(type(k) is not int or k < 1 for k in values):
                raise LanguageError(
                    f"sizes: expected whole numbers from 1 on for {', '.join(known)}, got {name} = {values}"
                )
        texts = [text for text in self.parameters.values() if text] + list(self.assume)
        relations = [relation for text in texts for relation in parse_relations(text, self.names)]
        for name, (low, high) in self.intervals.items():
            bounds = ((">=", low), ("<=", high))  # entry by entry, of a matrix as well
            relations += [Relation(op, (self.names[name], as_expr(bound))) for op, bound in bounds]
        return relations

    def each_size(self) -> list[dict[str, int]]:
        """Every combination of the sizes that the claim is restricted to."""
        return [dict(zip(self.sizes, choice, strict=True)) for choice in itertools.product(*self.sizes.values())]

    @cached_property
    def given(self) -> list[Relation]:
        """What may be used: the assumptions, and the range of the sizes that the claim is restricted to."""
        ends = [(size(name), op, end(values)) for name, values in self.sizes.items() for op, end in ENDS]
        return [*self.assumptions, *(Relation(op, (dim, as_expr(value))) for dim, op, value in ends)]

    @cached_property
    def intervals(self) -> dict[str, tuple[Fraction, Fraction]]:
        """The box as rationals."""
        unknown = [name for name in self.box if self.names.get(name, PI).op != "symbol" and name != "t"]
        if unknown:
            raise LanguageError(f"box: expected a variable, a parameter or t, got {unknown[0]!r}")
        return {name: read_interval(text) for name, text in self.box.items()}

    @cached_property
    def symbols(self) -> list[Expr]:
        """The free variables and parameters that occur."""
        return free_symbols(self.model, [self.relation, *self.assumptions])


def read_rational(text: str) -> Fraction:
    """3, -1/3, 0.25 or 1e-6 as it is spelled; ValueError for anything else, such as a number too long to write out."""
    if not RATIONAL.fullmatch(text):
        raise ValueError(f"expected a rational such as -1/3 or 0.25, got {text[:60]!r}")
    return Fraction(text)


def read_interval(text: str) -> tuple[Fraction, Fraction]:
    """[lo, hi] with rational ends.

    Raises
    ------
    LanguageError
        Another form, or an empty interval.
    """
    body = text.strip()
    parts = body[1:-1].split(",") if body.startswith("[") and body.endswith("]") and len(body) < 100 else []
    try:
        low, high = (read_rational(part.strip()) for part in parts)
    except (ValueError, ZeroDivisionError):
        raise LanguageError(f"box: expected an interval such as [-1, 1], got {text!r}") from None
    if low > high:
        raise LanguageError(f"box: expected an interval with lo <= hi, got {text!r}")
    return low, high


def _new(name: str, table: Mapping[str, Expr]) -> str:
    if not name.isidentifier() or name in table:
        raise LanguageError(
            f"{name!r} cannot be declared: it is {'reserved' if name in table else 'not a name'}; choose another"
        )
    return name


@dataclass(frozen=True)
class Verdict:
    """What the judge found.

    Attributes
    ----------
    method : str
        The engine that decided.
    evidence : dict
        What another program needs to see for itself; the witness of a refutation is exact.
    guards : list of str
        Where the statement is undefined; nothing is said there.
    """

    claim: Claim
    status: Status
    method: str
    seconds: float
    evidence: Mapping[str, Any] = field(default_factory=dict)
    guards: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One line, the same on every run."""
        witness = self.evidence.get("witness")
        where = "" if witness is None else f" at n = {witness['n']}, d = {witness['d']}"
        domain = f"; where {', '.join(self.guards)}" if self.guards else ""
        return f"{self.claim.id}: {self.status} ({self.method}{where}){domain}"

    def resting_on(self, bases: Iterable[tuple[Status, Iterable[str]]]) -> Verdict:
        """The same where a claim is shown to hold, no stronger than those that it depends on, and with their guards."""
        verdicts, where = [self.status], {*self.guards}
        for status, guards in bases:
            verdicts.append(status)
            where.update(guards)
        return dataclasses.replace(self, status=max(verdicts, key=SETTLED.index), guards=tuple(sorted(where)))

    @property
    def expected(self) -> bool:
        """Whether the verdict is what the claim expects; where it expects nothing, whether nothing speaks against it."""
        if self.claim.expect:
            return self.status in self.claim.expect
        if self.status is Status.UNREFUTED:
            return self.evidence.get("points", 0) > 0
        return self.status in (Status.PROVED, Status.CERTIFIED)

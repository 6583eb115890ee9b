"""A step that follows: its conclusion is no stronger than what a second statement of its rule gives for its premises."""

from __future__ import annotations

from collections.abc import Callable

from resmax_sym.judge.bounds.poly import Poly
from resmax_sym.judge.bounds.recheck.context import Context
from resmax_sym.judge.bounds.recheck.reading import Step
from resmax_sym.judge.bounds.recheck.terms import minus, same
from resmax_sym.lang import Expr, LanguageError

ZERO, UNITY = Poly.number(0), Poly.number(1)
UPPER = ("abs", "norm1", "norm", "norminf", "opnorm", "fro", "hi", "qhi", "inv")
LOWER = ("lo", "qlo")
SIZE = {0: "abs", 1: "norminf"}
VECTOR = ("norm1", "norm", "norminf")
RELATIONS = {"==": "normal form", "given": "assumption"}
"""Steps that state a relation have no bound to compare: each kind comes from one rule."""

OF_NDIM = {0: ("abs",), 1: VECTOR, 2: ("opnorm", "fro")}


class Unsound(ValueError):
    """A step does not follow from those it cites, or the last ones do not give the claim; the message says which."""


class Fails(Exception):
    """One statement of a rule does not cover the step."""


class Case:
    """A step to be checked in a context.

    A statement takes what it needs through the methods, which end it where something is missing, and returns the bound
    that the rule gives: one, or several that the conclusion must all respect, or None where there is nothing to compare.
    """

    def __init__(self, step: Step, context: Context) -> None:
        self.step, self.context = step, context
        self.kind, self.e, self.bound = step.kind, step.subject, step.bound

    def need(self, condition: bool, why: str) -> None:
        if not condition:
            raise Fails(why)

    def count(self, *numbers: int) -> None:
        found = len(self.step.premises)
        self.need(found in numbers, f"{found} premises where {' or '.join(map(str, numbers))} are expected")

    def among(self, *kinds: str) -> str:
        """The kind of the conclusion, if it is one of these."""
        self.need(self.kind in kinds, f"the kind {self.kind} is not concluded by this rule")
        return self.kind

    def operands(self, *ops: str) -> tuple[Expr, ...]:
        """The operands of the subject, if it is one of these operations."""
        self.need(self.e.op in ops, f"the subject is no {' or '.join(ops)}")
        return self.e.args

    def function(self, *names: str) -> str:
        """The elementary function that the subject is."""
        self.need(self.e.op == "call" and self.e.data in names, f"the subject is no {' or '.join(names)}")
        return self.e.data

    def premise(self, k: int, kinds: str | tuple[str, ...], subject: Expr) -> Poly:
        """The bound of premise k, if it speaks of `subject` in one of `kinds`."""
        self.need(k < len(self.step.premises), f"premise {k} is missing")
        step = self.step.premises[k]
        kinds = (kinds,) if isinstance(kinds, str) else kinds
        self.need(step.kind in kinds, f"premise {step.number} is of kind {step.kind}, not {' or '.join(kinds)}")
        self.need(same(step.subject, subject), f"premise {step.number} speaks of {step.subject!r}, not of {subject!r}")
        return step.bound

    def difference(self, k: int, kinds: str | tuple[str, ...], a: Expr, b: Expr) -> Poly:
        """The bound of premise k, if it speaks of a - b."""
        return self.premise(k, kinds, minus(a, b))

    def kind_of(self, k: int) -> str:
        self.need(k < len(self.step.premises), f"premise {k} is missing")
        return self.step.premises[k].kind

    def pair(self, *ops: str) -> tuple[Expr, Expr]:
        """g and h, of one operation among `ops`, where the subject is g - h."""
        a, b = self.operands("sub")
        self.need(a.op == b.op and a.op in ops and a.shape == b.shape, f"the subject is no difference of two {ops}")
        return a, b

    def nonnegative(self, p: Poly) -> Poly:
        self.need(self.context.ranges.nonnegative(p) is not None, f"{p} is not seen to be nonnegative")
        return p

    def positive_product(self, p: Poly) -> Poly:
        """p, if it is a product of positive symbols with a positive coefficient."""
        ranges = self.context.ranges
        positive = p.is_monomial and all(c > 0 and all(ranges.positive(a) for a, _ in m) for m, c in p.items)
        self.need(positive, f"{p} is no product of positive symbols")
        return p

    def reaches(self, *targets: Poly) -> bool:
        """Whether the conclusion claims no more than each of these bounds."""
        less = self.context.ranges.less
        if self.kind in UPPER:
            return all(less(target, self.bound) for target in targets)
        if self.kind in LOWER:
            return all(less(self.bound, target) for target in targets)
        return self.kind != "total" or all(target == self.bound for target in targets)

    def best(self, *options: Poly) -> Poly:
        """One of several bounds that hold, one that the conclusion respects if there is one."""
        return next((p for p in options if self.reaches(p)), options[0])


Statement = Callable[[Case], Poly | tuple[Poly, ...] | None]
STATEMENTS: dict[str, list[Statement]] = {}


def states(*rules: str) -> Callable[[Statement], Statement]:
    """Registers what rules of these names say; a name may have several statements, each of them sound."""

    def register(function: Statement) -> Statement:
        for rule in rules:
            STATEMENTS.setdefault(rule, []).append(function)
        return function

    return register


def either(a: Expr, b: Expr, attempt: Callable[[Expr, Expr], Poly | None]) -> Poly | None:
    """What holds for (a, b) or else for (b, a)."""
    try:
        return attempt(a, b)
    except Fails:
        return attempt(b, a)


def check(step: Step, context: Context) -> None:
    """Raises Unsound unless a statement of the rule covers the step in the context."""
    reasons = []
    if step.kind in RELATIONS and step.rule != RELATIONS[step.kind]:
        raise Unsound(f"step {step.number}: a relation is no conclusion of the rule {step.rule!r}")
    for statement in STATEMENTS.get(step.rule, ()):
        case = Case(step, context)
        try:
            found = statement(case)
            targets = () if found is None else found if isinstance(found, tuple) else (found,)
            if case.reaches(*targets):
                return
            reasons.append(f"the rule gives {' and '.join(map(str, targets))}, the step claims {step.bound}")
        except (Fails, LanguageError) as error:
            reasons.append(str(error))
    why = "; ".join(dict.fromkeys(reasons)) or "there is no such rule"
    raise Unsound(f"step {step.number} does not follow by the rule {step.rule!r}: {why}"[:600])

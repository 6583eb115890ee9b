"""facts(e): every bound the rules derive for a formula; change(e): bounds of e(x) - e(y) by multiples of norm(x - y)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

from resmax_sym.judge.bounds.assumed import Assumed
from resmax_sym.judge.bounds.canonical import depends, shift
from resmax_sym.judge.bounds.poly import Atom, Poly, Unbounded, monomial_value
from resmax_sym.judge.bounds.record import LOWER, Fact
from resmax_sym.lang import Expr, LanguageError
from resmax_sym.models import Model

Table = dict[str, list[Fact]]
Rule = Callable[["Engine", Expr], Iterator[Fact]]
RULES: dict[str, list[Rule]] = {}
CHANGES: dict[str, list[Rule]] = {}
CLOSURE: list[Callable[[Engine, Expr, Table], Iterator[Fact]]] = []

ZERO, UNITY = Poly.number(0), Poly.number(1)
KEPT = 3
MAX_STEPS = 10_000
NORM_KINDS = {0: ("abs",), 1: ("norm1", "norm", "norminf"), 2: ("opnorm", "fro")}


def rule(*ops: str) -> Callable[[Rule], Rule]:
    """Registers a rule that bounds formulas whose top operation is one of `ops` ('*': any)."""

    def register(function: Rule) -> Rule:
        for op in ops:
            RULES.setdefault(op, []).append(function)
        return function

    return register


def change_rule(*ops: str) -> Callable[[Rule], Rule]:
    """Registers a rule that bounds e(x) - e(y) for formulas e whose top operation is one of `ops`."""

    def register(function: Rule) -> Rule:
        for op in ops:
            CHANGES.setdefault(op, []).append(function)
        return function

    return register


def closure_rule(function: Callable[[Engine, Expr, Table], Iterator[Fact]]) -> Callable:
    """Registers a rule from facts of a formula to other facts of the same formula."""
    CLOSURE.append(function)
    return function


class Exhausted(LanguageError):
    """Too many steps: the engine is undecided."""


class Engine:
    """Derives facts about formulas of a model under assumptions.

    Norms in `assumed.kept`, which the statement speaks of, are left as symbols besides being bounded.
    """

    def __init__(self, model: Model, assumed: Assumed) -> None:
        self.model, self.assumed, self.kept = model, assumed, assumed.kept
        self.ranges = assumed.ranges
        self.done: dict[Expr, Table] = {}
        self.changes: dict[Expr, Table] = {}
        self.busy: set[tuple[str, Expr]] = set()
        self._segment: Engine | None = None
        self.steps = 0
        self.places: dict[tuple[int, float], dict] = {}

    @property
    def segment(self) -> Engine:
        """The engine for points between x and y: it knows only what is assumed of all of them."""
        if self._segment is None:
            self._segment = Engine(self.model, self.assumed.on_segment())
        return self._segment

    def facts(self, e: Expr) -> Table:
        """Bounds of a pushed formula, by kind, the best candidates of each."""
        if e not in self.done:
            if ("facts", e) in self.busy:
                return {}
            self.busy.add(("facts", e))
            found = self.run(RULES.get(e.op, []) + RULES.get("*", []), e)
            self.done[e] = self.closed(e, found)
            self.busy.discard(("facts", e))
        return self.done[e]

    def get(self, e: Expr, *kinds: str) -> list[Fact]:
        table = self.facts(e)
        return [fact for kind in kinds for fact in table.get(kind, ())]

    def change(self, e: Expr) -> Table:
        """Bounds of e(x) - e(y), by kind of norm."""
        if e not in self.changes:
            if ("change", e) in self.busy:
                return {}
            self.busy.add(("change", e))
            found: Table = {}
            if not depends(e):
                for kind in NORM_KINDS[e.ndim]:
                    found[kind] = [self.moved(kind, e, ZERO, "does not depend on x")]
            else:
                found = self.run(CHANGES.get(e.op, []) + CHANGES.get("*", []), e)
            self.changes[e] = self.closed(e - shift(e), found)
            self.busy.discard(("change", e))
        return self.changes[e]

    def run(self, rules: Iterable[Rule], e: Expr) -> Table:
        found: Table = {}
        for apply in rules:
            try:
                for fact in apply(self, e):
                    self.steps += 1
                    if self.steps > MAX_STEPS:
                        raise Exhausted(f"more than {MAX_STEPS} steps; state the claim in fewer symbols or in parts")
                    found.setdefault(fact.kind, []).append(fact)
            except Unbounded:
                continue
        return found

    def closed(self, e: Expr, found: Table) -> Table:
        """The facts with what follows from them about the same formula, pruned."""
        table = {kind: self.prune(kind, facts) for kind, facts in found.items()}
        for step in CLOSURE * 2:  # norms give intervals, and these give norms
            more: Table = {kind: list(facts) for kind, facts in table.items()}
            try:
                for fact in step(self, e, table):
                    more.setdefault(fact.kind, []).append(fact)
            except Unbounded:
                pass
            table = {kind: self.prune(kind, facts) for kind, facts in more.items()}
        return table

    def prune(self, kind: str, facts: list[Fact]) -> list[Fact]:
        """The candidates that are best somewhere: dropping a bound is always allowed."""
        unique: dict[Poly, Fact] = {}
        for fact in facts:
            unique.setdefault(fact.bound, fact)
        if len(unique) <= 1 or kind in ("pos",):
            return list(unique.values())[:1]
        sign = -1.0 if kind in LOWER else 1.0
        best: dict[int, Fact] = {}
        near = any(atom[0] == "norm" and atom[2].op == "sub" for p in unique for atom in p.atoms())
        for scenario, distance in ((k, d) for k in range(KEPT) for d in ((1.0, 1e-6) if near else (1.0,))):
            values = [(sign * self.numeric(p, scenario, distance), len(p.items), k) for k, p in enumerate(unique)]
            best[min(values)[2]] = list(unique.values())[min(values)[2]]
        return list(best.values())

    def numeric(self, p: Poly, scenario: int, distance: float = 1.0) -> float:
        """A value of the bound at one of a few typical places: it guides the choice of candidates and proves nothing."""
        place = self.places.setdefault((scenario, distance), {})
        if p not in place:

            def value(atom: Atom) -> float:
                if atom not in place:
                    place[atom] = self.typical(atom, scenario, distance, value)
                return place[atom]

            result = p.numeric(value)
            place[p] = result if result == result else float("inf")
        return place[p]

    def typical(self, atom: Atom, scenario: int, distance: float, value: Callable[[Atom], float]) -> float:
        """A value for a symbol."""
        match atom:
            case ("size", name):
                return {"n": (2.0, 1000.0, 30.0), "d": (2.0, 10.0, 5.0), "m": (2.0, 100.0, 10.0)}[name][scenario]
            case ("par", _):
                interval = self.ranges.interval(atom)
                low, high = float(interval.low), None if interval.high is None else float(interval.high)
                return low + ((1e-3, 1.5, 0.4)[scenario] if high is None else (high - low) * (1, 0.03, 0.3)[scenario])
            case ("norm", _, e) if e.op == "sub":
                return distance
            case ("norm", kind, _):
                return {"norm1": 1.5, "norminf": 0.8, "opnorm": 1.1, "fro": 1.3}.get(kind, 1.0)
            case ("exp", m):
                exponent = monomial_value(m, value)
                return float("inf") if exponent > 600 else math.exp(exponent)
            case ("num", p):
                return float(p)
        return math.pi

    def nonnegative(self, p: Poly) -> bool:
        """Whether p >= 0 is seen to hold."""
        return self.ranges.nonnegative(p) is not None

    def larger(self, a: Fact, b: Fact) -> Poly | None:
        """A bound that both upper bounds stay below."""
        if self.ranges.less(b.bound, a.bound):
            return a.bound
        return b.bound if self.ranges.less(a.bound, b.bound) else None

    def moved(self, kind: str, e: Expr, bound: Poly, name: str, *premises: Fact) -> Fact:
        """A fact about e(x) - e(y)."""
        return Fact(kind, e - shift(e), bound, name, premises)

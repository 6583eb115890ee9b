"""What a claim assumes, as facts: norm(b) <= 1, alpha >= beta, at(alpha, y) >= beta, simplex(b), t >= 0, n >= 2, R >= 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from resmax_sym.judge.bounds.canonical import depends, plain, push, shift
from resmax_sym.judge.bounds.poly import Atom, Poly, Unbounded, norm_atom
from resmax_sym.judge.bounds.positivity import Interval, Ranges
from resmax_sym.judge.bounds.rational import without_constants
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.lang import Expr, Relation
from resmax_sym.lang.relation import FLIP

NORMS = ("norm", "norm1", "norminf", "opnorm", "fro")


@dataclass(frozen=True)
class Given:
    """An assumption read as `subject kind bound`, the bound being a formula that is still to be bounded."""

    kind: str
    subject: Expr
    bound: Expr
    strict: bool
    relation: Relation


@dataclass
class Assumed:
    """Assumptions, found again by the plain form of what they speak of."""

    relations: list[Relation] = field(default_factory=list)
    ranges: Ranges = field(default_factory=Ranges)
    given: dict[Expr, list[Given]] = field(default_factory=dict)
    simplices: dict[Expr, Relation] = field(default_factory=dict)
    kept: frozenset[tuple[str, Expr]] = frozenset()

    @staticmethod
    def of(relations: Iterable[Relation], kept: Iterable[tuple[str, Expr]] = ()) -> Assumed:
        result = Assumed([pushed for relation in relations for pushed in flat(relation)], kept=frozenset(kept))
        for step in (result._from_below, result._from_above, result._by_symbols):
            for a, op, b in result._scalars():
                step(a, op, b)
        for relation in result.relations:
            result._read(relation)
        return result

    def about(self, e: Expr) -> list[Given]:
        return self.given.get(plain(e), [])

    def on_segment(self) -> Assumed:
        """What holds at every point between x and y: assumptions without x and y, norm bounds of x and y alike, `on_segment`."""
        kept = []
        for relation in self.relations:
            if relation.op == "on_segment":
                kept.append(relation.args[0])
            elif not any(speaks_of_points(part) for part in relation.args) or self._convex(relation):
                kept.append(relation)
        return Assumed.of(kept, ((kind, e) for kind, e in self.kept if not depends(e)))

    def _convex(self, relation: Relation) -> bool:
        """norm(x) <= r where norm(y) <= r is assumed too: a ball is convex."""
        if relation.op not in ("<=", "<"):
            return False
        left, right = relation.args
        if left.op not in ("norm", "norm1", "norminf") or left.args[0].op != "symbol" or speaks_of_points(right):
            return False
        there = Relation(relation.op, (shift(left), right))
        return depends(left) and any(plain_relation(other) == plain_relation(there) for other in self.relations)

    def _scalars(self) -> Iterator[tuple[Atom, str, Expr]]:
        """Comparisons of a size or a parameter with something."""
        for relation in self.relations:
            if relation.op in FLIP:
                for (a, b), op in ((relation.args, relation.op), (relation.args[::-1], FLIP[relation.op])):
                    if a.op == "size" or (a.op == "symbol" and not a.shape):
                        yield (("size" if a.op == "size" else "par"), a.data), op, b

    def _from_below(self, atom: Atom, op: str, b: Expr) -> None:
        """a >= l with a constant l >= 0: from here on the symbol is known to be nonnegative."""
        value = constant_bounds(b)
        if value is not None and op in (">=", ">", "==") and value[0] >= 0:
            old = self.ranges.interval(atom)
            positive = old.positive or value[0] > 0 or op == ">"
            self.ranges.intervals[atom] = Interval(max(old.low, value[0]), old.high, positive)

    def _from_above(self, atom: Atom, op: str, b: Expr) -> None:
        """a <= h with a constant h >= 0, for symbols known to be nonnegative."""
        value = constant_bounds(b)
        known = atom[0] == "size" or atom in self.ranges.intervals
        if value is not None and known and op in ("<=", "<", "==") and value[1] >= 0:
            old = self.ranges.interval(atom)
            high = value[1] if old.high is None else min(old.high, value[1])
            self.ranges.intervals[atom] = Interval(old.low, high, old.positive)

    def _by_symbols(self, atom: Atom, op: str, b: Expr) -> None:
        """a <= p with other symbols in p."""
        known = atom[0] == "size" or atom in self.ranges.intervals
        if known and op in ("<=", "<", "==") and constant_bounds(b) is None:
            bound = self.read(b)
            if bound is not None and bound.plainly_nonnegative and atom not in bound.atoms():
                self.ranges.above[atom] = [bound]

    def read(self, e: Expr) -> Poly | None:
        """The formula as a polynomial in sizes, nonnegative parameters and the norms that are kept; None for any other."""
        try:
            return self._exact(e)
        except Unbounded:
            return None

    def _exact(self, e: Expr) -> Poly:
        args = e.args
        match e.op:
            case "number":
                return Poly.number(e.data)
            case "pi":
                return Poly.atom(("pi",))
            case "size":
                return Poly.size(e.data)
            case "symbol" if not e.shape and ("par", e.data) in self.ranges.intervals:
                return Poly.atom(("par", e.data))
            case "symbol" | "ones" | "eye":
                raise Unbounded(f"{e!r} is not a nonnegative parameter")
            case "named" if not e.shape:
                return self._exact(args[0])
            case _ if (e.op, args[0]) in self.kept:
                return norm_atom(e.op, args[0])
            case "call" if e.data == "abs" and ("abs", args[0]) in self.kept:
                return norm_atom("abs", args[0])
            case "neg":
                return -self._exact(args[0])
            case "add":
                return self._exact(args[0]) + self._exact(args[1])
            case "sub":
                return self._exact(args[0]) - self._exact(args[1])
            case "mul" if not e.shape:
                return self._exact(args[0]) * self._exact(args[1])
            case "div" if not e.shape:
                return self._exact(args[0]) * self._exact(args[1]).power(-1)
            case "pow" if not e.shape and (exponent := self._exact(args[1]).value) is not None:
                return self._exact(args[0]).power(exponent)
            case "call" if e.data == "exp" and not e.shape:
                return self._exact(args[0]).exp()
            case "call" if e.data == "sqrt" and not e.shape:
                return self._exact(args[0]).power(Fraction(1, 2))
        raise Unbounded(f"{e!r} is not a polynomial in sizes and parameters")

    def _read(self, relation: Relation) -> None:
        """The facts that a relation gives."""
        if relation.op == "simplex":
            self.simplices[plain(relation.args[0])] = relation
        elif relation.op == "psd":
            zero = Expr("number", data=Fraction(0))
            self._add(Given("qlo", relation.args[0], zero, False, relation))
        elif relation.op == "on_segment":
            for end in (relation.args[0], Relation(relation.args[0].op, tuple(map(moved, relation.args[0].args)))):
                self._read(end)
        elif relation.op in FLIP:
            self._compare(relation)

    def _compare(self, relation: Relation) -> None:
        for (a, b), op in ((relation.args, relation.op), (relation.args[::-1], FLIP[relation.op])):
            if a.ndim < b.ndim or a.ndim > 1 or a.op == "number":
                continue
            strict = op in ("<", ">")
            if op in ("<=", "<", "=="):
                self._add(Given("hi", a, b, strict, relation))
                if a.op in NORMS:
                    self._add(Given(a.op, a.args[0], b, strict, relation))
                elif a.op == "eigmax":
                    self._add(Given("qhi", a.args[0], b, strict, relation))
                elif a.op == "call" and a.data == "abs":
                    self._add(Given("norminf" if a.shape else "abs", a.args[0], b, strict, relation))
                elif a.op == "reduce" and a.data == "max":
                    self._add(Given("hi", a.args[0], b, strict, relation))
            if op in (">=", ">", "=="):
                self._add(Given("lo", a, b, strict, relation))
                if a.op == "eigmin":
                    self._add(Given("qlo", a.args[0], b, strict, relation))
                elif a.op == "reduce" and a.data == "min":
                    self._add(Given("lo", a.args[0], b, strict, relation))
                if op == "==" and a.op == "sum":
                    self._add(Given("total", a.args[0], b, False, relation))

    def _add(self, given: Given) -> None:
        self.given.setdefault(plain(given.subject), []).append(given)


def moved(part: Expr | Relation) -> Expr | Relation:
    return shift(part) if isinstance(part, Expr) else part


def flat(relation: Relation) -> list[Relation]:
    """The relation with `at` pushed to its names."""
    if relation.op == "on_segment":
        return [Relation("on_segment", tuple(r for r in flat(relation.args[0])))]
    return [Relation(relation.op, tuple(push(part) for part in relation.args))]


def plain_relation(relation: Relation) -> Relation:
    return Relation(relation.op, tuple(plain(p) if isinstance(p, Expr) else plain_relation(p) for p in relation.args))


def speaks_of_points(part: Expr | Relation) -> bool:
    """Whether x, y or a quantity at one of them occurs."""
    if isinstance(part, Relation):
        return any(speaks_of_points(p) for p in part.args)
    return any(node.op == "at" or (node.op == "symbol" and node.data in ("x", "y")) for node in part.walk())


def constant_bounds(e: Expr) -> tuple[Fraction, Fraction] | None:
    """Rationals below and above a number written with numbers and pi; None for other formulas."""
    p = Assumed().read(e)
    if p is None or any(a[0] == "size" for a in p.atoms()):
        return None
    below, above = without_constants(p), without_constants(-p)
    if any(below) or any(above):
        return None
    low, high = (sum(side.values(), Fraction(0)) for side in (below, above))
    return low, -high


def fact_given(given: Given) -> Fact:
    """The assumption as a leaf of a derivation."""
    return Fact("given", given.relation, Poly.number(0), "assumption")

"""norm(b) <= 1, R >= 1, on_segment(alpha >= beta): what a claim assumes at the pair x, y, and at every point between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from resmax_sym.judge.bounds.poly import Atom, Poly, Unbounded, norm_atom
from resmax_sym.judge.bounds.positivity import Interval, Ranges
from resmax_sym.judge.bounds.rational import without_constants
from resmax_sym.judge.bounds.recheck.terms import moves, relation_there, speaks_of_points, written_out
from resmax_sym.lang import Expr, Relation
from resmax_sym.models import Model

TURNED = {"<=": ">=", "<": ">", "==": "==", ">=": "<=", ">": "<"}
NORMS = ("norm", "norm1", "norminf", "opnorm", "fro")
HALF = Fraction(1, 2)


class Context:
    """A model with the relations that hold at the points a derivation speaks of.

    Attributes
    ----------
    relations : set of Relation
        Expanded.
    ranges : Ranges
        Of sizes and of the parameters known to be nonnegative, the only ones that a bound may name.
    """

    def __init__(self, model: Model, relations: Iterable[Relation]) -> None:
        self.model = model
        self.relations = set(relations)
        self.ranges = Ranges()
        for read in (self._least, self._greatest, self._by_others):
            for atom, op, other in self._comparisons():
                read(atom, op, other)

    @staticmethod
    def both(model: Model, assumptions: Iterable[Relation]) -> dict[str, Context]:
        """The contexts 'pair', for what is said of x and y, and 'segment', for what is said of each point between them."""
        stated = [written_out(relation) for relation in assumptions]
        throughout = [r.args[0] for r in stated if r.op == "on_segment"]
        plain = [r for r in stated if r.op != "on_segment"]
        pair = plain + throughout + [relation_there(r) for r in throughout]
        segment = throughout + [r for r in plain if not speaks_of_points(r) or in_a_ball(r, pair)]
        return {"pair": Context(model, pair), "segment": Context(model, segment)}

    def assumes(self, relation: Relation) -> bool:
        return written_out(relation) in self.relations

    def _comparisons(self) -> Iterator[tuple[Atom, str, Expr]]:
        """Each `symbol op formula`, the symbol being a size or a parameter."""
        for relation in sorted((r for r in self.relations if r.op in TURNED), key=repr):
            for op, (a, b) in ((relation.op, relation.args), (TURNED[relation.op], relation.args[::-1])):
                if a.op == "size" or (a.op == "symbol" and not a.shape):
                    yield (("size" if a.op == "size" else "par"), a.data), op, b

    def _least(self, atom: Atom, op: str, other: Expr) -> None:
        """symbol >= l with a constant l >= 0."""
        ends = constant(other)
        if ends is not None and op in (">=", ">", "==") and ends[0] >= 0:
            old = self.ranges.interval(atom)
            positive = old.positive or ends[0] > 0 or op == ">"
            self.ranges.intervals[atom] = Interval(max(old.low, ends[0]), old.high, positive)

    def _greatest(self, atom: Atom, op: str, other: Expr) -> None:
        """symbol <= h with a constant h >= 0."""
        ends = constant(other)
        if ends is not None and op in ("<=", "<", "==") and ends[1] >= 0 and self.names(atom):
            old = self.ranges.interval(atom)
            high = ends[1] if old.high is None else min(old.high, ends[1])
            self.ranges.intervals[atom] = Interval(old.low, high, old.positive)

    def _by_others(self, atom: Atom, op: str, other: Expr) -> None:
        """symbol <= p with other symbols in p; a bound without norms is preferred, since it holds at every point."""
        if op not in ("<=", "<", "==") or not self.names(atom) or constant(other) is not None:
            return
        try:
            p = self.value(other)
        except Unbounded:
            return
        norms = any(a[0] == "norm" for a in p.atoms())
        if p.plainly_nonnegative and atom not in p.atoms() and not (norms and atom in self.ranges.above):
            self.ranges.above[atom] = [p]

    def names(self, atom: Atom) -> bool:
        """Whether a bound may speak of the symbol: sizes are positive, and of parameters that must be known."""
        return atom[0] == "size" or atom in self.ranges.intervals

    def value(self, e: Expr) -> Poly:
        """A scalar formula in sizes, nonnegative parameters and norms, as a polynomial.

        Raises
        ------
        Unbounded
            It is no such formula.
        """
        if e.shape:
            raise Unbounded(f"{e!r} is no scalar")
        match e.op, e.args:
            case "number", _:
                return Poly.number(e.data)
            case "pi", _:
                return Poly.atom(("pi",))
            case "size", _:
                return Poly.size(e.data)
            case "symbol", _ if self.names(("par", e.data)):
                return Poly.atom(("par", e.data))
            case "named", (a,):
                return self.value(a)
            case op, (a,) if op in NORMS:
                return norm_atom(op, a)
            case "neg", (a,):
                return -self.value(a)
            case "add", (a, b):
                return self.value(a) + self.value(b)
            case "sub", (a, b):
                return self.value(a) - self.value(b)
            case "mul", (a, b):
                return self.value(a) * self.value(b)
            case "div", (a, b):
                return self.value(a) * self.value(b).power(-1)
            case "pow", (a, k) if (exponent := self.value(k).value) is not None:
                return self.value(a).power(exponent)
            case "call", (a,) if e.data in ("exp", "sqrt", "abs"):
                return norm_atom("abs", a) if e.data == "abs" else self._function(e.data, self.value(a))
        raise Unbounded(f"{e!r} is not a polynomial in sizes, nonnegative parameters and norms")

    def _function(self, name: str, p: Poly) -> Poly:
        return p.exp() if name == "exp" else p.power(HALF)


def constant(e: Expr) -> tuple[Fraction, Fraction] | None:
    """Rationals below and above a formula without symbols."""
    try:
        p = Context(Model(), ()).value(e)
    except Unbounded:
        return None
    if any(a[0] in ("size", "norm") for a in p.atoms()):
        return None
    below, above = without_constants(p), without_constants(-p)
    if any(below) or any(above):
        return None
    return sum(below.values(), Fraction(0)), -sum(above.values(), Fraction(0))


def in_a_ball(relation: Relation, pair: Iterable[Relation]) -> bool:
    """norm(x) <= r with r fixed, assumed of y as well: it holds between x and y, for a ball is convex."""
    if relation.op not in ("<=", "<"):
        return False
    left, right = relation.args
    fixed = not speaks_of_points(Relation("==", (right, right)))
    ball = left.op in ("norm", "norm1", "norminf") and left.args[0].op == "symbol" and moves(left)
    return ball and fixed and relation_there(relation) in pair

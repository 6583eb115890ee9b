"""e_i = F(a_i): a formula read as a quotient of polynomials in one entry and in its exponential."""

from __future__ import annotations

from dataclasses import dataclass

from resmax_sym.judge.bounds.canonical import unfold
from resmax_sym.judge.bounds.engine import Engine
from resmax_sym.judge.bounds.poly import Poly, Unbounded
from resmax_sym.judge.bounds.units import derivative_of_unit
from resmax_sym.lang import Expr

ARITHMETIC = ("add", "sub", "mul", "div", "pow", "neg")
UNITY = Poly.number(1)
MAX_WEIGHT, MAX_LEVELS, MAX_LEAVES, MAX_POWER = 200, 4, 24, 12


@dataclass(frozen=True)
class Quotient:
    """above / below, polynomials in s."""

    above: Poly
    below: Poly = UNITY

    def __add__(self, other: Quotient) -> Quotient:
        if self.below == other.below:
            return Quotient(self.above + other.above, self.below)
        return Quotient(self.above * other.below + other.above * self.below, self.below * other.below)

    def __neg__(self) -> Quotient:
        return Quotient(-self.above, self.below)

    def __mul__(self, other: Quotient) -> Quotient:
        return Quotient(self.above * other.above, self.below * other.below)

    def over(self, other: Quotient) -> Quotient:
        return Quotient(self.above * other.below, self.below * other.above)


@dataclass(frozen=True)
class Entry:
    """A formula all of whose entries are F(a_i), a being one vector or scalar."""

    engine: Engine
    e: Expr
    a: Expr

    def at(self, value: Poly) -> Quotient:
        """F(value).

        Raises
        ------
        Unbounded
            It is no quotient of polynomials in the entry and its exponential.
        """
        return self._value(self.e, Quotient(value))

    def _value(self, e: Expr, entry: Quotient) -> Quotient:
        if e == self.a:
            return entry
        if coefficient(self.engine, e):
            return Quotient(self.engine.assumed.read(e))
        if e.op == "ones":
            return Quotient(UNITY)
        if e.op in ("named", "at"):
            return self._value(unfold(e), entry)
        args = [self._value(arg, entry) for arg in (e.args[:1] if e.op == "pow" else e.args)]
        match e.op:
            case "neg":
                return -args[0]
            case "add":
                return args[0] + args[1]
            case "sub":
                return args[0] + -args[1]
            case "mul":
                return args[0] * args[1]
            case "div":
                return args[0].over(args[1])
            case "pow":
                k = int(e.args[1].data)
                base = args[0] if k > 0 else Quotient(UNITY).over(args[0])
                return Quotient(base.above.power(abs(k)), base.below.power(abs(k)))
            case "call" if args[0].below == UNITY:  # exp
                return Quotient(args[0].above.exp())
        raise Unbounded(f"{e!r} is no polynomial of an entry")


def entry_of(engine: Engine, e: Expr) -> Entry | None:
    """The formula as a function of one entry that occurs more than once; names are opened one level at a time."""
    for level in range(MAX_LEVELS):
        if e.weight > MAX_WEIGHT:
            return None
        found: list[Expr] = []
        if not leaves(engine, e, found):
            return None
        if len(set(found)) == 1:
            (a,) = set(found)
            own = not level or a.op != "call"  # a function that the unit was written out as does not occur in e
            return Entry(engine, e, a) if own and len(found) > 1 and a.shape == e.shape else None
        opened = {a: opening(engine, a) for a in set(found)}
        if len(found) > MAX_LEAVES or all(new is None for new in opened.values()):
            return None
        e = e.rebuild(lambda node, opened=opened: opened.get(node))
    return None


def opening(engine: Engine, a: Expr) -> Expr | None:
    """What a name means, and the unit written out."""
    meaning = unfold(a)
    if a.op == "phi":
        return derivative_of_unit(engine.model, a.data, a.args[0])
    return meaning if meaning is not None and meaning.op != "matmul" else None


def coefficient(engine: Engine, e: Expr) -> bool:
    """Whether e is a number, a size or a parameter known to be nonnegative."""
    return not e.shape and e.op in ("number", "size", "symbol") and engine.assumed.read(e) is not None


def leaves(engine: Engine, e: Expr, found: list[Expr]) -> bool:
    """Gathers what is not arithmetic; False where there is an operation that is not entry by entry."""
    if coefficient(engine, e) or e.op == "ones":
        return True
    if e.op == "pow":
        k = e.args[1]
        natural = k.op == "number" and k.data.denominator == 1 and 0 < abs(k.data) <= MAX_POWER
        return natural and leaves(engine, e.args[0], found)
    if e.op in ARITHMETIC or (e.op == "call" and e.data == "exp"):
        return all(leaves(engine, arg, found) for arg in e.args)
    found.append(e)
    return e.ndim <= 1

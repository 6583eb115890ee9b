"""sum_l F(f_l) = F(a) + F(c) + F(p) + sum_l F(x_l): formulas in marked entries of vectors and power sums of the others, for every n.

The weights f have the entries a, c (and p), and the others x, with a + c + p + sum(x) = 1.  The vector omega has the entries z0, z1
(and z2), and the others o.  Of the others a formula may keep S_q = sum(x^q) and T_q = sum(x^q o) alone, so that it says the same for
any number of them, none included.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import flint

from resmax_sym.lang import Expr
from resmax_sym.models import Model

HIGHEST = 8
"""Power sums S_2, ..., S_8 and T_0, ..., T_8 are kept."""

POWER_SUMS = (*(f"S{q}" for q in range(2, HIGHEST + 1)), *(f"T{q}" for q in range(HIGHEST + 1)))
NAMES = ("a", "c", "p", "z0", "z1", "z2", "x", "o", *POWER_SUMS)
CONTEXT = flint.fmpq_mpoly_ctx.get(NAMES, "degrevlex")
GEN = dict(zip(NAMES, CONTEXT.gens(), strict=True))
PLACE = {name: k for k, name in enumerate(NAMES)}
LINEAR = tuple(PLACE[name] for name in NAMES if name[0] in "zT")
OF_OTHERS = (PLACE["x"], PLACE["o"])

MAX_PRODUCT = 250_000
"""Terms of a product, estimated from above, that is still multiplied out."""

Number = flint.fmpq_mpoly
Vector = list[flint.fmpq_mpoly]


class Unread(ValueError):
    """A formula of another kind; the message says which."""


@dataclass(frozen=True)
class Marked:
    """Reads formulas where so many entries are marked, and b is 0 but for one of them.

    Attributes
    ----------
    count : int
        2 (entries i and j) or 3 (i, j and k).
    place, sign : int
        b is `sign` times the unit vector of the marked entry `place`.
    """

    model: Model
    count: int
    place: int = 0
    sign: int = 0

    @cached_property
    def leaves(self) -> dict[Expr, Vector]:
        """The vectors f, omega and b: marked entries, then one of the others."""
        names, zero = self.model.names, CONTEXT.constant(0)
        b = [CONTEXT.constant(self.sign * (k == self.place)) for k in range(self.count)]
        return {
            names["f"]: [*(GEN[name] for name in "acp"[: self.count]), GEN["x"]],
            names["omega"]: [*(GEN[f"z{k}"] for k in range(self.count)), GEN["o"]],
            names["b"]: [*b, zero],
        }

    @property
    def mass(self) -> Number:
        """sum(x) = 1 - a - c - p."""
        return 1 - sum((GEN[name] for name in "acp"[: self.count]), CONTEXT.constant(0))

    def power_sums(self, p: Number) -> Number:
        """The sum of a polynomial in x and o over all other entries.

        Raises
        ------
        Unread
            It has a constant term, whose sum would depend on how many entries there are, or is no power sum that is kept.
        """
        total = CONTEXT.constant(0)
        for exponents, value in p.terms():
            x, o = (exponents[k] for k in OF_OTHERS)
            rest = [0 if k in OF_OTHERS else e for k, e in enumerate(exponents)]
            if o > 1 or x > HIGHEST or (x, o) == (0, 0):
                raise Unread(f"the sum of x^{x} o^{o} over the other entries is not kept")
            kept = GEN[f"T{x}"] if o else self.mass if x == 1 else GEN[f"S{x}"]
            total += CONTEXT.from_dict({tuple(rest): value}) * kept
        return total

    def total(self, v: Vector) -> Number:
        """The sum of the entries of a vector."""
        return sum(v[:-1], self.power_sums(v[-1]))

    def pair(self, e: Expr) -> Number:
        """Entry (i, j), i != j, of a matrix."""
        if not e.shape:
            return self.number(e)
        match e.op:
            case "outer":
                return times(self.vector(e.args[0])[0], self.vector(e.args[1])[1])
            case "add" | "sub" | "mul":
                return combined(e.op, *map(self.pair, e.args))
            case "div":
                return self.pair(e.args[0]) / divisor(e)
            case "neg":
                return -self.pair(e.args[0])
        raise Unread(f"entries of {e!r} are not read")

    def vector(self, e: Expr) -> Vector:
        """Marked entries of a vector, then any other; the entries of a number are all the same."""
        if not e.shape:
            return [self.number(e)] * (self.count + 1)
        if e.shape != ("n",):
            raise Unread(f"{e!r} is no vector of size n")
        if e in self.leaves:
            return self.leaves[e]
        match e.op:
            case "ones":
                return [CONTEXT.constant(1)] * (self.count + 1)
            case "named":
                return self.vector(e.args[0])
            case "neg":
                return [-x for x in self.vector(e.args[0])]
            case "pow":
                return [power(x, exponent(e)) for x in self.vector(e.args[0])]
            case "div":
                return [x / divisor(e) for x in self.vector(e.args[0])]
            case "add" | "sub" | "mul":
                pairs = zip(*map(self.vector, e.args), strict=True)
                return [combined(e.op, x, y) for x, y in pairs]
        raise Unread(f"entries of {e!r} are not read")

    def number(self, e: Expr) -> Number:
        """A scalar formula."""
        if e.shape:
            raise Unread(f"{e!r} is no number")
        match e.op:
            case "number":
                return CONTEXT.constant(flint.fmpq(e.data.numerator, e.data.denominator))
            case "named":
                return self.number(e.args[0])
            case "sum" if e.args[0].ndim == 1:
                return self.total(self.vector(e.args[0]))
            case "inner" | "matmul" if e.args[0].ndim == e.args[1].ndim == 1:
                return self.total([times(x, y) for x, y in zip(*map(self.vector, e.args), strict=True)])
            case "neg":
                return -self.number(e.args[0])
            case "pow":
                return power(self.number(e.args[0]), exponent(e))
            case "div":
                return self.number(e.args[0]) / divisor(e)
            case "add" | "sub" | "mul":
                return combined(e.op, *map(self.number, e.args))
        raise Unread(f"{e!r} is no polynomial in entries and sums")


def combined(op: str, x: Number, y: Number) -> Number:
    return x + y if op == "add" else x - y if op == "sub" else times(x, y)


def times(x: Number, y: Number) -> Number:
    if len(x) * len(y) > MAX_PRODUCT:
        raise Unread("a product has too many terms")
    return x * y


def power(x: Number, k: int) -> Number:
    result = CONTEXT.constant(1)
    for _ in range(k):
        result = times(result, x)
    return result


def exponent(e: Expr) -> int:
    """A natural exponent."""
    k = e.args[1]
    if k.op != "number" or k.data.denominator != 1 or not 0 <= k.data <= HIGHEST:
        raise Unread(f"the exponent in {e!r} is no natural number up to {HIGHEST}")
    return int(k.data)


def divisor(e: Expr) -> flint.fmpq:
    """A number that is not 0."""
    k = e.args[1]
    if k.op != "number" or not k.data:
        raise Unread(f"{e!r} divides by what is no number")
    return flint.fmpq(k.data.numerator, k.data.denominator)


def degree(e: Expr, symbol: Expr, held: Expr) -> int:
    """The degree of a formula in a symbol, seen from its operations; `held` does not count as depending on it."""
    if e in (symbol, held):
        return int(e == symbol)
    parts = [degree(arg, symbol, held) for arg in e.args]
    match e.op:
        case "mul" | "inner" | "outer" | "matmul":
            return sum(parts)
        case "pow":
            return parts[0] * exponent(e)
    return max(parts, default=0)


def affine_parts(p: Number, count: int) -> tuple[Number, Vector, Number]:
    """p0, y and q where p = p0 + sum_l y_l z_l + sum over the others of q(x) o; Unread where p is of another degree."""
    fixed, y, q = CONTEXT.constant(0), [CONTEXT.constant(0) for _ in range(count)], CONTEXT.constant(0)
    for exponents, value in p.terms():
        present = [k for k in LINEAR if exponents[k]]
        if any(exponents[k] for k in OF_OTHERS) or sum(exponents[k] for k in present) > 1:
            raise Unread("an entry of the matrix is not affine in omega")
        term = CONTEXT.from_dict({tuple(0 if k in present else e for k, e in enumerate(exponents)): value})
        name = NAMES[present[0]] if present else ""
        if not name:
            fixed += term
        elif name[0] == "z":
            y[int(name[1:])] += term
        else:
            q += term * GEN["x"] ** int(name[1:])
    return fixed, y, q

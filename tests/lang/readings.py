"""Values of SymPy expressions over indices, and of their normal forms, at concrete data: two readings that must agree."""

import zlib
from fractions import Fraction

import mpmath
import numpy as np
import sympy as sp
from mpmath import mpf

from resmax_sym.lang import special

DIGITS = 40


class Undefined(ArithmeticError):
    """No real value: a division by zero, a step at its jump, a root of a negative number."""


class Data:
    """A rational entry for every name and place, a function of the seed alone; sizes by name."""

    def __init__(self, seed, sizes):
        self.seed, self.sizes = seed, sizes

    def entry(self, name, places):
        rng = np.random.default_rng([self.seed, zlib.crc32(f"{name}{places}".encode())])
        return mpf(int(rng.integers(1, 12)) * int(rng.choice([-1, 1]))) / int(rng.integers(2, 9))

    def scalar(self, name):
        return +mpmath.pi if name == "pi" else mpf(self.sizes[name]) if name in self.sizes else self.entry(name, ())


def _step(z):
    if z == 0:
        raise Undefined
    return mpf(int(z > 0))


FUNCTIONS = {
    sp.exp: mpmath.exp, sp.log: mpmath.log, sp.cosh: mpmath.cosh, sp.sinh: mpmath.sinh, sp.tanh: mpmath.tanh,
    special.absolute: abs, special.larger: max, special.smaller: min,
    special.sign: lambda z: mpf(int(z > 0) - int(z < 0)), special.step: _step, special.flat: lambda z: mpf(0),
}  # fmt: skip
OPAQUE = {
    "abs": abs,
    "sign": FUNCTIONS[special.sign],
    "step": FUNCTIONS[special.step],
    "log": mpmath.log,
    "pow": lambda z, p: z**p,
}


def phi(order, argument):
    """A stand-in for the abstract unit: e^(z/2) and its derivatives."""
    return mpmath.exp(argument / 2) / 2 ** int(order)


def expression_value(e, data, places):
    """The value of a SymPy expression; `places` gives each index its number."""
    again = lambda part: expression_value(part, data, places)  # noqa: E731
    if e.is_Rational:
        return mpf(int(e.p)) / int(e.q)
    if e is sp.pi or e is sp.E:
        return +mpmath.pi if e is sp.pi else +mpmath.e
    if isinstance(e, sp.Indexed):
        return data.entry(e.base.label.name, tuple(_place(k, places) for k in e.indices))
    if e.is_Symbol:
        return data.scalar(e.name)
    if isinstance(e, sp.KroneckerDelta):
        return mpf(int(len({_place(k, places) for k in e.args}) == 1))
    if isinstance(e, sp.Sum):
        *rest, (index, _, size) = e.limits
        inner = sp.Sum(e.function, *rest) if rest else e.function
        length = int(size) if size.is_Integer else data.sizes[size.name]
        return sum((expression_value(inner, data, {**places, str(index): k}) for k in range(1, length + 1)), mpf(0))
    values = [again(arg) for arg in e.args]
    if e.is_Add or e.is_Mul:
        total = mpf(0 if e.is_Add else 1)
        for v in values:
            total = total + v if e.is_Add else total * v
        return total
    if e.is_Pow:
        return mpf(1) if values[1] == 0 else values[0] ** values[1]
    if isinstance(e, special.Phi):
        return phi(*values)
    if type(e) not in FUNCTIONS or any(isinstance(z, mpmath.mpc) for z in values):
        raise Undefined
    return FUNCTIONS[type(e)](*values)


def _place(index, places):
    return int(index) if str(index).isdigit() else places[str(index)]


def polynomial_value(p, data, places):
    """The value of a normal form: a dict of monomials, or the frozenset that is its key."""
    terms = p.items() if isinstance(p, dict) else p
    return sum((_rational(c) * monomial_value(m, data, places) for m, c in terms), mpf(0))


def _rational(c):
    c = Fraction(int(c.numerator), int(c.denominator))
    return mpf(c.numerator) / c.denominator


def monomial_value(m, data, places):
    total = mpf(1)
    for a, exponent in m:
        total *= atom_value(a, data, places) ** _rational(exponent)
    return total


def atom_value(a, data, places):
    """The value of an atom, by its kind."""
    match a:
        case ("v", name, *indices):
            return data.entry(name, tuple(_place(k, places) for k in indices))
        case ("s", name):
            return data.scalar(name)
        case ("d", i, j):
            return mpf(int(_place(i, places) == _place(j, places)))
        case ("exp", monomial):
            return mpmath.exp(monomial_value(monomial, data, places))
        case ("rec", argument):
            return 1 / polynomial_value(argument, data, places)
        case ("phi", order, argument):
            return phi(order, polynomial_value(argument, data, places))
        case ("root", argument, q):
            return mpmath.root(polynomial_value(argument, data, places), q)
        case ("fn", name, *arguments):
            return OPAQUE[name](*(polynomial_value(argument, data, places) for argument in arguments))
        case ("sum", level, sizes, body):
            return _sum(level, sizes, body, data, places, 0)
    raise AssertionError(a)


def _sum(level, sizes, body, data, places, k):
    if k == len(sizes):
        return monomial_value(body, data, places)
    length = int(sizes[k]) if sizes[k].isdigit() else data.sizes[sizes[k]]
    return sum(
        (_sum(level, sizes, body, data, {**places, f"#{level}.{k}": r}, k + 1) for r in range(1, length + 1)), mpf(0)
    )


def close(a, b):
    """Equal to 40 digits up to rounding: 15 digits are left for cancellation."""
    return abs(a - b) <= mpf(10) ** (15 - DIGITS) * (1 + abs(a) + abs(b))

"""sum_m c_m m: bounds as Laurent polynomials with rational coefficients and exponents in symbols that are never negative.

An atom is a tuple: ("size", "n"), ("par", "R") for a parameter known to be nonnegative, ("norm", kind, e) for a norm of data that
is left as it stands, ("exp", m) for exp of a monomial, ("pi",), ("num", p) for a prime p of which a root is taken.  So
exp(2 R^2 + 1) is the monomial E^2 e with E = exp(R^2), e = exp(1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from sympy import factorint

from resmax_sym.judge.bounds.poly_text import Atom, Monomial, term_text
from resmax_sym.lang import Expr
from resmax_sym.lang.expr import LanguageError

ONE: Monomial = frozenset()
MAX_TERMS = 400
MAX_FACTORED = 10**12
MAX_EXPONENT = 200
MAX_BITS = 100_000
"""Of a coefficient: ((10**99)**99)**99 is refused before it is multiplied out."""


class Unbounded(LanguageError):
    """No bound of this form: the engine is undecided."""


@dataclass(frozen=True)
class Poly:
    """A bound; `terms` maps monomials (frozensets of (atom, exponent)) to rationals other than 0."""

    items: frozenset

    @cached_property
    def terms(self) -> dict[Monomial, Fraction]:
        return dict(self.items)

    @staticmethod
    def of(terms: Mapping[Monomial, Fraction]) -> Poly:
        if len(terms) > MAX_TERMS:
            raise Unbounded(f"a bound of {len(terms)} terms exceeds {MAX_TERMS}")
        if any(a[0] == "num" for m in terms for a, _ in m):
            terms = without_whole_roots(terms)
        return Poly(frozenset((m, tidy(c)) for m, c in terms.items() if c))

    @staticmethod
    def number(value: Fraction | int) -> Poly:
        return Poly.of({ONE: Fraction(value)})

    @staticmethod
    def atom(atom: Atom, exponent: Fraction | int = 1) -> Poly:
        return Poly.of({frozenset([(atom, tidy(exponent))]): 1})

    @staticmethod
    def size(dim: str | int) -> Poly:
        return Poly.number(dim) if isinstance(dim, int) else Poly.atom(("size", dim))

    def __add__(self, other: Poly) -> Poly:
        total = dict(self.terms)
        for m, c in other.terms.items():
            total[m] = total.get(m, 0) + c
        return Poly.of(total)

    def __neg__(self) -> Poly:
        return Poly.of({m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Poly) -> Poly:
        return self + -other

    def __mul__(self, other: Poly) -> Poly:
        total: dict[Monomial, Fraction] = {}
        for m, c in self.terms.items():
            for k, e in other.terms.items():
                product = times(m, k)
                total[product] = total.get(product, 0) + c * e
        if any(bits(c) > MAX_BITS for c in total.values()):
            raise Unbounded(f"a coefficient of more than {MAX_BITS} binary digits")
        return Poly.of(total)

    @property
    def is_zero(self) -> bool:
        return not self.items

    @property
    def is_monomial(self) -> bool:
        return len(self.items) == 1

    @property
    def value(self) -> Fraction | None:
        """The rational that this is, if it is one."""
        if self.is_zero:
            return Fraction(0)
        value = self.terms.get(ONE) if self.is_monomial else None
        return None if value is None else Fraction(value)

    @property
    def plainly_nonnegative(self) -> bool:
        """Whether no coefficient is negative, which suffices."""
        return all(c > 0 for c in self.terms.values())

    def power(self, exponent: Fraction | int) -> Poly:
        """self^exponent, for a monomial with a coefficient that allows it, or for a natural exponent.

        Raises
        ------
        Unbounded
            The power is no polynomial of this kind.
        """
        exponent = Fraction(exponent)
        if abs(exponent) > MAX_EXPONENT or exponent.denominator > MAX_EXPONENT:
            raise Unbounded(f"an exponent of {exponent} exceeds {MAX_EXPONENT}")
        if exponent.denominator == 1 and 0 <= exponent <= 12:
            result = Poly.number(1)
            for _ in range(int(exponent)):
                result = result * self
            return result
        if self.is_zero and exponent > 0:
            return self
        if not self.is_monomial:
            raise Unbounded(f"({self})**{exponent} is not a sum of products")
        ((m, c),) = self.items
        rest = frozenset((a, tidy(e * exponent)) for a, e in m)
        return Poly.of({times(rest, k): v for k, v in rational_power(c, exponent).items()})

    def exp(self) -> Poly:
        """exp(sum c m) = prod exp(m)^c."""
        return Poly.of({frozenset((("exp", m), c) for m, c in self.items): Fraction(1)})

    def atoms(self) -> Iterator[Atom]:
        """Every atom that occurs, those inside exponentials included."""
        for m in self.terms:
            yield from monomial_atoms(m)

    def numeric(self, value: Callable[[Atom], float]) -> float:
        """In float64, for choosing between bounds only."""
        try:
            return sum((float(c) * monomial_value(m, value) for m, c in self.items), 0.0)
        except OverflowError:
            return math.inf

    def __str__(self) -> str:
        parts = sorted(term_text(m, c) for m, c in self.items)
        parts.sort(key=lambda part: part.startswith("-"))
        return " + ".join(parts).replace("+ -", "- ") if parts else "0"


def tidy(value: Fraction | int) -> Fraction | int:
    """An integer as an int: its arithmetic is fast, and 1 and Fraction(1) are the same key."""
    return int(value) if value.denominator == 1 else value


def bits(value: Fraction | int) -> int:
    """How many binary digits a number takes to write."""
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def times(a: Monomial, b: Monomial) -> Monomial:
    """The product of two monomials."""
    if not a or not b:
        return a or b
    total = dict(a)
    for atom, exponent in b:
        exponent += total.pop(atom, 0)
        if exponent:
            total[atom] = tidy(exponent)
    return frozenset(total.items())


def rational_power(c: Fraction, exponent: Fraction) -> dict[Monomial, Fraction]:
    """c^exponent, with roots of primes as symbols ("num", p)."""
    if exponent.denominator == 1:
        if bits(c) * abs(exponent) > MAX_BITS:
            raise Unbounded(f"a coefficient of more than {MAX_BITS} binary digits")
        return {ONE: Fraction(c) ** int(exponent)}
    if c < 0 or max(c.numerator, c.denominator) > MAX_FACTORED:
        raise Unbounded(f"{c}**({exponent}) has no simple form")
    primes = {p: k for p, k in factorint(c.numerator).items() if p > 1}
    primes |= {p: -k for p, k in factorint(c.denominator).items()}
    return {frozenset((("num", int(p)), tidy(int(k) * exponent)) for p, k in primes.items()): 1}


def without_whole_roots(terms: Mapping[Monomial, Fraction]) -> dict[Monomial, Fraction]:
    """The same with ("num", p) to exponents between 0 and 1 only."""
    result: dict[Monomial, Fraction] = {}
    for m, c in terms.items():
        rest = []
        for a, e in m:
            whole = math.floor(e) if a[0] == "num" else 0
            c = c * Fraction(a[1]) ** whole if whole else c
            rest += [(a, tidy(e - whole))] if e != whole or a[0] != "num" else []
        key = frozenset(rest)
        result[key] = result.get(key, Fraction(0)) + c
    return result


def monomial_atoms(m: Monomial) -> Iterator[Atom]:
    for atom, _ in m:
        yield atom
        if atom[0] == "exp":
            yield from monomial_atoms(atom[1])


def monomial_value(m: Monomial, value: Callable[[Atom], float]) -> float:
    result = 1.0
    for atom, exponent in m:
        base = value(atom)
        try:
            result *= base**exponent if type(exponent) is int else base ** float(exponent)
        except (OverflowError, ZeroDivisionError):
            return float("inf")
    return result


def norm_atom(kind: str, e: Expr) -> Poly:
    """A norm of data, left as it stands."""
    return Poly.atom(("norm", kind, e))

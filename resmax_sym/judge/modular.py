"""lhs - rhs = 0 modulo two large primes at random sizes: a second route to every identity, without the normal form.

A number is a triple of residues modulo primes p0, p1, p2 with p1 | p0 - 1 and p2 | p1 - 1.  Sums, products and quotients act on
each residue.  exp takes the residue modulo p1 as the exponent of a generator of order p1 modulo p0 (and so on one level down), so
that exp(a + b) = exp(a) exp(b) holds exactly.  A false identity survives a random point with probability about degree / p0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.lang import Expr, LanguageError, Relation
from resmax_sym.models import Model

ATTEMPTS = 5


class Unsupported(ArithmeticError):
    """An operation without a meaning modulo a prime (roots, absolute values, eigenvalues)."""


@dataclass(frozen=True)
class Tower:
    """Primes p0, p1, p2 with p1 | p0 - 1, p2 | p1 - 1, and elements of order p1 modulo p0 and of order p2 modulo p1."""

    primes: tuple[int, int, int]
    generators: tuple[int, int]


TOWERS = (
    Tower((55340232221128951429, 4611686018427412619, 2305843009213706309), (4096, 4)),
    Tower((7083549725821504977473, 110680464465961015273, 4611686019415042303), (18446744073709551616, 16777216)),
)


@dataclass(frozen=True, slots=True)
class Residue:
    """A number modulo the primes of a tower; None where it is unknown (exp of an exponential's exponential)."""

    tower: Tower
    parts: tuple[int | None, ...]

    def _map(self, other: Any, function: Callable[[int, int, int], int]) -> Residue:
        if not isinstance(other, Residue):
            return NotImplemented
        both = zip(self.parts, other.parts, self.tower.primes, strict=True)
        return Residue(self.tower, tuple(None if a is None or b is None else function(a, b, p) % p for a, b, p in both))

    def __add__(self, other: Residue) -> Residue:
        return self._map(other, lambda a, b, p: a + b)

    def __sub__(self, other: Residue) -> Residue:
        return self._map(other, lambda a, b, p: a - b)

    def __mul__(self, other: Residue) -> Residue:
        return self._map(other, lambda a, b, p: a * b)

    def __neg__(self) -> Residue:
        zero = Residue(self.tower, (0, 0, 0))
        return zero - self

    def __truediv__(self, other: Residue) -> Residue:
        return self * other**-1

    def __pow__(self, exponent: int) -> Residue:
        if exponent < 0 and self.parts[0] == 0:
            raise ZeroDivisionError
        parts = zip(self.parts, self.tower.primes, strict=True)
        return Residue(
            self.tower,
            tuple(None if a is None or (exponent < 0 and a == 0) else pow(a, exponent, p) for a, p in parts),
        )

    def exp(self) -> Residue:
        """g^self, the generator's order being the next prime."""
        exponents, generators, primes = self.parts[1:], self.tower.generators, self.tower.primes
        if exponents[0] is None:
            raise Unsupported("exponentials nested too deeply")
        lower = zip(exponents, generators, primes, strict=False)
        return Residue(self.tower, (*(None if e is None else pow(g, e, p) for e, g, p in lower), None))


class Residues:
    """Arithmetic modulo the primes of one tower, for `Evaluator` and `Axes`."""

    dtype = object
    nan = None

    def __init__(self, tower: Tower) -> None:
        self.tower = tower

    @contextmanager
    def precision(self) -> Iterator[None]:
        yield

    def number(self, value: Fraction) -> Residue:
        numerator, denominator = (
            Residue(self.tower, tuple(k % p for p in self.tower.primes)) for k in (value.numerator, value.denominator)
        )
        return numerator / denominator

    def finite(self, value: NDArray) -> NDArray:
        """Everywhere: a division by zero raises."""
        return np.ones(np.shape(value), dtype=bool)

    def random(self, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray:
        """Integers drawn at random, the same integer in every residue."""
        draws = [int.from_bytes(rng.bytes(16), "little") for _ in range(int(np.prod(shape)))]
        result = np.empty(len(draws), dtype=object)
        result[:] = [Residue(self.tower, tuple(k % p for p in self.tower.primes)) for k in draws]
        return result.reshape(shape)

    def pi(self) -> Residue:
        return self.number(Fraction(3141592653589793238462643383))  # any fixed number: pi is transcendental

    def call(self, name: str, *args: Any) -> Any:
        if name not in FUNCTIONS:
            raise Unsupported(name)
        return np.frompyfunc(FUNCTIONS[name], len(args), 1)(*args)

    def power(self, base: Any, exponent: Fraction) -> Any:
        if exponent.denominator != 1:
            raise Unsupported("a root")
        return np.frompyfunc(lambda z: z ** int(exponent), 1, 1)(base)

    def norm(self, entries: NDArray) -> NDArray:
        raise Unsupported("a root")

    def spectral(self, name: str, matrices: NDArray) -> NDArray:
        raise Unsupported(name)

    def solve(self, matrices: NDArray, right: NDArray) -> NDArray:
        raise Unsupported("solve")


def _half(z: Residue, sign: int) -> Residue:
    ahead, behind = z.exp(), (-z).exp()
    total = ahead + behind if sign > 0 else ahead - behind
    two = Residue(z.tower, (2, 2, 2))
    return total / two


FUNCTIONS: dict[str, Callable[[Residue], Residue]] = {
    "exp": Residue.exp,
    "cosh": lambda z: _half(z, 1),
    "sinh": lambda z: _half(z, -1),
    "tanh": lambda z: _half(z, -1) / _half(z, 1),
    "flat": lambda z: z - z,
}


def vanishes(
    model: Model,
    relation: Relation,
    symbols: list[Expr],
    sizes: dict[str, int],
    seed: int = 0,
    assigned: Iterable[tuple[Expr, Expr]] = (),
) -> bool | None:
    """Whether lhs = rhs at a random point of these sizes modulo both large primes; None where that has no meaning."""
    rng = np.random.default_rng(seed)
    for tower in TOWERS:
        ring = Residues(tower)
        gap = None
        for _ in range(ATTEMPTS):  # a division by a residue 0 is bad luck
            shapes = {s.data: tuple(k if isinstance(k, int) else sizes[k] for k in s.shape) for s in symbols}
            point = {name: ring.random(shape or (1,), rng)[() if shape else 0] for name, shape in shapes.items()}
            try:
                for variable, value in assigned:
                    known = Evaluator(model, sizes, point, ring)(value)
                    point[variable.data] = np.broadcast_to(known, shapes[variable.data])[()]
                evaluator = Evaluator(model, sizes, point, ring)
                left, right = (np.asarray(evaluator(side), dtype=object) for side in relation.args)
                gap = np.atleast_1d(left - right).ravel()
                break
            except ZeroDivisionError:
                continue
            except (Unsupported, LanguageError):
                return None
        if gap is None:
            return None
        if any(entry.parts[0] for entry in gap):
            return False
    return True

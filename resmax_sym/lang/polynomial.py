"""sum_m c_m m: Laurent polynomials over index atoms, the arithmetic under the normal form.

A polynomial is a dict monomial -> rational.  A monomial is a frozenset of (atom, exponent).  An atom is a tuple whose first
entry tells its kind:

    ("v", name, i, ...)    a variable's entry          ("s", name)           a scalar or a size
    ("d", i, j)            Kronecker delta             ("exp", monomial)     exp(monomial), exponents may be fractions
    ("phi", k, key)        phi^(k)(argument)           ("fn", name, key...)  an opaque function
    ("root", key, q)       argument^(1/q)              ("rec", key)          1 / argument
    ("sum", level, sizes, monomial)    a sum over the bound indices "#level.0", "#level.1", ...

where a key is the frozenset of a polynomial's items.  Everything is hashable and independent of the order of construction.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from sympy import QQ

from resmax_sym.lang.expr import LanguageError

Atom = tuple
Monomial = frozenset
Key = frozenset
Polynomial = dict[Monomial, object]

UNIT: Monomial = frozenset()
MAX_TERMS = 20_000
MAX_WEIGHT = 50_000
MAX_BITS = 100_000
"""Of a coefficient that is raised to a power."""


class TooLarge(LanguageError):
    """The expansion exceeds its limit: the procedure is undecided."""


class Singular(LanguageError):
    """A division by what is identically zero: the expression is defined nowhere."""


def constant(value: object) -> Polynomial:
    """A rational as a polynomial."""
    value = QQ(value.numerator, value.denominator)
    return {UNIT: value} if value else {}


def atom(a: Atom, exponent: int | Fraction = 1) -> Polynomial:
    """atom^exponent."""
    if weight(a) > MAX_WEIGHT:
        raise TooLarge(f"functions of functions with more than {MAX_WEIGHT} parts")
    return {frozenset([(a, exponent)]): QQ(1)}


def key(p: Polynomial) -> Key:
    return frozenset(p.items())


def add(p: Polynomial, q: Polynomial, factor: object = 1) -> Polynomial:
    """p + factor q."""
    result = dict(p)
    for m, c in q.items():
        total = result.get(m, 0) + factor * c
        if total:
            result[m] = total
        else:
            result.pop(m, None)
    return result


def negate(p: Polynomial) -> Polynomial:
    return {m: -c for m, c in p.items()}


def multiply(p: Polynomial, q: Polynomial) -> Polynomial:
    """p q, with the relations of deltas, roots and absolute values applied."""
    if len(p) * len(q) > MAX_TERMS:
        raise TooLarge(f"a product of {len(p)} by {len(q)} terms exceeds {MAX_TERMS}")
    result: Polynomial = {}
    for m1, c1 in p.items():
        for m2, c2 in q.items():
            product = merge(m1, m2)
            terms = relations(product)
            for m, c in terms.items() if terms is not None else ((product, 1),):
                total = result.get(m, 0) + c * c1 * c2
                if total:
                    result[m] = total
                else:
                    result.pop(m, None)
    return result


def merge(a: Monomial, b: Monomial) -> Monomial:
    """The product of two monomials, exponents added."""
    if not a or not b:
        return a or b
    total = dict(a)
    for factor, exponent in b:
        exponent += total.pop(factor, 0)
        if exponent:
            total[factor] = exponent
    return frozenset(total.items())


def relations(m: Monomial) -> Polynomial | None:
    """The monomial rewritten by delta^2 = delta, delta(i,j) g(j) = delta(i,j) g(i), root^q = argument, |a|^2 = a^2.

    None says that nothing applies.
    """
    deltas = sorted(a for a, _ in m if a[0] == "d")
    for a, exponent in m:
        if a[0] == "d":
            if exponent < 0:
                raise Singular("a division by an entry of the identity matrix")
        elif a[0] == "root" and not 0 < exponent < a[2]:
            whole, rest = divmod(exponent, a[2])
            return _rewrite(m, a, exponent, power(dict(a[1]), whole), rest)
        elif a[0] == "fn" and a[1] == "abs" and not 0 < exponent < 2:
            return _rewrite(m, a, exponent, power(dict(a[2]), exponent // 2 * 2), exponent % 2)
        elif a[0] == "rec" and exponent < 0:
            return _rewrite(m, a, exponent, power(dict(a[1]), -exponent), 0)
    for delta in deltas:
        low, high = delta[1:]
        if any(high in free(a) for a, _ in m if a != delta) or (delta, 1) not in m:
            from resmax_sym.lang.summation import rename

            rest = frozenset((a, e) for a, e in m if a != delta)
            return multiply(rename(rest, {high: low}), atom(delta))
    return None


def _rewrite(m: Monomial, a: Atom, exponent: object, factor: Polynomial, rest: object) -> Polynomial:
    """m with a^exponent replaced by factor * a^rest."""
    remaining = {frozenset((b, e) for b, e in m if b != a): QQ(1)}
    result = multiply(remaining, factor)
    return multiply(result, atom(a, rest)) if rest else result


def power(p: Polynomial, exponent: int) -> Polynomial:
    """p^exponent for an integer."""
    if exponent < 0:
        p, exponent = reciprocal(p), -exponent
    result = {UNIT: QQ(1)}
    for bit in bin(exponent)[2:] if exponent else "":
        if any(max(int(c.numerator).bit_length(), int(c.denominator).bit_length()) > MAX_BITS for c in result.values()):
            raise TooLarge(f"a coefficient of more than {MAX_BITS} binary digits")
        result = multiply(result, result)
        if bit == "1":
            result = multiply(result, p)
    return result


def reciprocal(p: Polynomial) -> Polynomial:
    """1/p: exact for a monomial, else content^-1 times the atom of the monic rest."""
    if not p:
        raise Singular("a division by an expression that is identically zero")
    if len(p) == 1:
        ((m, c),) = p.items()
        inverse = frozenset((a, -e) for a, e in m)
        terms = relations(inverse) if inverse else None
        return {n: k / c for n, k in (terms if terms is not None else {inverse: QQ(1)}).items()}
    content = common(p)
    inverse = frozenset((a, -e) for a, e in content)
    p = multiply(p, {inverse: QQ(1)}) if content else p
    lead = p[leading(p)]
    monic = {m: c / lead for m, c in p.items()}
    return multiply({inverse: 1 / lead}, atom(("rec", key(monic))))


def common(p: Polynomial) -> Monomial:
    """The monomial content: each atom with its least exponent over all terms."""
    least: dict[Atom, object] = {}
    for m in p:
        for a, e in m:
            least[a] = min(least.get(a, e), e)
    for m in p:
        present = dict(m)
        for a in list(least):
            if a not in present:
                least[a] = min(least[a], 0)
    return frozenset((a, e) for a, e in least.items() if e and a[0] != "rec")


def leading(p: Polynomial) -> Monomial:
    """The leading monomial in the lexicographic order of atoms by their text."""
    atoms = sorted({a for m in p for a, _ in m}, key=text, reverse=True)
    return max(p, key=lambda m: [dict(m).get(a, 0) for a in atoms])


@lru_cache(maxsize=200_000)
def free(a: object) -> frozenset[str]:
    """The free indices of an atom, monomial or key."""
    if isinstance(a, frozenset):
        return frozenset().union(*(free(part) for part in a)) if a else a
    if not isinstance(a, tuple):
        return frozenset()
    match a:
        case ("v", _, *indices) | ("d", *indices):
            return frozenset(indices)
        case ("s", _):
            return frozenset()
        case ("sum", level, sizes, body):
            return free(body) - {f"#{level}.{k}" for k in range(len(sizes))}
    return frozenset().union(*(free(part) for part in a))


@lru_cache(maxsize=200_000)
def weight(a: object) -> int:
    """The parts of an atom, monomial or key, shared ones counted each time: the length of its spelling."""
    return 1 + sum(map(weight, a)) if isinstance(a, tuple | frozenset) else 1


@lru_cache(maxsize=200_000)
def text(a: object) -> str:
    """A spelling that does not depend on hashing: the order of canonical choices."""
    if isinstance(a, frozenset):
        return "{" + ",".join(sorted(map(text, a))) + "}"
    if isinstance(a, tuple):
        return "(" + ",".join(map(text, a)) + ")"
    return str(a)

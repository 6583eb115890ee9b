"""sum_k g(k) h = h sum_k g(k): sums over bound indices in canonical form.

What does not depend on a bound index leaves the sum, a delta contracts it, nested sums become one sum over several indices, a
sum that falls into unconnected parts becomes a product, and bound indices are renamed canonically.  For symbolic sizes sums
of different connected monomials are algebraically independent, which makes the form decisive and not merely sound.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from sympy import QQ

from resmax_sym.lang.polynomial import (
    UNIT,
    Atom,
    Key,
    Monomial,
    Polynomial,
    TooLarge,
    add,
    atom,
    free,
    key,
    merge,
    multiply,
    power,
    reciprocal,
    relations,
    text,
)

MAX_LABELINGS = 5040
_fresh = itertools.count()


def summation(body: Polynomial, bounds: Mapping[str, str]) -> Polynomial:
    """The sum of `body` over the indices `bounds` (index -> size)."""
    result: Polynomial = {}
    for m, c in body.items():
        result = add(result, _sum_monomial(m, bounds), c)
    return result


def _sum_monomial(m: Monomial, bounds: Mapping[str, str]) -> Polynomial:
    opened, extra = _open(m, bounds)
    if extra:
        return summation(opened, {**bounds, **extra})
    for a, _ in m:
        if a[0] == "d" and (a[1] in bounds or a[2] in bounds):
            gone, stays = (a[1], a[2]) if a[1] in bounds else (a[2], a[1])
            rest = frozenset((b, e) for b, e in m if b != a)
            return summation(rename(rest, {gone: stays}), {k: v for k, v in bounds.items() if k != gone})
    result = {frozenset((a, e) for a, e in m if not free(a) & bounds.keys()): QQ(1)}
    for component, indices in _components(m, bounds):
        part = atom(_canonical(component, {k: bounds[k] for k in indices})) if component else _size(bounds[indices[0]])
        result = multiply(result, part)
    return result


def _size(size: str) -> Polynomial:
    return {UNIT: QQ(int(size))} if size.isdigit() else atom(("s", size))


def _open(m: Monomial, bounds: Mapping[str, str]) -> tuple[Polynomial, dict[str, str]]:
    """Sums inside `m` that depend on a bound index, opened: sum_k a_k (sum_j b_kj)^2 runs over k, j and j'."""
    product: Polynomial = {UNIT: QQ(1)}
    extra: dict[str, str] = {}
    for a, e in m:
        if a[0] == "sum" and e > 0 and free(a) & bounds.keys():
            for _ in range(int(e)):
                names = {f"#{a[1]}.{k}": f"@{next(_fresh)}" for k in range(len(a[2]))}
                extra |= dict(zip(names.values(), a[2], strict=True))
                product = multiply(product, rename(a[3], names))
        else:
            product = multiply(product, {frozenset([(a, e)]): QQ(1)})
    return product, extra


def _components(m: Monomial, bounds: Mapping[str, str]) -> Iterator[tuple[Monomial, list[str]]]:
    """The parts of `m` that share bound indices, each with its indices."""
    left = dict.fromkeys(bounds)
    factors = [(a, e) for a, e in m if free(a) & bounds.keys()]
    while left:
        indices = {next(iter(left))}
        part: set[tuple[Atom, object]] = set()
        while True:
            more = {(a, e) for a, e in factors if free(a) & indices} - part
            if not more:
                break
            part |= more
            indices |= {k for a, _ in more for k in free(a) & bounds.keys()}
        for k in indices:
            left.pop(k)
        yield frozenset(part), sorted(indices)


def _level(a: object) -> int:
    """How deep sums nest inside."""
    if isinstance(a, frozenset):
        return max(map(_level, a), default=0)
    if not isinstance(a, tuple):
        return 0
    return a[1] if a[:1] == ("sum",) else max(map(_level, a), default=0)


def _canonical(m: Monomial, bounds: Mapping[str, str]) -> Atom:
    """The sum atom of a connected monomial, its bound indices in the order that gives the least text."""
    level = _level(m) + 1
    blank = dict.fromkeys(bounds, "?")

    def signature(k: str) -> tuple[str, str]:
        if len(bounds) == 1:
            return bounds[k], ""
        marked = {**blank, k: "*"}
        return bounds[k], text(frozenset((_relabel(a, marked), e) for a, e in m if k in free(a)))

    groups = [list(g) for _, g in itertools.groupby(sorted(bounds, key=signature), key=signature)]
    count = 1
    for group in groups:
        for size in range(2, len(group) + 1):
            count *= size
    if count > MAX_LABELINGS:
        raise TooLarge(f"a sum over {len(bounds)} interchangeable indices")
    sizes = tuple(bounds[k] for group in groups for k in group)
    labelings = itertools.product(*(itertools.permutations(group) for group in groups))
    candidates = [
        _relabel(m, {k: f"#{level}.{i}" for i, k in enumerate(itertools.chain(*order))}) for order in labelings
    ]
    return ("sum", level, sizes, min(candidates, key=text) if len(candidates) > 1 else candidates[0])


def _relabel(a: object, names: Mapping[str, str]) -> object:
    """Indices replaced letter by letter, without putting the result into canonical form."""
    if isinstance(a, frozenset):
        return frozenset(_relabel(part, names) for part in a)
    if not isinstance(a, tuple) or not free(a) & names.keys():
        return a
    match a:
        case ("v", name, *indices):
            return ("v", name, *(names.get(k, k) for k in indices))
        case ("d", i, j):
            return ("d", *sorted((names.get(i, i), names.get(j, j))))
    return tuple(_relabel(part, names) for part in a)


def rename(m: Monomial, names: Mapping[str, str]) -> Polynomial:
    """`m` with free indices renamed, in canonical form again (a sum's labels may depend on them)."""
    if not free(m) & names.keys():
        return {m: QQ(1)}
    result: Polynomial = {UNIT: QQ(1)}
    for a, e in m:
        if not free(a) & names.keys():
            result = multiply(result, {frozenset([(a, e)]): QQ(1)})
            continue
        new = _rename_atom(a, names)
        if e == int(e):
            result = multiply(result, power(new, int(e)))
        else:  # exp atoms alone carry fractions, and stay single atoms or products of such
            ((factors, _),) = new.items()
            result = multiply(result, {frozenset((b, k * e) for b, k in factors): QQ(1)})
    return result


def _rename_atom(a: Atom, names: Mapping[str, str]) -> Polynomial:
    match a:
        case ("v", name, *indices):
            return atom(("v", name, *(names.get(k, k) for k in indices)))
        case ("d", i, j):
            i, j = sorted((names.get(i, i), names.get(j, j)))
            return {UNIT: QQ(1)} if i == j else atom(("d", i, j))
        case ("sum", level, sizes, body):
            inner = {f"#{level}.{k}": f"@{next(_fresh)}" for k in range(len(sizes))}
            return summation(rename(body, {**names, **inner}), dict(zip(inner.values(), sizes, strict=True)))
        case ("exp", monomial):
            return exponential(rename(monomial, names))
        case ("rec", argument):
            return reciprocal(_rename_key(argument, names))
        case ("phi", order, argument):
            return atom(("phi", order, key(_rename_key(argument, names))))
        case ("root", argument, q):
            return atom(("root", key(_rename_key(argument, names)), q))
        case ("fn", name, *arguments):
            return atom(("fn", name, *(key(_rename_key(argument, names)) for argument in arguments)))
    raise AssertionError(a)


def _rename_key(argument: Key, names: Mapping[str, str]) -> Polynomial:
    result: Polynomial = {}
    for m, c in argument:
        result = add(result, rename(m, names), c)
    return result


def exponential(p: Polynomial) -> Polynomial:
    """exp(p) = prod_m exp(m)^c, so that exp(a + b) = exp(a) exp(b) and exp(2a) = exp(a)^2."""
    result: Monomial = UNIT
    for m, c in p.items():
        (factor,) = atom(("exp", m), c)
        result = merge(result, factor)
    assert relations(result) is None
    return {result: QQ(1)}

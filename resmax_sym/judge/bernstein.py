"""P(s) >= 0 where s >= 0 and sum(s) <= 1: on each of a few simplices no Bernstein coefficient of P is negative.

On a simplex with vertices V_0, ..., V_n a polynomial of degree D is the sum of its Bernstein coefficients times products of the
barycentric coordinates, which are nonnegative.  An edge is halved until no coefficient is negative; the coefficients of both halves
come from those of the whole by de Casteljau's averages, in whole numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from math import comb, factorial, lcm, prod

import flint

LEAF = "."
"""In a list of bisections: a piece on which no coefficient is negative."""

WORK = 400_000
"""Coefficients looked at, over all pieces, after which a search is given up."""

MAX_COEFFICIENTS = 3000
"""Of one polynomial."""

Index = tuple[int, ...]
Lines = list[list[int]]


def certify(p: flint.fmpq_mpoly, work: int = WORK) -> str | None:
    """Bisections, in preorder, after which every piece is settled; None where that takes more than `work`.

    Parameters
    ----------
    p : polynomial in n numbers s
        To be shown nonnegative on the simplex with the vertices e_1, ..., e_n and 0.

    Returns
    -------
    str or None
        'u-v' where the edge between vertices u and v of a piece is halved, v being replaced first and then u; '.' for a leaf.
    """
    n = len(p.context().gens())
    degree = max((sum(exponents) for exponents, _ in p.terms()), default=0)
    if comb(degree + n, n) > MAX_COEFFICIENTS:
        return None
    indices, whole = coefficients(p, degree)
    edges = list(itertools.combinations(range(n + 1), 2))
    lines = {edge: [*along(indices, *edge)] for edge in edges}
    corner = [indices.index(tuple(degree * (k == j) for k in range(n + 1))) for j in range(n + 1)]
    vertices = [tuple(float(k == j) for k in range(n)) for j in range(n + 1)]
    stack, tokens = [(whole, vertices)], []
    while stack:
        found, at = stack.pop()
        if min(found) >= 0:
            tokens.append(LEAF)
            continue
        if (len(tokens) + len(stack)) * len(whole) > work or any(found[k] < 0 for k in corner):  # the value at a vertex
            return None
        u, v = max(edges, key=lambda edge: sum((x - y) ** 2 for x, y in zip(at[edge[0]], at[edge[1]], strict=True)))
        tokens.append(f"{u}-{v}")
        middle = tuple((x + y) / 2 for x, y in zip(at[u], at[v], strict=True))  # it chooses edges and proves nothing
        left, right = halves(found, lines[u, v], degree)
        stack += [(right, [*at[:u], middle, *at[u + 1 :]]), (left, [*at[:v], middle, *at[v + 1 :]])]
    return " ".join(tokens)


def coefficients(p: flint.fmpq_mpoly, degree: int) -> tuple[list[Index], list[int]]:
    """Multi-indices, and a positive multiple of the Bernstein coefficients on the whole simplex as whole numbers."""
    n = len(p.context().gens())
    context = flint.fmpq_mpoly_ctx.get(tuple(f"l{k}" for k in range(n + 1)), "degrevlex")
    gens, form = context.gens(), context.constant(0)
    total = sum(gens, context.constant(0))
    powers = [context.constant(1)]
    for _ in range(degree):
        powers.append(powers[-1] * total)
    for exponents, value in p.terms():
        form += value * prod(
            (g**k for g, k in zip(gens, exponents, strict=False)), start=powers[degree - sum(exponents)]
        )
    indices = list(multi_indices(n + 1, degree))
    found = form.to_dict()
    values = [found.get(index, flint.fmpq(0)) * prod(map(factorial, index)) for index in indices]
    common = lcm(*(int(value.q) for value in values))
    return indices, [int(value * common) for value in values]


def multi_indices(count: int, degree: int) -> Iterator[Index]:
    """All tuples of `count` natural numbers that sum to `degree`."""
    if count == 1:
        yield (degree,)
        return
    for first in range(degree + 1):
        for rest in multi_indices(count - 1, degree - first):
            yield (first, *rest)


def along(indices: Sequence[Index], u: int, v: int) -> Iterator[list[int]]:
    """Positions of the indices that differ along the edge u, v alone, the weight of v rising."""
    lines: dict[Index, list[tuple[int, int]]] = {}
    for position, index in enumerate(indices):
        key = (*(0 if k in (u, v) else i for k, i in enumerate(index)), index[u] + index[v])
        lines.setdefault(key, []).append((index[v], position))
    for line in lines.values():
        yield [position for _, position in sorted(line)]


def halves(found: Sequence[int], lines: Lines, degree: int) -> tuple[list[int], list[int]]:
    """Coefficients on the half that keeps u and on the one that keeps v, times 2^degree."""
    left, right = [0] * len(found), [0] * len(found)
    for line in lines:
        row = [found[position] for position in line]
        for step, position in enumerate(line):
            left[position] = row[0] << (degree - step)
            right[line[len(line) - 1 - step]] = row[-1] << (degree - step)
            row = [a + b for a, b in itertools.pairwise(row)]
    return left, right

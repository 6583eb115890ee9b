"""P >= 0 on a simplex by Bernstein coefficients: what is certified holds, what is negative somewhere is not, halves are halves."""

from fractions import Fraction

import flint
import numpy as np
import pytest

from resmax_sym.judge.bernstein import LEAF, along, certify, coefficients, halves
from resmax_sym.judge.bounds.recheck import Unsound
from resmax_sym.judge.pairs_check import follow


def ring(n):
    return flint.fmpq_mpoly_ctx.get((*"acp"[: n - 1], "s", "S"), "degrevlex")


def bare(n):
    return flint.fmpq_mpoly_ctx.get((*"acp"[: n - 1], "s"), "degrevlex")


def rational(value):
    return flint.fmpq(value.numerator, value.denominator)


def random_point(rng, n):
    """A point with s >= 0 and sum(s) <= 1, often on the boundary."""
    parts = rng.integers(0, 40, n + 1) * (rng.random(n + 1) < 0.7)
    total = int(parts.sum()) or 1
    return [Fraction(int(k), total) for k in parts[:n]]


def value(p, point):
    found = p(*map(rational, point))
    return Fraction(int(found.p), int(found.q))


def random_square(rng, gens, context):
    """The square of a polynomial, not always without a zero."""
    root = sum((int(rng.integers(-3, 4)) * g for g in gens), context.constant(int(rng.integers(-2, 3))))
    return (root + int(rng.integers(-2, 3)) * gens[0] * gens[-1]) ** 2


@pytest.mark.parametrize("n", [2, 3, 4])
def test_what_is_certified_holds_and_replays(n):
    rng, context, proved = np.random.default_rng(n), bare(n), 0
    whole = ring(n)
    for _ in range(25):
        gens = context.gens()
        p = random_square(rng, gens, context) + rational(Fraction(int(rng.integers(-3, 8)), 20)) - gens[0] * gens[1] / 7
        tree = certify(p, work=20_000)
        if tree is None:
            continue
        proved += 1
        assert all(value(p, random_point(rng, n)) >= 0 for _ in range(200))
        lifted = whole.from_dict({(*e, 0): c for e, c in p.terms()})
        follow(lifted, tree.split())
    assert proved > 5


@pytest.mark.parametrize("n", [2, 3])
def test_what_is_negative_at_a_point_is_not_certified(n):
    rng, context = np.random.default_rng(n), bare(n)
    for _ in range(30):
        gens = context.gens()
        point = random_point(rng, n)
        p = sum(((g - rational(x)) ** 2 for g, x in zip(gens, point, strict=True)), context.constant(0))
        p = p * (1 + random_square(rng, gens, context)) - flint.fmpq(1, 10**6)
        assert value(p, point) < 0
        assert certify(p, work=20_000) is None


def test_constants_and_vertices():
    context = bare(2)
    assert certify(context.constant(0)) == LEAF
    assert certify(context.constant(3)) == LEAF
    assert certify(context.constant(-1)) is None
    assert certify(context.gens()[0] - 1) is None


@pytest.mark.parametrize("n", [2, 3])
def test_halves_are_the_polynomial_on_the_halves(n):
    """The coefficients of both halves, from the polynomial itself with the new vertices put in."""
    rng, context = np.random.default_rng(n), bare(n)
    gens = context.gens()
    p = random_square(rng, gens, context) * (1 + gens[0]) - gens[-1] / 3
    degree = max(sum(e) for e, _ in p.terms())
    indices, whole = coefficients(p, degree)
    corners = [[flint.fmpq(int(k == j)) for k in range(n)] for j in range(n + 1)]
    for u in range(n + 1):
        for v in range(u + 1, n + 1):
            middle = [(x + y) / 2 for x, y in zip(corners[u], corners[v], strict=True)]
            parts = halves(whole, [*along(indices, u, v)], degree)
            for part, gone in zip(parts, (v, u), strict=True):
                V = [middle if k == gone else corner for k, corner in enumerate(corners)]
                # barycentric coordinates of the half: the last vertex is the origin of the affine map
                there = p.compose(
                    *(sum(((V[j][k] - V[n][k]) * gens[j] for j in range(n)), context.constant(V[n][k])) for k in range(n)),
                    ctx=context,
                )  # fmt: skip
                _, found = coefficients(there, degree) if max(sum(e) for e, _ in there.terms()) == degree else (0, None)
                if found is None:
                    continue
                ratio = {flint.fmpq(a, b) for a, b in zip(part, found, strict=True) if b}
                assert len(ratio) == 1
                assert min(ratio) > 0
                assert all((a == 0) == (b == 0) for a, b in zip(part, found, strict=True))


FORGED = [
    "",
    ".",
    "0-1 .",
    "0-1 . . .",
    "0-0 . .",
    "0-7 . .",
    "x . .",
    "0-1-2 . .",
    "-1-0 . .",
]


@pytest.mark.parametrize("tree", FORGED)
def test_forged_bisections_are_found(tree):
    context = ring(2)
    a, s, _ = context.gens()
    p = (a - s) ** 2 + flint.fmpq(1, 100) - 0 * a
    right = certify(bare(2).from_dict({e[:2]: c for e, c in p.terms()}))
    assert right == "0-1 . ."
    follow(p, right.split())
    with pytest.raises(Unsound):
        follow(p, tree.split())


def test_a_leaf_with_a_negative_coefficient_is_found():
    a, s, _ = ring(2).gens()
    with pytest.raises(Unsound):
        follow((a - s) ** 2 - flint.fmpq(1, 10**6), ["0-1", ".", "."])

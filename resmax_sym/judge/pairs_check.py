"""M_ij <= 0 for every i != j, checked from its certificate: polynomials held against M modulo a prime, leaves by substitution.

The polynomials of `pairs` are taken as candidates only.  That they are -M0 and M0^2 - norm(y)^2 is seen from M itself, evaluated at
random vectors with four and more entries that are not marked: so many make the power sums S_1, ..., S_4 independent, and M cannot
tell how many there are, for what it sums up vanishes where f_l = omega_l = b_l = 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

import flint
import numpy as np

from resmax_sym.judge import pairs
from resmax_sym.judge.bounds.recheck import Unsound, recheck_relation
from resmax_sym.judge.bounds.recheck.context import constant
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.marked import NAMES, Unread
from resmax_sym.judge.modular import TOWERS, Residue, Residues
from resmax_sym.lang import Expr, Relation, parse_relations, symbol
from resmax_sym.models import Model

WEIGHTS = symbol("weights", ("n",))
FORM = "(1 - eye(n)) * max(M, 0) == 0"
OPS = ("add", "sub", "mul", "neg", "pow", "div", "inner", "sum", "outer", "ones", "number", "matmul", "symbol")
OTHERS = (4, 5, 7)
"""How many entries are not marked."""

MOST_ROUNDS = 4
SEED = 40_000
Point = Mapping[str, Any]


def need(condition: bool, why: str) -> None:
    if not condition:
        raise Unsound(why)


def check(claim: Claim, table: Mapping[str, Any], given: Sequence[Relation]) -> None:
    """Raises Unsound unless `table` shows the statement of the claim where the relations `given` hold."""
    model, M = claim.model, matrix(claim.relation)
    b = symbol("b", ("n",))
    of_b = any(node == b for node in over_weights(model, M).walk())
    wanted = [(entry, sign) for entry in "ijk" for sign in (1, -1)] if of_b else [("i", 0)]
    rows = table["cases"]
    need([(row["entry"], row["sign"]) for row in rows] == wanted, "it leaves out a case, or has one too many")
    relations = ["simplex(f)", "norm(omega) <= 1", *["norm1(b) <= 1"][: int(of_b)]]
    need(len(table["premises"]) == len(relations), "a premise is missing")
    for text, premise in zip(relations, table["premises"], strict=True):
        (relation,) = parse_relations(text, model.names)
        recheck_relation(model, claim.names, relation, given, premise)
    sample = Sample(model, over_weights(model, M))
    sample.check_affine()
    for row in rows:
        where, rounds = pairs.Where(row["entry"], row["sign"]), row["rounds"]
        need(type(rounds) is int and 0 <= rounds <= MOST_ROUNDS, f"{rounds!r} is no number of rounds")
        try:
            candidates = pairs.wanted(where, model, M)
        except Unread as error:
            raise Unsound(str(error)) from None
        sample.check_candidates(where, candidates)
        need(len(row["bisections"]) == len(candidates), "one of the two polynomials is not shown to be nonnegative")
        for candidate, trees in zip(candidates, row["bisections"], strict=True):
            least = at_ends(candidate, where.marked, rounds)
            need(len(trees) == len(least), "an end of the range of S_3 is missing")
            for p, tree in zip(least, trees, strict=True):
                follow(p, tree.split())


def matrix(relation: Relation) -> Expr:
    """M where the statement is (1 - eye(n)) * max(M, 0) == 0."""
    try:
        M = relation.args[0].args[1].args[0]
        (form,) = parse_relations(FORM, {"n": Expr("size", data="n"), "M": M})
    except (AttributeError, IndexError):
        raise Unsound("the statement is about no matrix without its diagonal") from None
    same = M.shape == ("n", "n") and (form.op, form.lhs) == (relation.op, relation.lhs)
    need(same and constant(relation.rhs) == (0, 0), "the statement is not (1 - eye(n)) * max(M, 0) == 0")
    return M


def over_weights(model: Model, M: Expr) -> Expr:
    """M as a formula in the vectors weights (which stand for f), omega and b, and in numbers.

    Raises
    ------
    Unsound
        It is no polynomial in their entries and in sums over all of them, or such a sum depends on how many entries there are.
    """
    f = model.names["f"]
    M = M.rebuild(lambda node: WEIGHTS if node == f else None)  # what is still a name then is no formula in f
    free = (WEIGHTS, symbol("omega", ("n",)), symbol("b", ("n",)))
    for node in M.walk():
        need(node.op in OPS and (node.op != "symbol" or node in free), f"{node!r} is no polynomial in f, omega and b")
        need(node.op != "matmul" or not node.shape, f"{node!r} is no inner product")
        need(node.op not in ("pow", "div") or node.args[1].op == "number", f"{node!r} is no polynomial")
        power = node.args[1].data if node.op == "pow" else Fraction(1)
        need(power.denominator == 1 and power >= 0, f"{node!r} is no natural power")
        summed = [node.args[0]] if node.op == "sum" else [*node.args] if node.op in ("inner", "matmul") else []
        need(not summed or any(map(vanishes, summed)), f"{node!r} depends on the number of entries")
    return M


def vanishes(e: Expr) -> bool:
    """Whether an entry of a formula is seen to be 0 where those of f, omega and b are."""
    match e.op:
        case "symbol":
            return bool(e.shape)
        case "number":
            return e.data == 0
        case "add" | "sub":
            return all(map(vanishes, e.args))
        case "mul":
            return any(map(vanishes, e.args))
        case "neg" | "div":
            return vanishes(e.args[0])
        case "pow":
            return e.args[1].data > 0 and vanishes(e.args[0])
    return False


def order(e: Expr, z: Expr) -> int:
    """A degree of a formula of `over_weights` in a vector that it does not exceed, seen from its operations."""
    if e == z:
        return 1
    parts = [order(part, z) for part in e.args]
    match e.op:
        case "mul" | "inner" | "outer" | "matmul":
            return sum(parts)
        case "pow":
            return parts[0] * int(e.args[1].data)
    return max(parts, default=0)


class Sample:
    """Entry (0, 1) of M at random vectors modulo a large prime."""

    def __init__(self, model: Model, M: Expr) -> None:
        self.model, self.M, self.ring = model, M, Residues(TOWERS[0])
        self.rng = np.random.default_rng(SEED)

    def number(self, value: Any) -> Residue:
        value = Fraction(int(value.p), int(value.q)) if isinstance(value, flint.fmpq) else Fraction(value)
        return self.ring.number(value)

    def random(self, n: int) -> np.ndarray:
        return self.ring.random((n,), self.rng)

    def weights(self, n: int) -> np.ndarray:
        """They sum to 1."""
        found = self.random(n)
        found[1] = self.number(1) - (found.sum() - found[1])
        return found

    def unit(self, n: int, place: int, value: int = 1) -> np.ndarray:
        found = np.empty(n, dtype=object)
        found[:] = [self.number(value * (k == place)) for k in range(n)]
        return found

    def entry(self, f: np.ndarray, omega: np.ndarray, b: np.ndarray) -> Residue:
        point = {"weights": f, "omega": omega, "b": b}
        return np.asarray(Evaluator(self.model, {"n": len(f)}, point, self.ring)(self.M))[0, 1]

    def check_affine(self) -> None:
        """By its operations; and F(u + v) - F(u) - F(v) + F(0) = 0 as a function of omega, and of b, as a second route.

        The values alone would not do: a formula can be made that vanishes at all points that are tried.
        """
        for name in ("omega", "b"):
            need(order(self.M, symbol(name, ("n",))) <= 1, f"an entry of M is not seen to be affine in {name}")
        for n in OTHERS:
            f, u, v, w = self.weights(n), self.random(n), self.random(n), self.random(n)
            zero = self.unit(n, 0, 0)
            of_omega = [self.entry(f, z, w) for z in (u + v, zero, u, v)]
            of_b = [self.entry(f, w, z) for z in (u + v, zero, u, v)]
            for one, origin, left, right in (of_omega, of_b):
                need(is_zero(one + origin - left - right), "an entry of M is not affine in omega and in b")

    def check_candidates(self, where: pairs.Where, candidates: Sequence[flint.fmpq_mpoly]) -> None:
        """-M0 and M0^2 - sum_l y_l^2, where M0 is M at omega = 0 and y_l the change of M from there to omega = e_l."""
        for others in OTHERS:
            n = where.marked + others
            f, b = self.weights(n), self.unit(n, "ijk".index(where.entry), where.sign)
            origin = self.entry(f, self.unit(n, 0, 0), b)
            changes = [self.entry(f, self.unit(n, place), b) - origin for place in range(n)]
            squares = sum((y * y for y in changes), self.number(0))
            truth = (-origin, origin * origin - squares)
            point = dict(zip("acp", f[: where.marked], strict=False))
            point |= {f"S{q}": sum((x**q for x in f[where.marked :]), self.number(0)) for q in range(2, 9)}
            for value, candidate in zip(truth, candidates, strict=True):
                need(is_zero(value - self.value(candidate, point)), f"the polynomial for b = {where} is another one")

    def value(self, p: flint.fmpq_mpoly, point: Point) -> Residue:
        """A polynomial in the names of `point`."""
        total = self.number(0)
        for exponents, factor in p.terms():
            powers = [point[name] ** int(e) for name, e in zip(NAMES, exponents, strict=True) if e]
            total = total + prod(powers, start=self.number(factor))
        return total


def is_zero(value: Residue) -> bool:
    return not any(value.parts)


def at_ends(p: flint.fmpq_mpoly, count: int, rounds: int) -> list[flint.fmpq_mpoly]:
    """Lower ends of p: s S_3 for S_4, which lowers p, then s^4 (1 + ... + (1 - m)^rounds) and s^3 for S_3, of which p is affine."""
    slope = p.derivative("S4")
    need(slope.is_constant() and all(value <= 0 for _, value in slope.terms()), "p does not fall as S_4 rises")
    context = flint.fmpq_mpoly_ctx.get((*"acp"[:count], "s", "S"), "degrevlex")
    gens = dict(zip(context.names(), context.gens(), strict=True))
    s, zero = gens["s"], context.constant(0)
    room = sum((gens[name] for name in "acp"[:count]), zero)
    power = {"S2": s**2, "S3": gens["S"], "S4": s * gens["S"]}
    used = {NAMES[k] for k, e in enumerate(p.degrees()) if e > 0}
    need(used <= {*"acp"[:count], *power}, "p speaks of more than entries and S_2, S_3, S_4")
    least = p.compose(*((gens | power).get(name, zero) if name in used else zero for name in NAMES), ctx=context)
    slope = least.derivative("S")
    need(slope.derivative("S") == 0, "p is not affine in S_3")
    free = least - slope * gens["S"]
    if slope == 0:
        return [free]
    below = s**4 * sum((room**k for k in range(rounds + 1)), zero)
    return [free + slope * below, free + slope * s**3]


def follow(p: flint.fmpq_mpoly, tokens: list[str]) -> None:
    """Every leaf of the bisections, p having no negative coefficient there in barycentric coordinates."""
    names = [name for name in p.context().names() if name != "S"]
    n, degree = len(names), max((sum(e) for e, _ in p.terms()), default=0)
    need(p.degrees()[len(names)] <= 0, "p still speaks of S_3")
    corners = [[flint.fmpq(int(k == j)) for k in range(n)] for j in range(n + 1)]
    whole = flint.fmpq_mpoly_ctx.get((*names, "one"), "degrevlex")
    form = whole.from_dict({(*e[:n], degree - sum(e)): value for e, value in p.terms()})
    for vertices in leaves(corners, iter(tokens)):
        context = flint.fmpq_mpoly_ctx.get(tuple(f"l{k}" for k in range(n + 1)), "degrevlex")
        lam = context.gens()
        places = [sum((V[k] * g for V, g in zip(vertices, lam, strict=True)), context.constant(0)) for k in range(n)]
        there = form.compose(*places, sum(lam, context.constant(0)), ctx=context)
        need(all(value >= 0 for _, value in there.terms()), f"a coefficient is negative on the piece {vertices}")


def leaves(corners: list[list[flint.fmpq]], tokens: Iterator[str]) -> Iterator[list[list[flint.fmpq]]]:
    """The pieces that are left, when edges are halved as the tokens say; they cover the whole."""
    stack = [corners]
    while stack:
        vertices, token = stack.pop(), next(tokens, "")
        if token == ".":
            yield vertices
            continue
        ends = token.split("-")
        need(len(ends) == 2 and all(end.isdecimal() for end in ends), f"{token!r} is neither an edge nor a leaf")
        u, v = map(int, ends)
        need(u != v and max(u, v) < len(vertices), f"{token!r} is no edge")
        middle = [(x + y) / 2 for x, y in zip(vertices[u], vertices[v], strict=True)]
        stack += [[middle if k == w else V for k, V in enumerate(vertices)] for w in (u, v)]
    need(next(tokens, None) is None, "the bisections go on after the last piece")

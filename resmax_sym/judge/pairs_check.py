"""M_ij <= 0 for every i != j, checked from its certificate: polynomials held against M modulo a prime, leaves by substitution.

The polynomials of `pairs` are taken as candidates only.  That they are -M0 and M0^2 - norm(y)^2 is seen from M itself, evaluated at
random vectors with four and more entries that are not marked: so many make the power sums S_1, ..., S_4 independent, and M cannot
tell how many there are, for what it sums up vanishes where f_l = omega_l = b_l = 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import flint

from resmax_sym.judge import pairs
from resmax_sym.judge.bounds.recheck import Unsound, recheck_relation
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.marked import NAMES, Unread
from resmax_sym.judge.pairs_formula import Sample, matrix, need, over_weights
from resmax_sym.lang import Expr, Relation, parse_relations, symbol

MOST_ROUNDS = 4


def check(claim: Claim, table: Mapping[str, Any], given: Sequence[Relation]) -> dict[str, Any]:
    """What `table` shows, in the words of this check; raises Unsound unless it is the statement, where the relations `given` hold."""
    model, M = claim.model, matrix(claim.relation)
    b = symbol("b", ("n",))
    of_b = any(node == b for node in over_weights(model, M).walk())
    wanted = [(entry, sign) for entry in "ijk" for sign in (1, -1)] if of_b else [("i", 0)]
    rows = table["cases"]
    need([(row["entry"], row["sign"]) for row in rows] == wanted, "it leaves out a case, or has one too many")
    relations = ["simplex(f)", "norm(omega) <= 1", *["norm1(b) <= 1"][: int(of_b)]]
    need(len(table["premises"]) == len(relations), "a premise is missing")
    premises = []
    for text, premise in zip(relations, table["premises"], strict=True):
        (relation,) = parse_relations(text, model.names)
        premises.append(recheck_relation(model, claim.names, relation, given, premise))
    sample = Sample(model, over_weights(model, M))
    sample.check_affine()
    cases = [check_case(pairs.Where(*one), M, sample, row) for one, row in zip(wanted, rows, strict=True)]
    return {"premises": premises, "cases": cases}


def check_case(where: pairs.Where, M: Expr, sample: Sample, row: Mapping[str, Any]) -> dict[str, Any]:
    """The case as it was read; raises Unsound unless both of its polynomials are those of M, and nonnegative."""
    rounds = row["rounds"]
    need(type(rounds) is int and 0 <= rounds <= MOST_ROUNDS, f"{rounds!r} is no number of rounds")
    try:
        candidates = pairs.wanted(where, sample.model, M)
    except Unread as error:
        raise Unsound(str(error)) from None
    sample.check_candidates(where, candidates)
    need(len(row["bisections"]) == len(candidates), "one of the two polynomials is not shown to be nonnegative")
    for candidate, trees in zip(candidates, row["bisections"], strict=True):
        least = at_ends(candidate, where.marked, rounds)
        need(len(trees) == len(least), "an end of the range of S_3 is missing")
        for p, tree in zip(least, trees, strict=True):
            follow(p, tree.split())
    read = [[" ".join(tree.split()) for tree in trees] for trees in row["bisections"]]
    return {"entry": where.entry, "sign": where.sign, "rounds": rounds, "bisections": read}


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

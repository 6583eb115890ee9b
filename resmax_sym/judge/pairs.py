"""M_ij <= 0 for every i != j: M affine in omega and b, with norm(omega) <= 1, norm1(b) <= 1 and f on the simplex, for every n.

The statement is `(1 - eye(n)) * max(M, 0) == 0`.  M_ij is affine in b, hence largest at some b = +-e_k, with k = i, k = j or another
entry.  There M_ij = M0 + <y, omega> <= M0 + norm(y) (Cauchy-Schwarz), so that it is enough to have M0 <= 0 and norm(y)^2 <= M0^2.
Both are polynomials in the entries a = f_i, c = f_j, p = f_k and in the power sums S_q of the other entries x >= 0, whose sum is
m = 1 - a - c - p.  With s = norm(x): S_2 = s^2, s <= m, S_4 <= s S_3, and S_3 lies between s^4 (1 + (1 - m) + ... + (1 - m)^r), since
S_2^2 <= m S_3, and s^3.  A polynomial that is affine in S_3 is least at one of the ends.  What is left are polynomials in
a, c, p, s >= 0 with a + c + p + s <= 1, which `bernstein` shows to be nonnegative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import flint

from resmax_sym.judge import bounds
from resmax_sym.judge.bernstein import certify
from resmax_sym.judge.bounds.assumed import constant_bounds
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.marked import HIGHEST, NAMES, PLACE, Marked, Number, Unread, affine_parts, degree, power
from resmax_sym.lang import Expr, Relation
from resmax_sym.lang.expr import as_expr
from resmax_sym.models import Model

ROUNDS = (1, 2)
"""How many terms after the first of 1 + (1 - m) + (1 - m)^2 + ... are tried."""

NORMS = (("norm", "omega"), ("norm1", "b"))


@dataclass(frozen=True)
class Where:
    """b = sign e_k, with k = i, k = j or another entry; sign 0 where b does not occur."""

    entry: str
    sign: int

    @property
    def marked(self) -> int:
        """How many entries stand out."""
        return 3 if self.entry == "k" else 2

    def reading(self, model: Model) -> Marked:
        return Marked(model, self.marked, "ijk".index(self.entry), self.sign)


BARE = (Where("i", 0),)
VERTICES = tuple(Where(entry, sign) for entry in "ijk" for sign in (1, -1))


def matrix_of(relation: Relation) -> Expr | None:
    """M where the statement is (1 - eye(n)) * max(M, 0) == 0, or has 2 * 0 for 0 and the like."""
    if relation.op != "==" or relation.lhs.op != "mul" or relation.rhs.shape:
        return None
    mask, top = relation.lhs.args
    if top.op != "call" or top.data != "max" or len(top.args) != 2 or top.args[1] != as_expr(0):
        return None
    M = top.args[0]
    masked = M.shape == ("n", "n") and mask == 1 - Expr("eye", (), M.shape)
    return M if masked and constant_bounds(relation.rhs) == (0, 0) else None


def cases(model: Model, M: Expr) -> tuple[Where, ...]:
    """Where M_ij is largest as a function of b; Unread where it is not affine in b."""
    b = model.names["b"]
    if degree(M, b, model.names["f"]) > 1:
        raise Unread("an entry of the matrix is not affine in b")
    return VERTICES if any(node == b for node in M.walk()) else BARE


def wanted(where: Where, model: Model, M: Expr) -> tuple[Number, Number]:
    """-M0 and M0^2 - norm(y)^2, which have to be nonnegative."""
    marked = where.reading(model)
    fixed, y, others = affine_parts(marked.pair(M), marked.count)
    squares = sum((power(part, 2) for part in y), marked.power_sums(power(others, 2)))
    return -fixed, power(fixed, 2) - squares


def ends(p: Number, count: int, rounds: int) -> list[flint.fmpq_mpoly]:
    """Polynomials in a, c, (p,) s; p is nonnegative where all of them are.

    Raises
    ------
    Unread
        p is not affine in S_3, or S_4 has a factor that is not a negative number, or p has other power sums.
    """
    if any(p.degrees()[PLACE[f"S{q}"]] > 0 for q in range(5, HIGHEST + 1)):
        raise Unread("power sums beyond the fourth are not bounded")
    context = flint.fmpq_mpoly_ctx.get((*"acp"[:count], "s"), "degrevlex")
    gens = dict(zip(context.names(), context.gens(), strict=True))
    s, room = gens["s"], sum((gens[name] for name in "acp"[:count]), context.constant(0))
    low, high = s**4 * sum((room**k for k in range(1, rounds + 1)), context.constant(1)), s**3
    fourth, third = PLACE["S4"], PLACE["S3"]
    parts = [context.constant(0), context.constant(0)]  # free of S_3, and what S_3 is multiplied by
    for exponents, value in p.terms():
        others = {NAMES[k]: e for k, e in enumerate(exponents) if e and k not in (fourth, third)}
        if exponents[fourth] and (value > 0 or exponents[fourth] > 1 or others or exponents[third]):
            raise Unread("the factor of S_4 is no negative number")
        of_third = exponents[third] + exponents[fourth]
        if of_third > 1:
            raise Unread("a polynomial is not affine in S_3")
        term = context.constant(value) * s ** (exponents[fourth] + 2 * others.pop("S2", 0))
        for name, e in others.items():
            term *= gens[name] ** e
        parts[of_third] += term
    return [parts[0] + parts[1] * end for end in (low, high)] if parts[1] != 0 else parts[:1]


def premises(claim: Claim, cases: Sequence[Where]) -> Iterator[Relation]:
    """f on the simplex, norm(omega) <= 1 and, where b occurs, norm1(b) <= 1."""
    names = claim.model.names
    yield Relation("simplex", (names["f"],))
    for kind, name in NORMS[: 1 + (cases != BARE)]:
        yield Relation("<=", (Expr(kind, (names[name],)), as_expr(1)))


def prove(claim: Claim, given: Sequence[Relation]) -> dict[str, Any] | None:
    """What shows the statement: the premises by bounds, and for each case the bisections; None where it is not seen to hold."""
    M = matrix_of(claim.relation)
    if M is None:
        return None
    try:
        found = cases(claim.model, M)
        shown = [bounds.prove(claim.model, relation, list(given)) for relation in premises(claim, found)]
        if not all(isinstance(one, bounds.Bounded) for one in shown):
            return None
        rows = [settled(where, claim.model, M) for where in found]
    except Unread:
        return None
    if any(row is None for row in rows):
        return None
    return {"premises": [one.to_json() for one in shown], "cases": rows}


def settled(where: Where, model: Model, M: Expr) -> dict[str, Any] | None:
    """The bisections for both polynomials at every end, in one case."""
    both = wanted(where, model, M)
    for rounds in ROUNDS:
        trees = [[certify(p) for p in ends(one, where.marked, rounds)] for one in both]
        if all(tree is not None for row in trees for tree in row):
            return {"entry": where.entry, "sign": where.sign, "rounds": rounds, "bisections": trees}
    return None

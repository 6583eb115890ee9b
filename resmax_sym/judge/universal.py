"""z^T M z >= c z^T z for every z, hence eigmin(M) >= c: what is known of all values of a vector, carried to eigenvalues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from resmax_sym.judge.claim import Claim
from resmax_sym.judge.guards import conditions
from resmax_sym.judge.identity import Equal, equal, symmetric
from resmax_sym.lang import Expr, Relation, eq
from resmax_sym.models import Model

VECTORS = ("omega", "b")
"""Free vectors of size n: what is proved of one is proved for all its values, if no assumption speaks of it."""


def for_every_vector(claim: Claim, statement: Relation, firm: Sequence[Relation]) -> bool:
    """Whether `statement` bounds the form of a matrix as one of the relations `firm` does for every vector; False means not seen.

    For a symmetric M and a number c that do not speak of z, c <= eigmin(M) is the same as c <z, z> <= <z, M z> for all z, and
    eigmax(M) <= c the same as <z, M z> <= c <z, z> for all z; psd(M) is the case c = 0.

    Parameters
    ----------
    firm : relations
        Each holds wherever the claim's assumptions hold and its own two sides are defined.
    """
    wanted = form_bound(statement)
    if wanted is None or not symmetric(claim.model, wanted[1]):
        return False
    sign, M, c = wanted
    for z in (claim.model.variables[name] for name in VECTORS if name in claim.model.variables):
        if M.shape != z.shape * 2 or any(speaks_of(z, part) for part in (M, c, *parts(claim.assumptions))):
            continue
        gap = sign * (Expr("inner", (z, M @ z), ()) - c * Expr("inner", (z, z), ()))
        if any(says(claim.model, relation, gap, z) for relation in firm):
            return True
    return False


def form_bound(statement: Relation) -> tuple[int, Expr, Expr] | None:
    """(1, M, c) for eigmin(M) >= c, (-1, M, c) for eigmax(M) <= c; None for any other statement."""
    if statement.op == "psd":
        return 1, statement.args[0], Expr("number", data=Fraction(0))
    if statement.op not in ("<=", ">="):
        return None
    small, large = statement.args if statement.op == "<=" else statement.args[::-1]
    if large.op == "eigmin":
        return 1, large.args[0], small
    return (-1, small.args[0], large) if small.op == "eigmax" else None


def says(model: Model, relation: Relation, gap: Expr, z: Expr) -> bool:
    """Whether `relation` says gap >= 0 at every z: its sides differ by the gap, and no value of z leaves them undefined."""
    if relation.op not in ("<=", ">=") or any(side.shape for side in relation.args):
        return False
    small, large = relation.args if relation.op == "<=" else relation.args[::-1]
    if any(speaks_of(z, guard.subject) for guard in conditions(relation, model)):
        return False
    return isinstance(equal(model, eq(large - small, gap)), Equal)


def speaks_of(z: Expr, e: Expr) -> bool:
    return any(node == z for node in e.walk())


def parts(relations: Sequence[Relation]) -> Iterator[Expr]:
    """The formulas in some relations."""
    for relation in relations:
        for part in relation.args:
            yield from parts([part]) if isinstance(part, Relation) else (part,)

"""a <= b, b == c, c <= d, hence a <= d: statements from relations already known, step by step."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from resmax_sym.judge.basis import Basis
from resmax_sym.judge.bounds.canonical import same
from resmax_sym.judge.cell import in_cell, one_cell_again
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.discharge import Discharge
from resmax_sym.judge.expansion import by_expansion, throughout
from resmax_sym.judge.guards import guards
from resmax_sym.judge.identity import Equal, equal
from resmax_sym.judge.instance import is_instance
from resmax_sym.judge.square_root import by_square_root
from resmax_sym.judge.third import lipschitz_by_form
from resmax_sym.judge.universal import for_every_vector
from resmax_sym.judge.vectors import is_instance_for_vector
from resmax_sym.lang import Expr, Relation, eq
from resmax_sym.lang.relation import FLIP
from resmax_sym.models import Model

CHAINED = "from earlier steps"
UNPROVED = "no engine proves it, and it does not follow from what stands before"
UNDEFINED = "it is not shown to be defined wherever the claim speaks"
Found = TypeVar("Found")


def derive(
    claim: Claim,
    known: Basis | Sequence[Relation],
    settle: Callable[[Claim, Sequence[Relation]], Found | None],
    glue: Found,
    stuck: Callable[[int, Claim, str], None] = lambda number, part, reason: None,
) -> list[Found] | None:
    """Each step of the claim's proof in turn, then its statement: what `settle` finds, or `glue` where it follows by chaining, as a
    bound for every vector, as an instance of a lemma or of a claim about every vector, by a bound of the third derivative, by Taylor's
    formula, as a claim about the linear model says it of a cell, or one about two factors of a matrix and a root.

    All may use `known`, the claim's assumptions and the steps before; None where none succeeds.  No step, and nothing known, is used
    unless it is shown to be defined wherever the claim speaks.

    Parameters
    ----------
    stuck : called with the number from 1 on, the step and the reason, where a step does not succeed; the statement comes last
    """
    basis = known if isinstance(known, Basis) else Basis(tuple(known))
    defined = Discharge(claim)
    established = list(claim.given)
    established += [relation for relation in basis.known if defined(relation, established)]
    firm = [relation for relation in basis.firm if defined(relation, established)]
    basis, found = dataclasses.replace(basis, known=tuple(established), firm=tuple(firm)), []
    for number, part in enumerate((*steps(claim), claim), start=1):
        one = settle(part, established)
        if one is None and _glued(claim, part.relation, established, basis):
            one = glue
        if one is None or not defined(part.relation, established):
            stuck(number, part, UNPROVED if one is None else UNDEFINED)
            return None
        found.append(one)
        established.append(part.relation)
    return found


def _glued(claim: Claim, statement: Relation, established: Sequence[Relation], basis: Basis) -> bool:
    """Whether a statement follows without an engine."""

    def holds(relation: Relation) -> bool:
        return follows(claim.model, relation, established)

    return (
        one_cell_again(claim, statement, established)  # trees alone are compared, which costs least
        or in_cell(claim, statement, established, basis.cells)
        or throughout(claim, statement, basis.throughout)
        or by_square_root(claim, statement, established, basis.factors)
        or is_instance_for_vector(claim, statement, basis.vectors, holds)
        or holds(statement)
        or for_every_vector(claim, statement, basis.firm)
        or is_instance(statement, basis.lemmas, holds)
        or lipschitz_by_form(claim, statement, basis.forms)
        or by_expansion(claim, statement, established)
    )


def steps(claim: Claim) -> list[Claim]:
    """The steps of a proof as claims under the same assumptions."""
    return [dataclasses.replace(claim, statement=text, proof=(), depends=()) for text in claim.proof]


def guarded(claim: Claim) -> set[str]:
    """Where the statement is undefined; steps are defined wherever statement and assumptions are."""
    return {*guards(claim.relation, claim.model)}


def follows(model: Model, statement: Relation, known: Iterable[Relation]) -> bool:
    """Whether `statement` follows from `known` by chaining comparisons and replacing equals; False means not seen.

    Expressions count as the same when the normal form proves them equal.  Comparisons are between arrays of one shape, entry by
    entry, so that they chain as those of numbers do; a number beside a vector stands for a vector of equal entries.
    """
    statement, *known = map(spread, [statement, *known])
    known = [relation for relation in known if relation.op in ("==", "<=", ">=", "<", ">", "psd", "simplex")]
    if statement.op in ("psd", "simplex"):
        reached = _reach(model, statement.args[0], [r for r in known if r.op == "=="], strict=False)
        return any(r.op == statement.op and _among(model, r.args[0], reached) for r in known)
    if statement.op not in ("==", "<=", ">=", "<", ">") or statement.lhs.shape != statement.rhs.shape:
        return False
    op, left, right = _ordered(statement)
    usable = [r for r in known if len(r.args) == 2 and r.lhs.shape == r.rhs.shape == statement.lhs.shape]
    usable += lifted([statement, *usable], known)
    edges = [r for r in usable if r.op == "=="] if op == "==" else usable
    reached = _reach(model, left, edges, strict=op == "<")
    return _among(model, right, reached)


def spread(relation: Relation) -> Relation:
    """The relation with s ones(n) for a scalar s that is compared with a vector."""
    shape = max((e.shape for e in relation.args if isinstance(e, Expr)), key=len, default=())
    if len(relation.args) != 2 or len(shape) != 1:
        return relation
    return Relation(relation.op, tuple(e if e.shape else e * Expr("ones", (), shape) for e in relation.args))


def lifted(relations: Sequence[Relation], known: Iterable[Relation]) -> list[Relation]:
    """s ones(n) < r ones(n) for each known s < r between numbers whose vectors of equal entries are sides of the relations."""
    sides = [side for relation in relations for side in relation.args]
    ends = {side.args[0]: side.args[1] for side in sides if side.op == "mul" and side.args[1].op == "ones"}
    between = [r for r in known if len(r.args) == 2 and all(isinstance(side, Expr) and side in ends for side in r.args)]
    return [Relation(r.op, tuple(side * ends[side] for side in r.args)) for r in between]


def _ordered(relation: Relation) -> tuple[str, Expr, Expr]:
    """The relation with the smaller side first."""
    if relation.op in (">=", ">"):
        return FLIP[relation.op], relation.rhs, relation.lhs
    return relation.op, relation.lhs, relation.rhs


def _same(model: Model, a: Expr, b: Expr) -> bool:
    return same(a, b) or (a.shape == b.shape and isinstance(equal(model, eq(a, b)), Equal))


def _among(model: Model, e: Expr, others: Iterable[Expr]) -> bool:
    # The last ones first: what a step leads to is mostly near it, and a difference takes longer to see than an equality.
    others = [*others][::-1]
    return _listed(e, others) or any(_same(model, e, other) for other in others)


def _listed(e: Expr, others: Iterable[Expr]) -> bool:
    return any(same(e, other) for other in others)


def _reach(model: Model, start: Expr, edges: list[Relation], strict: bool) -> list[Expr]:
    """Expressions that are at least `start` (with `strict`, that are larger): what the edges lead to."""
    weak, firm = [start], []
    while True:
        more_weak, more_firm = [], []
        for edge in edges:
            op, low, high = _ordered(edge)
            for a, b in ((low, high), (high, low)) if op == "==" else ((low, high),):
                if _among(model, a, firm) and not _listed(b, firm):
                    more_firm.append(b)
                if _among(model, a, weak):
                    if op == "<" and not _listed(b, firm):
                        more_firm.append(b)
                    if not _listed(b, weak):
                        more_weak.append(b)
        if not more_weak and not more_firm:
            return firm if strict else weak
        weak, firm = weak + more_weak, firm + more_firm

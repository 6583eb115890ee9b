r"""N - hess(F) >= 0 between x and y, hence F(y) <= F + <grad F, y - x> + <y - x, N (y - x)>/2: Taylor's formula of second order.

F(y) - F(x) - <grad F(x), w> with w = y - x is the integral of (1 - s) <w, hess F(x + s w) w> over 0 <= s <= 1, and the weights 1 - s have
the integral 1/2.  Likewise from below, and from y to x.  A claim proved at every point holds throughout the segment, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from resmax_sym.judge.bounds.assumed import plain_relation
from resmax_sym.judge.bounds.canonical import depends, plain, push, shift
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.discharge import Discharge, partial
from resmax_sym.judge.guards import conditions, guards
from resmax_sym.judge.identity import Equal, equal, symmetric
from resmax_sym.judge.third import holding_between, smooth
from resmax_sym.lang import D, Expr, LanguageError, Relation, eq, hess
from resmax_sym.models import Model


def by_expansion(claim: Claim, statement: Relation, established: Sequence[Relation]) -> bool:
    """Whether `statement` is Taylor's inequality for a relation on_segment(psd(N - hess(F))) or on_segment(psd(hess(F) - N)).

    Its sides may be written in any way: their difference is compared by the normal form.  N has to be the same at every point, and F
    smooth at each point between x and y.

    Parameters
    ----------
    established : relations
        They hold, and are defined, wherever the claim speaks.
    """
    if statement.op not in ("<=", ">=") or any(side.shape for side in statement.args):
        return False
    small, large = statement.args if statement.op == "<=" else statement.args[::-1]
    between = [*holding_between(claim.given)]
    for F, N, sign in bounds_of_hessians(claim.model, established):
        if not smooth(without_roots(plain(F)), claim, between):
            continue
        for gap in gaps(claim.model, F, N, sign):
            if isinstance(equal(claim.model, eq(large - small, gap)), Equal):
                return True
    return False


def bounds_of_hessians(model: Model, relations: Iterable[Relation]) -> Iterator[tuple[Expr, Expr, int]]:
    """F, N, 1 for N - H and F, N, -1 for H - N, where that is said to be semidefinite all the way from x to y and H = hess(F)."""
    for relation in relations:
        inside = relation.args[0] if relation.op == "on_segment" else relation
        if relation.op != "on_segment" or inside.op != "psd" or inside.args[0].op != "sub":
            continue
        for sign, (N, H) in ((1, inside.args[0].args), (-1, inside.args[0].args[::-1])):
            if same_everywhere(N) and not same_everywhere(H):
                yield from ((F, N, sign) for F in with_hessian(model, H))


def with_hessian(model: Model, H: Expr) -> Iterator[Expr]:
    """F where H is hess(F) by its form; or a loss of the model whose Hessian is H by the normal form."""
    if is_hessian(H):
        yield H.args[0].args[0]
        return
    losses = (model.names[name] for name in ("L", "L_tot"))
    yield from (F for F in losses if isinstance(equal(model, eq(hess(F), H)), Equal))


def is_hessian(H: Expr) -> bool:
    """hess(F) with respect to x, of a scalar at the point where it stands."""
    first = H.args[0] if H.op == "D" and H.data == "x" else H
    twice = first is not H and first.op == "D" and first.data == "x" and not first.args[0].shape
    return twice and not any(node.op == "at" for node in H.walk())


def same_everywhere(N: Expr) -> bool:
    """Whether a formula speaks neither of x nor of y."""
    return not depends(plain(N)) and not any(n.op == "at" or (n.op == "symbol" and n.data == "y") for n in N.walk())


def without_roots(e: Expr) -> Expr:
    """norm(v)**2 written as inner(v, v), which is smooth by its form."""

    def change(node: Expr) -> Expr | None:
        squared = node.op == "pow" and node.args[0].op == "norm" and node.args[1] == Expr("number", data=2)
        if not squared:
            return None
        v = without_roots(node.args[0].args[0])
        return Expr("inner", (v, v))

    return e.rebuild(change)


def gaps(model: Model, F: Expr, N: Expr, sign: int) -> Iterator[Expr]:
    """What Taylor's formula says to be nonnegative: the expansion about x, and the one about y."""
    x, y = model.names["x"], model.names["y"]
    here, slope = push(F), D(F)
    there, slope_there = shift(here), shift(slope)
    for value, other, gradient, step in ((here, there, slope, y - x), (there, here, slope_there, x - y)):
        remainder = other - value - Expr("inner", (gradient, step))
        half = Expr("inner", (step, N @ step)) / 2
        yield half - remainder if sign > 0 else remainder - half


def usable_throughout(claim: Claim, bases: Iterable[tuple[Claim, Iterable[str]]]) -> list[Claim]:
    """Those claims that hold at each pair of a point between x and y, and y: what they assume holds at each such point."""
    found = []
    for base, where in bases:
        try:
            firm = {*where} <= {*guards(base.relation, base.model)}
            if base.model == claim.model and firm and not base.sizes and assumed_between(base, claim):
                found.append(base)
        except LanguageError:
            continue
    return found


def assumed_between(base: Claim, claim: Claim) -> bool:
    """Whether what base assumes is known of every point between x and y."""
    known = {plain_relation(relation) for relation in holding_between(claim.given)}
    return all(plain_relation(relation) in known for relation in base.assumptions)


def throughout(claim: Claim, statement: Relation, bases: Iterable[Claim]) -> bool:
    """Whether `statement` is on_segment(R), R being what one of `bases` states, and defined at each point between x and y."""
    if statement.op != "on_segment":
        return False
    (inside,) = statement.args
    wanted = plain_relation(inside)
    if not any(plain_relation(base.relation) == wanted for base in bases):
        return False
    between, discharge = [*holding_between(claim.given)], Discharge(claim)
    spectral = all(node.op != "solve" and symmetric(claim.model, node.args[0]) for node in partial([inside]))
    return spectral and all(discharge.met(guard, between) for guard in conditions(inside, claim.model))

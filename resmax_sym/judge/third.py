r"""D^3 L[z, z, z] <= C for |z| <= 1, hence opnorm(B - at(B, y)) <= C norm(t - at(t, y)): the third derivative is a symmetric form.

A symmetric trilinear form on a Euclidean space attains its norm at three equal vectors (Banach 1938), and B(x) - B(y) is the integral
of the third derivative along the segment from t(y) to t(x).  What bounds the form has to hold at each point of this segment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from resmax_sym.judge.bounds.assumed import plain_relation, speaks_of_points
from resmax_sym.judge.bounds.canonical import depends, difference_of, plain, push, same, shift
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.discharge import Discharge, partial
from resmax_sym.judge.guards import conditions, guards
from resmax_sym.judge.identity import Equal, equal
from resmax_sym.lang import Expr, LanguageError, Relation, eq, grad, hess, parse
from resmax_sym.lang.relation import FLIP
from resmax_sym.models import Model

LINEAR = ("add", "sub", "neg", "sum", "transpose", "diag", "trace")
BILINEAR = ("mul", "matmul", "inner", "outer")
SMOOTH = {"number", "pi", "size", "symbol", "ones", "eye", "D", "div", "phi", *LINEAR, *BILINEAR}
"""Operations that are smooth wherever they are defined, as their derivatives are; of phi its formula is looked at."""
NORMS = ("norm", "norm1", "norminf", "opnorm", "fro")


def usable_forms(bases: Sequence[tuple[Claim, Iterable[str]]]) -> list[Claim]:
    """Those claims that say something of every omega with norm(omega) <= 1 at a point x, shown wherever their sides are defined."""
    found = []
    for base, where in bases:
        try:
            if is_form(base) and {*where} <= {*guards(base.relation, base.model)}:
                found.append(base)
        except LanguageError:
            continue
    return found


def is_form(base: Claim) -> bool:
    """Whether omega occurs in the statement and in one assumption, which is norm(omega) <= 1, and y nowhere."""
    omega = base.model.variables["omega"]
    balls = [relation for relation in base.assumptions if speaks_of(relation, omega)]
    everything = Relation("all", (base.relation, *base.assumptions))
    whole = speaks_of(base.relation, omega) and not speaks_of_others(everything)
    return whole and len(balls) == 1 and is_ball(balls[0], omega)


def is_ball(relation: Relation, omega: Expr) -> bool:
    """norm(omega) <= 1 or <omega, omega> <= 1."""
    if relation.op not in ("<=", ">="):
        return False
    small, large = relation.args if relation.op == "<=" else relation.args[::-1]
    return plain(small) in (Expr("norm", (omega,)), Expr("inner", (omega, omega))) and large == Expr("number", data=1)


def lipschitz_by_form(claim: Claim, statement: Relation, bases: Sequence[Claim]) -> bool:
    """Whether `statement` is opnorm(B - at(B, y)) <= C norm(t - at(t, y)), B the Hessian of L in t, and one of `bases` gives the C.

    The base has to say C - D >= 0, or C + D >= 0, for D = inner(grad(inner(omega, B @ omega), t), omega): omega and -omega are both
    in the ball.  L has to be smooth, and the base to be defined and its assumptions to hold, at each point between x and y.
    """
    wanted = lipschitz_statement(claim.model, statement) if bases else None
    if wanted is None:
        return False
    B, C = wanted
    model, names = claim.model, claim.model.names
    omega, t, L = names["omega"], names["t"], names["L"]
    moving = Relation("all", (B, C))
    if speaks_of(moving, omega) or speaks_of_others(moving) or depends(plain(C)):
        return False
    if not isinstance(equal(model, eq(hess(L, t), B)), Equal):
        return False
    between = [relation for relation in holding_between(claim.given) if not speaks_of(relation, omega)]
    D = Expr("inner", (grad(Expr("inner", (omega, B @ omega)), t), omega))
    if not (smooth(L, claim, between) and smooth(B, claim, between) and defined_between(D, claim, between)):
        return False
    return any(
        covers(base, claim, between) and defined_between(base.relation, claim, between) and says(base, D, C)
        for base in bases
    )


def lipschitz_statement(model: Model, statement: Relation) -> tuple[Expr, Expr] | None:
    """B and C where the statement is opnorm(B - at(B, y)) <= C * norm(t - at(t, y)) with t = A x; None for any other."""
    if statement.op not in ("<=", ">=") or model.inner_layer is not None:
        return None
    small, large = statement.args if statement.op == "<=" else statement.args[::-1]
    if small.op != "opnorm" or large.op != "mul" or large.args[0].shape or large.args[1].op != "norm":
        return None
    change, step = (difference_of(push(e.args[0])) for e in (small, large.args[1]))
    if change is None or step is None or not same(step[0], model.names["t"]):
        return None
    B = change[0]
    return (B, large.args[0]) if B.shape == ("n", "n") else None


def smooth(e: Expr, claim: Claim, between: Sequence[Relation]) -> bool:
    """Whether a formula is smooth at each point between x and y: it has no kinks, and is defined there."""
    moving = [node for node in plain(e).walk() if depends(node)]
    units = [parse(claim.model.unit, {"s": node.args[0]}) for node in moving if node.op == "phi"]
    smooth_parts = all(without_kink(node) for node in (*moving, *(node for unit in units for node in unit.walk())))
    return smooth_parts and defined_between(e, claim, between)


def without_kink(node: Expr) -> bool:
    """Whether an operation is smooth wherever it is defined."""
    if node.op == "call":
        return node.data in ("exp", "log", "cosh", "sinh", "tanh")
    if node.op == "pow":
        return node.args[1].op == "number" and node.args[1].data.denominator == 1
    return node.op in SMOOTH


def covers(base: Claim, claim: Claim, between: Sequence[Relation]) -> bool:
    """Whether base speaks of the same model and sizes, and what it assumes besides norm(omega) <= 1 holds between x and y."""
    omega = claim.model.variables["omega"]
    within = all({*claim.sizes.get(name, ())} <= {*values} for name, values in base.sizes.items())
    if base.model != claim.model or not within or not base.sizes.keys() <= claim.sizes.keys():
        return False
    known = {plain_relation(relation) for relation in between}
    return all(speaks_of(r, omega) or plain_relation(r) in known for r in base.assumptions)


def defined_between(thing: Relation | Expr, claim: Claim, between: Sequence[Relation]) -> bool:
    """Whether a formula is defined at every point between x and y, for every omega."""
    if any(partial([thing])):
        return False
    met = Discharge(claim).met
    return all(met(guard, between) for guard in conditions(thing, claim.model))


def says(base: Claim, D: Expr, C: Expr) -> bool:
    """Whether base says C - D >= 0 or C + D >= 0, its sides differing by one of them in the normal form, or abs(D) <= C."""
    relation = base.relation
    if relation.op not in ("<=", ">=") or any(side.shape for side in relation.args):
        return False
    small, large = relation.args if relation.op == "<=" else relation.args[::-1]
    if small.op == "call" and small.data == "abs":
        small = small.args[0]
    gap = large - small
    return any(isinstance(equal(base.model, eq(gap, side)), Equal) for side in (C - D, C + D))


def holding_between(assumptions: Iterable[Relation]) -> Iterator[Relation]:
    """What holds at each point between x and y: what speaks of neither, what is assumed of all of them, convex sets that hold both."""
    stated = [*assumptions]
    known = {plain_relation(relation) for relation in stated}
    for relation in stated:
        if relation.op == "on_segment":
            yield relation.args[0]
        elif not speaks_of_points(relation) or (is_convex(relation) and there(relation) in known):
            yield relation


def is_convex(relation: Relation) -> bool:
    """Whether the points x that meet a relation make a convex set: affine sides, or a norm of what is affine on the smaller one."""
    if relation.op not in FLIP or speaks_of_others(relation):
        return False
    a, b = map(plain, relation.args)
    small, large = (a, b) if relation.op in ("<=", "<") else (b, a)
    inside = small.args[0] if small.op in NORMS and relation.op != "==" else small
    return affine(inside) and affine(large)


def affine(e: Expr) -> bool:
    """Whether a plain formula is affine in x."""
    if not depends(e) or e.op == "symbol":
        return True
    if e.op in BILINEAR:
        return all(map(affine, e.args)) and not all(map(depends, e.args))
    if e.op == "div":
        return affine(e.args[0]) and not depends(e.args[1])
    return e.op in LINEAR and all(map(affine, e.args))


def there(relation: Relation) -> Relation:
    """The plain relation at y."""
    return plain_relation(Relation(relation.op, tuple(shift(plain(side)) for side in relation.args)))


def speaks_of(thing: Relation | Expr, symbol: Expr) -> bool:
    return any(node == symbol for node in nodes(thing))


def speaks_of_others(thing: Relation | Expr) -> bool:
    """Whether y occurs, or a quantity at it."""
    return any(node.op == "at" or (node.op == "symbol" and node.data == "y") for node in nodes(thing))


def nodes(thing: Relation | Expr) -> Iterator[Expr]:
    if isinstance(thing, Relation):
        for part in thing.args:
            yield from nodes(part)
    else:
        yield from thing.walk()

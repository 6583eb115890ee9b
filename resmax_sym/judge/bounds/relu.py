"""step(z) = 1 above 0 and 0 below, |g(t) - g(t')| <= sup ||D_t g|| ||t - t'||: rules for models with an inner layer, and for t itself."""

from __future__ import annotations

from collections.abc import Iterator

from resmax_sym.judge.bounds.canonical import depends, plain, push, shift
from resmax_sym.judge.bounds.engine import UNITY, ZERO, Engine, change_rule, rule
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.bounds.whole import smoothness
from resmax_sym.lang import D, Expr, LanguageError


@rule("call")
def step_on_one_side(engine: Engine, e: Expr) -> Iterator[Fact]:
    """step(z) <= 0 where z <= 0, and step(z) >= 1 where z >= 0: it is undefined at 0."""
    if e.data != "step" or e.ndim > 1:
        return
    for p in engine.get(e.args[0], "hi"):
        if engine.nonnegative(-p.bound):
            yield Fact("hi", e, ZERO, "step of what is not positive", (p,))
    for p in engine.get(e.args[0], "lo"):
        if engine.nonnegative(p.bound):
            yield Fact("lo", e, UNITY, "step of what is not negative", (p,))


@change_rule("named", "D")
def mean_value_in_t(engine: Engine, e: Expr) -> Iterator[Fact]:
    """sup op(D_t g) over the segment from x to y bounds the change of g(t) by norm(t - t'): without an inner layer t moves on a segment.

    All premises but the length of the step hold on the segment.
    """
    model = engine.model
    t = model.names["t"]
    if e.ndim > 1 or model.inner_layer is not None or e == t or not depends(e) or knows_more_than_t(e):
        return
    try:
        derivative = D(e, t)
    except LanguageError:
        return
    slopes = engine.segment.get(push(derivative), "opnorm" if e.ndim else "norm")
    smooth = smoothness(engine.segment, plain(e)) if slopes else None
    if smooth is None:
        return
    for p in slopes:
        if any(atom[0] == "norm" and depends(atom[2]) for atom in p.bound.atoms()):
            continue  # such a norm differs from point to point
        for q in engine.get(t - shift(t), "norm"):
            kind = "norm" if e.ndim else "abs"
            yield engine.moved(kind, e, p.bound * q.bound, "mean value inequality in t", p, q, *smooth)


def knows_more_than_t(e: Expr) -> bool:
    """Whether x occurs beside t, or something is differentiated along x."""
    if e.op == "named" and e.data == "t":
        return False
    if e.op in ("symbol", "D", "at"):
        return e.op == "at" or e.data == "x" or any(map(knows_more_than_t, e.args))
    return any(map(knows_more_than_t, e.args))

"""opnorm(B - at(B, y)) <= C norm(t - at(t, y)) is assumed, or known: the change of B is bounded by it."""

from __future__ import annotations

from collections.abc import Iterator

from resmax_sym.judge.bounds.canonical import shift
from resmax_sym.judge.bounds.engine import NORM_KINDS, Engine, change_rule
from resmax_sym.judge.bounds.norms import assumption
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.lang import Expr


@change_rule("named", "D")
def assumed_change(engine: Engine, e: Expr) -> Iterator[Fact]:
    """What is assumed of e - at(e, y) is said of its change."""
    for p in assumption(engine, e - shift(e)):
        if p.kind in NORM_KINDS[e.ndim]:
            yield p

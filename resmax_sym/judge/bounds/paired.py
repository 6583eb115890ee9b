"""(1 - f_i) v_i + f_i v_j <= 0 for all i != j gives <r, v> <= 0: weights r = f s that leave room for f, taken two entries at a time."""

from __future__ import annotations

from collections.abc import Iterator

from resmax_sym.judge.bounds.assumed import plain_relation
from resmax_sym.judge.bounds.canonical import plain
from resmax_sym.judge.bounds.covariance import total
from resmax_sym.judge.bounds.engine import ZERO, Engine, rule
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.bounds.scalars import nonnegative
from resmax_sym.lang import Expr, Relation
from resmax_sym.lang.expr import as_expr
from resmax_sym.lang.functions import maximum, outer


def between_pairs(f: Expr, v: Expr) -> Relation:
    """(1 - eye(n)) * max(M, 0) == 0 with M_ij = (1 - f_i) v_i + f_i v_j."""
    M = outer((1 - f) * v, Expr("ones", (), f.shape)) + outer(f, v)
    return Relation("==", ((1 - Expr("eye", (), M.shape)) * maximum(M, 0), as_expr(0)))


@rule("inner")
def sum_over_pairs(engine: Engine, e: Expr) -> Iterator[Fact]:
    """f, s >= 0, r = f s, V = sum(r), V - V f - r >= 0, and (1 - f_i) v_i + f_i v_j <= 0 for all i != j: <r, v> <= 0.

    The sum over j != i of r_j ((1 - f_i) v_i + f_i v_j) is f_i <r, v> + (V - V f_i - r_i) v_i, and it is at most 0.  If <r, v> were
    positive, so would be some r_i v_i, hence f_i and v_i, and the sum for this i.
    """
    for r, v in (e.args, e.args[::-1]):
        factors = plain(r)
        if r.op != "mul" or factors.args[0].shape != r.shape or factors.args[1].shape != r.shape or r.ndim != 1:
            continue
        for f, s in (r.args, r.args[::-1]):
            wanted = plain_relation(between_pairs(f, v))
            for relation in engine.assumed.relations:
                if relation.op == "==" and plain_relation(relation) == wanted:
                    signs = [nonnegative(engine, part)[:1] for part in (f, s, total(r) - total(r) * f - r)]
                    if all(signs):
                        leaf = Fact("given", relation, ZERO, "assumption")
                        yield Fact("hi", e, ZERO, "sum over pairs of entries", (leaf, *(sign[0] for sign in signs)))

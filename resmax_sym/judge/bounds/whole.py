"""||e(x) - e(y)|| <= sup ||D e|| ||x - y||, the supremum over the segment from x to y, where e is smooth on all of it."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from resmax_sym.judge.bounds.canonical import depends, plain, push
from resmax_sym.judge.bounds.closed import other_forms
from resmax_sym.judge.bounds.engine import Engine, change_rule
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.lang import D, Expr
from resmax_sym.lang.expr import LanguageError

SMOOTH_OPS = {
    "number", "pi", "size", "symbol", "ones", "eye", "add", "sub", "mul", "neg", "matmul", "inner", "outer", "diag", "transpose",
    "sum", "trace",
}  # fmt: skip


@change_rule("named", "D")
def mean_value_inequality(engine: Engine, e: Expr) -> Iterator[Fact]:
    """sup op(D e) over the segment from x to y bounds the change of e by norm(x - y); the premises hold on the segment."""
    if e.ndim > 1 or not depends(e):
        return
    try:
        derivative = D(e)
    except LanguageError:
        return
    if not other_forms(engine.model, derivative):
        return
    segment = engine.segment
    smooth = smoothness(segment, plain(e))
    if smooth is None:
        return
    x = engine.model.names["x"]
    for p in segment.get(push(derivative), "opnorm" if e.ndim else "norm"):
        if any(atom[0] == "norm" and depends(atom[2]) for atom in p.bound.atoms()):
            continue  # such a norm differs from point to point
        for step in engine.change(x).get("norm", []):
            kind = "norm" if e.ndim else "abs"
            yield engine.moved(kind, e, p.bound * step.bound, "mean value inequality on the segment", p, step, *smooth)


def smoothness(engine: Engine, e: Expr) -> list[Fact] | None:
    """Facts that show a formula to be smooth wherever the assumptions hold: nothing is divided by 0, no function has a kink."""
    found: list[Fact] = []
    for node in e.walk():
        if not depends(node) or node.op in SMOOTH_OPS:
            continue
        if node.op == "D":
            continue  # its argument is visited, and the derivative of a smooth function is smooth
        if node.op == "phi":
            if not entire(engine.model.phi):
                return None
            continue
        if node.op == "call" and node.data in ("exp", "cosh", "sinh", "tanh"):
            continue
        if (
            node.op == "pow"
            and node.args[1].op == "number"
            and node.args[1].data.denominator == 1
            and node.args[1].data >= 0
        ):
            continue
        below = (
            node.args[1]
            if node.op == "div"
            else node.args[0]
            if node.op == "pow" and node.args[1].op == "number"
            else None
        )
        positive = engine.get(below, "pos")[:1] if below is not None else []
        if not positive:
            return None
        found += positive
    return found


def entire(phi: sp.Expr) -> bool:
    """Whether the unit is built from exp, cosh, sinh, tanh, sums, products and natural powers, hence smooth everywhere."""
    if phi.is_Symbol or phi.is_number:
        return True
    if phi.is_Add or phi.is_Mul or type(phi) in (sp.exp, sp.cosh, sp.sinh, sp.tanh):
        return all(entire(part) for part in phi.args)
    return bool(phi.is_Pow and phi.exp.is_Integer and phi.exp > 0 and entire(phi.base))

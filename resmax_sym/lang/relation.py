"""lhs == rhs, lhs <= rhs, psd(M), simplex(b): what a claim states or assumes."""

from __future__ import annotations

from dataclasses import dataclass

from resmax_sym.lang.expr import Expr, LanguageError, Operand, ShapeError, as_expr, show


@dataclass(frozen=True)
class Relation:
    """A relation `op` between expressions: a comparison of two, `psd` or `simplex` of one, `on_segment` of a relation."""

    op: str
    args: tuple[Expr | Relation, ...]

    def __repr__(self) -> str:
        from resmax_sym.lang.text import to_text

        return to_text(self)

    def _repr_latex_(self) -> str:
        from resmax_sym.lang.latex import to_latex

        return f"$\\displaystyle {to_latex(self)}$"

    @property
    def lhs(self) -> Expr:
        return self.args[0]

    @property
    def rhs(self) -> Expr:
        return self.args[1]


FLIP = {"<=": ">=", ">=": "<=", "<": ">", ">": "<", "==": "=="}
"""a op b is the same as b FLIP[op] a."""


def compare(op: str, left: Operand, right: Operand) -> Relation:
    """`left op right`, entry by entry; a scalar is compared with every entry."""
    a, b = as_expr(left), as_expr(right)
    relation = Relation(op, (a, b))
    if a.shape and b.shape and a.shape != b.shape:
        raise ShapeError(
            f"in {relation!r}: the left side has shape {show(a.shape)}, the right side {show(b.shape)}; "
            "a relation takes equal shapes or a scalar"
        )
    if op != "==" and 2 in (a.ndim, b.ndim):
        raise ShapeError(
            f"in {relation!r}: {op} between matrices has no meaning here; "
            "write psd(N - M) for the order of symmetric matrices"
        )
    return relation


def eq(left: Operand, right: Operand) -> Relation:
    """left == right."""
    return compare("==", left, right)


def psd(matrix: Expr) -> Relation:
    """M is symmetric and z^T M z >= 0 for every z."""
    matrix = as_expr(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ShapeError(f"psd takes a square matrix; {matrix!r} has shape {show(matrix.shape)}")
    return Relation("psd", (matrix,))


def simplex(vector: Expr) -> Relation:
    """b >= 0 and sum(b) == 1."""
    vector = as_expr(vector)
    if vector.ndim != 1:
        raise ShapeError(f"simplex takes a vector; {vector!r} has shape {show(vector.shape)}")
    return Relation("simplex", (vector,))


def on_segment(relation: Relation) -> Relation:
    """The relation holds at every point of the segment from x to y."""
    if not isinstance(relation, Relation) or relation.op == "on_segment":
        raise LanguageError("on_segment takes one relation, as in on_segment(alpha >= beta)")
    return Relation("on_segment", (relation,))


RELATIONS = {"psd": psd, "simplex": simplex, "on_segment": on_segment}

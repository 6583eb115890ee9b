"""M = diag(delta) + W K W^T: a matrix formula split into its diagonal and its low-rank part, by its form alone."""

from __future__ import annotations

from dataclasses import dataclass

from resmax_sym.lang import Expr, LanguageError
from resmax_sym.lang.expr import as_expr


@dataclass(frozen=True)
class DiagonalPlusLowRank:
    """diag(diagonal) + sum_ab core[a][b] basis[a] basis[b]^T.

    Attributes
    ----------
    diagonal : Expr, shape (n,)
    basis : tuple of Expr, each of shape (n,)
    core : tuple of tuples of scalar Expr, symmetric when the matrix is
    """

    diagonal: Expr
    basis: tuple[Expr, ...]
    core: tuple[tuple[Expr, ...], ...]


def congruence(e: Expr) -> tuple[Expr, Expr]:
    """A and M of a formula A.T @ M @ A.

    Raises
    ------
    LanguageError
        The formula has another form.
    """
    if e.op == "matmul" and e.args[0].op == "matmul":
        (left, middle), right = e.args[0].args, e.args[1]
        if left == right.T:
            return right, middle
    raise LanguageError(f"expected A.T @ M @ A, got {e!r}")


def diagonal_plus_low_rank(matrix: Expr) -> DiagonalPlusLowRank:
    """Splits sums of scalar multiples of diag(v) and outer(a, b); a named matrix stands for its definition.

    Raises
    ------
    LanguageError
        Some term is neither diagonal nor an outer product.

    Examples
    --------
    >>> from resmax_sym.models import Model
    >>> split = diagonal_plus_low_rank(Model()["B"])
    >>> split.diagonal, split.basis
    (delta, (p, v))
    """
    diagonals: list[Expr] = []
    terms: dict[tuple[Expr, Expr], Expr] = {}
    _collect(matrix, None, diagonals, terms)
    basis = tuple(dict.fromkeys(v for pair in terms for v in pair))
    zero = as_expr(0)
    core = tuple(tuple(terms.get((a, b), zero) for b in basis) for a in basis)
    return DiagonalPlusLowRank(_sum(diagonals), basis, core)


def _sum(parts: list[Expr]) -> Expr:
    if not parts:
        raise LanguageError("expected a diagonal term, got none")
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _times(factor: Expr | None, e: Expr) -> Expr:
    return e if factor is None else factor * e


def _collect(e: Expr, factor: Expr | None, diagonals: list[Expr], terms: dict[tuple[Expr, Expr], Expr]) -> None:
    args = e.args
    match e.op:
        case "named":
            _collect(args[0], factor, diagonals, terms)
        case "add" | "sub":
            _collect(args[0], factor, diagonals, terms)
            _collect(args[1], factor if e.op == "add" else _times(factor, as_expr(-1)), diagonals, terms)
        case "neg":
            _collect(args[0], _times(factor, as_expr(-1)), diagonals, terms)
        case "mul" if not args[0].shape:
            _collect(args[1], _times(factor, args[0]), diagonals, terms)
        case "mul" if not args[1].shape:
            _collect(args[0], _times(factor, args[1]), diagonals, terms)
        case "div":
            _collect(args[0], _times(factor, 1 / args[1]), diagonals, terms)
        case "diag":
            diagonals.append(_times(factor, args[0]))
        case "outer":
            value = as_expr(1) if factor is None else factor
            terms[args] = terms[args] + value if args in terms else value
        case _:
            raise LanguageError(f"expected diag(v), outer(a, b) and sums of their multiples, got {e!r}")

"""g = A^T q, H = A^T (diag(delta) + W K W^T) A: the proved closed forms of a unit as formulas of rows and scalars, with their slopes.

A row quantity depends on its own t_i and on scalars such as alpha, which are sums over the rows.  So its derivative along s is
(slope in t) * s + sum_k (slope in the scalar S_k) <grad S_k, s>: with these slopes third derivatives cost O(n) numbers, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from resmax_sym.codegen.forms import proved
from resmax_sym.codegen.printer import FullLike
from resmax_sym.codegen.program import Program, T
from resmax_sym.codegen.stable import Stable
from resmax_sym.kernels import proved_claims
from resmax_sym.lang import LanguageError, S
from resmax_sym.structure import congruence, diagonal_plus_low_rank

__all__ = ["Formulas", "Slopes", "formulas_of"]


@dataclass(frozen=True)
class Slopes:
    """Partial derivatives of a row or scalar formula: in its own t_i, and in each scalar that occurs in it."""

    local: sp.Expr
    scalars: Mapping[str, sp.Expr]


@dataclass(frozen=True)
class Formulas:
    """SymPy expressions in the rows t, b, omega and in the scalars.

    Attributes
    ----------
    gradient : row
        q, with grad L_tot = A^T q.
    diagonal : row
    basis : tuple of rows
    core : tuple of tuples of scalar formulas, symmetric
        hess L_tot = A^T (diag(diagonal) + sum_ab core_ab basis_a basis_b^T) A.
    densities : scalar -> row
        What each scalar sums over the rows, in an order in which each needs only those before it.
    """

    gradient: sp.Expr
    diagonal: sp.Expr
    basis: tuple[sp.Expr, ...]
    core: tuple[tuple[sp.Expr, ...], ...]
    densities: Mapping[str, sp.Expr]

    def slopes(self, e: sp.Expr) -> Slopes:
        """The partial derivatives of a formula."""
        partial = {name: sp.diff(e, sp.Symbol(name, real=True)) for name in self.densities}
        return Slopes(sp.diff(e, T), {name: slope for name, slope in partial.items() if slope != 0})


@lru_cache(maxsize=16)
def formulas_of(unit: str) -> Formulas:
    """The formulas of a unit, read off the claims that are proved for it.

    Raises
    ------
    LanguageError
        The unit is not a smooth scalar expression in s, or a closed form has no straight-line code.
    """
    gradient, hessian = (proved(verdict, verdict.claim.id) for verdict in proved_claims(unit))
    phi = gradient.model.phi
    # Balls do not overflow: the unit is taken as it is, without the scaling of the generated code.
    program = Program(Stable(None, tuple(phi.diff(S, order) for order in range(3))))
    _, q = gradient.relation.rhs.args
    _, B = congruence(hessian.relation.rhs)
    split = diagonal_plus_low_rank(B)
    q, diagonal = program.read(q), program.read(split.diagonal)
    basis = tuple(map(program.read, split.basis))
    core = tuple(tuple(map(program.read, row)) for row in split.core)
    if sp.Matrix(core) != sp.Matrix(core).T:
        raise LanguageError(f"expected a symmetric closed form of the Hessian, got {B!r}")

    def unfold(e: sp.Expr) -> sp.Expr:
        """The formula with the named steps written out; the scalars stay."""
        steps = {sp.Symbol(name, real=True): step for name, step in program.steps.items()}
        while e.free_symbols & steps.keys():
            e = e.xreplace(steps)
        return e.replace(FullLike, lambda like, value: value)

    return Formulas(
        unfold(q),
        unfold(diagonal),
        tuple(map(unfold, basis)),
        tuple(tuple(map(unfold, row)) for row in core),
        {name: unfold(sp.Mul(*total.args)) for name, total in program.reductions.items()},
    )

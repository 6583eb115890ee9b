"""rho -> rho', rho'' off the kinks: SymPy differentiates a scalar function, and `spell` writes it in the language again."""

from __future__ import annotations

import sympy as sp
from sympy.printing.str import StrPrinter

from resmax_sym.lang.index import S
from resmax_sym.lang.special import CALLS, flat

__all__ = ["slopes", "spell"]

NAMES = {function: name for name, function in CALLS.items()}


class _Spelling(StrPrinter):
    """SymPy's own text, but for what the language calls otherwise."""

    def _print_Function(self, e: sp.Function) -> str:
        return f"{NAMES[e.func]}({', '.join(map(self._print, e.args))})"

    def _print_Exp1(self, e: sp.Expr) -> str:
        return "exp(1)"


def slopes(rho: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """rho'(s) and rho''(s) where neither rho nor rho' has a kink or a jump; there the derivative of a step is 0."""
    first, second = (rho.diff(S, order).replace(flat, lambda _: sp.Integer(0)) for order in (1, 2))
    return first, second


def spell(e: sp.Expr) -> str:
    """A scalar function, a SymPy expression in `S`, as text that `scalar_function` reads."""
    return _Spelling().doprint(e)

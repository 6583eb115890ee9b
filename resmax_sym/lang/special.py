"""phi^(k)(s), |s|, sign, step, max: SymPy functions of the language that SymPy itself must not simplify.

SymPy's own Abs, sign, Max and Heaviside rewrite themselves from assumptions and differentiate into Dirac deltas.  The claim
language has sharper rules: sign(0) = 0, step is undefined at 0, and a derivative is undefined where the function has a kink.
"""

from __future__ import annotations

import sympy as sp


class Phi(sp.Function):
    """phi^(k)(s), the k-th derivative of an unspecified smooth unit: nothing is known of it but its derivatives."""

    nargs = 2

    def fdiff(self, argindex: int = 2) -> sp.Expr:
        order, argument = self.args
        return Phi(order + 1, argument)


class absolute(sp.Function):
    """|s|, with derivative 2 step(s) - 1, which is undefined at the kink s = 0."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return 2 * step(self.args[0]) - 1


class sign(sp.Function):
    """-1, 0 or 1; its derivative is 0 except at 0, where there is none."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return flat(self.args[0])


class step(sp.Function):
    """1 above 0, 0 below, undefined at 0."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return flat(self.args[0])


class flat(sp.Function):
    """0 except at 0, where it is undefined: the derivative of sign and step."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return flat(self.args[0])


class larger(sp.Function):
    """max(a, b), with derivatives step(a - b) and step(b - a), undefined on the tie."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        a, b = self.args
        return step(a - b) if argindex == 1 else step(b - a)


class smaller(sp.Function):
    """min(a, b), with derivatives step(b - a) and step(a - b), undefined on the tie."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        a, b = self.args
        return step(b - a) if argindex == 1 else step(a - b)


CALLS: dict[str, type] = {
    "exp": sp.exp, "log": sp.log, "sqrt": sp.sqrt, "cosh": sp.cosh, "sinh": sp.sinh, "tanh": sp.tanh,
    "abs": absolute, "sign": sign, "step": step, "max": larger, "min": smaller,
}  # fmt: skip
"""Elementwise function of the language -> SymPy constructor."""

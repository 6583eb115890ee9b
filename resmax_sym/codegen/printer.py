"""SymPy expressions -> NumPy source, one `lambdify` call per function: `sigma = c @ f`, `return A.T @ q`."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence

import numpy as np
import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from resmax_sym.codegen.stable import expm1, logaddexp, sech2, undecayed


class Dot(sp.Function):
    """<a, b> over the rows of a block."""

    nargs = 2


class Total(sp.Function):
    """sum of the rows of a block."""

    nargs = 1


class Largest(sp.Function):
    """Largest row of a block."""

    nargs = 1


class FullLike(sp.Function):
    """A constant as a vector."""

    nargs = 2


class Columns(sp.Function):
    """Vectors side by side."""


class Printer(NumPyPrinter):
    """NumPy code as a person writes it: `np.` in front, whole vectors, no loop over rows."""

    def __init__(self) -> None:
        super().__init__({"fully_qualified_modules": True, "allow_unknown_functions": False})

    def _module_format(self, fqn: str, register: bool = True) -> str:
        return fqn.replace("numpy.", "np.")

    def _as_ordered_terms(self, expr: sp.Expr, order: str | None = None) -> list[sp.Expr]:
        """`t - shift`, not `-shift + t`."""
        return sorted(super()._as_ordered_terms(expr, order=order), key=lambda term: term.could_extract_minus_sign())

    def _print_Rational(self, e: sp.Rational) -> str:
        value = sp.Float(e, 17)
        return repr(float(value)) if sp.Rational(float(value)) == e else f"({e.p}/{e.q})"

    def parenthesize(self, item: sp.Expr, level: int, strict: bool = False) -> str:
        """A decimal needs no brackets, though the fraction that it stands for would; a fraction has its own."""
        text = super().parenthesize(item, level, strict)
        if not isinstance(item, sp.Rational):
            return text
        decimal = text.startswith("(") and "/" not in text and "-" not in text
        return text[1:-1] if decimal or text.startswith("((") else text

    def _print_tuple(self, e: tuple) -> str:
        return ", ".join(map(self._print, e)) + "," * (len(e) == 1)

    def _extreme(self, name: str, e: sp.Expr) -> str:
        first, *rest = map(self._print, e.args)
        for other in rest:
            first = f"np.{name}({first}, {other})"
        return first

    def _print_Max(self, e: sp.Expr) -> str:
        return self._extreme("maximum", e)

    def _print_Min(self, e: sp.Expr) -> str:
        return self._extreme("minimum", e)

    def _print_larger(self, e: sp.Expr) -> str:
        return self._extreme("maximum", e)

    def _print_smaller(self, e: sp.Expr) -> str:
        return self._extreme("minimum", e)

    def _print_absolute(self, e: sp.Expr) -> str:
        return self._call("np.abs({})", e)

    def _print_step(self, e: sp.Expr) -> str:
        return self._call("np.heaviside({}, 0.0)", e)

    def _print_Piecewise(self, e: sp.Piecewise) -> str:
        (value, condition), (other, _) = e.args
        return f"np.where({self._print(condition)}, {self._print(value)}, {self._print(other)})"

    def _print_StrictGreaterThan(self, e: sp.Expr) -> str:
        return f"{self.parenthesize(e.lhs, 0)} > {self._print(e.rhs)}"

    def _call(self, template: str, e: sp.Expr) -> str:
        return template.format(*(self._print(arg) for arg in e.args))

    def _tight(self, e: sp.Expr) -> str:
        return self._print(e) if e.is_Symbol else f"({self._print(e)})"

    def _print_Dot(self, e: sp.Expr) -> str:
        # Pairwise summation, more accurate than BLAS, whose threads cost more than so short a product.
        a, b = map(self._tight, e.args)
        return f"({a}**2).sum()" if a == b else f"({a}*{b}).sum()"

    def _print_Total(self, e: sp.Expr) -> str:
        return f"{self._tight(e.args[0])}.sum()"

    def _print_Largest(self, e: sp.Expr) -> str:
        (argument,) = e.args
        text = self._print(argument)
        return f"{text}.max()" if argument.is_Symbol or text.startswith("np.") else f"({text}).max()"

    def _print_FullLike(self, e: sp.Expr) -> str:
        return self._call("np.full_like({}, {})", e)

    def _print_Columns(self, e: sp.Expr) -> str:
        return f"np.column_stack([{', '.join(map(self._print, e.args))}])" if e.args else "np.empty((len(t), 0))"

    def _print_expm1(self, e: expm1) -> str:
        return self._call("np.expm1({})", e)

    def _print_logaddexp(self, e: logaddexp) -> str:
        return self._call("np.logaddexp({}, {})", e)

    def _print_sech2(self, e: sech2) -> str:
        # cosh overflows beyond 710, and there the square has long become 0.
        return self._call("((1/np.cosh(np.clip({}, -710, 710)))**2)", e)

    def _print_undecayed(self, e: undecayed) -> str:
        # The quotient has its limit to the last bit long before a + k = -80; stopping there keeps it from becoming 0/0.
        a, k = map(self._print, e.args)
        far = 80 + max(0, int(sp.ceiling(e.args[1])))
        size = f"np.maximum(-{far}, {a})" + (f" + {k}" if e.args[1] else "")
        return f"(np.logaddexp(0, {size})*np.exp(np.clip({self._print(-e.args[0])}, 0, {far})))"


def function(
    name: str,
    args: Sequence[str],
    steps: Iterable[tuple[sp.Symbol, sp.Expr]],
    outputs: sp.Expr | tuple[sp.Expr | str, ...],
    doc: str,
) -> str:
    """The source of `def name(args)`, made by `sympy.lambdify` with the named steps in place of its own subexpressions.

    A text among the outputs stands as it is.
    """
    steps = list(steps)
    made = sp.lambdify(
        [sp.Symbol(arg, real=True) for arg in args],
        outputs,
        modules=[{"np": np}],
        printer=Printer(),
        cse=lambda expr: (steps, expr),
    )
    lines = inspect.getsource(made).rstrip().splitlines()
    body = [f"def {name}({', '.join(args)}):", f'    """{doc}"""', *lines[1:]]
    return "\n".join(body) + "\n"

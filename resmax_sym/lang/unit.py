"""phi(s): a scalar function given as text, read into SymPy; the text itself is never evaluated."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from resmax_sym.lang.expr import Expr, LanguageError, symbol
from resmax_sym.lang.index import Lowering, S
from resmax_sym.lang.parser import parse
from resmax_sym.lang.special import absolute

MAX_NESTING = 4
KINKED = {"abs", "sign", "step", "max", "min"}


@lru_cache(maxsize=256)
def scalar_function(text: str, what: str = "the function", smooth: bool = False) -> sp.Expr:
    """The SymPy expression in `S` that `text` spells, `what` naming it in errors.

    Raises
    ------
    LanguageError
        Unknown name, a shape other than scalar, s missing, or (with `smooth`) a function with a kink.
    """
    try:
        expr = parse(text, {"s": symbol("s")})
    except LanguageError as error:
        raise type(error)(f"{what} {text!r}: {error}") from None
    if expr.shape:
        raise LanguageError(f"{what} {text!r}: expected a scalar expression in s, got shape {expr.shape}")
    if _nesting(expr) > MAX_NESTING:
        raise LanguageError(f"{what}: expected functions nested at most {MAX_NESTING} deep, got {text[:60]!r}")
    result = Lowering()(expr).xreplace({sp.Symbol("s", real=True): S})
    kinks = sorted({node.data for node in expr.walk() if node.op == "call"} & KINKED)
    if result.has(absolute) and not kinks:
        kinks = ["a root of an even power"]
    if smooth and kinks:
        raise LanguageError(
            f"{what} {text!r}: expected a smooth function of s, got {', '.join(kinks)}, which has a kink"
        )
    if S not in result.free_symbols or result.has(sp.zoo, sp.nan, sp.oo, sp.I):
        raise LanguageError(f"{what} {text!r}: expected a real function that depends on s, such as exp(s) + s")
    return result


def _nesting(expr: Expr) -> int:
    """How deep function calls nest."""
    return (expr.op == "call") + max(map(_nesting, expr.args), default=0)

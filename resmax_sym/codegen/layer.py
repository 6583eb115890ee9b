"""layer(s) -> (rho(s), rho'(s), rho''(s)): the inner layer of a model as a function of s = A1 @ x."""

from __future__ import annotations

import sympy as sp

from resmax_sym.codegen.defined import check_defined
from resmax_sym.codegen.forms import Layer
from resmax_sym.codegen.interval import HI, LO, extension
from resmax_sym.codegen.pieces import kinks
from resmax_sym.codegen.printer import FullLike, function
from resmax_sym.codegen.program import share
from resmax_sym.codegen.stable import derivative, settle
from resmax_sym.codegen.templates import layered
from resmax_sym.lang import S
from resmax_sym.lang.slopes import slopes
from resmax_sym.lang.special import flat, step


def constants(layer: Layer, text: str) -> str:
    """INNER and KINKS.

    Raises
    ------
    LanguageError
        rho jumps or is not defined somewhere, or where it has kinks is not known.
    """
    check_defined(layer.rho)
    return f"INNER = {text!r}\nKINKS = {kinks(layer.rho)!r}\n"


def functions(layer: Layer) -> list[str]:
    """layer and layer_range."""
    return [_layer(layer), _layer_range(layer.rho)]


def _layer(layer: Layer) -> str:
    orders = [layer.rho, layer.slope] + ([] if layer.bend is None else [layer.bend])
    accurate = [_accurate(layer.rho, order, e) for order, e in enumerate(orders)]
    steps, outputs = share([settle(one_sided(e)) for e in accurate], S)
    named = [(sp.Symbol(name, real=True), e) for name, e in steps.items()]
    values: list[sp.Expr | str] = [e if e.free_symbols else FullLike(S, e) for e in outputs]
    doc = "rho, rho' and rho'' of s = A1 @ x, shape (m,)"
    if layer.bend is None:
        values.append("None")
        doc = "rho and rho' of s = A1 @ x, shape (m,); rho'' is 0 (None)"
    doc += ".  At a kink rho' is the slope on one side." if kinks(layer.rho) else "."
    return function("layer", [S.name], named, tuple(values), doc)


def _accurate(rho: sp.Expr, order: int, proved: sp.Expr) -> sp.Expr:
    """The proved derivative, written with the slope of tanh as a function of its own where the two are seen to be the same."""
    if order == 0 or not rho.has(sp.tanh) or sp.expand(slopes(rho)[order - 1] - proved) != 0:
        return proved
    return derivative(rho, order).replace(flat, lambda _: sp.Integer(0))


def _layer_range(rho: sp.Expr) -> str:
    doc = "An enclosure of rho over [lo, hi], up to rounding."
    return function("layer_range", [LO.name, HI.name], [], extension(rho), doc)


def whole(layer: Layer) -> list[str]:
    """The functions that take derivatives in r on to x."""
    curved = layer.bend is not None
    ending = layered.HESSIAN.format(**(layered.CURVED if curved else layered.STRAIGHT))
    return [layered.JACOBIAN, *[layered.CURVATURE] * curved, layered.LOSS, ending]


def one_sided(e: sp.Expr) -> sp.Expr:
    """`e` with step(-a) as 1 - step(a): on the kink a = 0, where the code counts step as 0, the two then belong to one side."""

    def oriented(argument: sp.Expr) -> sp.Expr:
        _, a = argument.primitive()
        return 1 - step(-a) if a.could_extract_minus_sign() else step(a)

    return e.replace(step, oriented)

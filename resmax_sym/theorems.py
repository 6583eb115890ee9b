"""claim -> number: the factors and constants of the theorems, read off the statements in derivations/, so that none is typed twice.

Beside `kernels`, which makes code of claims, this is the one module below the commands that reads the claims. They are loaded by the
first call: that takes a second, which a solver that asks for no theorem is spared.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import sympy as sp

from resmax_sym.judge import Claim
from resmax_sym.lang import Lowering, to_text

__all__ = [
    "contraction_factor",
    "curvature_bound",
    "descent_rate",
    "descent_weight",
    "region_contraction_factor",
    "region_lipschitz_constant",
]


def contraction_factor(eps: float, theta: float) -> float:
    """(eps (1 + theta) + theta/2) / ((1 - eps)(1 - theta)), as the claim `newton-contraction` has it; infinite unless both are below 1."""
    if not (0 <= eps < 1 and 0 <= theta < 1):
        return math.inf
    return float(_quotient("newton-contraction")(eps, theta))


def region_contraction_factor(eps: float, theta: float) -> float:
    """(eps + theta/2) / (1 - theta - eps), as `relu-newton-contraction` has it; infinite unless eps + theta < 1."""
    if not (0 <= eps < 1 and 0 <= theta < 1 - eps):
        return math.inf
    return float(_quotient("relu-newton-contraction")(eps, theta))


def descent_rate(k: float) -> float:
    """The factor in `relu-descent-rate`."""
    (factor, *_) = _claim("relu-descent-rate").relation.rhs.args
    return float(Lowering()(factor).subs(sp.Symbol("k", real=True), k))


def curvature_bound() -> float:
    """max |eigenvalue of B| for every t, softmax unit and norm1(b) <= 1: `softmax-eigmin-b`, `softmax-eigmax-b`."""
    return max(abs(float(_claim(f"softmax-{name}-b").relation.rhs.data)) for name in ("eigmin", "eigmax"))


def region_lipschitz_constant() -> float:
    """M / norm(G)^3 as `relu-newton-contraction` asks for it."""
    (bound,) = (one for one in _claim("relu-newton-contraction").assumptions if to_text(one.rhs) == "M")
    return float(bound.lhs.args[0].data)


def descent_weight() -> float:
    """omega_i^2 / k as `relu-descent-rate` asks for it, at least."""
    (weight,) = (one for one in _claim("relu-descent-rate").assumptions if to_text(one.lhs) == "omega**2")
    return float(weight.rhs.args[0].data)


def _claim(name: str) -> Claim:
    from derivations import LEDGER

    return LEDGER.claims[name]


@lru_cache(maxsize=2)
def _quotient(name: str) -> Callable[[float, float], float]:
    """c / b in e = eps and h = theta, from a statement b * norm(r+) <= c * norm(r); a factor l of both cancels."""
    relation = _claim(name).relation
    (b, _), (c, _) = relation.lhs.args, relation.rhs.args
    return sp.lambdify(sp.symbols("e h", real=True), Lowering()(c / b).subs(sp.Symbol("l", real=True), 1))

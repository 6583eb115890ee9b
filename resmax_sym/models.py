"""f = phi(t)/<phi(t), 1>: a regression as data: unit, head and inner layer give every named quantity its definition."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from resmax_sym.lang import (
    Expr,
    LanguageError,
    Lowering,
    Relation,
    eq,
    named,
    parse,
    parse_relations,
    phi,
    scalar_function,
    size,
    symbol,
)

SOFT_RESIDUAL = "exp(s) + s"
SOFTMAX = "exp(s)"
RELU = "max(s, 0)"

BEFORE = {"alpha": "sum(u)", "f": "u / alpha"}
AFTER = {"L": "inner(c, c) / 2", "L_reg": "norm(omega * t)**2 / 2", "L_tot": "L + L_reg"}
LOW_RANK = "(outer(p, v) + outer(v, p) - kappa * outer(v, v))"
HEADS = {
    "normalized": {
        "c": "f - b",
        "sigma": "inner(c, f)",
        "psi": "c - sigma",
        "q": "v * psi / alpha",
        "delta": "w * psi / alpha + v**2 / alpha**2",
        "p": "v * (c + f)",
        "kappa": "2 * sigma + inner(f, f)",
        "J": "(diag(v) - outer(f, v)) / alpha",
        "B": f"diag(delta) - {LOW_RANK} / alpha**2",
    },
    "rescaled": {
        "c": "u - alpha * b",
        "sigma": "inner(c, b)",
        "psi": "c - sigma",
        "q": "v * psi",
        "delta": "w * psi + v**2",
        "p": "v * b",
        "kappa": "inner(b, b)",
        "J": "diag(v) - outer(b, v)",
        "B": f"diag(delta) - {LOW_RANK}",
    },
    "plain": {
        "c": "u - b",
        "sigma": "0",
        "psi": "c",
        "q": "v * psi",
        "delta": "w * psi + v**2",
        "p": "0 * v",
        "kappa": "0",
        "J": "diag(v)",
        "B": "diag(delta)",
    },
}
"""Head -> its quantities in the language; the closed forms q, J, B are what the claims of derivations/ prove."""


@dataclass(frozen=True)
class Model:
    r"""L(x) = 1/2 ||c||^2 with t = A x, u = phi(t), alpha = <u, 1>, f = u / alpha.

    Parameters
    ----------
    unit : str
        phi as a smooth scalar expression in s; `exp(s) + s` is soft-residual regression (arXiv 2309.13482), `exp(s)` softmax.
    head : {'normalized', 'rescaled', 'plain'}
        c = f - b, c = u - alpha b, c = u - b.
    inner_layer : str, optional
        rho as a scalar expression in s: t = A2 @ rho(A1 @ x); `max(s, 0)` is softmax-ReLU (arXiv 2308.08358).

    Raises
    ------
    LanguageError
        The unit or the inner layer is not a scalar expression in s, the unit is not smooth, or the head is unknown.
    """

    unit: str = SOFT_RESIDUAL
    head: str = "normalized"
    inner_layer: str | None = None

    def __post_init__(self) -> None:
        if self.head not in HEADS:
            raise LanguageError(f"expected one of the heads {', '.join(HEADS)}, got {self.head!r}")
        _ = self.phi, self.rho

    @cached_property
    def phi(self) -> sp.Expr:
        """The unit as a SymPy expression in `lang.S`."""
        return scalar_function(self.unit, "the unit", smooth=True)

    @cached_property
    def rho(self) -> sp.Expr | None:
        """The inner layer as a SymPy expression in `lang.S`."""
        return None if self.inner_layer is None else scalar_function(self.inner_layer, "the inner layer")

    def lowering(self, abstract: bool = False) -> Lowering:
        """Lowers formulas of this model to sums over indices; `abstract` keeps phi unspecified."""
        return Lowering(None if abstract else self.phi, self.rho)

    @cached_property
    def variables(self) -> dict[str, Expr]:
        """The free variables: data, point, weights."""
        data = {"A": ("n", "d")} if self.inner_layer is None else {"A1": ("m", "d"), "A2": ("n", "m")}
        shapes = data | {"x": ("d",), "y": ("d",), "b": ("n",), "omega": ("n",)}
        return {name: symbol(name, shape) for name, shape in shapes.items()}

    @cached_property
    def names(self) -> dict[str, Expr]:
        """Every name of the language but parameters: sizes, variables and the quantities in order of definition."""
        sizes = ["n", "d"] + ([] if self.inner_layer is None else ["m"])
        table = {name: size(name) for name in sizes} | self.variables | {"pi": Expr("pi")}
        table["t"] = named("t", self._linear(table))
        table |= {name: named(name, phi(order, table["t"])) for order, name in enumerate("uvw")}
        for name, text in (BEFORE | HEADS[self.head] | AFTER).items():
            table[name] = named(name, parse(text, table))
        return table

    def _linear(self, table: dict[str, Expr]) -> Expr:
        """A x, or A2 rho(A1 x)."""
        if self.inner_layer is None:
            return table["A"] @ table["x"]
        return table["A2"] @ parse(self.inner_layer, {"s": table["A1"] @ table["x"]})

    def __getitem__(self, name: str) -> Expr:
        """The quantity of that name: `Model()['alpha']`."""
        return self.parse(name)

    def definition(self, name: str) -> Relation:
        """`name == what it means`, for display."""
        quantity = self[name]
        if quantity.op != "named":
            raise LanguageError(f"{name} is a variable and has no definition")
        return eq(quantity, quantity.args[0])

    def parse(self, text: str, **extra: Expr) -> Expr:
        """An expression in the names of this model (and `extra`)."""
        return parse(text, self.names | extra)

    def relation(self, text: str, **extra: Expr) -> Relation:
        """A single relation in the names of this model (and `extra`)."""
        relations = parse_relations(text, self.names | extra)
        if len(relations) != 1:
            raise LanguageError(f"expected one relation, got a chain of {len(relations)}: {text!r}")
        return relations[0]

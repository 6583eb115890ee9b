"""value(L, point): a formula evaluated at a concrete size and point, over balls or floats.

A tree is evaluated operation by operation, with no use of the normal form; a derivative is evaluated from its sum over
indices, each index an axis of an array.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from resmax_sym.judge.arithmetic import Balls, Floats
from resmax_sym.judge.axes import Axes
from resmax_sym.lang import Expr, NotLowerable, S, at
from resmax_sym.models import Model


@dataclass
class Evaluator:
    """Evaluates formulas of `model` at one point.

    Parameters
    ----------
    sizes : {'n': 3, 'd': 2, ...}
    point : name -> array of numbers of `arithmetic`, one entry for each free variable and parameter
    """

    model: Model
    sizes: Mapping[str, int]
    point: Mapping[str, Any]
    arithmetic: Balls | Floats
    done: dict[Expr, Any] = field(default_factory=dict)

    def __call__(self, e: Expr) -> Any:
        """The value: a number, a vector or a matrix."""
        with self.arithmetic.precision():
            return self.value(e)

    def value(self, e: Expr) -> Any:
        if e not in self.done:
            self.done[e] = self.fresh(e)
        return self.done[e]

    def size(self, dim: str | int) -> int:
        return dim if isinstance(dim, int) else self.sizes[dim]

    def one(self) -> Any:
        return self.arithmetic.number(Fraction(1))

    def full(self, shape: tuple[int, ...], value: int) -> NDArray:
        return np.full(shape, self.arithmetic.number(Fraction(value)), dtype=self.arithmetic.dtype)

    def identity(self, k: int) -> NDArray:
        result = self.full((k, k), 0)
        result[np.diag_indices(k)] = self.one()
        return result

    def fresh(self, e: Expr) -> Any:
        ring = self.arithmetic
        match e.op:
            case "number":
                return ring.number(e.data)
            case "pi":
                return ring.pi()
            case "size":
                return ring.number(Fraction(self.sizes[e.data]))
            case "symbol":
                return self.point[e.data]
            case "ones":
                return self.full((self.size(e.shape[0]),), 1)
            case "eye":
                return self.identity(self.size(e.shape[0]))
            case "pow" if e.args[1].op == "number":
                return ring.power(self.value(e.args[0]), e.args[1].data)
            case "D":
                return self.derivative(e)
            case "at":
                inside = Evaluator(self.model, self.sizes, {**self.point, "x": self.point[e.data]}, ring)
                return inside.value(e.args[0])
            case "phi":
                return self.phi(e.data, self.value(e.args[0]))
        return self.operation(e, [self.value(arg) for arg in e.args])

    def operation(self, e: Expr, args: list[Any]) -> Any:
        a, *rest = args
        match e.op:
            case "named":
                return a
            case "add":
                return a + rest[0]
            case "sub":
                return a - rest[0]
            case "mul":
                return a * rest[0]
            case "div":
                return a / rest[0]
            case "neg":
                return -a
            case "pow":
                return self.arithmetic.call("exp", rest[0] * self.arithmetic.call("log", a))
            case "call":
                return self.arithmetic.call(e.data, a, *rest)
            case "reduce":
                pick = "max" if e.data == "max" else "min"
                result = a[0]
                for entry in a[1:]:
                    result = self.arithmetic.call(pick, result, entry)
                return result
            case "matmul":
                return a @ rest[0]
            case "inner":
                return (a * rest[0]).sum()
            case "outer":
                return a[:, None] * rest[0][None, :]
            case "transpose":
                return a.T
            case "diag":
                return a[:, None] * self.identity(len(a))
            case "sum":
                return a.sum()
            case "trace":
                return np.diagonal(a).sum()
            case "norm" | "fro":
                return self.arithmetic.call("sqrt", (a * a).sum())
            case "norm1":
                return self.arithmetic.call("abs", a).sum()
        raise NotLowerable(f"{e!r}: {e.op} is not evaluated")

    def derivative(self, e: Expr) -> Any:
        indices = sp.symbols(f"i1:{e.ndim + 1}", integer=True)
        lowered = self.model.lowering()(e, *indices)
        return self.axes().evaluate(lowered, indices, tuple(map(self.size, e.shape)))

    def phi(self, order: int, argument: Any) -> Any:
        """phi^(order) entry by entry."""
        shape = np.shape(argument)
        indices = sp.symbols(f"i1:{len(shape) + 1}", integer=True)
        entry = sp.IndexedBase("argument", real=True)[indices] if indices else sp.Symbol("argument", real=True)
        unit = sp.diff(self.model.phi, S, order).xreplace({S: entry})
        return Axes(lambda name: argument, self.sizes, self.arithmetic).evaluate(unit, indices, shape)

    def axes(self) -> Axes:
        return Axes(self.leaf, self.sizes, self.arithmetic)

    def leaf(self, name: str) -> Any:
        """A variable, or t, t at y and their kin, which the lowering keeps as variables."""
        if name in self.point:
            return self.point[name]
        stem, _, y = name.partition("_")
        names = self.model.names
        definition = names["t"] if stem == "t" else names["A1"] @ names["x"]
        return self.value(at(definition, names[y]) if y else definition)

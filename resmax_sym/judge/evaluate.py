"""value(L, point): a formula evaluated at concrete sizes and points, over balls or floats.

A tree is evaluated operation by operation, with no use of the normal form; a derivative is evaluated from its sum over
indices, each index an axis of an array.  The first axis of every array runs over a batch of points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from resmax_sym.judge.arithmetic import Floats
from resmax_sym.judge.arrays import matmul, squares
from resmax_sym.judge.axes import Axes
from resmax_sym.judge.balls import Balls
from resmax_sym.judge.budget import SPECTRAL_COST
from resmax_sym.judge.guards import kinks, kinks_of_unit, written_unit
from resmax_sym.lang import Expr, S, at
from resmax_sym.models import Model


@lru_cache(maxsize=256)
def lowered(model: Model, e: Expr, indices: tuple[sp.Symbol, ...]) -> sp.Expr:
    """A component of `e`: the same for every point."""
    return model.lowering()(e, *indices)


@lru_cache(maxsize=256)
def _slope_of_unit(model: Model, order: int, ndim: int) -> tuple[tuple[sp.Symbol, ...], sp.Expr]:
    """The indices of an array, and phi^(order) of its entry: the same for every point."""
    indices = sp.symbols(f"i1:{ndim + 1}", integer=True)
    entry = sp.IndexedBase("argument", real=True)[indices] if indices else sp.Symbol("argument", real=True)
    return indices, sp.diff(model.phi, S, order).xreplace({S: entry})


@dataclass
class Evaluator:
    """Evaluates formulas of `model`.

    Parameters
    ----------
    sizes : {'n': 3, 'd': 2, ...}
    point : name -> number, vector or matrix of numbers of `arithmetic`, for each free variable and parameter
    batched : bool
        Every entry of `point` has a leading axis over points, and so has every value.

    Attributes
    ----------
    operations : int
        Array operations done so far, the unit in which a search counts its budget.
    """

    model: Model
    sizes: Mapping[str, int]
    point: Mapping[str, Any]
    arithmetic: Balls | Floats
    batched: bool = False
    done: dict[Expr, NDArray] = field(default_factory=dict)
    operations: int = 0

    def __post_init__(self) -> None:
        if not self.batched:
            dtype = self.arithmetic.dtype
            self.point = {name: np.asarray(value, dtype=dtype)[None] for name, value in self.point.items()}

    def __call__(self, e: Expr) -> Any:
        """The value: a number, a vector or a matrix (or a batch of them)."""
        with self.arithmetic.precision():
            value = self.value(e)
            return value if self.batched else value[0]

    def value(self, e: Expr) -> NDArray:
        if e not in self.done:
            self.operations += 1
            self.done[e] = self.leaf_value(e) if not e.args else self.fresh(e)
        return self.done[e]

    def size(self, dim: str | int) -> int:
        return dim if isinstance(dim, int) else self.sizes[dim]

    def full(self, shape: tuple[int, ...], value: Fraction | int) -> NDArray:
        return np.full((1, *shape), self.arithmetic.number(Fraction(value)), dtype=self.arithmetic.dtype)

    def identity(self, k: int) -> NDArray:
        result = self.full((k, k), 0)
        result[(0, *np.diag_indices(k))] = self.arithmetic.number(Fraction(1))
        return result

    def leaf_value(self, e: Expr) -> NDArray:
        match e.op:
            case "number":
                return self.full((), e.data)
            case "size":
                return self.full((), self.sizes[e.data])
            case "symbol":
                return self.point[e.data]
            case "ones":
                return self.full((self.size(e.shape[0]),), 1)
            case "eye":
                return self.identity(self.size(e.shape[0]))
        return np.array([self.arithmetic.pi()], dtype=self.arithmetic.dtype)

    def fresh(self, e: Expr) -> NDArray:
        match e.op:
            case "named" if e.data == "t" and "t" in self.point:  # t itself is given, in place of A and x
                return self.point["t"]
            case "D":
                return self.derivative(e, self.value(e.args[0]))
            case "at":
                there = self.elsewhere(e.data)
                value = there.value(e.args[0])
                self.operations += there.operations
                return value
            case "phi":
                return self.phi(e)
            case "pow" if e.args[1].op == "number":
                base, exponent = e.args[0], e.args[1].data
                if base.op in ("norm", "fro") and exponent.denominator == 1 and exponent % 2 == 0:
                    return self.arithmetic.power(squares(self.value(base.args[0])), exponent / 2)  # no root, no kink
                return self.arithmetic.power(self.value(base), exponent)
        return self.operation(e, [self.value(arg) for arg in e.args])

    def elsewhere(self, y: str) -> Evaluator:
        """The same with y in place of x."""
        moved = {**self.point, "x": self.point[y]}
        moved.pop("t", None)  # that is t at x
        return Evaluator(self.model, self.sizes, moved, self.arithmetic, batched=True)

    def axes(self) -> Axes:
        """What evaluates a sum over indices at this point."""
        return Axes(self.lookup, self.sizes, self.arithmetic)

    def flat(self, kink: Expr) -> NDArray:
        """0 where an expression does not vanish, undefined where it does."""
        return self.arithmetic.call("flat", self.value(kink))

    def operation(self, e: Expr, args: list[NDArray]) -> NDArray:
        """An operation on the values of its arguments."""
        if e.op in ("add", "sub", "mul", "div", "pow", "call"):
            args = [value.reshape(value.shape + (1,) * (e.ndim + 1 - value.ndim)) for value in args]
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
            case "matmul":
                return matmul(a, rest[0])
            case "outer":
                return a[:, :, None] * rest[0][:, None, :]
            case "transpose":
                return a.swapaxes(1, 2)
            case "diag":
                return a[:, :, None] * self.identity(a.shape[1])
        return self.scalar(e, a, *rest)

    def scalar(self, e: Expr, a: NDArray, *rest: NDArray) -> NDArray:
        """An operation that turns vectors and matrices into a number."""
        call = self.arithmetic.call
        match e.op:
            case "inner":
                return (a * rest[0]).sum(axis=1)
            case "sum":
                return a.sum(axis=1)
            case "trace":
                total = np.diagonal(a, axis1=1, axis2=2).sum(axis=1)
                defined = self.arithmetic.finite(a).all(axis=(1, 2))  # off the diagonal too
                return np.where(defined, total, self.arithmetic.nan)
            case "norm" | "fro":
                return self.arithmetic.norm(a.reshape(len(a), -1))
            case "norm1":
                return call("abs", a).sum(axis=1)
            case "reduce" | "norminf":
                entries = a if e.op == "reduce" else call("abs", a)
                result = entries[:, 0]
                for k in range(1, entries.shape[1]):
                    result = call("min" if e.data == "min" else "max", result, entries[:, k])
                return result
            case "solve":
                return self.arithmetic.solve(a, *rest)
        self.operations += SPECTRAL_COST
        return self.arithmetic.spectral(e.op, a)

    def derivative(self, e: Expr, base: NDArray) -> NDArray:
        """D expr, undefined where expr is (log(s) has no slope at s = -1, though 1/s has a value there) and at its kinks."""
        indices = sp.symbols(f"i1:{e.ndim + 1}", integer=True)
        axes = self.axes()
        value = axes.evaluate(lowered(self.model, e, indices), indices, tuple(map(self.size, e.shape)))
        self.operations += len(axes.done)
        for kink in kinks(e.args[0], self.model, e.data):
            off = self.flat(kink)
            value = value + off.reshape(len(off), -1).sum(axis=1).reshape(-1, *[1] * e.ndim)
        return np.where(self.arithmetic.finite(base)[..., None], value, self.arithmetic.nan)

    def phi(self, e: Expr) -> NDArray:
        """phi^(k) entry by entry: phi as it is written, its slopes undefined where phi is and where it has a kink or a border.

        SymPy reads s / s as 1, so that its form of the unit has values where the unit has none.
        """
        (argument,) = e.args
        unit = self.value(written_unit(self.model, argument))
        if not e.data:
            return unit
        given = self.value(argument)
        indices, derivative = _slope_of_unit(self.model, e.data, e.ndim)
        axes = Axes(lambda name: given, self.sizes, self.arithmetic)
        slope = axes.evaluate(derivative, indices, given.shape[1:])
        self.operations += len(axes.done)
        for kink in kinks_of_unit(argument, self.model):
            slope = slope + self.flat(kink)
        return np.where(self.arithmetic.finite(unit), slope, self.arithmetic.nan)

    def lookup(self, name: str) -> NDArray:
        """A variable, or t, t at y and their kin, which the lowering keeps as variables."""
        if name in self.point:
            return self.point[name]
        stem, _, y = name.partition("@")
        names = self.model.names
        definition = names["t"] if stem == "t" else names["A1"] @ names["x"]
        return self.value(at(definition, names[y]) if y else definition)

"""sum_k A[k,j] q[k] as arrays: a SymPy expression over indices evaluated with one array axis per index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from resmax_sym.judge.arithmetic import Floats
from resmax_sym.judge.balls import Balls
from resmax_sym.lang import NotLowerable
from resmax_sym.lang import special as f

NAMES = {
    sp.exp: "exp", sp.log: "log", sp.cosh: "cosh", sp.sinh: "sinh", sp.tanh: "tanh", sp.Abs: "abs",
    f.absolute: "abs", f.sign: "sign", f.step: "step", f.flat: "flat", f.larger: "max", f.smaller: "min",
}  # fmt: skip


@lru_cache(maxsize=256)
def _positions(expr: sp.Expr, free: tuple[sp.Symbol, ...]) -> dict[str, int]:
    """The axis of each index: the free ones first, then those that a sum binds."""
    bound = {index for total in expr.atoms(sp.Sum) for index in total.variables}
    return {str(index): k for k, index in enumerate([*free, *sorted(bound - set(free), key=str)], start=1)}


class Axes:
    """Evaluates expressions over indices.

    Parameters
    ----------
    leaf : callable
        Name of a variable or scalar -> its array, the first axis running over a batch of points.
    sizes : size name -> int
    """

    def __init__(self, leaf: Callable[[str], Any], sizes: Mapping[str, int], arithmetic: Balls | Floats) -> None:
        self.leaf, self.sizes, self.ring = leaf, sizes, arithmetic

    def evaluate(self, expr: sp.Expr, free: tuple[sp.Symbol, ...] = (), shape: tuple[int, ...] = ()) -> NDArray:
        """The array of `expr`: a batch axis (of length 1 where nothing varies), then the indices `free` of lengths `shape`."""
        self.position = _positions(expr, free)
        self.lengths = dict(zip(map(str, free), shape, strict=True))
        self.done: dict[sp.Expr, Any] = {}
        array = np.asarray(self.read(expr), dtype=self.ring.dtype)
        if not array.ndim:
            array = array.reshape((1,) * (1 + len(self.position)))
        array = array.reshape(array.shape[: 1 + len(free)])
        return np.broadcast_to(array, (array.shape[0], *shape))

    def number(self, value: sp.Rational | int) -> Any:
        return self.ring.number(
            Fraction(int(value.p), int(value.q)) if isinstance(value, sp.Rational) else Fraction(value)
        )

    def read(self, e: sp.Expr) -> Any:
        if e not in self.done:
            self.done[e] = self.fresh(e)
        return self.done[e]

    def fresh(self, e: sp.Expr) -> Any:
        if e.is_Rational:
            return self.number(e)
        if e is sp.pi:
            return self.ring.pi()
        if e is sp.E:
            return self.ring.call("exp", self.number(1))
        if e.is_Symbol:
            return self.number(self.sizes[e.name]) if e.name in self.sizes else self.place(self.leaf(e.name), ())
        if isinstance(e, sp.Indexed):
            return self.place(self.leaf(e.base.label.name), e.indices)
        if isinstance(e, sp.KroneckerDelta):
            return self.delta(*e.args)
        if isinstance(e, sp.Sum):
            return self.sum(e)
        if e.is_Pow:
            base, exponent = e.args
            if exponent.is_Rational:
                return self.ring.power(self.read(base), Fraction(int(exponent.p), int(exponent.q)))
            return self.ring.call("exp", self.read(exponent) * self.ring.call("log", self.read(base)))
        values = [self.read(arg) for arg in e.args]
        if e.is_Add or e.is_Mul:
            result = values[0]
            for value in values[1:]:
                result = result + value if e.is_Add else result * value
            return result
        if type(e) not in NAMES:
            raise NotLowerable(f"{e} is not a real number")
        return self.ring.call(NAMES[type(e)], *values)

    def place(self, array: NDArray, indices: tuple[sp.Expr, ...]) -> NDArray:
        """The array with its axes where the indices have theirs; a repeated index takes the diagonal."""
        names = [str(index) for index in indices]
        while len(set(names)) < len(names):
            first = next(k for k, name in enumerate(names) if names.count(name) > 1)
            second = names.index(names[first], first + 1)
            array = np.moveaxis(np.diagonal(array, axis1=first + 1, axis2=second + 1), -1, first + 1)
            names.pop(second)
        order = sorted(range(len(names)), key=lambda k: self.position[names[k]])
        array = array.transpose([0, *(k + 1 for k in order)])
        shape = [array.shape[0]] + [1] * len(self.position)
        for axis, k in enumerate(order, start=1):
            shape[self.position[names[k]]] = array.shape[axis]
        return array.reshape(shape)

    def delta(self, i: sp.Symbol, j: sp.Symbol) -> NDArray:
        length = self.lengths.get(str(i)) or self.lengths[str(j)]
        identity = np.full((1, length, length), self.number(0), dtype=self.ring.dtype)
        identity[(0, *np.diag_indices(length))] = self.number(1)
        return self.place(identity, (i, j))

    def sum(self, e: sp.Sum) -> Any:
        for index, _, size in e.limits:
            self.lengths[str(index)] = int(size) if size.is_Integer else self.sizes[size.name]
        value = self.read(e.function)
        for index, _, _ in e.limits:
            axis = self.position[str(index)]
            if not isinstance(value, np.ndarray) or value.shape[axis] == 1:
                value = value * self.number(self.lengths[str(index)])
            if isinstance(value, np.ndarray):
                value = value.sum(axis=axis, keepdims=True)
        return value

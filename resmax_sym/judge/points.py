"""A, x, b, ...: random points with small rational entries, at given sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge.arithmetic import Floats, Rationals
from resmax_sym.judge.balls import Balls
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.lang import Expr, Relation, symbol
from resmax_sym.models import Model


@dataclass(frozen=True)
class Point:
    """Sizes and an exact rational value of every free variable and parameter."""

    sizes: Mapping[str, int]
    values: Mapping[str, Any]

    def evaluator(self, model: Model, arithmetic: Balls | Floats | Rationals) -> Evaluator:
        """Evaluates formulas of `model` here."""
        with arithmetic.precision():
            values = {name: _convert(value, arithmetic) for name, value in self.values.items()}
        return Evaluator(model, self.sizes, values, arithmetic)

    def to_json(self) -> dict[str, Any]:
        """Sizes as integers, entries as rationals in text."""
        entries = {name: _spell(value) for name, value in self.values.items()}
        return {**self.sizes, **entries}


def _convert(value: Any, arithmetic: Balls | Floats | Rationals) -> Any:
    if isinstance(value, Fraction):
        return arithmetic.number(value)
    return np.array([arithmetic.number(v) for v in value.flat], dtype=arithmetic.dtype).reshape(value.shape)


def _spell(value: Any) -> Any:
    return str(value) if isinstance(value, Fraction) else np.vectorize(str, otypes=[object])(value).tolist()


def free_symbols(model: Model, relations: Iterable[Relation]) -> list[Expr]:
    """The variables and parameters that have to be given for relations to have a truth value, by name."""
    stack: list[Relation | Expr] = list(relations)
    nodes: set[Expr] = set()
    x, y = (model.names[name] for name in "xy")
    found: set[Expr] = set()
    while stack:
        part = stack.pop()
        if isinstance(part, Relation):
            stack.extend(part.args)
            found |= {x, y} if part.op == "on_segment" else set()
        else:
            nodes.update(part.walk())
    found |= {node for node in nodes if node.op == "symbol"}
    found |= {symbol(node.data, ("d",)) for node in nodes if node.op == "at"}
    found |= {x} if any(node.op in ("D", "at") for node in nodes) else set()
    return sorted(found, key=lambda s: s.data)


def random_point(
    symbols: Iterable[Expr],
    sizes: Mapping[str, int],
    rng: np.random.Generator,
    denominator: int = 4,
    scale: float = 1.0,
) -> Point:
    """Entries that are multiples of 1/denominator, Gaussian of standard deviation `scale` before rounding, none of them 0."""

    def draw(shape: tuple[int, ...]) -> NDArray:
        raw = np.rint(rng.standard_normal(shape) * scale * denominator).astype(int)
        raw = np.where(raw == 0, 1, raw)
        return np.array([Fraction(int(k), denominator) for k in raw.flat], dtype=object).reshape(shape)

    values: dict[str, Any] = {}
    for s in sorted(symbols, key=lambda s: s.data):
        shape = tuple(k if isinstance(k, int) else sizes[k] for k in s.shape)
        drawn = draw(shape or (1,))
        values[s.data] = drawn if s.shape else drawn[0]
    return Point(dict(sizes), values)

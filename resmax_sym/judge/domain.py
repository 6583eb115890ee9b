"""norm(b) <= r, simplex(b), 0 < beta <= 1, ...: assumptions met by construction, and random points that meet them.

A point is decoded from a vector of unconstrained reals, so that a search may move freely: norms are scaled down, signs reflected,
parameters folded into their intervals.  What cannot be met by construction is left to be checked.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge.arithmetic import Floats
from resmax_sym.judge.budget import SPECTRAL_COST
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.folding import fold, scale, tightest
from resmax_sym.lang import Expr, Relation
from resmax_sym.lang.relation import FLIP
from resmax_sym.models import Model

NORMS: dict[str, Callable[[NDArray], NDArray]] = {
    "norm": lambda v: np.sqrt((v**2).sum(axis=1)),
    "norm1": lambda v: np.abs(v).sum(axis=1),
    "norminf": lambda v: np.abs(v).max(axis=1),
    "fro": lambda v: np.sqrt((v**2).sum(axis=(1, 2))),
    "opnorm": lambda v: np.linalg.norm(v, 2, axis=(1, 2)),
}
SIZES = ((1, 1), (2, 1), (1, 2), (2, 2), (3, 1), (3, 2), (2, 3), (4, 2), (3, 3), (5, 3), (8, 2), (20, 1))
"""(n, d) in the order in which they are tried, the smallest first."""

Batch = dict[str, NDArray]


@dataclass
class Domain:
    """The free variables of a claim and what is assumed of them.

    Attributes
    ----------
    checked : list of Relation
        Assumptions to be checked at a point: all but those on sizes, since a bound may be out of reach.
    cost : int
        Operations spent on decoding so far.
    """

    model: Model
    symbols: Sequence[Expr]
    assumptions: Sequence[Relation]
    allowed: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules: dict[str, list[tuple[str, str, Expr]]] = {s.data: [] for s in self.symbols}
        self.checked: list[Relation] = []
        self.size_rules: list[Relation] = []
        self.cost = 0
        for relation in self.assumptions:
            self._place(relation)
        self.checked = [relation for relation in self.assumptions if relation not in self.size_rules]

    def _place(self, relation: Relation) -> None:
        plain = all(isinstance(part, Expr) and not part.shape for part in relation.args)
        if relation.op in FLIP and plain and not _symbols(relation) and not _moves(relation):
            self.size_rules.append(relation)
            return
        if relation.op == "simplex" and relation.args[0].op == "symbol":
            self.rules[relation.args[0].data].append(("simplex", "==", relation.args[0]))
            return
        if relation.op in FLIP:
            for (left, right), op in zip(
                (relation.args, relation.args[::-1]), (relation.op, FLIP[relation.op]), strict=True
            ):
                if self._rule(left, op, right):
                    return
        self.checked.append(relation)

    def _rule(self, left: Expr, op: str, right: Expr) -> bool:
        """Whether `left op right` bounds one variable (or its norm) by others, and is thereby met for good."""
        what = left.op if left.op in NORMS else "entries"
        variable = left.args[0] if left.op in NORMS else left
        needs = {node.data for node in right.walk() if node.op in ("symbol", "at")}
        if any(node.op in ("D", "at") for node in right.walk()):
            needs.add("x")
        if variable.op != "symbol" or self._reaches(set(needs), variable.data):
            return False
        self.rules[variable.data].append((what, op, right))
        data = {s.data for s in self.symbols if s.shape}
        return op == "==" or not needs & data  # bounds that data set may cross, and are checked as well

    def _reaches(self, names: set[str], target: str) -> bool:
        """Whether the bounds of `names` rest on `target`."""
        seen: set[str] = set()
        while names:
            name = names.pop()
            if name == target:
                return True
            if name not in seen:
                seen.add(name)
                names |= {node.data for _, _, b in self.rules.get(name, ()) for node in b.walk() if node.op == "symbol"}
        return False

    @cached_property
    def order(self) -> list[Expr]:
        """Variables so that each comes after the parameters that bound it."""
        left, done = list(self.symbols), []
        while left:
            ready = [s for s in left if not self._needs(s) & {other.data for other in left if other != s}]
            done += ready
            left = [s for s in left if s not in ready]
        return done

    def _needs(self, s: Expr) -> set[str]:
        return {node.data for _, _, bound in self.rules[s.data] for node in bound.walk() if node.op == "symbol"}

    def sizes(self) -> Iterator[dict[str, int]]:
        """Sizes that the claim is about, small ones first."""
        middle = (1,) if self.model.inner_layer is None else (1, 2, 3)
        choices = SIZES
        if self.allowed:
            choices = tuple(itertools.product(self.allowed.get("n", (1, 2, 3, 5)), self.allowed.get("d", (1, 2, 3))))
        for (n, d), m in itertools.product(choices, self.allowed.get("m", middle)):
            sizes = {"n": n, "d": d} if self.model.inner_layer is None else {"n": n, "d": d, "m": m}
            if all(self._size_holds(rule, sizes) for rule in self.size_rules):
                yield sizes

    def _size_holds(self, rule: Relation, sizes: Mapping[str, int]) -> bool:
        evaluator = Evaluator(self.model, sizes, {}, Floats())
        left, right = (float(evaluator(side)) for side in rule.args)
        return {"==": left == right, "<=": left <= right, ">=": left >= right, "<": left < right, ">": left > right}[
            rule.op
        ]

    def shape(self, s: Expr, sizes: Mapping[str, int]) -> tuple[int, ...]:
        return tuple(k if isinstance(k, int) else sizes[k] for k in s.shape)

    def length(self, sizes: Mapping[str, int]) -> int:
        """How many reals describe a point."""
        return sum(int(np.prod(self.shape(s, sizes))) for s in self.symbols)

    def decode(self, z: NDArray, sizes: Mapping[str, int]) -> Batch:
        """Points from a batch of vectors of reals."""
        raw, k = {}, 0
        for s in self.symbols:
            shape = self.shape(s, sizes)
            size = int(np.prod(shape))
            raw[s.data] = z[:, k : k + size].reshape(len(z), *shape)
            k += size
        batch: Batch = {}
        for s in self.order:
            batch[s.data] = self._meet(s, raw[s.data], sizes, {**raw, **batch})
        return batch

    def _meet(self, s: Expr, value: NDArray, sizes: Mapping[str, int], batch: Batch) -> NDArray:
        rules = self.rules[s.data]
        bounds = [(what, op, self._bound(right, sizes, batch)) for what, op, right in rules if what != "simplex"]
        entries = [(op, tightest(op, bound, value.ndim)) for what, op, bound in bounds if what == "entries"]
        value = fold(value, entries, parameter=not s.shape)
        if any(what == "simplex" for what, _, _ in rules):
            value = np.abs(value) + 1e-300
            value = value / value.sum(axis=1, keepdims=True)
        for what, op, bound in bounds:
            if what in NORMS:
                self.cost += SPECTRAL_COST if what == "opnorm" else 1
                value = scale(value, NORMS[what], op, bound)
        return value

    def _bound(self, right: Expr, sizes: Mapping[str, int], batch: Batch) -> NDArray:
        return Evaluator(self.model, sizes, batch, Floats(), batched=True)(right)

    def random(self, sizes: Mapping[str, int], count: int, rng: np.random.Generator) -> NDArray:
        """Vectors to decode: Gaussian, heavy-tailed and structured starts, at several scales."""
        parts = [np.empty((count, 0))]
        for s in self.symbols:
            shape = (count, *self.shape(s, sizes))
            scale = rng.choice([0.3, 1.0, 1.0, 3.0, 10.0], size=(count, *[1] * (len(shape) - 1)))
            kind = rng.integers(0, 8, size=scale.shape)
            value = rng.standard_normal(shape)
            value = np.where(kind == 0, rng.standard_cauchy(shape).clip(-50, 50), value)
            value = np.where(kind == 1, np.sign(value), value)
            value = np.where(kind == 2, value * (rng.random(shape) < 0.4), value) * scale
            if len(shape) == 3:
                value = np.where(kind == 3, np.eye(*shape[1:]) * scale, value)
            if len(shape) == 2 and s.data == "b":
                corner = np.eye(shape[1])[rng.integers(0, shape[1], count)] * rng.choice([-1, 1], (count, 1))
                value = np.where(kind == 4, corner, value)
            parts.append(value.reshape(count, -1))
        z = np.concatenate(parts, axis=1)
        return self._pairs(z, sizes, rng)

    def _pairs(self, z: NDArray, sizes: Mapping[str, int], rng: np.random.Generator) -> NDArray:
        """Some points with y close to x, and some with y = -x."""
        places, k = {}, 0
        for s in self.symbols:
            size = int(np.prod(self.shape(s, sizes)))
            places[s.data] = slice(k, k + size)
            k += size
        if "x" in places and "y" in places:
            x, kind = z[:, places["x"]], rng.integers(0, 4, (len(z), 1))
            near = x + 0.01 * rng.standard_normal(x.shape)
            z[:, places["y"]] = np.where(kind == 0, near, np.where(kind == 1, -x, z[:, places["y"]]))
        return z


def _moves(relation: Relation) -> bool:
    """Whether a derivative or another point is spoken of."""
    return any(n.op in ("D", "at") for part in relation.args for n in part.walk())


def _symbols(relation: Relation) -> set[str]:
    """The names of the variables that occur."""
    return {n.data for part in relation.args if isinstance(part, Expr) for n in part.walk() if n.op == "symbol"}

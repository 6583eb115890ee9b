"""M_ij as a formula in f, omega and b: read from the statement, and evaluated at random vectors modulo a large prime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

import flint
import numpy as np

from resmax_sym.judge import pairs
from resmax_sym.judge.bounds.recheck import Unsound
from resmax_sym.judge.bounds.recheck.context import constant
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.marked import NAMES
from resmax_sym.judge.modular import TOWERS, Residue, Residues
from resmax_sym.lang import Expr, Relation, parse_relations, symbol
from resmax_sym.models import Model

WEIGHTS = symbol("weights", ("n",))
FORM = "(1 - eye(n)) * max(M, 0) == 0"
OPS = ("add", "sub", "mul", "neg", "pow", "div", "inner", "sum", "outer", "ones", "number", "matmul", "symbol")
OTHERS = (4, 5, 7)
"""How many entries are not marked."""

SEED = 40_000
Point = Mapping[str, Any]


def need(condition: bool, why: str) -> None:
    if not condition:
        raise Unsound(why)


def matrix(relation: Relation) -> Expr:
    """M where the statement is (1 - eye(n)) * max(M, 0) == 0."""
    try:
        M = relation.args[0].args[1].args[0]
        (form,) = parse_relations(FORM, {"n": Expr("size", data="n"), "M": M})
    except (AttributeError, IndexError):
        raise Unsound("the statement is about no matrix without its diagonal") from None
    same = M.shape == ("n", "n") and (form.op, form.lhs) == (relation.op, relation.lhs)
    need(same and constant(relation.rhs) == (0, 0), "the statement is not (1 - eye(n)) * max(M, 0) == 0")
    return M


def over_weights(model: Model, M: Expr) -> Expr:
    """M as a formula in the vectors weights (which stand for f), omega and b, and in numbers.

    Raises
    ------
    Unsound
        It is no polynomial in their entries and in sums over all of them, or such a sum depends on how many entries there are.
    """
    f = model.names["f"]
    M = M.rebuild(lambda node: WEIGHTS if node == f else None)  # what is still a name then is no formula in f
    free = (WEIGHTS, symbol("omega", ("n",)), symbol("b", ("n",)))
    for node in M.walk():
        need(node.op in OPS and (node.op != "symbol" or node in free), f"{node!r} is no polynomial in f, omega and b")
        need(node.op != "matmul" or not node.shape, f"{node!r} is no inner product")
        need(node.op not in ("pow", "div") or node.args[1].op == "number", f"{node!r} is no polynomial")
        power = node.args[1].data if node.op == "pow" else Fraction(1)
        need(power.denominator == 1 and power >= 0, f"{node!r} is no natural power")
        summed = [node.args[0]] if node.op == "sum" else [*node.args] if node.op in ("inner", "matmul") else []
        need(not summed or any(map(vanishes, summed)), f"{node!r} depends on the number of entries")
    return M


def vanishes(e: Expr) -> bool:
    """Whether an entry of a formula is seen to be 0 where those of f, omega and b are."""
    match e.op:
        case "symbol":
            return bool(e.shape)
        case "number":
            return e.data == 0
        case "add" | "sub":
            return all(map(vanishes, e.args))
        case "mul":
            return any(map(vanishes, e.args))
        case "neg" | "div":
            return vanishes(e.args[0])
        case "pow":
            return e.args[1].data > 0 and vanishes(e.args[0])
    return False


def order(e: Expr, z: Expr) -> int:
    """A degree of a formula of `over_weights` in a vector that it does not exceed, seen from its operations."""
    if e == z:
        return 1
    parts = [order(part, z) for part in e.args]
    match e.op:
        case "mul" | "inner" | "outer" | "matmul":
            return sum(parts)
        case "pow":
            return parts[0] * int(e.args[1].data)
    return max(parts, default=0)


class Sample:
    """Entry (0, 1) of M at random vectors modulo a large prime."""

    def __init__(self, model: Model, M: Expr) -> None:
        self.model, self.M, self.ring = model, M, Residues(TOWERS[0])
        self.rng = np.random.default_rng(SEED)

    def number(self, value: Any) -> Residue:
        value = Fraction(int(value.p), int(value.q)) if isinstance(value, flint.fmpq) else Fraction(value)
        return self.ring.number(value)

    def random(self, n: int) -> np.ndarray:
        return self.ring.random((n,), self.rng)

    def weights(self, n: int) -> np.ndarray:
        """They sum to 1."""
        found = self.random(n)
        found[1] = self.number(1) - (found.sum() - found[1])
        return found

    def unit(self, n: int, place: int, value: int = 1) -> np.ndarray:
        found = np.empty(n, dtype=object)
        found[:] = [self.number(value * (k == place)) for k in range(n)]
        return found

    def entry(self, f: np.ndarray, omega: np.ndarray, b: np.ndarray) -> Residue:
        point = {"weights": f, "omega": omega, "b": b}
        return np.asarray(Evaluator(self.model, {"n": len(f)}, point, self.ring)(self.M))[0, 1]

    def check_affine(self) -> None:
        """By its operations; and F(u + v) - F(u) - F(v) + F(0) = 0 as a function of omega, and of b, as a second route.

        The values alone would not do: a formula can be made that vanishes at all points that are tried.
        """
        for name in ("omega", "b"):
            need(order(self.M, symbol(name, ("n",))) <= 1, f"an entry of M is not seen to be affine in {name}")
        for n in OTHERS:
            f, u, v, w = self.weights(n), self.random(n), self.random(n), self.random(n)
            zero = self.unit(n, 0, 0)
            of_omega = [self.entry(f, z, w) for z in (u + v, zero, u, v)]
            of_b = [self.entry(f, w, z) for z in (u + v, zero, u, v)]
            for one, origin, left, right in (of_omega, of_b):
                need(is_zero(one + origin - left - right), "an entry of M is not affine in omega and in b")

    def check_candidates(self, where: pairs.Where, candidates: Sequence[flint.fmpq_mpoly]) -> None:
        """-M0 and M0^2 - sum_l y_l^2, where M0 is M at omega = 0 and y_l the change of M from there to omega = e_l."""
        for others in OTHERS:
            n = where.marked + others
            f, b = self.weights(n), self.unit(n, "ijk".index(where.entry), where.sign)
            origin = self.entry(f, self.unit(n, 0, 0), b)
            changes = [self.entry(f, self.unit(n, place), b) - origin for place in range(n)]
            squares = sum((y * y for y in changes), self.number(0))
            truth = (-origin, origin * origin - squares)
            point = dict(zip("acp", f[: where.marked], strict=False))
            point |= {f"S{q}": sum((x**q for x in f[where.marked :]), self.number(0)) for q in range(2, 9)}
            for value, candidate in zip(truth, candidates, strict=True):
                need(is_zero(value - self.value(candidate, point)), f"the polynomial for b = {where} is another one")

    def value(self, p: flint.fmpq_mpoly, point: Point) -> Residue:
        """A polynomial in the names of `point`."""
        total = self.number(0)
        for exponents, factor in p.terms():
            powers = [point[name] ** int(e) for name, e in zip(NAMES, exponents, strict=True) if e]
            total = total + prod(powers, start=self.number(factor))
        return total


def is_zero(value: Residue) -> bool:
    return not any(value.parts)

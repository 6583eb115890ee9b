"""phi(box) <= 0: a statement certified over boxes in ball arithmetic, by adaptive bisection, for every one of its sizes."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from functools import partial

import flint
import numpy as np

from resmax_sym.judge.budget import BALL_COST
from resmax_sym.judge.claim import Claim
from resmax_sym.judge.identity import symmetric
from resmax_sym.judge.pieces import DIGITS, FAILS, HOLDS, PARTS, SKIP, Decision, Interval, Piece, Sides, leaves
from resmax_sym.judge.truth import spectral_matrices
from resmax_sym.lang import Expr, Relation
from resmax_sym.models import Model

WIDTH = 1e-9
"""A box narrower than this in every coordinate is not split again."""

LAG = 16
"""How much narrower than the widest side of a piece a side may be that is halved."""

Shapes = Mapping[str, tuple[int, ...]]


class Stuck(ArithmeticError):
    """A piece of the box is not settled."""


@dataclass(frozen=True)
class Enclosure:
    """The statement holds on every piece of the box on which the assumptions can hold.

    Attributes
    ----------
    trees : tuple of str
        For each size the bisections in preorder: the number of the entry that is halved, or a leaf, `h` where the statement holds
        and `s` where an assumption fails everywhere, or both letters by the parts that kinks cut it into (`pieces.Decision`).
    gap : str or None
        Encloses what the statement compares with 0 (lhs - rhs, entry by entry) over all pieces; None for psd and simplex.
    """

    sizes: tuple[dict[str, int], ...]
    trees: tuple[str, ...]
    gap: str | None
    digits: int

    @property
    def boxes(self) -> int:
        """How many pieces were needed, over all sizes."""
        return sum(HOLDS in leaves(token) for tree in self.trees for token in tree.split())

    @property
    def skipped(self) -> int:
        """Pieces on which an assumption fails everywhere."""
        return sum({*leaves(token)} == {SKIP} for tree in self.trees for token in tree.split())

    @property
    def cut(self) -> int:
        """Pieces that were cut along kinks."""
        return sum(PARTS in token for tree in self.trees for token in tree.split())


@dataclass(frozen=True)
class Open:
    """The boxes did not decide; `reason` says where it stuck."""

    reason: str


@dataclass
class Box:
    """A claim's variables with an interval for every entry."""

    model: Model
    statement: Relation
    assumptions: list[Relation]
    intervals: Mapping[str, Interval]
    symbols: list[Expr]
    symmetric: Callable[[Expr], bool]

    @staticmethod
    def of(claim: Claim) -> Box | None:
        """A claim about a box, at given sizes or at no sizes at all; None for any other."""
        relations = (claim.relation, *claim.assumptions)
        named = {dim for relation in relations for dim in _sizes(relation, claim.intervals)}
        if not claim.box or named - claim.sizes.keys():
            return None
        known = partial(symmetric, claim.model)
        return Box(claim.model, claim.relation, claim.assumptions, claim.intervals, claim.symbols, known)

    def variables(self) -> list[Expr]:
        """What has to be boxed: the free variables, or t in place of A and x where they occur through t alone."""
        found: dict[Expr, None] = {}

        def visit(e: Expr) -> None:
            if e.op == "symbol" or (e.op == "named" and e.data in self.intervals):
                found[e] = None
            elif e.op in ("D", "at"):
                found.update(dict.fromkeys(self.symbols))
            for arg in () if e in found else e.args:
                visit(arg)

        for relation in (self.statement, *self.assumptions):
            for part in relation.args:
                if isinstance(part, Expr):
                    visit(part)
        return list(found)

    def certify(self, all_sizes: list[dict[str, int]], operations: float) -> Enclosure | Open:
        """Whether the statement holds on the whole box for every one of these sizes, within so many operations."""
        return self._over(all_sizes, lambda k: Splitting(operations / len(all_sizes)))

    def check(self, all_sizes: list[dict[str, int]], trees: list[str]) -> Enclosure | Open:
        """The same along bisections that are given."""
        if len(trees) != len(all_sizes):
            return Open(f"{len(trees)} trees for {len(all_sizes)} sizes")
        found = self._over(all_sizes, lambda k: Given(trees[k].split()))
        if isinstance(found, Enclosure) and list(found.trees) != trees:
            return Open("a tree goes on after its last piece")
        return found

    def _over(self, all_sizes: list[dict[str, int]], guide: Callable[[int], Splitting | Given]) -> Enclosure | Open:
        variables = self.variables()
        missing = [v.data for v in variables if v.data not in self.intervals]
        if missing:
            return Open(f"box has no interval for {', '.join(missing)}")
        if any(not self.symmetric(matrix) for matrix in spectral_matrices(self.statement)):
            return Open("a matrix whose eigenvalues are taken is not known to be symmetric")
        trees, gaps = [], []
        for k, sizes in enumerate(all_sizes):
            shapes = {v.data: tuple(j if isinstance(j, int) else sizes[j] for j in v.shape) for v in variables}
            try:
                trees.append(self._cover(shapes, sizes, guide(k), gaps))
            except Stuck as error:
                return Open(f"{error} at {sizes}")
        return Enclosure(tuple(all_sizes), tuple(trees), _ends(gaps) if gaps else None, DIGITS)

    def _cover(self, shapes: Shapes, sizes: dict[str, int], guide: Splitting | Given, gaps: list[flint.arb]) -> str:
        """The bisections, in preorder, after which every piece is settled."""
        names = [name for name, shape in shapes.items() for _ in range(int(np.prod(shape)))]
        stack, tokens = [tuple(self.intervals[name] for name in names)], []
        while stack:
            box = stack.pop()
            found = Piece(self.model, sizes, shapes, box).decide(self.statement, self.assumptions)
            token = guide(found, box, names)
            tokens.append(token)
            if not token.isdecimal():  # a guide lets no other leaf pass than one that is settled
                gaps += [] if found.gap is None else [found.gap]
                continue
            k = int(token)
            low, high = box[k]
            middle = (low + high) / 2
            stack += [(*box[:k], part, *box[k + 1 :]) for part in ((middle, high), (low, middle))]
        return " ".join(tokens)


@dataclass
class Splitting:
    """Halves an entry of a piece that is open, until it is too narrow or the operations are used up."""

    left: float

    def __call__(self, found: Decision, box: Sides, names: list[str]) -> str:
        self.left -= BALL_COST * found.cost
        if found.is_settled:
            return found.verdict
        widths = np.array([float(high - low) for low, high in box])
        if found.verdict == FAILS or not box or widths.max() < WIDTH or self.left < 0:
            sides = zip(names, box, strict=True)
            raise Stuck(f"undecided near { {name: f'[{float(a):.6g}, {float(b):.6g}]' for name, (a, b) in sides} }")
        near = widths * LAG >= widths.max()  # an assumption may wait for a side that the statement hardly depends on
        pull = widths if found.pull is None else np.where(near, found.pull, 0.0)  # which may be infinite
        return str(int(np.argmax(pull if pull.any() else widths)))


@dataclass
class Given:
    """Follows bisections on record, and takes none of their leaves on trust."""

    tokens: list[str]
    place: int = 0

    def __call__(self, found: Decision, box: Sides, names: list[str]) -> str:
        token = self.tokens[self.place] if self.place < len(self.tokens) else ""
        self.place += 1
        leaf = found.is_settled and token == found.verdict
        if leaf:
            return token
        if not (token.isdecimal() and len(token) < DIGITS and int(token) < len(box)):
            raise Stuck(f"piece {self.place} is {found.verdict}, not {token!r}")
        low, high = box[int(token)]
        if float(high - low) * LAG < WIDTH:  # `Splitting` halves no such side
            raise Stuck(f"piece {self.place} is too narrow to be halved")
        return token


def _ends(gaps: list[flint.arb]) -> str:
    """[lo, hi] around all of the balls, rounded outward to doubles."""
    low = math.nextafter(min(float(gap.lower()) for gap in gaps), -math.inf)
    high = math.nextafter(max(float(gap.upper()) for gap in gaps), math.inf)
    return f"[{low!r}, {high!r}]"


def _sizes(relation: Relation, given: Container[str]) -> set[str]:
    """The symbolic sizes that a relation depends on through shapes; what is `given` is not looked into."""
    found, stack = set(), list(relation.args)
    while stack:
        node = stack.pop()
        if isinstance(node, Expr):
            found |= {dim for dim in (*node.shape, node.data if node.op == "size" else 0) if isinstance(dim, str)}
        if isinstance(node, Relation) or node.op != "named" or node.data not in given:
            stack += node.args
    return found

"""Expr(op, args, shape): a formula over symbolic sizes, typed as scalar (), vector (n,) or matrix (n, d).

An expression is an immutable tree.  It does not evaluate, expand or simplify: what was written is what is printed.  Other
modules read it: `text` and `latex` print it, `index` lowers it to SymPy sums over indices, `codegen` turns it into NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from numbers import Rational
from operator import add, mul, neg, sub, truediv
from typing import Any

Dim = str | int
"""A size: 'n', 'd', 'm' (symbolic, at least 1) or a positive integer."""

Shape = tuple[Dim, ...]


LARGEST_EXPONENT = 99
"""Powers beyond it are not multiplied out by anyone; they are read as exp(p log s)."""


class LanguageError(ValueError):
    """A formula that is not well formed: what was expected, what came, what to do."""


class ShapeError(LanguageError):
    """Two shapes that do not fit; the message names the sub-expression and both shapes."""


class Expr:
    """A node `op` over `args`; `data` holds what the operation needs besides (a name, a number, an order).

    Attributes
    ----------
    shape : tuple
        `()` for a scalar, `(n,)` for a vector, `(n, d)` for a matrix.
    depth, weight : int
        Height of the tree and its number of nodes, a shared node counted each time: what an engine may have to walk.
    """

    __array_ufunc__ = None  # NumPy must not take the operators over
    __slots__ = ("_hash", "args", "data", "depth", "op", "shape", "weight")

    def __init__(self, op: str, args: tuple[Expr, ...] = (), shape: Shape = (), data: Any = None) -> None:
        self.op, self.args, self.shape, self.data = op, args, shape, data
        self._hash = hash((op, args, shape, data))
        self.depth = 1 + max((arg.depth for arg in args), default=0)
        self.weight = 1 + sum(arg.weight for arg in args)

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[type[Expr], tuple]:
        """A copy in another process is built anew: texts have other hashes there."""
        return Expr, (self.op, self.args, self.shape, self.data)

    def __eq__(self, other: object) -> bool:
        """Same tree; whether two formulas are equal as mathematics is `lang.equal`'s question."""
        if self is other:
            return True
        return (
            isinstance(other, Expr)
            and self._hash == other._hash
            and (self.op, self.shape, self.data) == (other.op, other.shape, other.data)
            and self.args == other.args
        )

    def __repr__(self) -> str:
        from resmax_sym.lang.text import to_text

        return to_text(self)

    def _repr_latex_(self) -> str:
        from resmax_sym.lang.latex import to_latex

        return f"$\\displaystyle {to_latex(self)}$"

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def T(self) -> Expr:
        if self.ndim != 2:
            raise ShapeError(f"{self!r} has shape {show(self.shape)}, which .T does not take; use inner or outer")
        return Expr("transpose", (self,), self.shape[::-1])

    def __add__(self, other: Operand) -> Expr:
        return elementwise("add", self, other)

    def __radd__(self, other: Operand) -> Expr:
        return elementwise("add", other, self)

    def __sub__(self, other: Operand) -> Expr:
        return elementwise("sub", self, other)

    def __rsub__(self, other: Operand) -> Expr:
        return elementwise("sub", other, self)

    def __mul__(self, other: Operand) -> Expr:
        return elementwise("mul", self, other)

    def __rmul__(self, other: Operand) -> Expr:
        return elementwise("mul", other, self)

    def __truediv__(self, other: Operand) -> Expr:
        return elementwise("div", self, other)

    def __rtruediv__(self, other: Operand) -> Expr:
        return elementwise("div", other, self)

    def __pow__(self, other: Operand) -> Expr:
        return elementwise("pow", self, number_of(as_expr(other)))

    def __rpow__(self, other: Operand) -> Expr:
        return elementwise("pow", other, number_of(self))

    def __neg__(self) -> Expr:
        if self.op == "number":
            return as_expr(-self.data)
        return Expr("neg", (self,), self.shape)

    def __pos__(self) -> Expr:
        return self

    def __matmul__(self, other: Expr) -> Expr:
        return matmul(self, other)

    def walk(self) -> Iterator[Expr]:
        """This node and all below it, definitions of named quantities included, each distinct node once."""
        seen: set[Expr] = set()
        stack = [self]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                yield node
                stack.extend(node.args)

    def rebuild(self, change: Callable[[Expr], Expr | None]) -> Expr:
        """The tree with every node `e` replaced by `change(e)` where that is not None (top down, shapes kept).

        A named quantity whose definition changes loses its name: it is no longer that quantity.
        """
        done: dict[Expr, Expr] = {}

        def go(node: Expr) -> Expr:
            if node not in done:
                new = change(node)
                if new is None:
                    args = tuple(go(arg) for arg in node.args)
                    same = all(a is b for a, b in zip(args, node.args, strict=True))
                    new = (
                        node if same else args[0] if node.op == "named" else Expr(node.op, args, node.shape, node.data)
                    )
                done[node] = new
            return done[node]

        return go(self)


Operand = Expr | int | Fraction


def show(shape: Shape) -> str:
    """A shape as a reader writes it: scalar, (n,), (n, d)."""
    if not shape:
        return "scalar"
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def number_of(e: Expr) -> Expr:
    """1/2, 3 - 1, -(2 + 1) as one number: an exponent that is rational is read as such."""
    if e.op not in ("add", "sub", "mul", "div", "neg") or e.shape:
        return e
    parts = [number_of(arg) for arg in e.args]
    if any(part.op != "number" for part in parts) or (e.op == "div" and not parts[1].data):
        return e
    values = [Fraction(part.data) for part in parts]
    result = {"add": add, "sub": sub, "mul": mul, "div": truediv, "neg": neg}[e.op](*values)
    return as_expr(result) if max(abs(result.numerator), result.denominator) <= LARGEST_EXPONENT else e


def as_expr(value: Operand) -> Expr:
    """An Expr as it is; an int or Fraction as a number.  A float is refused: it hides which rational is meant."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, Rational):
        return Expr("number", data=Fraction(value))
    raise LanguageError(f"expected an expression, an int or a Fraction, got {value!r}; write Fraction('0.1') for 0.1")


def symbol(name: str, shape: Shape = ()) -> Expr:
    """A free variable: a real scalar, vector or matrix with independent entries."""
    return Expr("symbol", (), shape, name)


def named(name: str, definition: Expr) -> Expr:
    """A quantity that is printed as `name` and means `definition`."""
    return Expr("named", (definition,), definition.shape, name)


def elementwise(op: str, left: Operand, right: Operand) -> Expr:
    """`left op right` entry by entry: equal shapes, or one side a scalar."""
    a, b = as_expr(left), as_expr(right)
    if a.shape != b.shape and a.shape and b.shape:
        node = Expr(op, (a, b), a.shape)
        raise ShapeError(
            f"in {node!r}: {a!r} has shape {show(a.shape)} and {b!r} has shape {show(b.shape)}; "
            "elementwise operators take equal shapes or a scalar"
        )
    return Expr(op, (a, b), a.shape or b.shape)


def matmul(a: Expr, b: Expr) -> Expr:
    """a @ b for vectors and matrices, with NumPy's meaning (v @ w is the inner product)."""
    if not (a.shape and b.shape):
        scalar = a if not a.shape else b
        raise ShapeError(f"{scalar!r} is a scalar, which @ does not take; use *")
    if a.shape[-1] != b.shape[0]:
        node = Expr("matmul", (a, b), ())
        raise ShapeError(
            f"in {node!r}: {a!r} has shape {show(a.shape)} and {b!r} has shape {show(b.shape)}; "
            f"the inner sizes {a.shape[-1]} and {b.shape[0]} differ"
        )
    return Expr("matmul", (a, b), a.shape[:-1] + b.shape[1:])

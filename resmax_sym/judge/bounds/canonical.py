"""at(e, y) pushed down to names, and names expanded: two formulas speak of the same thing if their plain forms are one tree."""

from __future__ import annotations

from functools import lru_cache

from resmax_sym.lang import Expr


@lru_cache(maxsize=100_000)
def depends(e: Expr) -> bool:
    """Whether x occurs, apart from places where another point stands for it."""
    if e.op == "at":
        return e.data == "x" and depends(e.args[0])
    if e.op == "symbol":
        return e.data == "x"
    return (e.op == "D" and depends_on_any(e)) or any(depends(arg) for arg in e.args)


def depends_on_any(e: Expr) -> bool:
    return any(depends(arg) for arg in e.args)


@lru_cache(maxsize=100_000)
def shift(e: Expr, y: str = "y") -> Expr:
    """e with y in place of x, e being pushed: `at` is left around names and derivatives only."""
    if not depends(e):
        return e
    if e.op == "symbol":
        return Expr("symbol", (), e.shape, y)
    if e.op in ("named", "D"):
        return Expr("at", (e,), e.shape, y)
    return Expr(e.op, tuple(shift(arg, y) for arg in e.args), e.shape, e.data)


@lru_cache(maxsize=100_000)
def push(e: Expr) -> Expr:
    """The same formula with `at` around names and derivatives only."""
    if e.op == "at":
        inner = push(e.args[0])
        return inner if e.data == "x" else shift(inner, e.data)
    if e.op in ("named", "D"):
        return e
    args = tuple(push(arg) for arg in e.args)
    return e if all(a is b for a, b in zip(args, e.args, strict=True)) else Expr(e.op, args, e.shape, e.data)


@lru_cache(maxsize=100_000)
def plain(e: Expr) -> Expr:
    """Every name replaced by its definition."""
    if e.op == "named":
        return plain(e.args[0])
    if e.op == "at":
        inner = plain(push(e.args[0]))
        return inner if e.data == "x" else shift(inner, e.data)
    if e.op == "matmul" and e.args[0].ndim == e.args[1].ndim == 1:
        e = Expr("inner", e.args, ())
    args = tuple(plain(arg) for arg in e.args)
    return e if all(a is b for a, b in zip(args, e.args, strict=True)) else Expr(e.op, args, e.shape, e.data)


def unfold(e: Expr) -> Expr | None:
    """The definition of a name, at the point at which the name stands; None for other formulas."""
    if e.op == "named":
        return push(e.args[0])
    if e.op == "at" and e.args[0].op == "named":
        return shift(push(e.args[0].args[0]), e.data)
    return None


@lru_cache(maxsize=100_000)
def same(a: Expr, b: Expr) -> bool:
    """Whether the plain forms are one tree (equal as trees; a sufficient condition for equality)."""
    return a == b or plain(a) == plain(b)


def difference_of(e: Expr) -> tuple[Expr, bool] | None:
    """g where e is g - at(g, y), and whether with the opposite sign."""
    if e.op != "sub" or e.args[0].shape != e.args[1].shape:
        return None
    a, b = e.args
    if depends(a) and same(shift(a), b):
        return a, False
    if depends(b) and same(shift(b), a):
        return b, True
    return None

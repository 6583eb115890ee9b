"""f, u / alpha, exp(A @ x) / sum(...): formulas compared after names are written out and `at` is carried to x."""

from __future__ import annotations

from functools import lru_cache

from resmax_sym.lang import Expr, Relation


@lru_cache(maxsize=200_000)
def expanded(e: Expr) -> Expr:
    """The formula without names; y stands for x where `at` says so, and `at` is left around derivatives only."""
    if e.op == "named":
        return expanded(e.args[0])
    if e.op == "at":
        inner = expanded(e.args[0])
        return inner if e.data == "x" else moved(inner, e.data)
    args = tuple(map(expanded, e.args))
    if e.op == "matmul" and args[0].ndim == args[1].ndim == 1:
        return Expr("inner", args)
    return Expr(e.op, args, e.shape, e.data)


@lru_cache(maxsize=200_000)
def moved(e: Expr, y: str = "y") -> Expr:
    """An expanded formula at y."""
    if e.op == "symbol":
        return Expr("symbol", (), e.shape, y) if e.data == "x" else e
    if e.op == "at":
        return e
    if e.op == "D":
        return Expr("at", (e,), e.shape, y)
    return Expr(e.op, tuple(moved(arg, y) for arg in e.args), e.shape, e.data)


@lru_cache(maxsize=200_000)
def moves(e: Expr) -> bool:
    """Whether an expanded formula may change with x."""
    if e.op == "at":
        return False
    return (e.op == "symbol" and e.data == "x") or any(map(moves, e.args))


def same(a: Expr, b: Expr) -> bool:
    """Whether two formulas are one tree once they are expanded."""
    return a == b or (a.shape == b.shape and expanded(a) == expanded(b))


def there(e: Expr) -> Expr:
    """The formula at y, expanded."""
    return moved(expanded(e))


def minus(a: Expr, b: Expr) -> Expr:
    return Expr("sub", (a, b), a.shape or b.shape)


def ones_like(e: Expr) -> Expr:
    return Expr("ones", (), e.shape)


def written_out(relation: Relation) -> Relation:
    """A relation between expanded formulas."""
    return Relation(relation.op, tuple(expanded(p) if isinstance(p, Expr) else written_out(p) for p in relation.args))


def relation_there(relation: Relation) -> Relation:
    """An expanded relation at y."""
    return Relation(relation.op, tuple(moved(p) if isinstance(p, Expr) else relation_there(p) for p in relation.args))


def speaks_of_points(relation: Relation) -> bool:
    """Whether x or y occurs in an expanded relation."""
    return any(
        speaks_of_points(p)
        if isinstance(p, Relation)
        else any(node.op == "symbol" and node.data in ("x", "y") for node in p.walk())
        for p in relation.args
    )


def factors(e: Expr) -> list[Expr]:
    """The factors of an expanded product of matrices, transposes carried to them."""
    if e.op == "matmul" and e.args[0].ndim == e.args[1].ndim == 2:
        return factors(e.args[0]) + factors(e.args[1])
    if e.op == "transpose" and e.args[0].op in ("matmul", "transpose"):
        return [mirrored(part) for part in reversed(factors(e.args[0]))]
    return [mirrored(e.args[0])] if e.op == "transpose" else [e]


def mirrored(e: Expr) -> Expr:
    """M^T of an expanded matrix, carried inward."""
    match e.op:
        case "transpose":
            return e.args[0]
        case "diag" | "eye":
            return e
        case "outer":
            return Expr("outer", e.args[::-1], e.shape[::-1])
        case "add" | "sub" | "neg" | "mul" | "div":
            return Expr(e.op, tuple(mirrored(a) if a.ndim == 2 else a for a in e.args), e.shape[::-1], e.data)
    return Expr("transpose", (e,), e.shape[::-1])


def summands(e: Expr, sign: int = 1) -> list[tuple[int, tuple[Expr, ...]]]:
    """The terms of an expanded sum of matrices with their signs, each as its factors."""
    if e.op in ("add", "sub"):
        return summands(e.args[0], sign) + summands(e.args[1], sign if e.op == "add" else -sign)
    if e.op == "neg":
        return summands(e.args[0], -sign)
    return [(sign, tuple(factors(e)))]


def visibly_symmetric(e: Expr) -> bool:
    """Whether the terms of a sum are their own transposes, or come in pairs."""
    terms = summands(expanded(e))
    turned = [(sign, tuple(mirrored(part) for part in reversed(parts))) for sign, parts in terms]
    return len(terms) == len(turned) and all(terms.count(term) == turned.count(term) for term in terms)

"""exp(s), norm(v), trace(M), ...: the functions of the language, each checking the shapes it takes."""

from __future__ import annotations

from collections.abc import Callable

from resmax_sym.lang.expr import Dim, Expr, LanguageError, Operand, ShapeError, as_expr, elementwise, show, symbol

UNARY = {
    "exp": "e^s",
    "log": "The natural logarithm of s > 0",
    "sqrt": "The root of s >= 0",
    "cosh": "(e^s + e^-s) / 2",
    "sinh": "(e^s - e^-s) / 2",
    "tanh": "sinh(s) / cosh(s)",
    "abs": "|s|, with a kink at 0",
    "sign": "1 above 0, -1 below, and 0 at 0",
    "step": "1 above 0 and 0 below, undefined at 0",
}
"""Elementwise functions of one argument, and what each is."""

VECTOR_TO_SCALAR = {
    "sum": "sum_i v_i",
    "norm": "sqrt(sum_i v_i^2), the Euclidean norm",
    "norm1": "sum_i |v_i|",
    "norminf": "max_i |v_i|",
}
SQUARE_TO_SCALAR = {
    "trace": "sum_i M_ii",
    "eigmin": "The least eigenvalue of a symmetric M",
    "eigmax": "The largest eigenvalue of a symmetric M",
}
MATRIX_TO_SCALAR = {"opnorm": "max of norm(M z) over norm(z) = 1", "fro": "sqrt(sum_ij M_ij^2), the Frobenius norm"}
EXTREMES = {"max": "The larger", "min": "The smaller"}
MAX_SIZE = 64
KINDS = {0: "a scalar", 1: "a vector", 2: "a matrix"}
INSTEAD = {("norm", 2): "opnorm or fro", ("opnorm", 1): "norm", ("fro", 1): "norm"}
"""What takes a formula of so many indices where a function does not."""


def _take(name: str, value: Operand, ndim: int) -> Expr:
    expr = as_expr(value)
    if expr.ndim != ndim:
        other = f"; use {INSTEAD[name, expr.ndim]}" if (name, expr.ndim) in INSTEAD else ""
        raise ShapeError(f"{name} takes {KINDS[ndim]}; {expr!r} has shape {show(expr.shape)}{other}")
    return expr


def _elementwise(name: str) -> Callable[[Operand], Expr]:
    def function(value: Operand) -> Expr:
        expr = as_expr(value)
        return Expr("call", (expr,), expr.shape, name)

    return _told(function, f"{UNARY[name]}, entry by entry.")


def _to_scalar(name: str, ndim: int, square: bool = False) -> Callable[[Expr], Expr]:
    def function(value: Expr) -> Expr:
        expr = _take(name, value, ndim)
        if square and expr.shape[0] != expr.shape[1]:
            raise ShapeError(f"{name} takes a square matrix; {expr!r} has shape {show(expr.shape)}")
        return Expr(name, (expr,))

    meaning = {**VECTOR_TO_SCALAR, **MATRIX_TO_SCALAR, **SQUARE_TO_SCALAR}[name]
    return _told(function, f"{meaning}.")


def _extreme(name: str) -> Callable[..., Expr]:
    def function(first: Operand, second: Operand | None = None) -> Expr:
        if second is None:
            return Expr("reduce", (_take(name, first, 1),), (), name)
        node = elementwise("add", first, second)  # the same shape rule
        return Expr("call", node.args, node.shape, name)

    return _told(
        function, f"{EXTREMES[name]} of two, entry by entry; with one argument that of the entries of a vector."
    )


def _told(function: Callable[..., Expr], meaning: str) -> Callable[..., Expr]:
    """With a docstring, which a function that is made here has not."""
    function.__doc__ = meaning
    return function


def inner(a: Expr, b: Expr) -> Expr:
    """<a, b> = sum_i a_i b_i."""
    return Expr("inner", _pair("inner", a, b, equal=True))


def outer(a: Expr, b: Expr) -> Expr:
    """a b^T, the matrix with entries a_i b_j."""
    a, b = _pair("outer", a, b)
    return Expr("outer", (a, b), a.shape + b.shape)


def _pair(name: str, a: Expr, b: Expr, equal: bool = False) -> tuple[Expr, Expr]:
    a, b = _take(name, a, 1), _take(name, b, 1)
    if equal and a.shape != b.shape:
        raise ShapeError(f"{name} takes vectors of one size; {a!r} has shape {show(a.shape)} and {b!r} {show(b.shape)}")
    return a, b


def diag(v: Expr) -> Expr:
    """diag(v), the matrix with v on its diagonal."""
    v = _take("diag", v, 1)
    return Expr("diag", (v,), v.shape * 2)


def solve(matrix: Expr, right: Expr) -> Expr:
    """M^{-1} r for a square M and a vector or matrix r."""
    matrix, right = _take("solve", matrix, 2), as_expr(right)
    if matrix.shape[0] != matrix.shape[1] or not right.shape or right.shape[0] != matrix.shape[0]:
        raise ShapeError(
            f"solve takes a square matrix and a right side of its size; {matrix!r} has shape "
            f"{show(matrix.shape)} and {right!r} has shape {show(right.shape)}"
        )
    return Expr("solve", (matrix, right), right.shape)


def size(name: str) -> Expr:
    """The size n, d or m as a scalar."""
    return Expr("size", data=name)


def _dimension(name: str, value: Operand | Dim) -> Dim:
    if isinstance(value, str):
        return value
    expr = as_expr(value)
    if expr.op == "size":
        return expr.data
    if expr.op == "number" and expr.data.denominator == 1 and 0 < expr.data <= MAX_SIZE:
        return int(expr.data)
    raise LanguageError(f"{name} takes a size (n, d, m or a positive integer up to {MAX_SIZE}), got {expr!r}")


def ones(k: Operand | Dim) -> Expr:
    """The all-ones vector of size k."""
    return Expr("ones", (), (_dimension("ones", k),))


def eye(k: Operand | Dim) -> Expr:
    """The identity matrix of size k."""
    return Expr("eye", (), (_dimension("eye", k),) * 2)


PI = Expr("pi")
x = symbol("x", ("d",))
"""The point at which the claims speak."""


def phi(order: int, argument: Expr) -> Expr:
    """phi^(order)(argument) entry by entry, phi being the unit of the model."""
    return Expr("phi", (argument,), argument.shape, order)


def D(expr: Operand, wrt: Expr | None = None) -> Expr:
    """Jacobian: d expr_i / d x_j, of shape expr.shape + (d,), or with respect to t when that is given."""
    expr = as_expr(expr)
    variable = x if wrt is None else wrt
    if variable.op not in ("symbol", "named") or variable.data not in ("x", "t"):
        raise LanguageError(f"D, grad and hess differentiate with respect to x or t, got {variable!r}")
    if expr.ndim > 1:
        raise ShapeError(f"D takes a scalar or a vector; {expr!r} has shape {show(expr.shape)}")
    return Expr("D", (expr,), expr.shape + variable.shape, variable.data)


def grad(expr: Operand, wrt: Expr | None = None) -> Expr:
    """Gradient of a scalar with respect to x (or t)."""
    return D(_take("grad", expr, 0), wrt)


def hess(expr: Operand, wrt: Expr | None = None) -> Expr:
    """Hessian of a scalar with respect to x (or t)."""
    return D(D(_take("hess", expr, 0), wrt), wrt)


def at(expr: Operand, point: Expr) -> Expr:
    """`expr` with y in place of x, after definitions and derivatives are expanded; A, b, omega stay."""
    if point.op != "symbol" or point.shape != ("d",):
        raise LanguageError(f"at(expr, y) takes a point of shape (d,) such as y, got {point!r}")
    expr = as_expr(expr)
    return Expr("at", (expr,), expr.shape, point.data)


FUNCTIONS: dict[str, Callable[..., Expr]] = {
    **{name: _elementwise(name) for name in UNARY},
    **{name: _to_scalar(name, 1) for name in VECTOR_TO_SCALAR},
    **{name: _to_scalar(name, 2) for name in MATRIX_TO_SCALAR},
    **{name: _to_scalar(name, 2, square=True) for name in SQUARE_TO_SCALAR},
    **{name: _extreme(name) for name in EXTREMES},
    "inner": inner, "outer": outer, "diag": diag, "solve": solve, "ones": ones, "eye": eye,
    "D": D, "grad": grad, "hess": hess, "at": at,
}  # fmt: skip
"""Name in the language -> builder; the parser calls nothing else."""

exp, log, sqrt, cosh, sinh, tanh, sign, step = (
    FUNCTIONS[name] for name in ("exp", "log", "sqrt", "cosh", "sinh", "tanh", "sign", "step")
)
norm, norm1, norminf, opnorm, fro = (FUNCTIONS[name] for name in ("norm", "norm1", "norminf", "opnorm", "fro"))
trace, eigmin, eigmax = (FUNCTIONS[name] for name in ("trace", "eigmin", "eigmax"))
absolute, maximum, minimum, total = (
    FUNCTIONS[name] for name in ("abs", "max", "min", "sum")
)  # NumPy's names for the first three

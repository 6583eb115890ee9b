"""(A^T q)_j = sum_k A[k,j] q[k]: an expression lowered to SymPy sums over indices, for symbolic n and d.

The derivative along x_j needs no Kronecker deltas: every t[k] becomes t[k] + eps*A[k,j], SymPy differentiates in eps, and eps
is set to 0.  The component of a product of matrices is a `Sum` over the size that they share, so one lowering serves every n and d.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import sympy as sp

from resmax_sym.lang.chain_rule import EPS, replaced, slope
from resmax_sym.lang.expr import Dim, Expr, LanguageError
from resmax_sym.lang.special import CALLS, Phi, absolute

S = sp.Symbol("s", real=True)
"""The argument of a unit."""

INNER = "A1@x"
"""A1 @ x, what the inner layer is applied to; "A1@y" and "t@y" are A1 @ y and t at y, names that no user can give."""

MAX_BITS = 100_000
MAX_NODES = 3000
"""Parts of an expression, repeated ones counted each time, that is still differentiated: each derivative is about five times as long."""

Entry = Callable[..., sp.Expr]


class NotLowerable(LanguageError):
    """An operation without a closed form over indices, such as eigmin: the identity procedure is undecided on it."""


def size_symbol(dim: Dim) -> sp.Expr:
    """The SymPy symbol of a size."""
    return sp.Integer(dim) if isinstance(dim, int) else sp.Symbol(dim, integer=True, positive=True)


def entry(name: str, *indices: sp.Expr) -> sp.Indexed:
    """name[i, j], a real variable."""
    return sp.IndexedBase(name, real=True)[indices]


@dataclass
class Lowering:
    """Lowers expressions of one model.

    Parameters
    ----------
    unit : SymPy expression in S, or None
        None keeps phi abstract: what is then proved holds for every smooth unit.
    inner : SymPy expression in S, or None
        The inner layer rho of t = A2 @ rho(A1 @ x); None means t = A @ x.
    """

    unit: sp.Expr | None = None
    inner: sp.Expr | None = None
    count: int = field(default=0, init=False)
    done: dict[tuple, sp.Expr] = field(default_factory=dict, init=False)

    @cached_property
    def slopes(self) -> dict[str, Entry]:
        """d base[k] / d x_j for each base that depends on x."""
        if self.inner is None:
            return {"x": sp.KroneckerDelta, "t": lambda k, j: entry("A", k, j)}
        return {
            "x": sp.KroneckerDelta,
            INNER: lambda k, j: entry("A1", k, j),
            "t": lambda k, j: self.total(
                "m", lambda r: entry("A2", k, r) * self.inner.diff(S).subs(S, entry(INNER, r)) * entry("A1", r, j)
            ),
        }

    def unfold(self, expr: sp.Expr) -> sp.Expr:
        """t (and A1 @ x) written out in A and x, at x and at y."""

        def base(name: str, k: sp.Expr) -> sp.Expr:
            stem, _, point = name.partition("@")
            point = point or "x"
            if stem == "t" and self.inner is not None:
                return self.total("m", lambda r: entry("A2", k, r) * self.inner.subs(S, base(f"A1@{point}", r)))
            return self.total("d", lambda j: entry("A" if stem == "t" else "A1", k, j) * entry(point, j))

        self._number_beyond(expr)
        return replaced(expr, lambda name, k: base(name, k) if name.partition("@")[0] in ("t", "A1") else None)

    def _number_beyond(self, expr: sp.Expr) -> None:
        """Another Lowering may have made `expr`: a new index must not be one that `expr` binds already."""
        bound = {str(k) for total in expr.atoms(sp.Sum) for k in total.variables}
        self.count = max([self.count, *(int(k[1:]) for k in bound)])

    def assign(self, expr: sp.Expr, variable: Expr, value: Expr) -> sp.Expr:
        """The expression where a scalar or vector variable has a value; t is to be written out before."""
        if not variable.shape:
            return expr.xreplace({self(variable): self(value)})
        self._number_beyond(expr)
        return replaced(
            expr, lambda name, k: self(value, *((k,) if value.shape else ())) if name == variable.data else None
        )

    def fresh(self) -> sp.Symbol:
        """A bound index no one else uses."""
        self.count += 1
        return sp.Symbol(f"k{self.count}", integer=True)

    def total(self, dim: Dim, body: Entry) -> sp.Expr:
        """Sum of body(k) for k = 1 .. dim."""
        k = self.fresh()
        return sp.Sum(body(k), (k, 1, size_symbol(dim)))

    def derivative(self, expr: sp.Expr, j: sp.Expr, variable: str = "x") -> sp.Expr:
        """d expr / d x_j (or d t_j)."""
        if any(count >= MAX_NODES for count, _ in enumerate(sp.preorder_traversal(expr))):
            raise NotLowerable(
                f"a derivative of an expression of more than {MAX_NODES} parts; take derivatives less often"
            )
        if variable == "x":
            slopes = self.slopes
        else:
            if any(base.base.label.name in ("x", INNER) for base in expr.atoms(sp.Indexed)):
                raise NotLowerable("a derivative with respect to t of an expression that holds x itself is not defined")
            slopes = {"t": sp.KroneckerDelta}
        return slope(expr, lambda name, k: entry(name, k) + EPS * slopes[name](k, j) if name in slopes else None)

    def __call__(self, e: Expr, *indices: sp.Expr) -> sp.Expr:
        """The component of `e` with these indices."""
        if (e, indices) not in self.done:
            self.done[e, indices] = self.component(e, indices)
        return self.done[e, indices]

    def component(self, e: Expr, indices: tuple[sp.Expr, ...]) -> sp.Expr:
        args = e.args
        match e.op:
            case "number":
                return sp.Rational(e.data.numerator, e.data.denominator)
            case "pi":
                return sp.pi
            case "size":
                return size_symbol(e.data)
            case "symbol":
                return entry(e.data, *indices) if e.shape else sp.Symbol(e.data, real=True)
            case "named":
                return entry("t", *indices) if e.data == "t" else self(args[0], *indices)
            case "ones":
                return sp.Integer(1)
            case "eye":
                return sp.KroneckerDelta(*indices)
            case "add" | "sub" | "mul" | "div" | "pow" | "call" | "neg":
                return _elementwise(e, [self(a, *(indices if a.shape else ())) for a in args])
            case "phi":
                argument = self(args[0], *indices)
                return Phi(e.data, argument) if self.unit is None else self.unit.diff(S, e.data).subs(S, argument)
            case "transpose":
                return self(args[0], *indices[::-1])
            case "diag":
                return sp.KroneckerDelta(*indices) * self(args[0], indices[0])
            case "outer":
                return self(args[0], indices[0]) * self(args[1], indices[1])
            case "matmul":
                cut = args[0].ndim - 1
                return self.total(
                    args[1].shape[0], lambda k: self(args[0], *indices[:cut], k) * self(args[1], k, *indices[cut:])
                )
            case "D":
                return self.derivative(self(args[0], *indices[:-1]), indices[-1], e.data)
            case "at":
                y = e.data
                moved = {} if y == "x" else {"x": y, "t": f"t@{y}", INNER: f"A1@{y}"}
                return replaced(
                    self(args[0], *indices), lambda name, k: entry(moved[name], k) if name in moved else None
                )
        return self.scalar(e)

    def scalar(self, e: Expr) -> sp.Expr:
        """The operations that turn vectors and matrices into a number."""
        a = e.args[0]
        match e.op:
            case "sum":
                return self.total(a.shape[0], lambda k: self(a, k))
            case "inner":
                return self.total(a.shape[0], lambda k: self(a, k) * self(e.args[1], k))
            case "norm":
                return sp.sqrt(self.total(a.shape[0], lambda k: self(a, k) ** 2))
            case "norm1":
                return self.total(a.shape[0], lambda k: absolute(self(a, k)))
            case "trace":
                return self.total(a.shape[0], lambda k: self(a, k, k))
            case "fro":
                return sp.sqrt(self.total(a.shape[0], lambda k: self.total(a.shape[1], lambda r: self(a, k, r) ** 2)))
        raise NotLowerable(f"{e!r}: {e.op if e.op != 'reduce' else e.data} has no closed form over indices")


def _elementwise(e: Expr, values: list[sp.Expr]) -> sp.Expr:
    a, *rest = values
    match e.op:
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
            _check_power(a, rest[0])
            result = a ** rest[0]
        case _:
            result = CALLS[e.data](*values)
    return result.replace(sp.Abs, absolute) if result.has(sp.Abs) else result  # SymPy makes |s| of sqrt(s**2)


def _check_power(base: sp.Expr, exponent: sp.Expr) -> None:
    """SymPy multiplies powers of numbers out, whatever their length, those of the number in a product too."""
    number = base.as_coeff_Mul()[0]
    if number.is_Rational and exponent.is_Rational:
        bits = max(int(number.p).bit_length(), int(number.q).bit_length()) * max(1, abs(exponent))
        if bits > MAX_BITS:
            raise NotLowerable(f"a power of numbers with more than {MAX_BITS} binary digits; use exp and log")

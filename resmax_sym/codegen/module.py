"""generated/<name>.py: proved closed forms as one small NumPy module of maps over row blocks, sweeps and finishes."""

from __future__ import annotations

import sympy as sp

from resmax_sym.codegen.interval import HI, LO, extension
from resmax_sym.codegen.printer import Columns, Dot, FullLike, Largest, Total, function
from resmax_sym.codegen.program import ROWS, Program
from resmax_sym.codegen.stable import stabilise
from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.lang import Expr, LanguageError, hess, parse, symbol, to_text
from resmax_sym.models import Model
from resmax_sym.structure import congruence, diagonal_plus_low_rank

HEADER = '''"""{title} for the unit phi(s) = {unit}, with t = A x and omega the weights of the regulariser.

Made by `resmax-sym generate` from the proved claims {claims}; do not edit.
{scaling}Operations per row: {arithmetic} of + - * / and {functions} elementary functions for all row quantities together; besides them
t = A x and A.T q take 2 d each, A.T W takes {products}, A.T diag(delta) A takes d (2 d + 1).

A block is (t, b, omega) for some rows.  Each sweep gives partial sums (or maxima) of a block; `reduce` combines blocks
and returns the scalars that the maps and finishes take.  A whole array is one block.
"""

import numpy as np

UNIT = {unit!r}
SCALARS = {scalars!r}


'''

SCALING = """u, v, w and with them alpha are scaled by exp(-shift), which changes nothing else (claims scaling-*).
"""

REDUCE = '''SWEEPS = ({sweeps})


def reduce(blocks):
    """All scalars, from a list of blocks (t, b, omega)."""
    scalars = ()
    for sweep, kind in SWEEPS:
        parts = zip(*(sweep(*block, *scalars) for block in blocks), strict=True)
        scalars += tuple(max(part) if kind == "max" else sum(part) for part in parts)
    return scalars


'''

ALGEBRA = '''def products(A, weights, W):
    """A.T @ diag(weights) @ A and A.T @ W, by blocks of rows with at most 2**19 numbers of scratch.

    Rows whose weights have one sign, times the roots of these, make a block S with S.T @ S, which BLAS knows to be symmetric.
    """
    if not isinstance(A, np.ndarray):
        return (A.T @ (weights[:, None] * A)).toarray(), A.T @ W  # sparse
    rows = max(1, 2**19 // A.shape[1])
    scratch = np.empty((min(rows, A.shape[0]), A.shape[1]))
    gram, U = np.zeros((A.shape[1], A.shape[1])), np.zeros((A.shape[1], W.shape[1]))
    for k in range(0, A.shape[0], rows):
        block, part = np.asarray(A[k : k + rows], dtype=float), weights[k : k + rows]
        root, negative = np.sqrt(abs(part))[:, None], part < 0
        for sign, kept in (1, np.flatnonzero(~negative)), (-1, np.flatnonzero(negative)):
            S = np.take(block, kept, axis=0, out=scratch[: len(kept)], mode="clip")
            S *= root[kept]
            gram += sign * (S.T @ S)
        U += block.T @ W[k : k + rows]
    return gram, U


'''

WHOLE = '''def gradient_map(A, t, b, omega, *scalars):
    """A.T @ q of a block; blocks add."""
    return A.T @ gradient_rows(t, b, omega, *scalars)


def hessian_map(A, t, b, omega, *scalars):
    """A.T @ diag(delta) @ A and A.T @ W of a block; blocks add."""
    delta, W = hessian_rows(t, b, omega, *scalars)
    return products(A, delta, W)


def hessian_finish(gram, U, *scalars):
    """A.T @ diag(delta) @ A + U K U.T from the sums of `hessian_map`, U = A.T @ W."""
    return gram + U @ hessian_core(*scalars) @ U.T


def product_map(A, delta, z):
    """A.T @ diag(delta) @ A @ z of a block."""
    return A.T @ (delta * (A @ z))


def product_finish(partial, U, z, *scalars):
    """Hessian times z from the sum of `product_map`."""
    return partial + U @ (hessian_core(*scalars) @ (U.T @ z))


def blocks(t, b, omega):
    """(t, b, omega) in blocks of 2**14 rows, whose row quantities stay in the cache."""
    b, omega = np.broadcast_to(b, t.shape), np.broadcast_to(omega, t.shape)
    return [(t[k : k + 2**14], b[k : k + 2**14], omega[k : k + 2**14]) for k in range(0, len(t), 2**14)]


def at(A, x, b, omega):
    """Blocks of rows and the scalars at x."""
    parts = blocks(A @ x, b, omega)
    return parts, reduce(parts)


def loss(A, x, b, omega=0.0):
    """L_tot at x."""
    return loss_finish(*at(A, x, b, omega)[1])


def gradient(A, x, b, omega=0.0):
    """grad L_tot at x, shape (d,)."""
    parts, scalars = at(A, x, b, omega)
    return A.T @ np.concatenate([gradient_rows(*part, *scalars) for part in parts])


def curvature(A, x, b, omega):
    """delta (n,), W (n, r) and the scalars at x."""
    parts, scalars = at(A, x, b, omega)
    delta, W = (np.concatenate(rows) for rows in zip(*(hessian_rows(*part, *scalars) for part in parts), strict=True))
    return delta, W, scalars


def hessian(A, x, b, omega=0.0):
    """hess L_tot at x, shape (d, d)."""
    delta, W, scalars = curvature(A, x, b, omega)
    return hessian_finish(*products(A, delta, W), *scalars)


def hessian_factors(A, x, b, omega=0.0):
    """delta (n,), U (d, r) and K (r, r): the Hessian is A.T @ diag(delta) @ A + U K U.T."""
    delta, W, scalars = curvature(A, x, b, omega)
    return delta, A.T @ W, hessian_core(*scalars)


def hessian_vector_product(A, x, b, z, omega=0.0):
    """hess L_tot at x times z, without the Hessian."""
    delta, U, K = hessian_factors(A, x, b, omega)
    return product_map(A, delta, z) + U @ (K @ (U.T @ z))
'''


def proved(verdict: Verdict, claim_id: str) -> Claim:
    """The claim behind a verdict, provided that it is proved and about what the generator expects."""
    if verdict.status is not Status.PROVED:
        raise LanguageError(f"code is made from proved claims alone; {claim_id} is {verdict.status}")
    claim = verdict.claim
    if claim.sizes or claim.box or claim.assume:
        raise LanguageError(f"code is made from claims about all sizes and all data; {claim_id} is restricted")
    return claim


def write_module(title: str, gradient: Verdict, hessian: Verdict) -> str:
    """The source of a module from the verdicts on `grad(L_tot) == A.T @ q` and `hess(L_tot) == A.T @ M @ A`.

    Raises
    ------
    LanguageError
        A verdict is not `proved`, the claims are about different models or losses, or a closed form has another shape.
    """
    claims = [proved(gradient, "the gradient"), proved(hessian, "the Hessian")]
    model = claims[0].model
    if claims[1].model != model:
        raise LanguageError("the gradient and the Hessian belong to different models")
    if model.head != "normalized":
        raise LanguageError(f"expected the normalized head, whose scaling is proved, got the head {model.head}")
    loss, lhs = _differentiated(claims[0].relation.lhs), claims[1].relation.lhs
    if lhs != hess(loss):
        raise LanguageError(f"expected {hess(loss)!r} on the left of the Hessian, got {lhs!r}")
    return _Module(title, claims[0], claims[1]).source()


class _Module:
    def __init__(self, title: str, gradient: Claim, hessian: Claim) -> None:
        self.title, self.gradient, self.hessian, self.model = title, gradient, hessian, gradient.model
        self.program = Program(stabilise(self.model.phi))
        self.loss = self.program.read(_differentiated(gradient.relation.lhs))
        self.q = self.program.read(_transposed_factor(gradient.relation.rhs, self.model))
        A, B = congruence(hessian.relation.rhs)
        _check_data(A, self.model)
        split = diagonal_plus_low_rank(B)
        self.delta = self.program.read(split.diagonal)
        self.basis = Columns(*map(self.program.read, split.basis))
        self.core = sp.Matrix(len(split.basis), len(split.basis), lambda i, j: self.program.read(split.core[i][j]))
        self.sweeps = self.program.sweeps()
        self.scalars = [name for _, names in self.sweeps for name in names]

    def source(self) -> str:
        sweeps = [self.sweep(k) for k in range(len(self.sweeps))]
        table = ", ".join(f'(sweep_{k + 1}, "{kind}")' for k, (kind, _) in enumerate(self.sweeps))
        table += "," * (len(self.sweeps) == 1)
        parts = [self.unit_range(), *sweeps, REDUCE.format(sweeps=table), *self.maps(), ALGEBRA, WHOLE]
        text = self.header() + "".join(part if part.endswith("\n\n\n") else part + "\n\n" for part in parts)
        return text.rstrip() + "\n"

    def header(self) -> str:
        steps = [expr for _, expr in self.program.needed([self.q, self.delta, self.basis], ())]
        steps += [*self.program.reductions.values(), self.q, self.delta]
        plain = (Dot, Total, Largest, Columns, FullLike, sp.Max, sp.Min, sp.Abs, sp.sign)
        functions = sum(not isinstance(f, plain) for step in steps for f in step.atoms(sp.Function))
        total = sum(int(sp.count_ops(step)) for step in steps)
        for a, b in (dot.args for step in steps for dot in step.atoms(Dot)):
            # It counts as one operation, but takes a product and a sum; a square is computed from one copy of its root.
            total += 1 - (int(sp.count_ops(a)) if a == b else 0)
        return HEADER.format(
            title=self.title,
            unit=to_text(parse(self.model.unit, {"s": symbol("s")})),  # from the tree: a user's text goes nowhere
            claims=f"{self.gradient.id} and {self.hessian.id}",
            scaling=SCALING if "shift" in self.scalars else "",
            scalars=tuple(self.scalars),
            arithmetic=total - functions,
            functions=functions,
            products=f"{2 * len(self.basis.args)} d",
        )

    def emit(self, name: str, args: list[str], outputs: sp.Expr | tuple, doc: str) -> str:
        wanted = outputs if isinstance(outputs, tuple) else (outputs,)
        return function(name, args, self.program.needed(wanted, args), outputs, doc)

    def unit_range(self) -> str:
        doc = "An enclosure of phi over [lo, hi], up to rounding."
        return function("unit_range", [LO.name, HI.name], [], extension(self.model.phi), doc)

    def sweep(self, k: int) -> str:
        known = [name for _, names in self.sweeps[:k] for name in names]
        kind, names = self.sweeps[k]
        outputs = tuple(self.program.reductions[name] for name in names)
        what = "largest rows" if kind == "max" else "sums"
        return self.emit(f"sweep_{k + 1}", [*ROWS, *known], outputs, f"Of a block: the {what} {', '.join(names)}.")

    def maps(self) -> list[str]:
        args = [*ROWS, *self.scalars]
        diagonal = "delta (k,) and W (k, r): the Hessian of L_tot in t is diag(delta) + W K W.T"
        return [
            self.emit("loss_finish", self.scalars, self.loss, "L_tot from the scalars."),
            self.emit("gradient_rows", args, self.q, f"Gradient of L_tot in t, shape (k,) (claim {self.gradient.id})."),
            self.emit("hessian_rows", args, (self.delta, self.basis), f"{diagonal} (claim {self.hessian.id})."),
            self.emit("hessian_core", self.scalars, self.core, f"K (r, r), symmetric (claim {self.hessian.id})."),
        ]


def _differentiated(e: Expr) -> Expr:
    """The loss in grad(loss)."""
    if e.op != "D" or e.args[0].shape or e.data != "x":
        raise LanguageError(f"expected the gradient of a scalar, got {e!r}")
    return e.args[0]


def _check_data(e: Expr, model: Model) -> None:
    """The code says A and t = A x, so that is what must stand there."""
    if e != model.variables.get("A"):
        raise LanguageError(f"expected the data A with t = A @ x, got {e!r}")


def _transposed_factor(e: Expr, model: Model) -> Expr:
    """q in A.T @ q."""
    if e.op != "matmul" or e.args[0].op != "transpose":
        raise LanguageError(f"expected A.T @ q, got {e!r}")
    _check_data(e.args[0].args[0], model)
    return e.args[1]

"""grad(L_tot) == Z.T @ q, hess(L_tot) == Z.T @ M @ Z [+ curvature of a layer]: proved claims as the closed forms that code is made from.

Z is the Jacobian of t: the data A in a linear model, G = A2 @ diag(rho'(A1 @ x)) @ A1 in one with an inner layer.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.lang import Expr, LanguageError, Lowering, S, hess, symbol
from resmax_sym.lang.index import entry
from resmax_sym.models import Model
from resmax_sym.structure import DiagonalPlusLowRank, congruence, diagonal_plus_low_rank

S_VECTOR = symbol("s", ("m",))


@dataclass(frozen=True)
class Layer:
    """rho, rho' and rho'' as SymPy expressions in `lang.S`; no rho'' where rho is piecewise linear."""

    rho: sp.Expr
    slope: sp.Expr
    bend: sp.Expr | None


@dataclass(frozen=True)
class ClosedForms:
    """What two proved claims say.

    Attributes
    ----------
    ids : (str, str)
        Of the claims on the gradient and the Hessian.
    loss : Expr
        The scalar that is differentiated.
    q : Expr
        grad = Z.T @ q.
    split : DiagonalPlusLowRank
        M of hess = Z.T @ M @ Z.
    layer : Layer, or None in a linear model
    """

    model: Model
    ids: tuple[str, str]
    loss: Expr
    q: Expr
    split: DiagonalPlusLowRank
    layer: Layer | None


def proved(verdict: Verdict, claim_id: str) -> Claim:
    """The claim behind a verdict, provided that it is proved and about what the generator expects."""
    if verdict.status is not Status.PROVED:
        raise LanguageError(f"code is made from proved claims alone; {claim_id} is {verdict.status}")
    claim = verdict.claim
    if claim.sizes or claim.box or claim.assume:
        raise LanguageError(f"code is made from claims about all sizes and all data; {claim_id} is restricted")
    return claim


def closed_forms(gradient: Verdict, hessian: Verdict) -> ClosedForms:
    """The closed forms of two verdicts.

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
    Z, q = _transposed_product(claims[0].relation.rhs)
    right = claims[1].relation.rhs
    main, curvature = right.args if right.op == "add" and model.rho is not None else (right, None)
    same, M = congruence(main)
    layer = _check_data(Z, model) if model.rho is None else _layer(Z, q, curvature, model)
    if same != Z:
        raise LanguageError(f"expected the Jacobian {Z!r} of t in the Hessian, got {same!r}")
    return ClosedForms(model, (claims[0].id, claims[1].id), loss, q, diagonal_plus_low_rank(M), layer)


def _differentiated(e: Expr) -> Expr:
    """The loss in grad(loss)."""
    if e.op != "D" or e.args[0].shape or e.data != "x":
        raise LanguageError(f"expected the gradient of a scalar, got {e!r}")
    return e.args[0]


def _check_data(e: Expr, model: Model) -> None:
    """The code says A and t = A x, so that is what must stand there."""
    if e != model.variables.get("A"):
        raise LanguageError(f"expected the data A with t = A @ x, got {e!r}")


def _transposed_product(e: Expr) -> tuple[Expr, Expr]:
    """Z and q of Z.T @ q."""
    if e.op != "matmul" or e.args[0].op != "transpose":
        raise LanguageError(f"expected A.T @ q, got {e!r}")
    return e.args[0].args[0], e.args[1]


def _layer(Z: Expr, q: Expr, curvature: Expr | None, model: Model) -> Layer:
    """The layer of Z = A2 @ diag(rho') @ A1 and of the curvature A1.T @ diag((A2.T @ q) * rho'') @ A1."""
    A1, A2 = (model.variables[name] for name in ("A1", "A2"))
    slope = _diagonal(Z, A2, A1, f"the Jacobian A2 @ diag(rho') @ A1 of t = A2 @ rho(A1 @ x), got {Z!r}")
    bend = None
    if curvature is not None:
        wanted = f"the curvature A1.T @ diag((A2.T @ q) * rho'') @ A1 of the inner layer, got {curvature!r}"
        weights = _diagonal(curvature, A1.T, A1, wanted)
        if weights.op != "mul" or weights.args[0] != A2.T @ q:
            raise LanguageError(f"expected {wanted}")
        bend = _in_s(weights.args[1], A1 @ model.variables["x"])
    return Layer(model.rho, _in_s(slope, A1 @ model.variables["x"]), bend)


def _diagonal(e: Expr, left: Expr, right: Expr, wanted: str) -> Expr:
    """v of left @ diag(v) @ right."""
    if e.op == "matmul" and e.args[1] == right and e.args[0].op == "matmul":
        first, middle = e.args[0].args
        if first == left and middle.op == "diag":
            return middle.args[0]
    raise LanguageError(f"expected {wanted}")


def _in_s(e: Expr, argument: Expr) -> sp.Expr:
    """A function of A1 @ x, entry by entry, as one of s."""
    row = sp.Symbol("i", integer=True)
    e = e.rebuild(lambda node: S_VECTOR if node == argument else None)
    found = Lowering()(e, *((row,) if e.shape else ())).xreplace({entry("s", row): S})
    if found.free_symbols - {S}:
        raise LanguageError(f"expected a function of s = A1 @ x, got {e!r}")
    return found

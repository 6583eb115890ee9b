"""grad(L) == A.T @ q, B == P.T @ diag(...) @ P: derivatives and quantities in other forms, each proved by the normal form first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from resmax_sym.judge.arithmetic import SearchFloats
from resmax_sym.judge.bounds.canonical import depends, plain, push, shift
from resmax_sym.judge.bounds.engine import NORM_KINDS, ZERO, Engine, change_rule, rule
from resmax_sym.judge.bounds.layered import through_layer
from resmax_sym.judge.bounds.record import Fact
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.identity import Equal, equal
from resmax_sym.lang import Expr, LanguageError, eq
from resmax_sym.models import Model

DERIVATIVES = {
    "t": "A", "u": "diag(v) @ A", "v": "diag(w) @ A", "alpha": "A.T @ v", "f": "J @ A", "c": "J @ A",
    "sigma": "A.T @ (J.T @ (c + f))", "q": "B @ A",
    "L": "A.T @ q", "L_reg": "A.T @ (omega**2 * t)", "L_tot": "A.T @ (q + omega**2 * t)",
}  # fmt: skip
SECOND = {
    "L": "A.T @ B @ A", "L_reg": "A.T @ diag(omega**2) @ A", "L_tot": "A.T @ (B + diag(omega**2)) @ A",
}  # fmt: skip
BY_T = {"u": "diag(v)", "v": "diag(w)", "alpha": "v", "f": "J", "c": "J", "q": "B", "L": "q"}
BY_T_SECOND = {"L": "B"}
BY_T_GRADIENT = {"L": "q", "L_reg": "omega**2 * t", "L_tot": "q + omega**2 * t"}
CENTRED = "(eye(n) - outer(ones(n), f))"
FORMS = {
    "J": ("diag(f) - outer(f, f)", "diag(v / alpha) - outer(f, v / alpha)"),
    "q": ("f * psi", "v / alpha * psi", "(diag(f) - outer(f, f)) @ c"),
    "B": (
        f"{CENTRED}.T @ diag(f * (f + psi)) @ {CENTRED}",
        "(diag(f) - outer(f, f)).T @ (diag(f) - outer(f, f)) + diag(q) - (outer(f, q) + outer(q, f))",
        "(diag(f) - outer(f, f)).T @ (diag(f) - outer(f, f)) + (diag(f * psi) - (outer(f, f * psi) + outer(f * psi, f)))",
        "J.T @ J + diag(psi * (w / alpha)) - (outer(v / alpha, psi * (v / alpha)) + outer(psi * (v / alpha), v / alpha))",
    ),
}  # fmt: skip
"""Quantity -> other forms it may have; which of them are true depends on the unit and the head."""


def proved_forms(model: Model, e: Expr, texts: tuple[str, ...]) -> Iterator[Expr]:
    """The candidates that equal e by the normal form."""
    for text in texts:
        form = candidate(model, text)
        if form is not None and proved_equal(model, e, form):
            yield form


def proved_equal(model: Model, e: Expr, form: Expr) -> bool:
    """e == form by the normal form, which is not asked where a point shows them to differ."""
    return form.shape == e.shape and agree(model, e, form) and isinstance(equal(model, eq(e, form)), Equal)


def agree(model: Model, e: Expr, form: Expr) -> bool:
    """Whether both have one value at a random point: it saves time and proves nothing."""
    for scale in (0.25, 2.0):  # the larger one for units that are undefined near 0
        try:
            gap = relative_gap(model, e, form, scale)
        except (LanguageError, ArithmeticError, NotImplementedError):
            return True
        if np.isfinite(gap).any():
            return not (gap > 1e-6).any()  # far above rounding; NaN is no difference
    return True


def relative_gap(model: Model, e: Expr, form: Expr, scale: float) -> NDArray:
    """|e - form| / (1 + |e|) in float64 at a point with positive entries between scale and 3 scale."""
    sizes = {"n": 2, "d": 2, "m": 2}
    rng = np.random.default_rng(0)
    symbols = {*model.variables.values(), *(node for side in (e, form) for node in side.walk() if node.op == "symbol")}
    point = {
        s.data: scale * (1 + 2 * rng.random(tuple(k if isinstance(k, int) else sizes[k] for k in s.shape)))
        for s in sorted(symbols, key=lambda s: s.data)
    }
    with np.errstate(all="ignore"):
        evaluator = Evaluator(model, sizes, point, SearchFloats())
        value = np.asarray(evaluator(e), dtype=float)
        return np.abs(value - evaluator(form)) / (1 + np.abs(value))


@lru_cache(maxsize=1024)
def candidate(model: Model, text: str) -> Expr | None:
    try:
        return model.parse(text)
    except LanguageError:
        return None


@lru_cache(maxsize=4096)
def other_forms(model: Model, e: Expr) -> tuple[Expr, ...]:
    """Formulas that equal a name or a derivative, at x."""
    if e.op == "named":
        return tuple(proved_forms(model, e, FORMS.get(e.data, ()))) if e == model.names.get(e.data) else ()
    if e.op == "D":
        texts = tuple(derivative_texts(model, e))
        found = tuple(proved_forms(model, e, texts)) if texts else ()
        return found or tuple(by_parts(model, e))
    return ()


def derivative_texts(model: Model, e: Expr) -> Iterator[str]:
    """Candidates for the derivative of a quantity or, a level deeper, for its Hessian."""
    (base,) = e.args
    first, second = (DERIVATIVES, SECOND) if e.data == "x" else (BY_T, BY_T_SECOND)
    for name, text in first.items():
        if plain(base) == plain(model.names[name]):
            yield through_layer(model, text)
    if base.op == "D" and base.data == e.data:
        for name, text in second.items():
            if plain(base.args[0]) == plain(model.names[name]):
                yield through_layer(model, text, BY_T_GRADIENT.get(name) if e.data == "x" else None)


def by_parts(model: Model, e: Expr) -> Iterator[Expr]:
    """Derivatives of sums and of multiples by what does not move, put together and proved as a whole."""
    built = differentiated(model, e.args[0], e.data)
    if built is not None and proved_equal(model, e, built):
        yield built


def differentiated(model: Model, base: Expr, variable: str) -> Expr | None:
    """A candidate for the derivative of a sum of known terms."""
    if base.op in ("named", "D"):
        node = Expr("D", (base,), (*base.shape, "d" if variable == "x" else "n"), variable)
        return next(proved_forms(model, node, tuple(derivative_texts(model, node))), None)
    if base.op in ("add", "sub"):
        left, right = (differentiated(model, a, variable) for a in base.args)
        if left is None or right is None or left.shape != right.shape:
            return None
        return left + right if base.op == "add" else left - right
    if base.op in ("mul", "div"):
        a, b = base.args
        if not depends(b) and not b.shape:
            inner = differentiated(model, a, variable)
            return None if inner is None else Expr(base.op, (inner, b), inner.shape)
        if base.op == "mul" and not depends(a) and not a.shape:
            inner = differentiated(model, b, variable)
            return None if inner is None else a * inner
    return None


def identity(model: Model, e: Expr, form: Expr) -> Fact:
    """The equality as a step, proved by the normal form."""
    return Fact("==", eq(e, form), ZERO, "normal form")


@rule("D", "named", "at")
def closed_form(engine: Engine, e: Expr) -> Iterator[Fact]:
    """What is bounded for one form of a quantity holds for every other form of it."""
    inner, moved = (e.args[0], e.data) if e.op == "at" else (e, None)
    for form in other_forms(engine.model, inner):
        there = push(form) if moved is None else shift(push(form), moved)
        for facts in engine.facts(there).values():
            for p in facts:
                yield Fact(p.kind, e, p.bound, "other form", (identity(engine.model, e, there), p))


@change_rule("D", "named")
def change_of_closed_form(engine: Engine, e: Expr) -> Iterator[Fact]:
    """The same for changes."""
    for form in other_forms(engine.model, e):
        for kind in NORM_KINDS[e.ndim]:
            for p in engine.change(push(form)).get(kind, []):
                yield engine.moved(kind, e, p.bound, "other form", identity(engine.model, e, form), p)

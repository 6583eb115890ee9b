"""Each rule on random and extreme points: what it concludes is never violated."""

import numpy as np
import pytest
from audit import Audit, all_facts, points

from resmax_sym.judge import Claim
from resmax_sym.judge.bounds.assumed import Assumed
from resmax_sym.judge.bounds.canonical import push
from resmax_sym.judge.bounds.engine import Engine
from resmax_sym.judge.bounds.prove import mentioned
from resmax_sym.models import SOFTMAX, Model

R_BETA = {"R": "1/2 <= R <= 3/2", "beta": "0 < beta <= 1"}
BOUNDED = ("opnorm(A) <= R", "norm(x) <= R", "norm(y) <= R")
POSITIVE = ("alpha >= beta", "at(alpha, y) >= beta")
KEPT = "norm(x - y) * opnorm(A) * norm(b) * norminf(omega)"

EVERYWHERE = [
    "f", "c", "L", "q", "J", "B", "grad(L)", "hess(L)", "L_tot", "psi * w", "u**2 - v", "sigma", "kappa", "p", "delta",
    "f - at(f, y)", "alpha - at(alpha, y)", "hess(L) - at(hess(L), y)", "grad(L) - at(grad(L), y)", "L - at(L, y)",
    "1 / alpha - at(1 / alpha, y)", "1 / alpha**2 - at(1 / alpha**2, y)", "norm(c) - at(norm(c), y)",
    "eigmin(B) - at(eigmin(B), y)", "max(f) - at(max(f), y)", "trace(B) - at(trace(B), y)", "u / v - at(u / v, y)",
    "t**3 - at(t**3, y)", "opnorm(J)", "fro(J)", "norm1(f)", "norminf(t)", "sum(u)", "sum(t)", "max(t)", "min(u)",
    "trace(A.T @ A)", "trace(hess(L))", "eigmin(A.T @ A)", "eigmax(B)", "exp(t)", "sinh(t)", "cosh(t)", "tanh(t)", "abs(t)",
    "max(t, 0)", "min(t, 1)", "sqrt(abs(t))", "log(1 + exp(t))", "step(t)", "sign(t)", "log(1 + exp(t)) - at(log(1 + exp(t)), y)",
    "cosh(t) - at(cosh(t), y)", "tanh(t) - at(tanh(t), y)", "max(t, 0) - at(max(t, 0), y)", "sinh(t) - at(sinh(t), y)",
    "abs(t) - at(abs(t), y)", "exp(-t**2)", "1 / cosh(t)", "t / (1 + t**2)", "b**2", "(1 + t**2)**(-2)", "ones(n) * alpha",
    "2 + t", "alpha + u", "inner(ones(n), t)", "inner(f, t)", "inner(t, t)", "(t * b) @ u", "A @ A.T", "A.T @ diag(u**2) @ A",
    "outer(u, v)", "outer(u, u)", "outer(f, v) + outer(v, f)", "diag(t) + eye(n)", "3 * diag(exp(t))", "-J",
    "J.T @ J - eye(n) / 4", "J.T", "diag(f) - outer(f, f)", "(exp(t)) / sum(exp(t))",
    "exp(t) / sum(exp(t)) - at(exp(t) / sum(exp(t)), y)", "A * A", "alpha * eye(n)", "B / (1 + norm(t))",
    "(eye(n) - outer(ones(n), f)).T @ diag(f * t) @ (eye(n) - outer(ones(n), f))", "t - inner(f, t)",
    "solve(eye(n) + diag(t**2), b)", "abs(alpha)", "alpha**2", "f * b", "b / alpha", "2**3 * n * exp(1) * pi",
    "norm(f) * norm(b)", "norm(x - y)", "x - y", "at(t, y) - t", "exp(t) - 1", "sum(f)", "u - b", "abs(b) - exp(t)", "D(f)",
    "D(u)", "grad(alpha)", "grad(sigma)", "hess(L_tot)", "grad(L, t)", "D(f, t)", "diag(omega**2)", "grad(L + L_reg)",
    "2 * hess(L)", "trace(J) - at(trace(J), y)", "A @ x - A @ y", "J.T - at(J.T, y)", "-u - at(-u, y)",
    "outer(f, b) - at(outer(f, b), y)", "inner(f, b) - at(inner(f, b), y)", "A.T @ q - at(A.T @ q, y)", "sum(t) - at(sum(t), y)",
    "1 + exp(t) * t", "(2 + alpha * ones(n)) - at(2 + alpha * ones(n), y)", "norm1(t) - at(norm1(t), y)",
    "t + (sum(t) + ones(n)) - at(t + (sum(t) + ones(n)), y)",
]  # fmt: skip
SETTINGS = {
    "softmax": (Model(SOFTMAX), (*BOUNDED, "norm1(b) <= 1")),
    "softmax, b on the simplex": (Model(SOFTMAX), ("simplex(b)", "opnorm(A) <= R")),
    "softmax, nothing of x": (Model(SOFTMAX), ("norm(b) <= 1",)),
    "softmax, t >= 0": (
        Model(SOFTMAX),
        ("norm(b) <= R", "opnorm(A) <= R", "t >= 0", "at(t, y) >= 0", "norm(x) <= 1", "norm(y) <= 1"),
    ),
    "soft-residual": (Model(), (*BOUNDED, *POSITIVE, "norm(b) <= 1")),
    "soft-residual, t >= 0": (Model(), ("opnorm(A) <= R", "norm(x) <= R", "t >= 0", "at(t, y) >= 0", "norm1(b) <= 1")),
    "soft-residual, unbounded": (Model(), ("norminf(b) <= 1", "omega**2 >= 2")),
    "soft-residual, segment": (Model(), (*BOUNDED, "on_segment(alpha >= beta)", "norm(b) <= 1")),
    "plain cosh": (Model("cosh(s)", "plain"), (*BOUNDED, "norm(b) <= 1", "norminf(omega) <= 2")),
    "rescaled sinh": (Model("sinh(s) + s**2", "rescaled"), (*BOUNDED, "norminf(b) <= 1")),
    "tanh": (Model("2 + tanh(s)"), ("fro(A) <= R", "norm1(x) <= 1", "norminf(y) <= 1", "simplex(b)")),
}
COUNT = 80
STRIDE = 5
"""Every setting audits every fifth formula, each a different fifth; 1 audits all of them everywhere (minutes)."""
SIZES = ({"n": 1, "d": 1}, {"n": 2, "d": 1}, {"n": 3, "d": 2}, {"n": 9, "d": 2})


def audited(name, kept):
    model, assume = SETTINGS[name]
    claim = Claim("c", "L >= 0", model=model, assume=assume, parameters=R_BETA)
    found = Audit()
    engine = Engine(model, Assumed.of(claim.assumptions, mentioned(claim.model.parse(kept))))
    for text in EVERYWHERE[list(SETTINGS).index(name) % STRIDE :: STRIDE]:
        engine.facts(push(model.parse(text)))
    facts = all_facts(engine)
    for seed, sizes in enumerate(SIZES):
        batch = points(claim, sizes, COUNT, seed)
        if len(batch["x"]):
            found.facts(model, sizes, batch, facts)
            share = np.random.default_rng(seed).random((len(batch["x"]), 1))
            between = {**batch, "x": batch["x"] + share * (batch["y"] - batch["x"])}
            found.facts(model, sizes, between, all_facts(engine.segment))
    return found


@pytest.mark.parametrize("name", SETTINGS)
def test_no_fact_is_violated(name):
    found = audited(name, "norm(x - y)")
    assert not found.violations, found.violations[:5]
    assert sum(found.checked.values()) > 200


@pytest.mark.parametrize("name", ["softmax, nothing of x", "soft-residual, unbounded"])
def test_no_fact_is_violated_with_norms_left_as_they_stand(name):
    found = audited(name, KEPT)
    assert not found.violations, found.violations[:5]

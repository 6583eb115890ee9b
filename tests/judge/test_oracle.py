"""(g(x + h z) - g(x - h z)) / 2h: an oracle for derivatives that agrees with what is right and sees one wrong digit."""

import numpy as np
import pytest
import sympy as sp

from resmax_sym.judge import Claim
from resmax_sym.judge import evaluate as evaluate_module
from resmax_sym.judge.oracle import TOLERANCE, Comparison, compare, derivatives, relative_error
from resmax_sym.judge.points import random_point
from resmax_sym.lang import D, Lowering, to_text
from resmax_sym.models import SOFTMAX, Model

MODEL = Model()


@pytest.fixture
def fresh_lowerings():
    """No derivative lowered before or in the test survives it."""
    evaluate_module.lowered.cache_clear()
    yield
    evaluate_module.lowered.cache_clear()


@pytest.mark.parametrize(
    "text",
    ["D(u)", "grad(alpha**-1)", "D(f)", "grad(L)", "hess(L)", "grad(L_tot)", "hess(L_reg)", "D(f, t)", "hess(L, t)"],
)
@pytest.mark.parametrize("unit", ["exp(s) + s", "log(1 + exp(s))"])
def test_right_derivatives_pass(text, unit):
    model = Model(unit)
    comparison = compare(model, model.parse(text), points=8)
    assert comparison.passed
    assert comparison.points == 8
    assert comparison.error <= 1e-80  # about 1e-95 is seen


@pytest.mark.parametrize(("inner", "text"), [("tanh(s)", "hess(L)"), ("max(s, 0)", "grad(L)"), ("s**2", "D(t)")])
def test_inner_layers_pass(inner, text):
    model = Model(SOFTMAX, inner_layer=inner)
    assert compare(model, model.parse(text), points=5).passed


def test_parameters_are_given_values_too():
    model = Model()
    text = Claim("a", "grad(k * L + k**2 * norm(x)**2) == 0 * x", parameters={"k": "k > 0"})
    ((_, derivative),) = derivatives([text])
    assert compare(model, derivative, points=5).passed


@pytest.mark.parametrize("digits", [5, 30, 39])
def test_one_wrong_digit_is_seen(digits, monkeypatch, fresh_lowerings):
    right = Lowering.derivative

    def wrong(self, expr, j, variable="x"):
        return right(self, expr, j, variable) * (1 + sp.Rational(1, 10**digits))

    monkeypatch.setattr(Lowering, "derivative", wrong)
    comparison = compare(MODEL, MODEL.parse("grad(alpha)"), points=3)
    assert comparison.error == pytest.approx(10.0**-digits, rel=1e-3)
    assert not comparison.passed


def test_a_forgotten_chain_rule_is_seen(monkeypatch, fresh_lowerings):
    monkeypatch.setattr(Lowering, "slopes", {"x": sp.KroneckerDelta, "t": lambda k, j: sp.Integer(1)})
    assert not compare(MODEL, MODEL.parse("grad(alpha)"), points=3).passed


def test_nothing_passes_without_a_point():
    nowhere = MODEL.parse("grad(log(-1 - sum(x)**2))")
    comparison = compare(MODEL, nowhere, points=3)
    assert comparison.points == 0
    assert not comparison.passed
    assert not Comparison(Model(), nowhere, 3, 2 * TOLERANCE, wanted=3).passed
    assert not Comparison(Model(), nowhere, 3, TOLERANCE / 2, wanted=4).passed
    assert Comparison(Model(), nowhere, 3, TOLERANCE / 2, wanted=3).passed


def test_undefined_points_are_replaced_by_others():
    comparison = compare(MODEL, MODEL.parse("grad(sum(log(x)))"), points=30)
    assert comparison.points == 30
    assert comparison.passed


def test_a_derivative_that_vanishes_has_the_scale_of_the_data():
    comparison = compare(MODEL, D(MODEL.parse("sum(f)")), points=5)  # sum(f) = 1
    assert comparison.passed
    rng = np.random.default_rng(0)
    point = random_point(MODEL.variables.values(), {"n": 1, "d": 1}, rng)
    assert relative_error(MODEL, D(MODEL.parse("f")), point, rng) < 1e-80  # n = 1: f = 1


def test_every_derivative_of_the_claims_once():
    claims = [
        Claim("a", "grad(L) == A.T @ q"),
        Claim("b", "hess(L) == D(grad(L))"),
        Claim("c", "grad(L, t) == q"),
        Claim("d", "grad(L) == A.T @ q", model=Model(SOFTMAX)),
    ]
    found = [(model.unit, to_text(e)) for model, e in derivatives(claims)]
    assert sorted(found) == [
        ("exp(s)", "grad(L)"),
        ("exp(s) + s", "grad(L)"),
        ("exp(s) + s", "grad(L, t)"),
        ("exp(s) + s", "hess(L)"),
    ]

"""unit, head and inner layer give every named quantity its definition; what is not a model is refused in one line."""

import numpy as np
import pytest
import sympy as sp

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.arithmetic import Floats
from resmax_sym.judge.points import random_point
from resmax_sym.lang import LanguageError, S, ShapeError
from resmax_sym.models import HEADS, SOFT_RESIDUAL, SOFTMAX, Model

NUMPY = {
    "normalized": lambda u, b: u / u.sum() - b,
    "rescaled": lambda u, b: u - u.sum() * b,
    "plain": lambda u, b: u - b,
}
"""Head -> its residual, written once more in NumPy."""


def test_default_is_soft_residual_regression():
    assert Model() == Model(SOFT_RESIDUAL, "normalized", None)
    assert Model().phi == sp.exp(S) + S
    assert Model(SOFTMAX).phi == sp.exp(S)


@pytest.mark.parametrize("inner_layer", [None, "max(s, 0)", "log(1 + exp(s))"])
@pytest.mark.parametrize("head", HEADS)
def test_quantities_are_what_numpy_says(head, inner_layer):
    model = Model("exp(s) + s", head, inner_layer)
    point = random_point(model.variables.values(), {"n": 4, "d": 3, "m": 2}, np.random.default_rng(7))
    value = point.evaluator(model, Floats())
    data = {name: value(node) for name, node in model.variables.items()}
    if inner_layer is None:
        t = data["A"] @ data["x"]
    else:
        h = data["A1"] @ data["x"]
        t = data["A2"] @ (np.maximum(h, 0) if "max" in inner_layer else np.logaddexp(0, h))
    c = NUMPY[head](np.exp(t) + t, data["b"])
    expected = {"t": t, "u": np.exp(t) + t, "v": np.exp(t) + 1, "w": np.exp(t), "c": c, "L": c @ c / 2}
    expected["L_tot"] = expected["L"] + ((data["omega"] * t) ** 2).sum() / 2
    for name, array in expected.items():
        # A handful of float64 operations on entries of order 1 on either side.
        np.testing.assert_allclose(value(model[name]), array, rtol=1e-12, atol=1e-13, err_msg=name)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("statement", ["D(c, t) == J", "grad(L, t) == q", "hess(L, t) == B", "grad(L) == A.T @ q"])
def test_closed_forms_of_every_head_are_proved(head, statement):
    """HEADS holds formulas for J, q and B; they are claims like any other."""
    assert judge(Claim("closed-form", statement, model=Model("cosh(s)", head))).status is Status.PROVED


def test_closed_form_of_another_head_is_refuted():
    other = HEADS["rescaled"]["q"].replace("psi", f"({HEADS['rescaled']['psi']})")
    assert judge(Claim("mixed", f"grad(L, t) == {other}")).status is Status.REFUTED


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"unit": "exp(r)"}, "the unit 'exp(r)'"),
        ({"unit": "exp(s"}, "the unit 'exp(s'"),
        ({"unit": ""}, "the unit ''"),
        ({"unit": "2 + 3"}, "depends on s"),
        ({"unit": "abs(s)"}, "has a kink"),
        ({"unit": "outer(s, s)"}, "outer takes a vector"),
        ({"inner_layer": "step"}, "the inner layer 'step'"),
        ({"head": "twisted"}, "normalized, rescaled, plain"),
    ],
)
def test_what_is_not_a_model_is_refused_at_once(arguments, message):
    with pytest.raises(LanguageError) as caught:
        Model(**arguments)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("A @ b", ShapeError),
        ("alpha + nonsense", LanguageError),
        ("__import__('os')", LanguageError),
        ("m", LanguageError),
    ],
)
def test_formulas_are_read_in_the_names_of_the_model(text, error):
    with pytest.raises(error):
        Model().parse(text)


def test_a_chain_is_not_one_relation():
    with pytest.raises(LanguageError, match="chain of 2"):
        Model().relation("0 <= L <= 1")
    assert Model().relation("k * alpha == alpha", k=Model()["alpha"]).op == "=="

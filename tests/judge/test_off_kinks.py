"""max(z, 0) == z step(z) is used where the statement says nothing at z = 0, and nowhere else."""

import numpy as np
import pytest

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.certificate import certificate, replay
from resmax_sym.judge.off_kinks import off_kinks
from resmax_sym.lang import to_text
from resmax_sym.models import SOFTMAX, Model

RELU = Model(SOFTMAX, inner_layer="max(s, 0)")


def written(text):
    found = off_kinks(RELU, RELU.relation(text))
    return None if found is None else to_text(found)


def test_how_it_is_written():
    assert written("max(x, 0) == x * step(x)") == "x * step(x) == x * step(x)"
    assert written("max(x, y) * step(x - y) == x") == "(y + (x - y) * step(x - y)) * step(x - y) == x"
    assert written("min(x, 0) * step(x) == y") == "(x - x * step(x)) * step(x) == y"
    assert written("abs(x) * step(x) == y") == "x * (2 * step(x) - 1) * step(x) == y"


@pytest.mark.parametrize(
    "text",
    [
        "max(x, 0) == x",
        "max(x, 0) == x * step(y)",
        "max(x, 0) * log(x) == x",
        "max(x, 0) == x * step(x - 1)",
        "sqrt(x) * max(x, 0) == x",
    ],
)
def test_the_guard_has_to_be_that_of_the_kink(text):
    """log(x) and sqrt(x) ask for x > 0 and x >= 0: other conditions, not read here."""
    assert written(text) is None


TRUE = [
    "t == D(t) @ x",
    "max(x, 0) == x * step(x)",
    "min(x, 0) == x * (1 - step(x))",
    "abs(x) == x * (2 * step(x) - 1)",
    "max(x, y) == y + (x - y) * step(x - y)",
    "at(t, y) == at(D(t), y) @ y",
    "inner(grad(L_reg), x) == 2 * L_reg",
]
FALSE = [
    "t == 2 * D(t) @ x",
    "max(x, 0) == x * step(-x)",
    "abs(x) == x * step(x)",
    "max(x, y) == x + (x - y) * step(x - y)",
    "at(t, y) == at(D(t), y) @ x",
]


@pytest.mark.parametrize("text", TRUE)
def test_true_ones_are_proved_and_replayed(text):
    verdict = judge(Claim("c", text, model=RELU), budget=0.3)
    assert verdict.status is Status.PROVED
    assert any("!= 0" in guard for guard in verdict.guards)
    assert replay(certificate(verdict)).id == "c"
    assert "max" not in str(verdict.evidence["normal_forms"])


@pytest.mark.parametrize("text", FALSE)
def test_false_ones_are_refuted(text):
    assert judge(Claim("c", text, model=RELU), budget=1).status is Status.REFUTED


def test_the_identity_by_numbers():
    z = np.array([-2.5, -1e-9, 1e-9, 3.0])
    step = np.heaviside(z, np.nan)
    np.testing.assert_array_equal(np.maximum(z, 0), np.where(step > 0, z * step, 0))
    np.testing.assert_array_equal(np.abs(z), z * (2 * step - 1))

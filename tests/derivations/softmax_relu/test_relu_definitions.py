"""t = A2 rho(A1 x): the definitions of each layer hold, nothing near them does, and the map scales as it is said to."""

import dataclasses

import numpy as np
import pytest

from derivations.softmax_relu.definitions import CLAIMS, SCALED
from derivations.softmax_relu.names import CLAIMS as DEFINITIONS
from derivations.softmax_relu.names import LAYERED, MAPS
from resmax_sym.judge import Claim, Status, judge
from resmax_sym.models import AFTER, BEFORE, HEADS

CLAIM = {claim.id: claim for claim in CLAIMS}


def test_there_is_a_definition_of_every_name():
    wanted = {f"relu-definition-{name}" for name in ("u", "v", "w", *BEFORE, *HEADS["normalized"], *AFTER)}
    assert {claim.id for claim in DEFINITIONS} == wanted | {*MAPS.values()}


@pytest.mark.parametrize("claim", DEFINITIONS, ids=lambda claim: claim.id)
def test_definitions_hold_and_nothing_near_them_does(claim):
    assert judge(claim, budget=0.2).status is Status.PROVED
    wrong = dataclasses.replace(claim, statement=claim.statement.replace(" == ", " == 2 * ", 1))
    assert judge(wrong, budget=1).status is Status.REFUTED


@pytest.mark.parametrize("layer", ["max(s, 0)", "abs(s)", "max(s, s / 10)", "min(s, 0)"])
def test_every_layer_of_two_half_lines_is_linear_in_its_cells(layer):
    model = dataclasses.replace(LAYERED, inner_layer=layer)
    assert judge(Claim("c", "t == D(t) @ x", model=model), budget=0.5).status is Status.PROVED


@pytest.mark.parametrize("layer", ["max(s, 1)", "tanh(s)", "s**2"])
def test_others_are_not(layer):
    model = dataclasses.replace(LAYERED, inner_layer=layer)
    assert judge(Claim("c", "t == D(t) @ x", model=model), budget=0.5).status is Status.REFUTED


def test_scaling_by_numbers():
    """By another route: the rows of A1 times r, the columns of A2 over r."""
    rng = np.random.default_rng(3)
    A1, A2, x, r = rng.normal(size=(5, 2)), rng.normal(size=(4, 5)), rng.normal(size=2), rng.uniform(0.1, 9, 5)
    t = A2 @ np.maximum(A1 @ x, 0)
    assert 0 < (A1 @ x > 0).sum() < 5
    np.testing.assert_allclose((A2 / r) @ np.maximum((r[:, None] * A1) @ x, 0), t, rtol=1e-12)
    assert np.abs((A2 / -r) @ np.maximum((-r[:, None] * A1) @ x, 0) - t).max() > 0.1


def test_scaling_needs_the_inverse():
    wrong = dataclasses.replace(CLAIM["relu-scaling"], let=SCALED | {"inverse": "exp(-2 * (A1 @ y))"})
    assert judge(wrong, budget=0.5).status is Status.REFUTED

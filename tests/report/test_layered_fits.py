"""Digits as a two-layer problem: from every start a loss that L-BFGS-B does not undercut, and a failure that would show."""

import dataclasses

import numpy as np
import pytest

from resmax_sym.models import RELU, SOFTMAX
from resmax_sym.report import Report
from resmax_sym.report.layered_fits import EXCESS, STARTS, LayeredFit, digit_layers, fit_layers
from resmax_sym.solve.layered import layered_problem

pytest.importorskip("sklearn.datasets")

FIT = LayeredFit("digits", 1797, 64, 10, 0, 1e-3, 1e-3, 1e-12, 8, 2, 30, "done", True)


@pytest.fixture(scope="module")
def problem():
    return layered_problem(*digit_layers(), 0.0, SOFTMAX, RELU)


def test_the_data_are_what_they_are_said_to_be():
    (A1, A2), b = digit_layers()
    assert (A1.shape, A2.shape, b.shape) == ((64, 10), (1797, 64), (1797,))
    np.testing.assert_allclose(A1.sum(axis=1), 0, atol=1e-12)  # centred: dependent columns, rank 9
    assert np.linalg.matrix_rank(A1) == 9
    assert ((A1 > 0).any(axis=1) & (A1 < 0).any(axis=1)).sum() > 50
    assert (A2.min(), A2.max()) == (0, 1)
    assert b.sum() == pytest.approx(1)
    assert b.argmax() == 0


@pytest.mark.parametrize("start", range(STARTS))
def test_no_worse_than_l_bfgs_b(problem, start):
    found = fit_layers(start, problem)
    assert found.passed
    assert found.excess <= EXCESS
    assert found.relative_gradient <= 1e-9
    assert found.held > 0  # the minimiser is on kinks, where a gradient method only creeps
    assert found.crossed > 5
    assert found.iterations < 20


def test_what_fails_is_named():
    assert Report(layered=[(FIT, 0.1)]).failures == []
    for change in ({"loss": 1e-3 * (1 + 2 * EXCESS)}, {"converged": False}, {"loss": float("nan")}):
        report = Report(layered=[(dataclasses.replace(FIT, **change), 0.1)])
        (failure,) = report.failures
        assert failure.startswith("fit digits, inner layer, start 0")
        assert report.to_json()["layered_fits"][0]["passed"] is False

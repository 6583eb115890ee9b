"""The numbers of the theorems are those that the claims state: by hand, and with claims that state others."""

import dataclasses
import math

import pytest

from derivations import LEDGER
from resmax_sym import theorems
from resmax_sym.theorems import (
    contraction_factor,
    curvature_bound,
    descent_rate,
    descent_weight,
    region_contraction_factor,
    region_lipschitz_constant,
)


@pytest.mark.parametrize(
    ("eps", "theta", "factor"),
    [(0.1, 0.1, 0.16 / 0.81), (0.0, 0.0, 0.0), (0.5, 0.0, 1.0), (1.0, 0.0, math.inf), (0.0, 1.0, math.inf)],
)
def test_the_factor_by_hand(eps, theta, factor):
    assert contraction_factor(eps, theta) == pytest.approx(factor)
    assert contraction_factor(math.nan, theta) == math.inf


@pytest.mark.parametrize(
    ("eps", "theta", "factor"),
    [(0.1, 0.1, 3 / 16), (0.0, 0.5, 0.5), (0.0, 0.0, 0.0), (0.5, 0.5, math.inf), (0.2, -0.1, math.inf)],
)
def test_the_factor_in_a_region_by_hand(eps, theta, factor):
    assert region_contraction_factor(eps, theta) == pytest.approx(factor)
    assert region_contraction_factor(eps, math.nan) == math.inf


def test_constants():
    """PROOFS.md: h = (55 sqrt(33) + 39) / 1152; 0.5714 from the root of a cubic; 2 / (k + 1)."""
    assert 0 < curvature_bound() - (55 * math.sqrt(33) + 39) / 1152 < 1e-7
    assert 0 < region_lipschitz_constant() - 0.571407355 < 1e-8
    assert descent_weight() == curvature_bound()
    assert [descent_rate(k) for k in (1, 3, 7.0)] == [1, 0.5, 0.25]


@pytest.mark.parametrize(
    ("name", "old", "new", "read", "expected"),
    [
        ("newton-contraction", "h / 2", "h / 4", lambda: contraction_factor(0.0, 0.5), 1 / 4),
        ("relu-newton-contraction", "h / 2", "h / 4", lambda: region_contraction_factor(0.0, 0.5), 1 / 4),
        ("relu-newton-contraction", "0.57140736", "0.75", region_lipschitz_constant, 0.75),
        ("relu-descent-rate", "2 / (k + 1)", "3 / (k + 1)", lambda: descent_rate(2.0), 1.0),
        ("relu-descent-rate", "0.30811715", "0.75", descent_weight, 0.75),
        ("softmax-eigmin-b", "0.24040881", "0.75", curvature_bound, 0.75),
    ],
)
def test_another_claim_gives_another_number(name, old, new, read, expected, monkeypatch):
    claim = LEDGER.claims[name]
    texts = {"statement": claim.statement, "assume": claim.assume}
    changed = {key: _replaced(value, old, new) for key, value in texts.items()}
    assert changed != texts
    monkeypatch.setitem(LEDGER.claims, name, dataclasses.replace(claim, **changed))
    theorems._quotient.cache_clear()
    try:
        assert read() == pytest.approx(expected)
    finally:
        theorems._quotient.cache_clear()


def _replaced(value, old, new):
    return value.replace(old, new) if isinstance(value, str) else tuple(_replaced(one, old, new) for one in value)

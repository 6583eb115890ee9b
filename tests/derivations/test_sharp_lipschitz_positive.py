"""|T| <= 0.57140736 for every unit with u > 0: proved, replayed, met by the formula at adversarial points, and not without u > 0."""

import dataclasses

import numpy as np
import pytest

from derivations.soft_residual.sharp_lipschitz_positive import CLAIMS, LET, POSITIVE
from resmax_sym.judge import Status, judge_all, pairs
from resmax_sym.models import Model

P = 0.3637357092993253
THEOREM = CLAIMS[-1]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_proved(claim, verdicts):
    assert verdicts[claim.id].status is Status.PROVED


@pytest.mark.parametrize("dropped", THEOREM.assume)
def test_every_assumption_is_used(dropped):
    left = tuple(text for text in THEOREM.assume if text != dropped)
    first = dataclasses.replace(CLAIMS[0], assume=left)
    assert pairs.prove(first, first.given) is None
    weaker = [dataclasses.replace(claim, assume=left) for claim in CLAIMS]
    assert [v.status for v in judge_all(weaker, budget=0.05)][-1] is not Status.PROVED


def test_other_units_with_positive_values_have_the_same_bound():
    first = dataclasses.replace(CLAIMS[0], model=Model("cosh(s)"))
    assert pairs.prove(first, first.given) is not None


def value(f, b, z):
    """T by its formula in the claims, read by NumPy."""
    names = {"f": f, "b": b, "omega": z, "inner": np.dot, "sum": np.sum}
    for name in ("h", "V", "G", "K", "T"):
        names[name] = eval(LET[name], names)
    return names["T"]


def test_the_form_respects_it_and_attains_it_with_both_signs():
    rng, tops = np.random.default_rng(8), []
    for k in range(4000):
        n = rng.integers(2, 7)
        f, z = rng.dirichlet(np.full(n, rng.choice([0.2, 1, 5]))), rng.normal(size=n)
        b = rng.normal(size=n) if k % 2 else rng.choice([-1, 1]) * np.eye(n)[rng.integers(n)]
        if k % 4 == 0:  # near the extreme point
            f, z, b = 1e-3 * f, 1e-2 * z, np.eye(n)[0]
            f[:2] += (1 - 1e-3) * np.array([P, 1 - P])
            z[:2] += rng.choice([-1, 1]) * np.array([1, -1])
        tops.append(value(f, b / np.abs(b).sum(), z / np.linalg.norm(z)))
    assert np.abs(tops).max() <= float(POSITIVE.constant)
    assert min(max(tops), -min(tops)) > 0.565
    extreme = value(np.array([P, 1 - P]), np.array([1.0, 0.0]), np.array([1, -1]) / 2**0.5)
    assert 0 < float(POSITIVE.constant) - extreme < 2e-9

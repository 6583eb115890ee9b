"""Cumulants of softmax: verdicts as expected, certificates that replay, and the bounds of the cumulants by another route."""

import dataclasses

import numpy as np
import pytest

from derivations.soft_residual.softmax_cumulants import CLAIMS
from resmax_sym.judge.bounds import Undecided, bound

CLAIM = {claim.id: claim for claim in CLAIMS}


@pytest.mark.parametrize("name", CLAIM)
def test_verdict_is_as_expected(name, verdicts):
    assert verdicts[name].expected, verdicts[name]


def cumulants(f, z):
    """Third and fourth cumulant of z under each row of f."""
    y = z - (f * z).sum(axis=-1, keepdims=True)
    second, third, fourth = ((f * y**k).sum(axis=-1) for k in (2, 3, 4))
    return third, fourth - 3 * second**2


@pytest.mark.parametrize("n", [2, 3, 5, 9])
def test_cumulants_of_unit_vectors(n):
    """Random probability vectors, some near the boundary, and the two that attain the bounds for n = 2."""
    rng = np.random.default_rng(n)
    f = rng.dirichlet(np.full(n, 0.3), 20_000)
    z = rng.normal(size=f.shape) * (rng.random(f.shape) < 0.6)
    z[:, 0] += 1e-9
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    f[0], f[1], z[:2] = 0, 0, 0
    z[:2, 0], z[:2, 1] = 0.5**0.5, -(0.5**0.5)
    share = (1 + 3**-0.5) / 2  # the variance is 1/3 there
    f[0, :2], f[1, :2] = (1 - share, share), (0.5, 0.5)
    third, fourth = cumulants(f, z)
    assert np.abs(third).max() == pytest.approx(6**0.5 / 9, abs=1e-12)
    assert fourth.min() == pytest.approx(-0.5, abs=1e-12)
    assert fourth.max() <= 0.25
    assert np.abs(third[2:]).max() > 0.15  # the sample is not degenerate


SHARPER = [
    ("cumulants-covariance", "sqrt(6) / 9", "0.2721"),
    ("cumulants-tilted", "sqrt(6) / 9", "0.2721"),
    ("cumulants-b", "0.795", "0.794"),
    ("cumulants-hessian-any", "0.909", "0.908"),
]


@pytest.mark.parametrize(("name", "old", "new"), SHARPER)
def test_a_sharper_constant_is_not_proved(name, old, new):
    claim = CLAIM[name]
    assert old in claim.statement
    assert isinstance(bound(dataclasses.replace(claim, statement=claim.statement.replace(old, new))), Undecided)


@pytest.mark.parametrize(
    "statement",
    [
        "opnorm(diag(f * c) - (outer(f, f * c) + outer(f * c, f))) <= sqrt(6) / 9 * norm(c)",
        "opnorm(diag(f * psi) - (outer(f, f * psi) - outer(f * psi, f))) <= sqrt(6) / 9 * norm(c)",
        "opnorm(diag(f) - outer(f, b)) <= sqrt(6) / 9 * norm(b)",
    ],
)
def test_other_matrices_are_not_cumulants(statement):
    assert isinstance(bound(dataclasses.replace(CLAIM["cumulants-tilted"], statement=statement)), Undecided)

"""Positive units: verdicts as expected, certificates that replay, constants against numbers, and neighbours that no proof reaches."""

import dataclasses
import json

import mpmath as mp
import numpy as np
import pytest

from derivations.soft_residual import positive_units
from derivations.soft_residual.positive_half_lines import HALF_LINES
from resmax_sym.judge import Status
from resmax_sym.judge.basis import Basis
from resmax_sym.judge.certificate import Invalid, replay
from resmax_sym.judge.judge import settle

CLAIMS = positive_units.CLAIMS
CLAIM = {claim.id: claim for claim in CLAIMS}
LEAST, LARGEST = 0.24041, 0.30812

by_id = pytest.mark.parametrize("name", CLAIM)


def test_ledger_is_well_formed():
    for claim in CLAIMS:
        assert claim.title
        assert claim.prose.count(".") >= 1
        assert claim.expect
    proved = [claim for claim in CLAIMS if claim.expect == (Status.PROVED,)]
    assert len(CLAIMS) >= 20
    assert len(proved) >= 0.6 * len(CLAIMS)


@by_id
def test_verdict_is_as_expected(name, verdicts):
    verdict = verdicts[name]
    assert verdict.expected, verdict
    if verdict.status is Status.UNREFUTED:
        assert verdict.evidence["points"] > 100


def test_a_certificate_does_not_replay_for_a_sharper_claim(verdicts):
    body = verdicts.certificate("from-zero-spectrum-lower")
    sharper = json.loads(json.dumps(body).replace("eigmin(B) >= -2.12", "eigmin(B) >= -2.1"))
    with pytest.raises(Invalid):
        replay(sharper)


def logarithmic(tau):
    """h' and h'' of h = log(exp(s) + s) at tau."""
    h = [mp.diff(lambda s: mp.log(mp.exp(s) + s), tau, k) for k in (1, 2)]
    return float(h[0]), float(h[1])


@pytest.mark.parametrize("name", HALF_LINES)
def test_constants_are_rounded_outward(name):
    """By another route: h' and h'' by differences, the sums of Theorem and table in float64."""
    text, *numbers = HALF_LINES[name]
    tau = float(mp.mpf(text.split("/")[0])) / (2 if "/" in text else 1)
    slope, bend, least, largest = map(float, numbers)
    first, second = logarithmic(tau)
    assert first <= slope <= 1.0001 * first
    assert -second <= bend <= 1.001 * -second
    assert LEAST * slope**2 + 0.385 * bend <= least <= 1.002 * (LEAST * slope**2 + 0.385 * bend)
    assert LARGEST * slope**2 + 8 / 27 * bend <= largest <= 1.005 * (LARGEST * slope**2 + 8 / 27 * bend)
    beyond = [logarithmic(tau + step) for step in np.linspace(0, 30, 301)]
    assert max(abs(a) for a, _ in beyond) <= slope
    assert min(b for _, b in beyond) >= -bend
    assert max(b for _, b in beyond) <= 0.0371


@pytest.mark.parametrize("name", HALF_LINES)
def test_spectrum_at_random_points(name):
    rng, (text, _, _, least, largest) = np.random.default_rng(0), HALF_LINES[name]
    tau, seen = float(mp.mpf(text.split("/")[0])) / (2 if "/" in text else 1), []
    for _ in range(300):
        n = int(rng.integers(1, 6))
        t = tau + rng.exponential(rng.choice([0.01, 1.0, 5.0]), n) * (rng.random(n) < 0.8)
        b = np.eye(n)[0] * rng.choice([-1, 1]) if rng.random() < 0.7 else rng.dirichlet(np.ones(n))
        u, v, w = np.exp(t) + t, np.exp(t) + 1, np.exp(t)
        f = u / u.sum()
        psi, r, P = f - b - f @ (f - b), v / u, np.eye(n) - np.outer(np.ones(n), f)
        B = np.diag(r) @ P.T @ np.diag(f * (f + psi)) @ P @ np.diag(r) + np.diag((w / u - r**2) * f * psi)
        seen.append(np.linalg.eigvalsh(B)[[0, -1]])
    low, high = np.min(seen), np.max(seen)
    assert -float(least) <= low <= 0 <= high <= float(largest)
    assert high - low > 0.3  # the sample is not degenerate


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("entry-mean", "1 - f", "0.99 - f"),
        ("entry-squares", "(1 - f)**2", "0.99 * (1 - f)**2"),
        ("entry-cubic", "0.385", "0.3848"),
        ("entry-lower", "-8 / 27", "-7.99 / 27"),
        ("positive-unit-lower", "0.385", "0.38"),
        ("positive-unit-upper", "0.385", "0.38"),
        ("positive-unit-convex", "l * eye(d)", "1.01 * l * eye(d)"),
        ("from-zero-slope", "<= 2", "<= 1.999"),
        ("from-one-bend-below", "0.269", "0.2689"),
        ("from-minus-half-bend-above", "0.0371", "0.037"),
        ("from-zero-spectrum-lower", "2.12", "2.11"),
        ("from-one-spectrum-upper", "0.388", "0.387"),
    ],
)
def test_a_sharper_constant_is_not_proved(name, old, new, verdicts):
    claim = CLAIM[name]
    assert old in claim.statement
    sharper = dataclasses.replace(claim, statement=claim.statement.replace(old, new))
    basis = Basis.of(sharper, [(verdicts[base].claim, verdicts[base].guards) for base in claim.depends])
    assert settle(sharper, 1.0, 0, basis) is None


@pytest.mark.parametrize(
    "name", ["entry-mean", "entry-squares", "entry-upper", "from-zero-slope", "from-zero-is-convex"]
)
def test_every_assumption_is_needed(name):
    claim = CLAIM[name]
    for lost in claim.assume:
        kept = tuple(a for a in claim.assume if a != lost)
        assert settle(dataclasses.replace(claim, assume=kept, depends=()), 1.0, 0, ()) is None, lost

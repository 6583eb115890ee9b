"""Lipschitz constants for positive units: verdicts as expected, proofs checked again, constants against numbers, and neighbours."""

import dataclasses

import mpmath as mp
import numpy as np
import pytest

from derivations import LEDGER
from derivations.soft_residual import positive_half_lines, positive_lipschitz
from derivations.soft_residual.positive_lipschitz import C0, CONSTANTS, HALF_LINES
from resmax_sym.judge import Status
from resmax_sym.judge.basis import Basis
from resmax_sym.judge.judge import settle

CLAIM = {claim.id: claim for claim in positive_lipschitz.CLAIMS}
SPECTRAL_NORM, ENTRY = 0.30812, 0.385

by_id = pytest.mark.parametrize("name", CLAIM)
on_half_lines = pytest.mark.parametrize("name", CONSTANTS)


def test_ledger_is_well_formed():
    for claim in CLAIM.values():
        assert all(LEDGER.claims[base].expect == (Status.PROVED,) for base in claim.depends)
        assert claim.title
        assert claim.prose.count(".") >= 1
    proved = [claim for claim in CLAIM.values() if claim.expect == (Status.PROVED,)]
    assert len(proved) >= 0.6 * len(CLAIM) >= 12


@by_id
def test_verdict_is_as_expected(name, verdicts):
    assert verdicts[name].expected, verdicts[name]


def number(text):
    return float(mp.mpf(text.split("/")[0])) / (2 if "/" in text else 1)


@on_half_lines
def test_constants_are_rounded_outward(name):
    """By another route: h''' by differences, the sum of the theorem in float64."""
    (tau, slope, bend, *_), (jerk, bound, beaten) = HALF_LINES[name], CONSTANTS[name]
    third = [
        float(mp.diff(lambda s: mp.log(mp.exp(s) + s), number(tau) + step, 3))
        for step in np.append(0, np.geomspace(1e-3, 30, 60))
    ]
    assert third[0] <= float(jerk) <= 1.001 * third[0]
    assert max(map(abs, third)) <= float(jerk)
    assert -0.0132 <= min(third) < 0
    r = float(slope)
    total = float(C0) * r**3 + 3 * SPECTRAL_NORM * r * float(bend) + ENTRY * float(jerk)
    assert total <= float(bound) <= 1.001 * total
    assert float(beaten) < float(bound)


def weights(t):
    u, v, w = np.exp(t) + t, np.exp(t) + 1, np.exp(t)
    r = v / u
    return u / u.sum(), r, w / u - r**2, w / u - 3 * r * w / u + 2 * r**3


def third_derivative(t, z, b):
    """The sum of the identity, in float64."""
    f, r, bend, jerk = weights(t)
    g = r * z
    h, psi = g - f @ g, f - b - f @ (f - b)
    V, K = f @ h**2, f @ h**3
    P = np.eye(len(t)) - np.outer(np.ones(len(t)), f)
    Bs = P.T @ np.diag(f * (f + psi)) @ P
    T = 3 * (f * h) @ (f * h**2 - V * f) + (f - b) @ (f * h**3 - 3 * V * f * h - f * K)
    return np.array([T, 3 * (Bs @ g) @ (bend * z**2), (f * psi) @ (jerk * z**3)])


def test_the_third_derivative_by_differences():
    """Of the loss itself along a line, in 40 digits."""
    t, z, b = (
        [mp.mpf(k) / 5 for k in (3, 0, 7)],
        [mp.mpf(k) / 3 for k in (1, -2, 2)],
        [mp.mpf(k) / 4 for k in (1, -1, 2)],
    )

    def loss(e):
        u = [mp.exp(a + e * c) + a + e * c for a, c in zip(t, z, strict=True)]
        return sum((one / sum(u) - c) ** 2 for one, c in zip(u, b, strict=True)) / 2

    with mp.workdps(40):
        wanted = float(mp.diff(loss, 0, 3))
        found = third_derivative(*(np.array(part, dtype=float) for part in (t, z, b)))
    assert found.sum() == pytest.approx(wanted, rel=1e-10)
    assert (abs(found) > 1e-3).all()  # no term is idle


@on_half_lines
def test_third_derivative_at_random_points(name):
    rng, (text, *_), (_, bound, _) = np.random.default_rng(0), HALF_LINES[name], CONSTANTS[name]
    tau, largest = number(text), 0.0
    for _ in range(2000):
        n = int(rng.integers(1, 6))
        t = tau + rng.exponential(rng.choice([0.01, 1.0, 5.0]), n) * (rng.random(n) < 0.7)
        z = rng.normal(size=n)
        b = np.eye(n)[0] * rng.choice([-1, 1]) if rng.random() < 0.7 else rng.dirichlet(np.ones(n))
        largest = max(largest, abs(third_derivative(t, z / np.linalg.norm(z), b).sum()))
    assert 0.05 * float(bound) < largest <= float(bound)


def test_the_best_values_found():
    """As the prose has them: n = 2, all entries at the end of the half line, b = e_2."""
    for tau, wanted in ((0, 4.0124), (-0.5, 2477.07)):
        angles = np.linspace(0, np.pi, 200001)
        best = 0.0
        for start in range(0, len(angles), 1000):
            a = angles[start]
            best = max(
                best, abs(third_derivative(np.full(2, tau), np.array([np.cos(a), np.sin(a)]), np.eye(2)[1]).sum())
            )
        assert best == pytest.approx(wanted, rel=1e-2)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("positive-unit-third-bound", C0, "0.5714"),
        ("from-zero-jerk", "<= 11", "<= 10.99"),
        ("from-zero-lipschitz", "14.36", "14.35"),
        ("from-one-hessian-lipschitz", "1.0274", "1.027"),
    ],
)
def test_a_sharper_constant_is_not_proved(name, old, new, verdicts):
    claim = CLAIM[name]
    assert old in claim.statement
    sharper = dataclasses.replace(claim, statement=claim.statement.replace(old, new))
    basis = Basis.of(sharper, [(verdicts[base].claim, verdicts[base].guards) for base in claim.depends])
    assert settle(sharper, 1.0, 0, basis) is None


@pytest.mark.parametrize("name", ["positive-unit-third-bound", "from-zero-lipschitz"])
def test_every_assumption_is_needed(name, verdicts):
    claim = CLAIM[name]
    for lost in claim.assume:
        weaker = dataclasses.replace(claim, assume=tuple(a for a in claim.assume if a != lost))
        basis = Basis.of(weaker, [(verdicts[base].claim, verdicts[base].guards) for base in claim.depends])
        assert settle(weaker, 1.0, 0, basis) is None, lost


@pytest.mark.parametrize("part", ["positive", "slope", "bend-below", "bend-above", "jerk", "third"])
def test_every_part_of_the_half_line_is_needed(part, verdicts):
    claim = CLAIM["from-zero-lipschitz"]
    bases = [base for base in claim.depends if base != f"from-zero-{part}"]
    assert len(bases) == len(claim.depends) - 1
    basis = Basis.of(claim, [(verdicts[base].claim, verdicts[base].guards) for base in bases])
    assert settle(claim, 1.0, 0, basis) is None


def test_half_lines_are_those_of_the_spectrum():
    assert CONSTANTS.keys() == positive_half_lines.HALF_LINES.keys()

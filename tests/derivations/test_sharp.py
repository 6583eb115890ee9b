"""The sharp spectrum of the softmax Hessian: every claim has its verdict and replays, and the constants are attained by search."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import minimize

from derivations.soft_residual.sharp import CLAIMS, SHARP
from derivations.soft_residual.sharp_terms import NEAR
from resmax_sym.judge import Status, judge
from resmax_sym.judge.certificate import Invalid, digest, replay

CLAIM = {claim.id: claim for claim in CLAIMS}
BEST_K = (33**0.5 - 3) / 2
LOWEST, HIGHEST = (55 * 33**0.5 - 39) / 1152, (55 * 33**0.5 + 39) / 1152
by_id = pytest.mark.parametrize("name", CLAIM)


def test_the_chapter_is_well_formed():
    assert len(CLAIM) == len(CLAIMS)
    seen = set()
    for claim in CLAIMS:
        assert {*claim.depends} <= seen
        seen.add(claim.id)
        assert claim.title
        assert claim.prose


@by_id
def test_verdict_is_as_expected(name, verdicts):
    verdict = verdicts[name]
    assert verdict.expected
    assert verdict.status is (Status.REFUTED if CLAIM[name] in SHARP else Status.PROVED)
    assert {*verdict.guards} <= {"alpha != 0", "33 >= 0"}


@pytest.mark.parametrize("name", ["sharp-eigmin", "sharp-upper-plus", "sharp-lower-form", "softmax-hessian-above"])
def test_nothing_follows_without_what_it_depends_on(name, verdicts):
    """Identities are left out: the normal form shows them anew."""
    body = verdicts.certificate(name)
    for k, other in enumerate(body["known"]):
        fewer = {**body, "known": body["known"][:k] + body["known"][k + 1 :]}
        if " == " not in other["claim"][0]["statement"]:
            with pytest.raises(Invalid):
                replay({**fewer, "digest": digest(fewer)})


@pytest.mark.parametrize("name", ["sharp-eigmin-decimal", "softmax-eigmax-b"])
def test_the_hypothesis_on_b_is_needed(name):
    weaker = dataclasses.replace(
        CLAIM[name], assume=tuple(a for a in CLAIM[name].assume if "norm1" not in a), depends=()
    )
    assert judge(weaker, budget=2).status is Status.REFUTED


@pytest.mark.parametrize(
    ("name", "instead"), [("sharp-overlap", "3*X"), ("sharp-square", "3*X*V"), ("sharp-mean", "2*X")]
)
def test_neighbours_are_refuted(name, instead):
    old = {"sharp-overlap": "2*X", "sharp-square": "2*X*V", "sharp-mean": "X"}[name]
    false = dataclasses.replace(
        CLAIM[name], statement=CLAIM[name].statement.replace(old, instead), proof=(), depends=()
    )
    assert judge(false, budget=2).status is Status.REFUTED


def matrix(f, b):
    """P^T diag(f (f + psi)) P."""
    psi = f - b - f @ (f - b)
    P = np.eye(len(f)) - np.outer(np.ones(len(f)), f)
    return P.T @ np.diag(f * (f + psi)) @ P


def ends(f, b):
    values = np.linalg.eigvalsh(matrix(f, b))
    return values[0], values[-1]


def test_constants():
    k = BEST_K
    assert (k + 1) ** 4 / (16 * k**2 * (k + 3)) == pytest.approx(LOWEST, rel=1e-14)
    assert (k + 2) ** 4 / (16 * k * (k + 3) ** 2) == pytest.approx(HIGHEST, rel=1e-14)
    for root in (HIGHEST, -LOWEST):
        assert 1728 * root**2 - 117 * root - 128 == pytest.approx(0, abs=1e-11)
    assert 0 < float(Fraction(NEAR["g"])) - LOWEST < 1e-8
    assert 0 < float(Fraction(NEAR["g2"])) - HIGHEST < 1e-8


@pytest.mark.parametrize("n", [2, 3, 6])
def test_random_matrices_stay_within(n):
    rng = np.random.default_rng(n)
    lows, highs = [], []
    for _ in range(4000):
        f = rng.dirichlet(np.full(n, rng.choice([0.1, 0.5, 2])))
        b = np.zeros(n)
        b[rng.integers(n)] = rng.choice([-1, 1])
        low, high = ends(f, b)
        lows.append(low)
        highs.append(high)
    assert -LOWEST <= min(lows) < -0.2  # the sample comes near both ends
    assert 0.28 < max(highs) <= HIGHEST


@pytest.mark.parametrize("n", [2, 4])
@pytest.mark.parametrize(("end", "best"), [(0, -LOWEST), (1, HIGHEST)])
def test_search_attains_both_constants(n, end, best):
    side, e, found = (1, -1)[end], np.eye(n)[0], []

    def value(x, s):
        weights = np.exp(x - x.max())
        return side * ends(weights / weights.sum(), s * e)[end]

    for s in (1, -1):
        for start in (1, -1):
            options = {"xatol": 1e-10, "fatol": 1e-14, "maxiter": 20_000, "maxfev": 20_000}
            found.append(minimize(value, start * np.eye(n)[0], (s,), method="Nelder-Mead", options=options).fun)
    assert side * min(found) == pytest.approx(best, abs=1e-7)  # for n = 4 two weights tend to 0


def test_best_k_is_near():
    k = np.linspace(1.2, 1.5, 301)
    assert abs(k[np.argmin((k + 1) ** 4 / (16 * k**2 * (k + 3)))] - BEST_K) < 2e-3
    assert abs(k[np.argmin((k + 2) ** 4 / (16 * k * (k + 3) ** 2))] - BEST_K) < 2e-3

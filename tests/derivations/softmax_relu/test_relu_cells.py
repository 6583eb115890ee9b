"""Cells, Lipschitz constants, Newton's method and descent: verdicts as expected, certificates that replay, and the theorems in numbers."""

import dataclasses

import numpy as np
import pytest
from scipy.optimize import minimize

from derivations import LEDGER
from derivations.softmax_relu import cell, descent, lipschitz, newton, rate
from resmax_sym.judge import Status
from resmax_sym.judge.certificate import replay
from resmax_sym.judge.judge import settle
from resmax_sym.lang import parse_relations, to_text

CHAPTERS = (cell, lipschitz, newton, descent, rate)
CLAIM = {claim.id: claim for chapter in CHAPTERS for claim in chapter.CLAIMS}
PROVED = [name for name, claim in CLAIM.items() if claim.expect == (Status.PROVED,)]
REFUTED = [name for name, claim in CLAIM.items() if claim.expect == (Status.REFUTED,)]
CONTROLS = {
    "relu-cell-difference": "relu-cell-difference-across",
    "relu-cell-margin": "relu-cell-margin-weak",
    "relu-cell-ball": "relu-cell-ball-too-large",
    "relu-lipschitz-hessian": "relu-lipschitz-hessian-sharp",
    "relu-lipschitz-hessian-layers": "relu-lipschitz-needs-mass",
    "relu-lipschitz-gradient": "relu-lipschitz-gradient-sharp",
    "relu-lipschitz-gradient-layers": "relu-lipschitz-gradient-across",
    "relu-newton-variation": "relu-newton-variation-across",
    "relu-newton-definite": "relu-newton-definite-strict",
    "relu-descent-step": "relu-descent-step-sharp",
    "relu-descent-rate": "relu-descent-rate-across",
    "relu-descent-monotone": "relu-descent-monotone-across",
    "relu-descent-lower": "relu-descent-flat",
    "relu-descent-distance": "relu-descent-distance-weight",
    "relu-descent-half": "relu-descent-half-weight",
}
"""Theorem -> a neighbour of it that is false."""


def test_the_chapters_are_well_formed():
    assert set(CONTROLS) <= {*PROVED}
    assert set(CONTROLS.values()) <= {*REFUTED}
    assert len(PROVED) + len(REFUTED) == len(CLAIM)
    assert len(PROVED) >= 55
    assert len(REFUTED) >= 15
    for claim in CLAIM.values():
        assert claim.id.startswith("relu-")
        assert claim.title
        assert claim.prose.endswith(".")
        held = LEDGER.claims[claim.id]
        assert dataclasses.replace(held, depends=claim.depends) == claim
        assert set(claim.depends) <= set(held.depends)


@pytest.mark.parametrize("name", CLAIM)
def test_verdict_is_as_expected(name, verdicts):
    assert verdicts[name].expected, verdicts[name]


@pytest.mark.parametrize("name", ["relu-lipschitz-hessian", "relu-descent-rate", "relu-newton-energy"])
def test_a_certificate_holds_the_linear_claim(name, verdicts):
    body = verdicts.certificate(name)
    assert any("inner_layer" not in known["model"] and known["verdict"] == "proved" for known in body["known"])
    assert replay(body).id == name


@pytest.mark.parametrize("name", CLAIM)
def test_text_of_a_claim_gives_its_tree_back(name):
    claim = CLAIM[name]
    assert parse_relations(to_text(claim.relation), claim.names) == [claim.relation]


@pytest.mark.parametrize("name", ["relu-cell-difference", "relu-cell-slope", "relu-lipschitz-f-cell"])
def test_nothing_is_carried_over_without_the_linear_claim(name):
    assert settle(dataclasses.replace(CLAIM[name], depends=()), 0.1, 0, ()) is None


class Instance:
    """A softmax-ReLU problem and its cell at x: written out here once more, without the package."""

    def __init__(self, seed, n=4, m=3, d=2):
        rng = np.random.default_rng(seed)
        self.A1, self.A2 = rng.standard_normal((m, d)), rng.standard_normal((n, m))
        self.x = rng.standard_normal(d)
        self.signs = np.sign(self.A1 @ self.x)
        self.G = self.A2 @ ((self.signs > 0)[:, None] * self.A1)
        self.b = rng.dirichlet(np.ones(n))
        self.omega = np.zeros(n)

    def f(self, z):
        t = self.G @ z
        e = np.exp(t - t.max())
        return e / e.sum()

    def loss(self, z):
        c = self.f(z) - self.b
        return c @ c / 2 + np.sum((self.omega * (self.G @ z)) ** 2) / 2

    def gradient(self, z):
        f = self.f(z)
        c = f - self.b
        return self.G.T @ (f * (c - c @ f) + self.omega**2 * (self.G @ z))

    def hessian(self, z):
        f = self.f(z)
        c = f - self.b
        P = np.eye(len(f)) - np.outer(np.ones(len(f)), f)
        return self.G.T @ (P.T @ np.diag(f * (f + c - c @ f)) @ P + np.diag(self.omega**2)) @ self.G

    def least(self, function, slope, start):
        """The least value of a convex function on the closed cell."""
        rows = self.signs[:, None] * self.A1
        inside = {"type": "ineq", "fun": lambda z: rows @ z, "jac": lambda z: rows}
        options = {"ftol": 1e-15, "maxiter": 300}
        return minimize(function, start, jac=slope, constraints=[inside], method="SLSQP", options=options).x


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("k", [1.5, 4.0])
def test_a_projected_step_leaves_the_claimed_part_of_the_loss(seed, k):
    one = Instance(seed)
    one.omega = np.sqrt(float(lipschitz.ABOVE) * k) * np.ones(4)
    H0, x = one.G.T @ np.diag(one.omega**2) @ one.G, one.x
    g, large = one.gradient(x), 1 + 1 / k
    step = one.least(lambda z: g @ (z - x) + large / 2 * (z - x) @ H0 @ (z - x), lambda z: g + large * H0 @ (z - x), x)
    best = one.least(one.loss, one.gradient, x)
    assert one.loss(step) - one.loss(best) <= 2 / (k + 1) * (one.loss(x) - one.loss(best)) + 1e-9


def test_the_step_is_tight_where_the_hessian_is_a_multiple_of_the_metric():
    one = Instance(0, n=1, m=1, d=1)
    one.omega = np.ones(1)  # one entry: f = 1, and the loss is its regulariser
    if one.signs[0] < 0:
        one.A1, one.signs = -one.A1, -one.signs
        one.G = one.A2 @ one.A1
    x, small, large = one.x, 1.0, 3.0
    step = x - small / large * x
    gap = (one.loss(step) - one.loss(0 * x)) / (one.loss(x) - one.loss(0 * x))
    assert gap <= 1 - small / large + 1e-12
    assert gap == pytest.approx((1 - small / large) ** 2)


def test_sampled_newton_steps_contract_as_claimed():
    rng, met = np.random.default_rng(0), 0
    for seed in range(30):
        one = Instance(seed, n=5, m=4)
        one.b = one.f(one.x)  # so that x is critical
        least = np.linalg.eigvalsh(one.hessian(one.x))[0]
        if least <= 1e-9:  # the slope of the cell has no full rank: the hypothesis on the optimum fails
            continue
        met += 1
        M = 0.57140736 * np.linalg.norm(one.G, 2) ** 3
        for e, h in ((0.1, 0.1), (0.3, 0.2), (0.0, 0.5)):
            way, noise = rng.standard_normal(2), rng.standard_normal((2, 2))
            y = one.x + h * least / M * way / np.linalg.norm(way)
            off = (noise + noise.T) / np.linalg.norm(noise + noise.T, 2)
            error = one.x - (y - np.linalg.solve(one.hessian(y) + e * least * off, one.gradient(y)))
            assert (1 - h - e) * np.linalg.norm(error) <= (e + h / 2) * np.linalg.norm(one.x - y) * (1 + 1e-9)
    assert met >= 15


def test_the_lipschitz_constant_of_a_cell_is_nearly_attained():
    p, scale = 0.3637, 1e-3  # 60 p^3 - 72 p^2 + 21 p = 1, where the third derivative is largest
    one = Instance(1, n=2, m=1, d=1)
    one.A1, one.signs, one.b = np.ones((1, 1)), np.ones(1), np.array([1.0, 0.0])
    one.G = one.A2 = np.array([[-1.0], [1.0]]) / np.sqrt(2)
    middle = np.sqrt(2) / 2 * np.log((1 - p) / p)
    x, y = np.array([middle + scale]), np.array([middle - scale])
    assert min(x[0], y[0]) > 0  # in the cell
    quotient = abs(one.hessian(x) - one.hessian(y))[0, 0] / (2 * scale)
    assert 0.57 < quotient <= 0.57140736


def test_an_open_ball_up_to_the_nearest_kink_is_in_the_cell():
    rng = np.random.default_rng(0)
    for _ in range(200):
        A1, x, way = rng.standard_normal((3, 2)), rng.standard_normal(2), rng.standard_normal(2)
        reach = np.abs(A1 @ x).min() / np.linalg.norm(A1, 2)
        y = x + 0.999 * reach * way / np.linalg.norm(way)
        assert ((A1 @ x) * (A1 @ y) > 0).all()
        assert reach <= (np.abs(A1 @ x) / np.linalg.norm(A1, axis=1)).min() + 1e-12

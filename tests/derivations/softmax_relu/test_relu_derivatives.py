"""G^T q, G^T B G and the extra term of a smooth layer, against mpmath differences of the loss written out by hand."""

import mpmath as mp
import numpy as np
import pytest

from derivations.softmax_relu.gradient import CLAIMS as GRADIENTS
from derivations.softmax_relu.hessian import CLAIMS as HESSIANS
from derivations.softmax_relu.totals import CLAIMS as TOTALS
from resmax_sym.judge.arithmetic import SearchFloats
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.oracle import compare

CLAIM = {claim.id: claim for claim in (*GRADIENTS, *HESSIANS, *TOTALS)}
LAYERS = {
    "max(s, 0)": lambda s: max(s, mp.mpf(0)),
    "log(1 + exp(s))": lambda s: mp.log(1 + mp.exp(s)),
    "tanh(s)": mp.tanh,
}
N, M, D = 4, 3, 2
SIZES = {"n": N, "m": M, "d": D}


def data(seed):
    """Entries of order 1 with active and inactive units, none within 0.05 of its kink."""
    rng = np.random.default_rng(seed)
    while True:
        point = {"A1": rng.normal(size=(M, D)), "A2": rng.normal(size=(N, M)), "x": rng.normal(size=D)}
        s = point["A1"] @ point["x"]
        if np.abs(s).min() > 0.05 and 0 < (s > 0).sum() < M:
            return point | {"b": rng.dirichlet(np.ones(N)), "omega": rng.uniform(0.5, 1.5, N), "y": rng.normal(size=D)}


def loss(layer, point, regularised):
    """The loss as a function of x in mpmath, from its definition."""

    def at(*x):
        r = [LAYERS[layer](mp.fdot(row, x)) for row in point["A1"]]
        t = [mp.fdot(row, r) for row in point["A2"]]
        u = [mp.exp(v) for v in t]
        total = mp.fsum((v / mp.fsum(u) - b) ** 2 for v, b in zip(u, point["b"], strict=True))
        total += mp.fsum((w * v) ** 2 for w, v in zip(point["omega"], t, strict=True)) if regularised else 0
        return total / 2

    return at


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "name",
    [
        *("relu-gradient", "relu-gradient-softplus", "relu-gradient-tanh", "relu-total-gradient"),
        *("relu-hessian", "relu-hessian-low-rank", "relu-hessian-softplus", "relu-hessian-tanh", "relu-total-hessian"),
    ],
)
def test_the_closed_form_is_the_derivative_of_the_loss(name, seed):
    claim, point = CLAIM[name], data(seed)
    found = np.asarray(Evaluator(claim.model, SIZES, point, SearchFloats())(claim.relation.rhs), dtype=float)
    with mp.workdps(40):
        f = loss(claim.model.inner_layer, point, "total" in name)
        orders = np.eye(D, dtype=int)
        orders = orders if found.ndim == 1 else orders[:, None] + orders
        shape = orders.shape[:-1]
        rows = [float(mp.diff(f, tuple(point["x"]), tuple(map(int, k)))) for k in orders.reshape(-1, D)]
        wanted = np.array(rows).reshape(shape)
    assert np.abs(wanted).max() > 1e-3  # the sample is not degenerate
    np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-10)  # rounding of the closed form in float64


@pytest.mark.parametrize(
    "name",
    [
        "relu-gradient-sign",
        "relu-gradient-tanh-step",
        "relu-hessian-plain",
        "relu-hessian-diagonal",
        "relu-hessian-softplus-plain",
    ],
)
def test_the_false_neighbour_is_no_derivative(name):
    claim, point = CLAIM[name], data(1)
    values = [np.asarray(Evaluator(claim.model, SIZES, point, SearchFloats())(side)) for side in claim.relation.args]
    assert np.abs(values[0] - values[1]).max() > 0.01 * np.abs(values[0]).max()


@pytest.mark.parametrize(
    "name",
    ["relu-gradient", "relu-gradient-t", "relu-gradient-softplus", "relu-gradient-tanh", "relu-hessian-symmetric"],
)
def test_the_derivative_agrees_with_differences_at_150_digits(name):
    claim = CLAIM[name]
    assert compare(claim.model, claim.relation.lhs, 10).passed

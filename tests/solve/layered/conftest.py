"""Instances shared by the tests of the inner layer."""

from types import SimpleNamespace

import numpy as np
import pytest

from resmax_sym.generated import soft_residual, softmax_relu


def _relu(s):
    return np.maximum(s, 0), (s > 0) * 1.0, None


def _leaky(s):
    return np.maximum(s, s / 10), np.where(s > 0, 1, 0.1), None


def _absolute(s):
    return np.abs(s), np.sign(s), None


def _later(s):
    return np.maximum(s - 1, 0), (s > 1) * 1.0, None


def _clip(s):
    return np.clip(s, 0, 1), ((s > 0) & (s < 1)) * 1.0, None


def _bent(s):
    return np.maximum(s, 0) + np.tanh(s) / 2, (s > 0) + (1 - np.tanh(s) ** 2) / 2, -np.tanh(s) * (1 - np.tanh(s) ** 2)


def _softplus(s):
    slope = 1 / (1 + np.exp(-s))
    return np.logaddexp(0, s), slope, slope * (1 - slope)


def _tanh(s):
    return np.tanh(s), 1 - np.tanh(s) ** 2, -2 * np.tanh(s) * (1 - np.tanh(s) ** 2)


LAYERS = {
    "relu": (_relu, (0.0,)),
    "max(s, s / 10)": (_leaky, (0.0,)),
    "abs(s)": (_absolute, (0.0,)),
    "max(s - 1, 0)": (_later, (1.0,)),
    "min(max(s, 0), 1)": (_clip, (0.0, 1.0)),
    "max(s, 0) + tanh(s)/2": (_bent, (0.0,)),
    "softplus": (_softplus, ()),
    "tanh": (_tanh, ()),
}


@pytest.fixture
def kernel():
    """rho, unit -> a kernel: the generated formulas of t with a rho by hand, which spares the tests the proofs of each pair."""

    def make(inner="relu", unit="exp(s)"):
        layer, kinks = LAYERS[inner]

        def layer_range(lo, hi):
            return np.minimum(layer(lo)[0], layer(hi)[0]), np.maximum(
                layer(lo)[0], layer(hi)[0]
            )  # all but abs are monotone

        def layer_curvature(A1, r2, back):
            return A1.T @ ((r2 * back)[:, None] * A1)

        rows = vars(soft_residual) if unit == "exp(s) + s" else {}
        own = {
            "INNER": inner,
            "KINKS": kinks,
            "layer": layer,
            "layer_range": layer_range,
            "layer_curvature": layer_curvature,
        }
        return SimpleNamespace(**(vars(softmax_relu) | rows | own))

    return make


@pytest.fixture
def layers():
    """n, m, d, seed -> Gaussian A1 and A2, and a target in the simplex."""

    def make(n, m, d, seed=0):
        rng = np.random.default_rng(seed)
        b = rng.exponential(size=n)
        return rng.normal(size=(m, d)), rng.normal(size=(n, m)), b / b.sum()

    return make

"""Instances shared by the solver's tests."""

import numpy as np
import pytest

from resmax_sym.generated import soft_residual, softmax

UNITS = {"exp(s) + s": (soft_residual, lambda s: np.exp(s) + s), "exp(s)": (softmax, np.exp)}


@pytest.fixture(params=UNITS, ids=["soft_residual", "softmax"])
def unit(request):
    """A committed unit, as text."""
    return request.param


@pytest.fixture
def kernel(unit):
    """Its generated module."""
    return UNITS[unit][0]


@pytest.fixture
def phi(unit):
    """Its function, written by hand: the second route."""
    return UNITS[unit][1]


@pytest.fixture
def random_instance():
    """n, d, seed -> Gaussian A and a target in the simplex."""

    def make(n, d, seed=0):
        rng = np.random.default_rng(seed)
        b = rng.exponential(size=n)
        return rng.normal(size=(n, d)), b / b.sum()

    return make

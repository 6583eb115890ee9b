"""Modules and data with an inner layer, for the tests of their code."""

import functools
import inspect

import numpy as np

from resmax_sym import kernels
from resmax_sym.generated import softmax_relu

LAYERS = ("max(s, 0)", "log(1+exp(s))", "tanh(s)")


@functools.cache
def text_of(inner):
    return inspect.getsource(softmax_relu) if inner == softmax_relu.INNER else kernels.source("exp(s)", inner)


@functools.cache
def kernel(inner, change=("", "")):
    """The module of an inner layer as a namespace of functions, `change` being a mutation that must be there to be made."""
    assert change[0] in text_of(inner)
    scope = {}
    exec(compile(text_of(inner).replace(*change), inner, "exec"), scope)
    return type(
        "Kernel", (), {name: staticmethod(value) if callable(value) else value for name, value in scope.items()}
    )


def instance(rng, n, m, d, scale=1.0):
    """A1, A2, x, b, omega in multiples of 1/8, no entry of A1 x on a kink; the entries of A1 x reach `scale`, those of t about as far."""
    while True:
        A1, x = rng.integers(-8, 9, (m, d)) / 8, rng.integers(-8, 9, d) / 8
        A2 = np.where(rng.random((n, m)) < 2 / m, rng.integers(-4, 5, (n, m)) / 8, 0.0)
        size = np.abs(A1 @ x)
        if size.min() > 0:
            x = x * 2 ** np.floor(np.log2(max(scale / size.max(), 1e-3)))
            return A1, A2, x, rng.dirichlet(np.ones(n)), rng.uniform(0, 2, n)


def instances(inner, seed=0):
    rng = np.random.default_rng(seed)
    yield from (instance(rng, n, m, d) for n, m, d in ((1, 1, 1), (2, 3, 2), (6, 4, 3)))
    if inner != "max(s, 0)":
        yield instance(rng, 5, 4, 2, scale=100.0)
    else:
        yield from (instance(rng, 5, 4, 2, scale=1000.0) for _ in range(3))

"""Gradient, Hessian and Hessian-vector product of the generated code, beside passes over A, A.T @ A, and JAX."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.rows import Row, ratio
from resmax_sym.generated import soft_residual as kernel

__all__ = ["rows"]

N, D = 200_000, 200
MIB = 2.0**20


@dataclass(frozen=True)
class Instance:
    """Gaussian data and a target on the simplex."""

    A: np.ndarray
    b: np.ndarray
    x: np.ndarray
    z: np.ndarray

    @classmethod
    def make(cls, n: int, d: int) -> Instance:
        rng = np.random.default_rng(0)
        A, b = rng.standard_normal((n, d)), rng.random(n)
        x, z = rng.standard_normal((2, d)) / np.sqrt(d)
        return cls(A, b / b.sum(), x, z)

    @cached_property
    def factors(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return kernel.hessian_factors(self.A, self.x, self.b)

    def gradient(self) -> np.ndarray:
        return kernel.gradient(self.A, self.x, self.b)

    def hessian(self) -> np.ndarray:
        return kernel.hessian(self.A, self.x, self.b)

    def product(self) -> np.ndarray:
        delta, U, K = self.factors
        return kernel.product_map(self.A, delta, self.z) + U @ (K @ (U.T @ self.z))

    def two_passes(self) -> np.ndarray:
        return self.A.T @ (self.A @ self.x)


def rows() -> Iterator[Row]:
    """Everything that is measured about derivatives."""
    here = Instance.make(N, D)
    size = f"n = {N:.0e}, d = {D}"
    yield ratio(f"gradient / two passes over A, {size}", 1.15, here.gradient, here.two_passes)
    yield ratio(f"gradient / JAX's gradient, {size}", 1.0, here.gradient, in_jax(here, "grad"))
    _ = here.factors
    yield ratio(f"Hessian-vector product / two passes over A, {size}", 1.15, here.product, here.two_passes)
    yield ratio(f"Hessian / A.T @ A, {size}", 1.6, here.hessian, lambda: here.A.T @ here.A)
    yield memory(f"memory of a Hessian besides A / 64 MiB, {size}", here.hessian, 64)
    tall = Instance.make(10**6, 20)
    yield memory("memory of a Hessian besides A / 128 MiB, n = 1e6, d = 20", tall.hessian, 128)
    small = Instance.make(20_000, 100)
    yield ratio("Hessian / JAX's Hessian, n = 2e4, d = 100", 1 / 4, small.hessian, in_jax(small, "hessian"), repeats=5)


def memory(name: str, call: Callable[[], object], limit: float) -> Row:
    """Peak memory of one call, over the limit in MiB."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1] / MIB
    tracemalloc.stop()
    return Row(name, peak / limit, 1.0, peak <= limit, f"{peak:.0f} MiB")


def in_jax(here: Instance, derivative: str) -> Callable[[], object]:
    """`grad` or `hessian` of the loss as one writes it in JAX, compiled, in double precision; checked against ours."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    A, b = jnp.asarray(here.A), jnp.asarray(here.b)

    def loss(x: jax.Array, A: jax.Array, b: jax.Array) -> jax.Array:
        t = A @ x
        u = jnp.exp(t) + t
        return jnp.sum((u / jnp.sum(u) - b) ** 2) / 2

    function = jax.jit(getattr(jax, derivative)(loss))

    def call() -> jax.Array:
        return function(here.x, A, b).block_until_ready()

    ours = here.gradient() if derivative == "grad" else here.hessian()
    np.testing.assert_allclose(np.asarray(call()), ours, rtol=1e-6, atol=1e-9 * np.abs(ours).max())
    return call

"""Sizes by row blocks are those of the whole, and no array of length n is made for them."""

import tracemalloc

import numpy as np
import pytest

from resmax_sym.solve.rounding import sizes_at


def test_sizes_against_the_formulas_on_all_rows(random_instance, kernel):
    A, b = random_instance(50_000, 2)
    t, omega = A @ np.array([0.3, -1.0]), np.linspace(0, 1e-4, 50_000)
    scalars, fit = (kernel.reduce([(t, target, omega)]) for target in (b, np.zeros_like(b)))
    found = sizes_at(kernel, t, b, omega, scalars)
    delta, W = kernel.hessian_rows(t, b, omega, *scalars)
    core = np.abs(kernel.hessian_core(*scalars))
    assert found.q == pytest.approx(np.linalg.norm(kernel.gradient_rows(t, b, omega, *scalars)), rel=1e-12)
    assert found.q_fit == pytest.approx(np.linalg.norm(kernel.gradient_rows(t, 0 * b, omega, *fit)), rel=1e-12)
    assert found.loss_fit == pytest.approx(kernel.loss_finish(*fit), rel=1e-12)
    assert found.per_row == pytest.approx(max(np.abs(w) @ core @ np.abs(w) for w in W), rel=1e-12)
    # The curvature bounds every quotient of diag(delta) + W K W.T, that of the row with the largest delta above all.
    row = np.zeros_like(b)
    row[np.argmax(np.abs(delta))] = 1
    for v in (*W.T, row, A[:, 0]):
        image = delta * v + W @ (kernel.hessian_core(*scalars) @ (W.T @ v))
        assert np.linalg.norm(image) <= found.curvature * np.linalg.norm(v)


def test_no_array_of_length_n(random_instance, kernel):
    A, b = random_instance(400_000, 1)
    t, omega = A[:, 0], np.broadcast_to(0.1, b.shape)
    scalars = kernel.reduce([(t, b, omega)])
    tracemalloc.start()
    try:
        sizes_at(kernel, t, b, omega, scalars)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < t.nbytes

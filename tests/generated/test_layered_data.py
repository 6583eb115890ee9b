"""Code for models with an inner layer over sparse and dense data, blocks of rows and other number types, in bounded memory."""

import os
import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sps
from layer_instances import LAYERS, kernel
from numpy.testing import assert_allclose

from resmax_sym.generated import softmax_relu

LAYER = pytest.mark.parametrize("inner", LAYERS)
FORMATS = [(left, right) for left in (np.asarray, sps.csr_array) for right in (np.asarray, sps.csr_array)]


def sparse_instance(rng, n, m, d):
    A1, A2 = (np.where(rng.random(shape) < 0.3, rng.integers(-8, 9, shape) / 8, 0.0) for shape in ((m, d), (n, m)))
    return A1, A2, rng.standard_normal(d), rng.dirichlet(np.ones(n)), rng.uniform(0, 1, n)


@LAYER
@pytest.mark.parametrize(("left", "right"), FORMATS)
def test_sparse_and_dense_layers_give_the_same(inner, left, right):
    A1, A2, x, b, omega = sparse_instance(np.random.default_rng(6), 40, 12, 6)
    module, z, close = kernel(inner), np.linspace(-1, 1, 6), {"rtol": 1e-12, "atol": 1e-13}
    for name in ("loss", "gradient", "hessian"):
        function = getattr(module, name)
        assert_allclose(function(left(A1), right(A2), x, b, omega), function(A1, A2, x, b, omega), **close)
    product = module.hessian_vector_product
    assert_allclose(product(left(A1), right(A2), x, b, z, omega), product(A1, A2, x, b, z, omega), **close)
    r1 = module.layer(A1 @ x)[1]
    G = module.jacobian(left(A1), right(A2), r1)
    assert sps.issparse(G) == (sps.csr_array in (left, right) and left is right)
    assert_allclose(sps.csr_array(G).toarray(), A2 @ np.diag(r1) @ A1, **close)


@LAYER
def test_blocks_of_rows_add_up_to_the_whole(inner):
    A1, A2, x, b, omega = sparse_instance(np.random.default_rng(7), 30, 5, 3)
    module = kernel(inner)
    r, r1, r2 = module.layer(A1 @ x)
    t, parts, z = A2 @ r, [slice(0, 7), slice(7, 8), slice(8, 30)], np.array([1.0, -2.0, 0.5])
    rows = [(t[k], b[k], omega[k]) for k in parts]
    scalars = module.reduce(rows)
    close = {"rtol": 1e-12, "atol": 1e-13}
    assert module.loss_finish(*scalars) == pytest.approx(module.loss(A1, A2, x, b, omega), rel=1e-13)
    back = sum(module.gradient_map(A2[k], *row, *scalars) for k, row in zip(parts, rows, strict=True))
    assert_allclose(module.gradient_finish(A1, r1, back), module.gradient(A1, A2, x, b, omega), **close)
    curves = [module.hessian_rows(*row, *scalars) for row in rows]
    maps = [module.jacobian_products(A1, A2[k], r1, *curve) for k, curve in zip(parts, curves, strict=True)]
    gram, U = (sum(part) for part in zip(*maps, strict=True))
    H = module.hessian_finish(gram, U, *scalars)
    inner_U = sum(A2[k].T @ W for k, (_, W) in zip(parts, curves, strict=True))
    assert_allclose(module.gradient_finish(A1, r1, inner_U), U, **close)
    y = r1 * (A1 @ z)
    partial = sum(module.product_map(A2[k], delta, y) for k, (delta, _) in zip(parts, curves, strict=True))
    along = module.gradient_finish(A1, r1, module.product_finish(partial, inner_U, y, *scalars))
    if r2 is not None:
        H = H + module.layer_curvature(A1, r2, back)
        along = along + module.product_map(A1, r2 * back, z)
    assert_allclose(H, module.hessian(A1, A2, x, b, omega), **close)
    assert_allclose(along, H @ z, **close)


def test_the_jacobian_is_made_some_rows_at_a_time(monkeypatch):
    """Also where A2 has more columns than a block has numbers: then one row at a time."""
    sizes = []
    whole = softmax_relu.jacobian

    def watch(A1, A2, r1):
        sizes.append(A2.shape)
        return whole(A1, A2, r1)

    monkeypatch.setattr(softmax_relu, "jacobian", watch)
    rng = np.random.default_rng(8)
    for n, m in ((300_000, 3), (4, 2**19 + 1)):
        sizes.clear()
        A1, A2 = rng.standard_normal((m, 2)), rng.standard_normal((n, m))
        H = softmax_relu.hessian(A1, A2, np.array([0.5, -0.25]), np.full(n, 1 / n))
        assert np.isfinite(H).all()
        assert sum(rows for rows, _ in sizes) == n
        assert all(rows == 1 or rows * m <= 2**19 for rows, _ in sizes)


MEMORY = """
import sys, tracemalloc
import numpy as np, scipy.sparse as sps
from resmax_sym.generated import softmax_relu as module
rng = np.random.default_rng(0)
def peak(function, *args):
    tracemalloc.start()
    assert np.isfinite(function(*args)).all()
    print(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
n, m, d = 200_000, 6, 64
A1, A2, x = rng.standard_normal((m, d)), rng.standard_normal((n, m)), 0.1 * rng.standard_normal(d)
b = np.full(n, 1 / n)
peak(module.hessian, A1, A2, x, b)  # G would take 102 MB
n, m, d = 20_000, 30_000, 10_000  # each of these dense would take more than 1.6 GB, A2.T @ diag(delta) @ A2 7 GB
A1, A2 = (sps.random_array(shape, density=5 / shape[1], rng=rng, format="csr") for shape in ((m, d), (n, m)))
x, b, z = rng.standard_normal(d), np.full(n, 1 / n), rng.standard_normal(d)
peak(module.gradient, A1, A2, x, b)
peak(module.hessian_vector_product, A1, A2, x, b, z)
d = 3
peak(module.hessian, A1[:, :d].tocsr(), A2, x[:d], b)
"""


def test_memory_is_bounded():
    """Vectors of length n and m and a few blocks of 4 MiB: no n x n, no m x m, no d x d in a product, never the whole of G."""
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-c", MEMORY]
    done = subprocess.run(command, env=os.environ | one_thread, capture_output=True, text=True, check=True)
    dense, *sparse = (int(line) / 2**20 for line in done.stdout.split())
    assert dense < 50
    assert max(sparse) < 20


@LAYER
@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.bool_])
def test_every_real_type_of_the_data_counts_in_double_precision(inner, dtype):
    rng = np.random.default_rng(9)
    A1, A2 = (rng.integers(0, 2, shape).astype(dtype) for shape in ((5, 3), (20, 5)))
    x, b, module = np.array([0.375, -0.5, 1.0]), rng.dirichlet(np.ones(20)), kernel(inner)
    for name in ("gradient", "hessian"):
        function = getattr(module, name)
        assert_allclose(
            function(A1, A2, x, b, 0.5), function(A1.astype(float), A2.astype(float), x, b, 0.5), rtol=1e-12, atol=1e-14
        )


def test_no_statement_runs_once_per_row():
    """The number of Python lines executed depends neither on n nor on m."""

    def lines(n, m):
        count = 0

        def trace(frame, event, arg):
            nonlocal count
            if frame.f_globals is softmax_relu.__dict__:
                count += event == "line"
                return trace
            return None

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            data = np.ones((m, 2)), np.ones((n, m)) / m, np.array([0.5, 0.25]), np.ones(n) / n
            softmax_relu.hessian(*data, 0.5)
            softmax_relu.hessian_vector_product(*data, np.ones(2), 0.5)
        finally:
            sys.settrace(before)
        return count

    assert lines(2, 2) == lines(2000, 2) == lines(2, 2000) > 20

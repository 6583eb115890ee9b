"""loss, gradient, hessian, factors and product of a generated module agree with 60 digits, differences and each other.

Beside that: blocks of rows against the whole array, sparse A, and what one Hessian costs in memory.
"""

import ast
import inspect
import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import scipy.sparse as sps
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from running_magnitude import UNITS, Reference, vector
from scipy import differentiate

from resmax_sym.generated import soft_residual, softmax, softmax_relu
from resmax_sym.kernels import kernel_for

MODULES = pytest.mark.parametrize("module", [soft_residual, softmax], ids=["soft_residual", "softmax"])
UNIT = pytest.mark.parametrize("unit", UNITS)


def instance(rng, n, d, vector_weights=True):
    """A, x, b, omega with entries in multiples of 1/8: A @ x is exact in float64, so t is given exactly."""
    A, x = (rng.integers(-16, 17, shape) / 8 for shape in ((n, d), (d,)))
    return A, x, rng.dirichlet(np.ones(n)), rng.uniform(0, 2, n) if vector_weights else 0.75


def conditioned(unit, t, factor=100):
    """Whether alpha is at least 1/factor of the terms that it adds up: then two float64 routes can be compared."""
    alpha = Reference(unit, t, 0 * t, 0 * t).alpha
    return abs(alpha.value) >= alpha.size / factor


def instances(unit, count, n, d, seed=0, factor=100):
    """Instances at which alpha does not cancel."""
    rng = np.random.default_rng(seed)
    found = []
    while len(found) < count:
        A, x, b, omega = instance(rng, n, d, vector_weights=len(found) % 2 == 0)
        if conditioned(unit, A @ x, factor):
            found.append((A, x, b, omega))
    return found


def within(got, terms):
    """Every error at most 1e-12 times the sum of the absolute values of the terms (see test_accuracy)."""
    pairs = zip(np.ravel(got), np.ravel(terms), strict=True)
    return all(abs(float(got - term.value)) <= 1e-12 * float(term.size) for got, term in pairs)


@UNIT
@pytest.mark.parametrize(("n", "d"), [(1, 1), (2, 3), (6, 4)])
def test_every_function_agrees_with_sixty_digits(unit, n, d):
    kernel = kernel_for(unit)
    for A, x, b, omega in instances(unit, 2, n, d):
        exact = Reference(unit, A @ x, b, np.broadcast_to(omega, n))
        terms = np.array([vector(row) for row in A], dtype=object)
        B = np.array([[exact.entry(i, j) for j in range(n)] for i in range(n)], dtype=object)
        H = terms.T @ B @ terms
        assert within(kernel.loss(A, x, b, omega), exact.loss)
        assert within(kernel.gradient(A, x, b, omega), terms.T @ exact.gradient)
        assert within(kernel.hessian(A, x, b, omega), H)
        delta, U, K = kernel.hessian_factors(A, x, b, omega)
        assert U.shape == (d, 2)
        assert_allclose(K, K.T)  # K is written down symmetric, hence exactly
        assert within(A.T @ (delta[:, None] * A) + U @ K @ U.T, H)
        for z in np.eye(d):
            assert within(kernel.hessian_vector_product(A, x, b, z, omega), H @ vector(z))


@UNIT
def test_gauss_newton_route_gives_the_same_hessian(unit):
    """J^T J and the residual part, built densely from the definitions of u, v, w, against the low-rank closed form."""
    for A, x, b, omega in instances(unit, 3, 12, 3):
        t = A @ x
        exact = Reference(unit, t, b, 0 * t)
        u, v, w = (np.array([float(z.value) for z in column]) for column in (exact.u, exact.v, exact.w))
        alpha = u.sum()
        f = u / alpha
        psi = f - b - (f - b) @ f
        J = (np.diag(v) - np.outer(f, v)) / alpha
        cross = np.outer(v, psi * v)
        B = J.T @ J + np.diag(psi * w) / alpha - (cross + cross.T) / alpha**2
        H = A.T @ (B + np.diag(np.broadcast_to(omega, 12) ** 2)) @ A
        # Two float64 routes over 12 rows: some hundred roundings of 1e-16 in terms that do not cancel by more than 100.
        assert_allclose(kernel_for(unit).hessian(A, x, b, omega), H, rtol=0, atol=1e-12 * np.abs(H).max())


@MODULES
def test_softmax_congruence_and_invariances(module):
    """Facts about softmax from outside: B = P^T diag(f (f + psi)) P, B 1 = 0, and t + k gives the same; others lack them."""
    rng = np.random.default_rng(3)
    t, b = rng.standard_normal(9), rng.dirichlet(np.ones(9))
    f = np.exp(t) / np.exp(t).sum()
    psi = f - b - (f - b) @ f
    P = np.eye(9) - np.outer(np.ones(9), f)
    B = module.hessian(np.eye(9), t, b)
    holds = (
        np.abs(P.T @ np.diag(f * (f + psi)) @ P - B).max() <= 1e-14,  # entries of order 1 and nine terms each
        np.abs(B.sum(axis=1)).max() <= 1e-14,
        abs(module.gradient(np.eye(9), t, b).sum()) <= 1e-14,
        abs(module.loss(np.eye(9), t + 0.5, b) - module.loss(np.eye(9), t, b)) <= 1e-14,
    )
    assert holds == (module is softmax,) * 4


@UNIT
def test_derivatives_agree_with_differences(unit):
    """scipy.differentiate knows nothing of the formulas."""
    kernel = kernel_for(unit)
    A, x, b, omega = instances(unit, 1, 8, 3, seed=1, factor=4)[0]  # no step below comes near alpha = 0

    def along(function):
        return lambda points: np.apply_along_axis(lambda point: function(A, point, b, omega), 0, points)

    for function, derivative in ((kernel.loss, kernel.gradient), (kernel.gradient, kernel.hessian)):
        found = differentiate.jacobian(along(function), x, initial_step=0.05)
        assert found.success.all()
        exact = derivative(A, x, b, omega)
        # SciPy reports its own error; 1e-7 of the largest entry is what its order 8 leaves at worst here.
        assert_allclose(found.df, exact, rtol=0, atol=1e-7 * np.abs(exact).max())


@MODULES
def test_differences_see_a_wrong_gradient(module):
    A, x, b, _ = instances(module.UNIT, 1, 8, 3, seed=1)[0]
    found = differentiate.jacobian(
        lambda points: np.apply_along_axis(lambda point: module.loss(A, point, b), 0, points), x, initial_step=0.05
    )
    wrong = module.gradient(A, x, b) * (1 + 1e-5)
    assert np.abs(found.df - wrong).max() > 1e-7 * np.abs(wrong).max()


@MODULES
def test_sparse_and_dense_rows_give_the_same(module):
    rng = np.random.default_rng(5)
    A = np.where(rng.random((40, 6)) < 0.3, rng.integers(-8, 9, (40, 6)) / 8, 0.0)
    S = sps.csr_array(A)
    assert 0 < S.nnz < A.size / 2
    x, b, omega, z = (
        rng.integers(-8, 9, 6) / 8,
        rng.dirichlet(np.ones(40)),
        rng.uniform(0, 1, 40),
        rng.standard_normal(6),
    )
    close = {"rtol": 1e-13, "atol": 1e-13}  # entries of order 1; only the order of additions differs
    for weights in (omega, 0.5):
        for name in ("loss", "gradient", "hessian"):
            function = getattr(module, name)
            assert_allclose(function(S, x, b, weights), function(A, x, b, weights), **close)
        product = module.hessian_vector_product
        assert_allclose(product(S, x, b, z, weights), product(A, x, b, z, weights), **close)
        factors = (module.hessian_factors(M, x, b, weights) for M in (S, A))
        for sparse, dense in zip(*factors, strict=True):
            assert_allclose(sparse, dense, **close)


@MODULES
def test_a_scalar_weight_is_a_constant_vector(module):
    A, x, b, _ = instances(module.UNIT, 1, 9, 3)[0]
    for name in ("loss", "gradient", "hessian"):
        function = getattr(module, name)
        assert_allclose(function(A, x, b, 0.75), function(A, x, b, np.full(9, 0.75)), rtol=1e-15)
        assert_allclose(function(A, x, b), function(A, x, b, np.zeros(9)), rtol=1e-15)


@UNIT
@given(data=st.data())
@settings(max_examples=10, deadline=None, derandomize=True)
def test_blocks_of_rows_add_up_to_the_whole(unit, data):
    """reduce, the maps and the finishes over any partition of the rows: only the order of additions differs.

    Thirty additions leave 30 * 1e-16 of the sum of the absolute values, which `size` gives or bounds by Cauchy-Schwarz;
    the factor 4 by which alpha may cancel passes on to what is divided by it.
    """
    kernel = kernel_for(unit)
    n = data.draw(st.integers(2, 30))
    A, x, b, omega = instances(unit, 1, n, 3, seed=data.draw(st.integers(0, 99)), factor=4)[0]
    t, omega, z = A @ x, np.broadcast_to(omega, n), np.array([1.0, -2.0, 0.5])
    cuts = data.draw(st.sets(st.integers(1, n - 1), min_size=1))
    parts = [slice(i, j) for i, j in zip([0, *sorted(cuts)], [*sorted(cuts), n], strict=True)]
    rows = [(t[k], b[k], omega[k]) for k in parts]

    scalars, whole = kernel.reduce(rows), kernel.reduce([(t, b, omega)])
    known = dict(zip(kernel.SCALARS, map(abs, whole), strict=True))
    size = known | {"alpha": 4 * known["alpha"], "sigma": np.sqrt(known["sq_c"] * known["sq_f"])}
    assert (np.abs(np.subtract(scalars, whole)) <= 1e-13 * np.array(list(size.values()))).all()
    assert kernel.loss_finish(*scalars) == pytest.approx(kernel.loss(A, x, b, omega), rel=1e-13)

    g = sum(kernel.gradient_map(A[k], *row, *whole) for k, row in zip(parts, rows, strict=True))
    size = np.abs(A).T @ np.abs(kernel.gradient_rows(t, b, omega, *whole))
    assert (np.abs(g - kernel.gradient(A, x, b, omega)) <= 1e-13 * size).all()

    maps = [kernel.hessian_map(A[k], *row, *whole) for k, row in zip(parts, rows, strict=True)]
    G, U = (sum(part) for part in zip(*maps, strict=True))
    delta, W = map(np.abs, kernel.hessian_rows(t, b, omega, *whole))
    V = np.abs(A).T @ W
    size = np.abs(A).T @ (delta[:, None] * np.abs(A)) + V @ np.abs(kernel.hessian_core(*whole)) @ V.T
    H = kernel.hessian(A, x, b, omega)
    assert (np.abs(kernel.hessian_finish(G, U, *whole) - H) <= 1e-13 * size).all()

    deltas = [kernel.hessian_rows(*row, *whole)[0] for row in rows]
    partial = sum(kernel.product_map(A[k], delta, z) for k, delta in zip(parts, deltas, strict=True))
    assert (np.abs(kernel.product_finish(partial, U, z, *whole) - H @ z) <= 1e-13 * (size @ np.abs(z))).all()


MILLION = """
import tracemalloc
import numpy as np
from resmax_sym.generated import soft_residual, softmax
n, d = 10**6, 20
rng = np.random.default_rng(0)
A, x = rng.standard_normal((n, d)), 0.1 * rng.standard_normal(d)
b, omega = np.full(n, 1 / n), np.full(n, 0.1)
for module in (soft_residual, softmax):
    tracemalloc.start()
    assert np.isfinite(module.hessian(A, x, b, omega)).all()
    print(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
"""


def test_one_hessian_of_a_million_rows_stays_under_128_mib():
    """Beside A, b and omega themselves: vectors of length n, and a bounded block of rows."""
    # One BLAS thread, which must be asked for before NumPy is loaded: two that compete with other tests spin for seconds.
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-c", MILLION], env=os.environ | one_thread, capture_output=True, text=True, check=True
    )
    peaks = [int(line) for line in done.stdout.split()]
    assert len(peaks) == 2
    assert max(peaks) < 128 * 2**20


@pytest.mark.parametrize("unit", ["exp(s) + s", "log(1+exp(s))"])
def test_nothing_is_n_by_n(unit):
    n = 20_000  # an n x n array would take 3 GB
    A, b = np.random.default_rng(0).standard_normal((n, 2)), np.full(n, 1 / n)
    x, z, kernel = np.array([0.5, -0.25]), np.ones(2), kernel_for(unit)
    tracemalloc.start()
    try:
        for name, more in (("hessian", ()), ("hessian_factors", ()), ("hessian_vector_product", (z,))):
            getattr(kernel, name)(A, x, b, *more)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 * n * 8  # a dozen vectors of length n


@pytest.mark.parametrize("module", [soft_residual, softmax, softmax_relu])
def test_imports_numpy_alone_and_is_small(module):
    text = inspect.getsource(module)
    tree = ast.parse(text)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imports] == ["import numpy as np"]
    assert len(text.encode()) <= 8000
    assert not {"diag", "eye", "outer"} & {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


@UNIT
def test_no_statement_runs_once_per_row(unit):
    """The number of Python lines executed does not depend on n: no loop over rows, however it is written."""
    kernel = kernel_for(unit)

    def lines(n):
        count = 0

        def trace(frame, event, arg):
            nonlocal count
            if frame.f_globals is kernel.__dict__:
                count += event == "line"
                return trace
            return None

        A, x, b = np.ones((n, 2)), np.array([0.5, 0.25]), np.ones(n) / n
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            kernel.hessian(A, x, b, 0.5)
            kernel.gradient(A, x, b, 0.5)
        finally:
            sys.settrace(before)
        return count

    assert lines(2) == lines(2000) > 20


@MODULES
@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.bool_])
def test_every_real_type_of_the_data_counts_in_double_precision(module, dtype):
    rng = np.random.default_rng(6)
    A = rng.integers(0, 2, (30, 4)).astype(dtype)
    x, b = rng.integers(-8, 9, 4) / 8, rng.dirichlet(np.ones(30))
    assert_allclose(module.hessian(A, x, b), module.hessian(A.astype(float), x, b), rtol=1e-13, atol=1e-15)

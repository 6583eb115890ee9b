"""A maps the basis to orthonormal vectors, whatever the conditioning, rank and scale of its columns."""

import numpy as np
import pytest
import scipy.sparse as sps

from resmax_sym.solve import Data, coordinates_of
from resmax_sym.solve.coordinates import _combined, _triangle, metric_basis


@pytest.mark.parametrize("condition", [1.0, 1e4, 1e8])
@pytest.mark.parametrize("shape", [(200, 6), (6, 6), (4, 9)])
def test_orthonormal_images(condition, shape):
    rng = np.random.default_rng(0)
    k = min(shape)
    U, V = np.linalg.qr(rng.normal(size=(shape[0], k)))[0], np.linalg.qr(rng.normal(size=(shape[1], k)))[0]
    A = U @ np.diag(np.logspace(0, -np.log10(condition), k)) @ V.T
    found = coordinates_of(Data(A))
    assert found.basis.shape == (shape[1], k)
    image = A @ found.basis
    # A itself is known to eps; its weakest direction, 1/condition long, to condition * eps.
    np.testing.assert_allclose(image.T @ image, np.eye(k), atol=1e-14 * condition + 1e-13)


def test_dependent_columns_and_scales():
    rng = np.random.default_rng(1)
    base = rng.normal(size=(50, 3))
    A = np.hstack([base, base[:, :1], np.zeros((50, 1))]) * np.array([1, 1e-20, 1e150, 3, 1])
    found = coordinates_of(Data(A))
    assert found.basis.shape == (5, 3)
    image = A @ found.basis
    np.testing.assert_allclose(image.T @ image, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(found.column_scale[[1, 4]], [np.linalg.norm(base[:, 1]) * 1e-20, 0], rtol=1e-14)


@pytest.mark.parametrize("scale", [1e-310, 1e-200, 1e200, 1e307])
def test_columns_beyond_the_range_of_numbers(scale):
    with pytest.raises(ValueError, match="in column 1; rescale it"):
        coordinates_of(Data(np.array([[1.0, scale], [2.0, scale]])))


def test_zero_matrix_has_no_coordinates():
    assert coordinates_of(Data(np.zeros((3, 2)))).basis.shape == (2, 0)


def test_blocks_and_storage_agree():
    rng = np.random.default_rng(2)
    A = rng.normal(size=(15_000, 40)) * (rng.uniform(size=(15_000, 40)) < 0.2)
    assert len(list(Data(A).row_blocks())) > 1
    dense, sparse = coordinates_of(Data(A)), coordinates_of(Data(sps.csr_array(A)))
    np.testing.assert_allclose(dense.singular, sparse.singular, rtol=1e-12)
    np.testing.assert_allclose(
        dense.singular, np.linalg.svd(A / np.linalg.norm(A, axis=0), compute_uv=False), rtol=1e-12
    )


def test_metric_basis():
    rng = np.random.default_rng(3)
    G = rng.normal(size=(10, 4)) * np.array([1, 1e-8, 1e8, 1])
    M = G.T @ G
    S = metric_basis(M)
    np.testing.assert_allclose(S.T @ M @ S, np.eye(4), atol=1e-12)
    assert np.isfinite(metric_basis(np.diag([1.0, 0.0]))).all()


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (np.ones((2, 3)), "finite square"),
        (np.full((2, 2), np.nan), "finite square"),
        (np.array([[1.0, 1.0], [0.0, 1.0]]), "symmetric"),
        (np.diag([1.0, -1.0]), "positive semidefinite"),
    ],
)
def test_bad_metrics(metric, said):
    with pytest.raises(ValueError, match=said):
        metric_basis(metric)


@pytest.mark.parametrize("sizes", [[1] * 30, [29, 1], [3, 20, 7], [30]])
def test_any_blocks_give_the_same_coordinates(sizes):
    rng = np.random.default_rng(4)
    A = rng.normal(size=(30, 6)) @ np.diag(np.logspace(0, -5, 6)) @ np.linalg.qr(rng.normal(size=(6, 6)))[0]
    parts = np.split(A, np.cumsum(sizes)[:-1])
    triangle = _combined((_triangle(part, np.ones(6)) for part in parts), 6)
    np.testing.assert_allclose(
        np.linalg.svd(triangle, compute_uv=False), np.linalg.svd(A, compute_uv=False), rtol=1e-10
    )
    # The Gram matrix would not do: it squares the condition number.
    squared = np.sqrt(np.linalg.eigvalsh(A.T @ A)[::-1])
    assert np.abs(squared / np.linalg.svd(A, compute_uv=False) - 1).max() > 1e-10

"""The sampled Gram is unbiased, its error obeys the theorem, scores are what a dense formula says."""

import math

import numpy as np
import pytest
import scipy.sparse as sps
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from resmax_sym.solve import Data, EstimatedLeverage, ExactLeverage, Uniform, row_count
from resmax_sym.solve.sampling import draw, sampled_grams, scale_of

SKETCHES = [Uniform(), ExactLeverage(), EstimatedLeverage()]
NAMES = [type(sketch).__name__ for sketch in SKETCHES]


def instance(n=400, d=5, seed=0, heavy=3):
    """Gaussian rows, a few of them long, and a delta of both signs."""
    rng = np.random.default_rng(seed)
    A, delta = rng.normal(size=(n, d)), rng.normal(size=n)
    A[:heavy] *= 30.0
    assert (delta > 0).any()
    assert (delta < 0).any()
    return A, delta


def dense_scores(A, delta):
    """diag(Q Q^T) for sqrt(|delta|) A = Q R: the second route."""
    U, s, _ = np.linalg.svd(np.sqrt(np.abs(delta))[:, None] * A, full_matrices=False)
    kept = s > 1e-12 * s[0]
    return np.sum(U[:, kept] ** 2, axis=1)


def relative_error(A, delta, sketch, rows, rng):
    """norm of G^{-1/2} (sample - A^T diag(delta) A) G^{-1/2}."""
    data = Data(A)
    shares = sketch.probabilities(data, delta, None, rng)
    plus, minus = sampled_grams(data, delta, draw(shares, rows, rng))
    error = plus - minus - A.T @ (delta[:, None] * A)
    L = np.linalg.cholesky(A.T @ (np.abs(delta)[:, None] * A))
    inner = np.linalg.solve(L, np.linalg.solve(L, error).T)
    return np.linalg.norm((inner + inner.T) / 2, 2)


@pytest.mark.parametrize("sketch", SKETCHES, ids=NAMES)
def test_the_sampled_gram_is_unbiased(sketch):
    A, delta = instance()
    data, rng = Data(A), np.random.default_rng(1)
    shares = ExactLeverage().probabilities(data, delta, None, rng) if sketch is SKETCHES[2] else None
    samples = []
    for _ in range(400):
        p = sketch.probabilities(data, delta, None, rng) if shares is None else shares
        plus, minus = sampled_grams(data, delta, draw(p, 60, rng))
        samples.append(plus - minus)
    samples = np.array(samples)
    exact = A.T @ (delta[:, None] * A)
    spread = samples.std(axis=0) / np.sqrt(len(samples))
    assert (spread > 0).all()
    # 15 different entries at 4.5 standard errors: a false alarm once in 1e4 for a normal mean; the seed is fixed besides.
    assert (np.abs(samples.mean(axis=0) - exact) <= 4.5 * spread).all()


def test_a_wrong_weight_is_biased():
    A, delta = instance()
    data, rng = Data(A), np.random.default_rng(1)
    shares = ExactLeverage().probabilities(data, delta, None, rng)
    samples = []
    for _ in range(400):
        sample = draw(shares, 60, rng)
        wrong = type(sample)(sample.indices, np.full(sample.indices.size, 400 / 60))
        plus, minus = sampled_grams(data, delta, wrong)
        samples.append(plus - minus)
    samples = np.array(samples)
    spread = samples.std(axis=0) / np.sqrt(len(samples))
    assert (np.abs(samples.mean(axis=0) - A.T @ (delta[:, None] * A)) > 4.5 * spread).any()


@given(n=st.integers(1, 60), d=st.integers(1, 6), seed=st.integers(0, 2**16), zeros=st.booleans())
@settings(max_examples=60, deadline=None)
def test_exact_scores_against_the_dense_formula(n, d, seed, zeros):
    A, delta = instance(n, d, seed, heavy=1) if n > 9 else (np.ones((n, d)), np.ones(n))
    if zeros:
        A[:, 0] = 0.0
        A = np.hstack([A, A[:, -1:]])
    if not A.any():
        return
    scores = ExactLeverage().scores(Data(A), delta)
    np.testing.assert_allclose(scores, dense_scores(A, delta), rtol=1e-8, atol=1e-10)
    assert scores.sum() == pytest.approx(np.linalg.matrix_rank(np.sqrt(np.abs(delta))[:, None] * A), abs=1e-8)


def test_scores_do_not_depend_on_the_coordinates():
    A, delta = instance()
    M = np.diag([1e2, 1.0, 1e-1, 5.0, 1e-2]) @ np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))[0]
    one, other = (ExactLeverage().scores(Data(matrix), delta) for matrix in (A, A @ M[:, ::-1]))
    np.testing.assert_allclose(one, other, rtol=1e-6)


@pytest.mark.parametrize("with_factor", [True, False])
def test_estimated_scores_are_within_a_factor(with_factor):
    A, delta = instance(n=2000, d=20)
    rng = np.random.default_rng(2)
    factor = np.linalg.inv(np.linalg.cholesky(A.T @ (np.abs(delta)[:, None] * A))).T if with_factor else None
    # 8 log(n) / eps^2 directions for eps = 1/2.
    estimated = EstimatedLeverage(directions=math.ceil(32 * np.log(2000))).scores(Data(A), delta, factor, rng)
    ratio = estimated / dense_scores(A, delta)
    low, high = (0.5, 1.5) if with_factor else (0.2, 6.0)  # a pilot of 4 d rows is a rougher factor
    assert low <= ratio.min()
    assert ratio.max() <= high
    few = EstimatedLeverage(directions=1).scores(Data(A), delta, factor, rng) / dense_scores(A, delta)
    assert few.min() < 0.5  # one direction is not enough: the control


def test_the_row_count_keeps_its_promise():
    # n is large against the rows drawn, so that the sample is one; the failure rate stays below prob = 0.1.
    A, delta = instance(n=20000, d=3)
    eps, prob, rng = 0.35, 0.1, np.random.default_rng(3)
    rows = row_count(3, eps, prob)
    assert rows < 1000
    failures = sum(relative_error(A, delta, ExactLeverage(), rows, rng) > eps for _ in range(100))
    assert binomtest(failures, 100).proportion_ci(0.99).low <= prob
    # A thirtieth of the rows breaks it: the bound is not vacuous.
    few = sum(relative_error(A, delta, ExactLeverage(), rows // 30, rng) > eps for _ in range(30))
    assert few > 15


def test_uniform_rows_miss_what_matters_and_leverage_does_not():
    A, delta = instance(n=4000, d=5, heavy=0)
    A[7] *= 1e3
    rng = np.random.default_rng(4)
    errors = {name: relative_error(A, delta, sketch, 400, rng) for name, sketch in zip(NAMES, SKETCHES, strict=True)}
    assert errors["Uniform"] > 0.9
    assert errors["ExactLeverage"] < 0.5
    assert errors["EstimatedLeverage"] < 0.9


def test_row_count_by_hand():
    # d = 1, e = 3/4: 2 (1 + 1/4) log(2 / prob) / (9/16), prob = 2 / e^4.5
    assert row_count(1, 0.75, 2 * math.exp(-4.5)) == 20
    assert row_count(10, 0.2, 0.01, kappa=2) == row_count(10, 0.1, 0.01)
    assert row_count(10, 0.1, 0.01, quality=0.5) == pytest.approx(2 * row_count(10, 0.1, 0.01), abs=1)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [((0, 0.1, 0.1), {}), ((3, 0.0, 0.1), {}), ((3, 0.1, 1.0), {}), ((3, 0.1, 0.1), {"kappa": 0.5})],
)
def test_row_count_refuses(arguments, options):
    with pytest.raises(ValueError, match="row_count: expected"):
        row_count(*arguments, **options)


def test_counts_of_a_sketch():
    assert Uniform(rows=7).count(100, 3, 50) == 7
    assert Uniform(rows=700).count(100, 3, 50) == 100
    assert Uniform().count(100, 3, 50) == 50
    assert ExactLeverage(eps=0.5).count(10**9, 3, 50) == row_count(3, 0.5, 0.01)
    assert EstimatedLeverage(eps=0.5, quality=0.25).count(10**9, 3, 50) == row_count(3, 0.5, 0.01, quality=0.25)
    with pytest.raises(ValueError, match="quality: expected"):
        Uniform(eps=0.5)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Uniform, {"rows": 0}),
        (EstimatedLeverage, {"rows": "a"}),
        (EstimatedLeverage, {"rows": math.nan}),
        (ExactLeverage, {"rows": 2.5}),
        (EstimatedLeverage, {"directions": 0}),
        (EstimatedLeverage, {"directions": 2.5}),
        (ExactLeverage, {"eps": 0.0}),
        (ExactLeverage, {"eps": "x"}),
        (ExactLeverage, {"prob": 1.0}),
        (ExactLeverage, {"prob": None}),
        (Uniform, {"quality": "x"}),
        (Uniform, {"quality": 1.5}),
        (Uniform, {"quality": math.nan}),
    ],
)
def test_fields_are_checked_before_any_run(kind, fields):
    (name,) = fields
    with pytest.raises(ValueError, match=f"^{name}: expected") as caught:
        kind(**fields)
    assert "\n" not in str(caught.value)


def alone(kind, scale, n=20_000, d=8):
    """Row 777 is alone in its direction: its leverage score is 1, and a pilot of 4 d rows misses it."""
    rng = np.random.default_rng(3)
    A = rng.normal(size=(n, d))
    A[:, 0], A[777] = 0.0, 0.0
    A[777, 0] = scale
    if kind == "rotated":
        A = A @ np.linalg.qr(rng.normal(size=(d, d)))[0]
    if kind == "scaled":
        A *= 10.0 ** rng.uniform(-8, 8, size=d)
    return A, np.abs(rng.normal(size=n)) + 0.1


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("kind", ["column", "rotated", "scaled"])
def test_a_row_alone_in_its_direction_is_found(kind, scale):
    A, delta = alone(kind, scale)
    data, rng = Data(A), np.random.default_rng(0)
    shares = EstimatedLeverage().probabilities(data, delta, None, rng)
    rows = 40 * 8
    assert rows * shares[777] >= 1  # it is drawn for certain
    # And it leaves the others their part: its score is 1 of 8.
    assert shares[777] <= 1.01 * (0.8 / 8 + 0.2 / len(A))
    assert dense_scores(A / np.linalg.norm(A, axis=0), delta)[777] == pytest.approx(1.0, rel=1e-6)


def test_the_scale_of_an_earlier_factor_does_not_matter():
    A, delta = instance(n=2000, d=6)
    data, S = Data(A), np.linalg.inv(np.linalg.cholesky(A.T @ (np.abs(delta)[:, None] * A))).T
    one, other = (
        EstimatedLeverage().probabilities(data, delta, scale * S, np.random.default_rng(0)) for scale in (1.0, 1e6)
    )
    np.testing.assert_allclose(one, other, rtol=1e-9)
    assert one.max() <= 1 / 6


@given(n=st.integers(1, 60), total=st.integers(1, 60), seed=st.integers(0, 2**16), power=st.floats(0, 8))
@settings(max_examples=60, deadline=None)
def test_what_is_cut_goes_to_the_others(n, total, seed, power):
    shares = np.random.default_rng(seed).random(n) ** power + 1e-12
    shares /= shares.sum()
    scale = scale_of(shares, total)
    cut = np.minimum(1.0, scale * shares)
    assert scale >= total
    assert cut.sum() <= total * (1 + 1e-12)
    assert (cut >= np.minimum(1.0, total * shares)).all()


def test_exact_scores_up_to_the_stated_condition():
    """A row of size 1 / c against columns of norm 1, rotated: seen for c = 1e6, for c = 1e9 lost in the rounding of G."""
    rng = np.random.default_rng(0)
    Q = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    found = []
    for size in (1e-6, 1e-9):
        A = np.linalg.qr(rng.normal(size=(300, 5)))[0]
        A[:, 0], A[0] = 0.0, 0.0
        A[0, 0] = size
        found.append(ExactLeverage().scores(Data(A @ Q), np.ones(300))[0])
    assert found[0] == pytest.approx(1.0, rel=1e-2)
    assert found[1] < 1e-6


@given(n=st.integers(1, 300), rows=st.integers(1, 300), seed=st.integers(0, 2**16), power=st.floats(0, 8))
@settings(max_examples=60, deadline=None)
def test_draws(n, rows, seed, power):
    rng = np.random.default_rng(seed)
    shares = rng.random(n) ** power + 1e-12
    shares /= shares.sum()
    sample = draw(shares, rows, np.random.default_rng(seed))
    again = draw(shares, rows, np.random.default_rng(seed))
    np.testing.assert_array_equal(sample.indices, again.indices)
    assert (np.diff(sample.indices) > 0).all()
    assert (sample.weights >= 1).all()
    # pi_i >= min(1, m p_i): the hypothesis of the theorem
    chances = np.minimum(1.0, rows * shares[sample.indices])
    assert (1 / sample.weights >= chances * (1 - 1e-12)).all()
    if rows >= n:
        assert sample.indices.size == n


def test_all_rows_give_the_exact_sum_for_sparse_and_dense():
    A, delta = instance(n=50)
    A[np.abs(A) < 0.7] = 0.0
    for data in (Data(A), Data(sps.csr_array(A))):
        plus, minus = sampled_grams(data, delta, draw(np.full(50, 0.02), 50, np.random.default_rng(0)))
        np.testing.assert_allclose(plus - minus, A.T @ (delta[:, None] * A), rtol=1e-12, atol=1e-9)
        np.testing.assert_allclose(plus + minus, A.T @ (np.abs(delta)[:, None] * A), rtol=1e-12, atol=1e-9)

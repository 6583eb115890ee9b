"""The guard certifies the sign of alpha on a whole segment; the ends alone do not."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from resmax_sym.generated import soft_residual, softmax
from resmax_sym.solve import certified_fraction, certified_sign
from resmax_sym.solve.guard import sign_in_boxes


def alpha(t):
    return np.sum(np.exp(t) + t)


def valley():
    """A segment along which alpha runs 15, -4.8, 15: n cosh(c (2s-1)) e^m + n m with n = 4."""
    m = brentq(lambda s: 4 * (np.exp(s) + s) + 4.8, -5, 0)
    c = np.arccosh((15 / 4 - m) / np.exp(m))
    slopes = np.array([c, c, -c, -c])
    return m - slopes, 2 * slopes


def test_equal_signs_at_both_ends_are_not_enough():
    t, dt = valley()
    assert [alpha(t), alpha(t + dt / 2), alpha(t + dt)] == pytest.approx([15, -4.8, 15], abs=1e-9)
    endpoints_agree = np.sign(alpha(t)) == np.sign(alpha(t + dt))
    assert endpoints_agree
    fraction = certified_fraction(soft_residual.unit_range, t, dt, 1)
    crossing = next(s for s in np.linspace(0, 1, 10_001) if alpha(t + s * dt) < 0)
    # The walk stops within an eighth of what it has; interval bounds cost the rest.
    assert 0.6 * crossing < fraction < crossing


def test_the_negative_side_is_symmetric():
    t, dt = valley()
    inside = t + dt / 2
    assert certified_sign(soft_residual.unit_range, inside, inside) == -1
    fraction = certified_fraction(soft_residual.unit_range, inside, dt, -1)
    crossing = next(s for s in np.linspace(0, 1, 10_001) if alpha(inside + s * dt) > 0)
    assert 0.6 * crossing < fraction < crossing
    assert certified_fraction(soft_residual.unit_range, inside, dt, 1) == 0.0


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 20),
    spread=st.floats(0.01, 5),
    length=st.floats(0.01, 20),
    offset=st.floats(-4, 4),
)
def test_no_sample_on_the_certified_part_has_the_other_sign(seed, n, spread, length, offset):
    rng = np.random.default_rng(seed)
    t, dt = offset + spread * rng.normal(size=n), length * rng.normal(size=n)
    sign = certified_sign(soft_residual.unit_range, t, t)
    assert sign in (0, np.sign(alpha(t)))
    if sign == 0:
        return
    fraction = certified_fraction(soft_residual.unit_range, t, dt, sign)
    samples = np.array([sign * alpha(t + s * dt) for s in np.linspace(0, 1, 201)])
    assert (samples[: int(200 * fraction) + 1] > 0).all()
    # Far from zero everywhere, the segment must come out whole.
    if samples.min() > 0.2 * n * (1 + abs(offset)):
        assert fraction == 1.0


@pytest.mark.parametrize("scale", [1.0, 1e3, 1e6])
def test_overflow_of_the_bounds_is_positive_infinity(scale):
    t, dt = np.array([800.0, -1.0]), scale * np.array([1.0, -0.5])
    assert certified_fraction(soft_residual.unit_range, t, dt, 1) == 1.0


def test_nan_certifies_nothing():
    def unit_range(lo, hi):
        return np.full_like(lo, np.nan), np.full_like(hi, np.nan)

    t = np.ones(3)
    assert certified_sign(unit_range, t, t) == 0
    assert certified_fraction(unit_range, t, t, 1) == 0.0


def test_a_positive_unit_needs_one_piece():
    calls = []

    def unit_range(lo, hi):
        calls.append(1)
        return softmax.unit_range(lo, hi)

    rng = np.random.default_rng(0)
    assert certified_fraction(unit_range, rng.normal(size=50), 10 * rng.normal(size=50), 1) == 1.0
    assert len(calls) == 1


def test_the_number_of_pieces_is_bounded():
    calls = []

    def unit_range(lo, hi):
        calls.append(1)
        return soft_residual.unit_range(lo, hi)

    # alpha falls to zero exactly at the end, where no piece can be certified.
    root = -0.5671432904097838
    assert certified_fraction(unit_range, np.full(3, 1.0), np.full(3, root - 1.0), 1, resolution=0.0) < 1
    assert len(calls) <= 128


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_blocks_of_a_box_certify_what_the_box_does(seed, blocks):
    rng = np.random.default_rng(seed)
    middle, width = rng.normal(-0.57, 0.3, 200), rng.exponential(0.01, 200)
    lo, hi = middle - width, middle + width
    pairs = list(zip(np.array_split(lo, blocks), np.array_split(hi, blocks), strict=True))
    whole = certified_sign(soft_residual.unit_range, lo, hi)
    assert sign_in_boxes(soft_residual.unit_range, iter(pairs)) == whole
    # What a part certifies says nothing of the sum: that must come from all of them.
    if whole:
        sums = [alpha(rng.uniform(lo, hi)) for _ in range(20)]
        assert (np.sign(sums) == whole).all()


def test_a_long_segment_needs_little_memory():
    t = np.full(400_000, -2.0)
    tracemalloc.start()
    try:
        assert certified_fraction(soft_residual.unit_range, t, np.broadcast_to(-1.0, t.shape), -1) == 1.0
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < t.nbytes

"""Signs, distances and crossings are those of exact fractions; regions change across kinks only."""

import math
from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse as sps
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from scipy.optimize import linprog

from resmax_sym.kinks import rounded_root
from resmax_sym.region import Kinks, Region

_entry = st.sampled_from([0.0, 1.0, -1.0, 0.1, 0.3, -0.7, 3.0, 1e-200, -1e-200, 5e-324, 1e200, 2.0**-53, 1 + 2.0**-52])
_data = st.tuples(st.integers(1, 5), st.integers(1, 4)).flatmap(
    lambda shape: st.tuples(
        st.lists(st.lists(_entry, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]),
        st.lists(_entry, min_size=shape[1], max_size=shape[1]),
        st.lists(_entry, min_size=shape[1], max_size=shape[1]),
    )
)


def exact(row, x):
    return sum((Fraction(a) * Fraction(z) for a, z in zip(row, x, strict=True)), Fraction(0))


def both(A1):
    return Kinks(A1), Kinks(sps.csr_array(np.array(A1)))


@settings(max_examples=80, deadline=None)
@given(_data)
def test_signs_and_distances_are_those_of_fractions(data):
    A1, x, _ = data
    signs = [(s > 0) - (s < 0) for s in (exact(row, x) for row in A1)]
    squares = {i: exact(row, x) ** 2 / exact(row, row) for i, row in enumerate(A1) if any(row)}
    for kinks in both(A1):
        assert kinks.signs(x).tolist() == signs
        found = Region.of(kinks, x).nearest_kink(x)
        assert (found is None) == (not squares)
        if found:
            assert found.square == min(squares.values())
            assert found.rows == tuple(i for i, square in squares.items() if square == found.square)


@settings(max_examples=80, deadline=None)
@given(_data)
def test_crossings_are_those_of_fractions(data):
    A1, x, y = data
    expected = {}
    for i, row in enumerate(A1):
        start, end = exact(row, x), exact(row, y)
        if start * end <= 0 and start != end:
            expected.setdefault(start / (start - end), []).append(i)
    for kinks in both(A1):
        found = kinks.crossings(x, y)
        assert [(crossing.t, list(crossing.rows)) for crossing in found] == sorted(expected.items())


def test_a_float_sign_is_wrong_where_the_exact_one_is_not():
    """0.1 + 0.2 - 0.30000000000000004 is 0 in floating point; the doubles are not."""
    A1, x = [[0.1, 0.2, -0.30000000000000004]], [1.0, 1.0, 1.0]
    assert (np.array(A1) @ x)[0] == 0.0
    value = exact(A1[0], x)
    assert value
    assert Region.of(A1, x).signs == ((value > 0) - (value < 0),)
    generator = np.random.default_rng(0)
    A1 = generator.normal(size=(300, 6))
    x = generator.normal(size=6)
    A1[:, 5] = -(A1[:, :5] @ x[:5]) / x[5]  # every row on its kink up to rounding
    signs = Kinks(A1).signs(x)
    assert (signs != np.sign(A1 @ x)).sum() > 50
    assert signs.tolist() == [(s > 0) - (s < 0) for s in (exact(row, x) for row in A1)]


@settings(max_examples=100, deadline=None)
@given(st.fractions(min_value=0), st.integers(-560, 500))
def test_the_root_is_correctly_rounded(square, power):
    square *= Fraction(4) ** power
    root = rounded_root(square)
    with mp.workprec(3000):
        exact_root = mp.sqrt(mpf(square.numerator) / square.denominator)
        near = [math.nextafter(root, way) for way in (-math.inf, math.inf)]
        assert all(abs(exact_root - root) <= abs(exact_root - other) for other in near)


def test_regions_are_values():
    A1 = np.array([[1.0, 2.0], [0.0, 0.0], [1.0, -1.0]])
    region, same = Region.of(A1, [1.0, 0.5]), Region.of(sps.csr_array(A1), [2.0, 0.5])
    assert region == same
    assert len({region, same, region.at([-1.0, 0.0])}) == 2
    assert region != Region.of(2 * A1, [1.0, 0.5])
    assert region.signs == (1, 0, 1)
    assert region.is_open
    A1[0] = -1  # the region keeps its own copy
    assert region.contains([1.0, 0.5])
    assert repr(region) == "Region(+0+)"
    assert {Region(region.kinks, [1.0, 0.0, 1.0])} == {region}
    # The same numbers in other rows, all of them kinks that hold the point.
    assert Region.of([[1.0, 0.0], [0.0, 0.0]], [0.0, 1.0]) != Region.of([[0.0, 0.0], [1.0, 0.0]], [0.0, 1.0])
    with pytest.raises(AttributeError):
        region.signs = (1, 1, 1)


@pytest.mark.parametrize("sparse", [False, True])
def test_the_jacobian_is_that_of_the_layers(sparse):
    generator = np.random.default_rng(1)
    A1, A2, x = generator.normal(size=(7, 3)), generator.normal(size=(4, 7)), generator.normal(size=3)
    region = Region.of(sps.csr_array(A1) if sparse else A1, x)
    G = region.jacobian(sps.csr_array(A2) if sparse else A2)
    assert sps.issparse(G) == sparse
    assert 0 < region.active.sum() < 7
    G = G.toarray() if sparse else G
    np.testing.assert_allclose(G @ x, A2 @ np.maximum(A1 @ x, 0), rtol=1e-12)
    steps = region.nearest_kink(x).distance / 2 * np.eye(3)
    moved = [(A2 @ (np.maximum(A1 @ (x + h), 0) - np.maximum(A1 @ (x - h), 0))) / (2 * h.sum()) for h in steps]
    np.testing.assert_allclose(G.T, moved, rtol=1e-9)


def test_the_distance_is_that_to_the_border():
    """Just within the distance nothing changes; the foot on the nearest kink does, and no nearer point of SciPy's does."""
    generator = np.random.default_rng(2)
    A1, x = generator.normal(size=(9, 3)), generator.normal(size=3)
    region = Region.of(A1, x)
    near = region.nearest_kink(x)
    (i,) = near.rows
    foot = (A1[i] @ x) / (A1[i] @ A1[i]) * A1[i]
    assert region.contains(x - 0.999999 * foot)
    assert not region.contains(x - 1.000001 * foot)
    others = generator.normal(size=(2000, 3))
    inside = x + near.distance * (1 - 1e-12) * others / np.linalg.norm(others, axis=1)[:, None]
    assert all(region.contains(z) for z in inside)


def test_neighbours_are_the_regions_across_one_kink():
    """In the plane every open cone has two sides, so two neighbours; parallel rows change together; a walk finds all regions."""
    A1 = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [-2.0, -2.0], [0.0, 0.0]])
    found, left = set(), [Region.of(A1, [2.0, 1.0])]
    while left:
        region = left.pop()
        if region not in found:
            found.add(region)
            sides = list(region.neighbours())
            assert len(sides) == 2
            assert all(rows == (2, 3) or len(rows) == 1 for rows, _ in sides)
            left += [other for _, other in sides]
    points = np.random.default_rng(3).normal(size=(500, 2))
    assert found == {Region.of(A1, x) for x in points}
    assert len(found) == 6


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_an_interior_point_is_inside_and_empty_regions_have_none(seed):
    generator = np.random.default_rng(seed)
    A1 = generator.integers(-2, 3, size=(5, 2)).astype(float)
    assume(A1.any(axis=1).all())
    signs = tuple(generator.choice([-1, 1], size=5).tolist())
    region = Region(Kinks(A1), signs)
    point = region.interior_point()
    M, right = region.inequalities()
    feasible = linprog(np.zeros(2), A_ub=M, b_ub=right - 1, bounds=[(None, None)] * 2).status == 0
    assert (point is not None) == feasible
    if feasible:
        assert region.contains(point)
        sparse = Region(Kinks(sps.csr_array(A1)), signs)
        assert sparse.contains(sparse.interior_point())


@pytest.mark.parametrize("scale", [5e-324, 1e-200, 1e150, 1e308])
def test_the_scale_of_a_row_does_not_hide_a_region(scale):
    A1 = np.array([[scale, 0.0], [1.0, 1.0]])
    for kinks in both(A1):
        region = Region(kinks, (1, -1))
        assert region.contains(region.interior_point())
        assert [rows for rows, _ in region.neighbours()] == [(0,), (1,)]
        assert Region(Kinks(np.vstack([A1, scale * np.eye(2)[:1]])), (1, -1, -1)).interior_point() is None


def test_a_point_on_a_kink_is_reported_and_has_no_jacobian():
    A1 = np.array([[1.0, -1.0], [1.0, 1.0]])
    region = Region.of(A1, [1.0, 1.0])
    assert region.on_kinks == (0,)
    assert not region.is_open
    assert region.nearest_kink([1.0, 1.0]).square == 0
    for ask in (lambda: region.jacobian(np.eye(2)), region.inequalities, lambda: list(region.neighbours())):
        with pytest.raises(ValueError, match="kink of row 0"):
            ask()
    assert region.towards([1.0, 0.0]).signs == (1, 1)
    assert region.towards([0.0, 1.0]).signs == (-1, 1)
    assert Region.of(A1, [2.0, 1.0]).contains([1.0, 1.0], closed=True)
    assert not Region.of(A1, [2.0, 1.0]).contains([1.0, 1.0])
    assert not Region.of(A1, [2.0, 1.0]).contains([-1.0, -1.0], closed=True)


@pytest.mark.skipif(np.finfo(np.longdouble).eps > 2.0**-60, reason="a long double is a double here")
def test_digits_that_a_double_has_not_are_not_dropped():
    with pytest.raises(ValueError, match="x: expected numbers that doubles hold"):
        Region.of([[1.0]], np.array([1.0], np.longdouble) + 2.0**-60)


def test_no_kinks_where_the_layer_is_zero():
    region = Region.of(np.zeros((2, 2)), [1.0, 1.0])
    assert region.nearest_kink([1.0, 1.0]) is None
    assert region.contains(region.interior_point())
    assert list(region.neighbours()) == []
    assert not region.jacobian(np.ones((3, 2))).any()


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: Kinks([[1.0, np.nan]]), "A1: expected finite numbers"),
        (lambda: Kinks([1.0, 2.0]), "A1: expected a matrix of shape"),
        (lambda: Kinks([[1.0], [1.0, 2.0]]), "A1: expected a rectangular array"),
        (lambda: Kinks([[1j]]), "A1: expected real numbers"),
        (lambda: Region.of([[1.0, 2.0]], [1.0]), "x: expected 2 finite numbers"),
        (lambda: Region.of([[1.0, 2.0]], [1.0, np.inf]), "x: expected 2 finite numbers"),
        (lambda: Region(Kinks([[1.0]]), (1, 1)), "signs: expected -1, 0 or 1"),
        (lambda: Region(Kinks([[0.0]]), (1,)), "row 0 of A1 is 0"),
        (lambda: Kinks(sps.csr_array([[1j]])), "A1: expected real numbers"),
        (lambda: Kinks([[2**53 + 1, 1]]), "A1: expected numbers that doubles hold, got int64"),
        (lambda: Region.of([[1.0]], [1.0]).jacobian([[np.nan]]), "A2: expected finite numbers"),
        (lambda: Region.of([[1.0]], [1.0]).jacobian(sps.csr_array([[1j]])), "A2: expected real numbers"),
        (lambda: Region.of([[1e200]], [1.0]).jacobian([[1e200]]), "A1, A2: expected entries with products"),
        (lambda: Region.of([[1.0]], [1.0]).nearest_kink([-1.0]), "x: expected a point of the region"),
        (lambda: Region.of([[1.0]], [1.0]).jacobian(np.ones((2, 3))), "A2: expected a column for each of the 1 rows"),
    ],
)
def test_refusals_are_one_clear_line(call, match):
    with pytest.raises(ValueError, match=match):
        call()

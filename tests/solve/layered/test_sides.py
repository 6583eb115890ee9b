"""Where the slope of rho jumps, who stands there, and when a segment gets there."""

from types import SimpleNamespace

import numpy as np
import pytest

from resmax_sym.solve.layered.sides import Held, Sides

NOBODY = Held(np.zeros(0, dtype=int), np.zeros(0))


@pytest.fixture
def sides(kernel):
    return lambda inner: Sides(kernel(inner))


@pytest.mark.parametrize(
    ("inner", "places"),
    [
        ("relu", [0]),
        ("max(s - 1, 0)", [1]),
        ("abs(s)", [0]),
        ("min(max(s, 0), 1)", [0, 1]),
        ("tanh", []),
    ],
)
def test_places(sides, inner, places):
    assert sides(inner).places.tolist() == places


def test_a_place_without_a_jump_of_the_slope_is_no_kink():
    smooth = SimpleNamespace(
        KINKS=(0.0,), INNER="s*max(s, 0)", layer=lambda s: (s * np.maximum(s, 0), 2 * np.maximum(s, 0), None)
    )
    assert Sides(smooth).places.size == 0


def test_a_jump_is_refused():
    step = SimpleNamespace(KINKS=(0.0,), INNER="step(s)", layer=lambda s: ((s > 0) * 1.0, 0 * s, None))
    with pytest.raises(
        ValueError, match=r"inner_layer: expected a continuous function, got step\(s\), which jumps at s = 0"
    ):
        Sides(step)


def test_one_sided_slopes(sides):
    held = Held(np.array([1, 2]), np.array([0.0, 0.0]))
    s = np.array([2.0, 1e-17, -1e-17, -3.0])
    relu = sides("relu")
    assert relu.slopes(s, held, -1)[0].tolist() == [1, 0, 0, 0]
    assert relu.slopes(s, held, 1)[0].tolist() == [1, 1, 1, 0]
    assert relu.slopes(s, held, np.array([1, -1]))[0].tolist() == [1, 1, 0, 0]
    at_one = Held(np.array([0]), np.array([1.0]))
    clip = sides("min(max(s, 0), 1)")
    assert [float(clip.slopes(np.array([1.0]), at_one, side)[0][0]) for side in (-1, 1)] == [1, 0]


def test_who_stands_on_a_kink(sides):
    clip = sides("min(max(s, 0), 1)")
    s = np.array([1e-17, 0.3, 1 - 1e-16, 5.0, -1e-3])
    held = clip.held(s, np.full(5, 1e-15))
    assert held.units.tolist() == [0, 2]
    assert held.places.tolist() == [0, 1]
    assert len(held.those(held.places == 1)) == 1
    assert clip.cells(s).tolist() == [1, 1, 1, 2, 0]
    np.testing.assert_allclose(clip.gaps(s), [0, -0.3, 0, -4, 1e-3], atol=1e-15)
    smooth = sides("tanh")
    assert len(smooth.held(s, np.full(5, 1.0))) == 0
    assert np.isinf(smooth.gaps(s)).all()


def test_crossings_of_a_segment(sides):
    clip = sides("min(max(s, 0), 1)")
    s, ds = np.array([-1.0, 0.5, 2.0, 0.5]), np.array([4.0, 0.0, -2.0, 0.1])
    tau, units = clip.crossings(s, ds, NOBODY)
    np.testing.assert_allclose(tau, [0.25, 0.5, 0.5])
    assert units.tolist() == [0, 0, 2]
    held = Held(np.array([0]), np.array([0.0]))
    tau, units = clip.crossings(s, ds, held)  # its own kink is not met again, the other one is
    assert units.tolist() == [0, 2]
    assert clip.crossings(s, 0 * ds, NOBODY)[0].size == 0

"""Truth at a point: rigorous in balls, exact on ties, open where undefined or too close."""

from fractions import Fraction

import numpy as np
import pytest

from resmax_sym.judge.points import Point
from resmax_sym.judge.truth import holds
from resmax_sym.models import SOFTMAX, Model

MODEL = Model(SOFTMAX)


def point(**values):
    def exact(value):
        array = np.array(value, dtype=object)
        entries = np.array([Fraction(str(v)) for v in array.flat], dtype=object)
        return entries.reshape(array.shape) if array.shape else entries[0]

    sizes = {"n": len(values["A"]), "d": len(values["A"][0])}
    return Point(sizes, {name: exact(value) for name, value in values.items()})


BASE = {"A": [["1", "0"], ["1", "1"]], "x": ["1/3", "-1/7"], "b": ["1/3", "2/3"], "y": ["1", "1"], "omega": ["1", "1"]}


def truth(text, symmetric=None, **changes):
    return holds(MODEL, MODEL.relation(text), point(**{**BASE, **changes}), symmetric=symmetric)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alpha > 0", True),
        ("alpha < 0", False),
        ("norm1(b) <= 1", True),  # a tie that no ball decides
        ("norm1(b) < 1", False),
        ("norm1(b) == 1", True),
        ("sum(b) >= 1", True),
        ("sum(f) == 1", None),  # true, but not a fact about rationals: an equality of balls stays open
        ("sum(f) == 2", False),
        ("norm1(f) <= 1", None),
        ("b >= 0", True),
        ("b >= 1/2", False),
        ("b <= f", False),
        ("simplex(b)", True),
        ("simplex(f - b)", False),
        ("n == 2", True),
        ("n >= 3", False),
        ("log(x) <= 0", None),  # undefined: x has a negative entry
        ("1 / (alpha - alpha) >= 0", None),
        ("sqrt(alpha - alpha) == 0", None),
        ("max(b) == 2/3", True),
        ("on_segment(t >= -1)", True),
        ("on_segment(alpha <= 3)", False),
        ("on_segment(norm(x) <= 2)", True),
    ],
)
def test_truth(text, expected):
    assert truth(text) is expected


def test_segment_sees_the_middle():
    """Both ends satisfy the relation, the middle does not."""
    relation = "on_segment(norm(x) >= 1/10)"
    assert truth("norm(x) >= 1/10", x=["1", "0"]) is True
    assert truth(relation, x=["1", "0"], y=["-1", "0"]) is False
    assert truth(relation, x=["1", "0"], y=["2", "0"]) is True


@pytest.mark.parametrize("text", ["psd(B + eye(n))", "eigmin(B) >= -1", "eigmax(hess(L)) <= 100"])
def test_spectrum_needs_symmetry(text):
    assert truth(text) is None
    assert truth(text, symmetric=lambda matrix: True) in (True, False)


def test_psd():
    known = {"symmetric": lambda matrix: True}
    assert truth("psd(A.T @ A)", **known) is True
    assert truth("psd(A.T @ A - 10 * eye(d))", **known) is False
    assert truth("psd(A.T @ A - A.T @ A)", **known) is None  # on the boundary
    assert truth("psd(outer(f, ones(n)))") is False  # not symmetric here, and psd includes that


TURNED = {"A": [["1", "0"], ["0", "1"]], "x": ["0", "0"], "y": ["85", "1"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at(eigmin(outer(x, ones(d))), y) == 5", None),  # symmetric at x, not at y
        ("eigmin(outer(x, ones(d))) == 5", False),
        ("at(eigmax(outer(x, y)), y) >= 7000", True),  # symmetric at y
        ("eigmax(at(outer(x, y), y)) >= 8000", False),
        ("at(at(eigmin(outer(x, ones(d))), x), y) >= 0", None),
    ],
)
def test_symmetry_is_asked_for_where_eigenvalues_are_taken(text, expected):
    assert truth(text, **TURNED) is expected

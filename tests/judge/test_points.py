"""Random points: small exact rationals, none of them zero, the same for the same seed."""

import json
from fractions import Fraction

import numpy as np
import pytest

from resmax_sym.judge.arithmetic import Floats, Rationals
from resmax_sym.judge.balls import Balls
from resmax_sym.judge.points import Point, random_point
from resmax_sym.lang import symbol
from resmax_sym.models import Model

MODEL = Model()
SIZES = {"n": 4, "d": 3}
SYMBOLS = [*MODEL.variables.values(), symbol("gamma")]


def draw(seed=0, **options):
    return random_point(SYMBOLS, SIZES, np.random.default_rng(seed), **options)


@pytest.mark.parametrize("denominator", [1, 2, 4, 10])
def test_entries_are_small_rationals_and_never_zero(denominator):
    point = draw(denominator=denominator)
    assert {name: np.shape(v) for name, v in point.values.items()} == {
        "A": (4, 3), "x": (3,), "y": (3,), "b": (4,), "omega": (4,), "gamma": (),
    }  # fmt: skip
    entries = [v for value in point.values.values() for v in np.ravel(value)]
    assert all(isinstance(v, Fraction) and v != 0 and denominator % v.denominator == 0 for v in entries)
    assert all(abs(v) < 8 for v in entries)
    assert len(set(entries)) > 5 or denominator == 1
    assert {v > 0 for v in entries} == {True, False}


def test_the_seed_decides():
    assert draw(3).to_json() == draw(3).to_json()
    assert draw(3).to_json() != draw(4).to_json()


def test_scale():
    spread = [
        np.std([float(v) for v in np.ravel(draw(1, scale=scale, denominator=64).values["A"])]) for scale in (0.5, 8.0)
    ]
    assert spread[1] > 4 * spread[0]


def test_a_size_may_be_a_number():
    point = random_point([symbol("z", (2,))], {}, np.random.default_rng(0))
    assert point.values["z"].shape == (2,)


def test_json_is_exact_text():
    point = draw(7)
    record = json.loads(json.dumps(point.to_json()))
    assert (record["n"], record["d"]) == (4, 3)
    again = np.vectorize(Fraction, otypes=[object])(record["A"])
    assert (again == point.values["A"]).all()
    assert Fraction(record["gamma"]) == point.values["gamma"]


def test_the_evaluator_gets_the_exact_entries():
    third = Point({"n": 1, "d": 1}, {"x": np.array([Fraction(1, 3)], dtype=object), "a": Fraction(1, 7)})
    e = MODEL.names["x"] * symbol("a") * 21
    assert third.evaluator(MODEL, Rationals())(e).tolist() == [1]
    balls = third.evaluator(MODEL, Balls(40))(e)
    assert balls[0].contains(1)
    assert float(balls[0].rad()) < 1e-38
    assert third.evaluator(MODEL, Floats())(e).tolist() == pytest.approx([1.0], rel=1e-15)

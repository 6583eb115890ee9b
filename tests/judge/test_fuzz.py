"""Random enclosures hold the 200-digit value; `make fuzz` takes a million of them."""

import random

import flint
import mpmath

from benchmarks import fuzz
from resmax_sym.models import Model


def test_enclosures_hold_the_value():
    tally = fuzz.attack(seed=0, evaluations=4000)
    assert tally.misses == ()
    assert tally.bounded > 50


def test_a_ball_that_is_too_small_is_noticed(monkeypatch):
    """Negative control: of each enclosure only the middle is kept."""
    whole = fuzz.enclose
    monkeypatch.setattr(fuzz, "enclose", lambda *arguments: [flint.arb(z.mid()) for z in whole(*arguments) or ()])
    monkeypatch.setattr(fuzz, "RADII", fuzz.RADII[1:])
    tally = fuzz.compare(Model(), Model().names["alpha"], random.Random(1))
    assert tally.misses


def test_the_ends_of_a_ball_are_exact():
    ball = flint.arb(1, 0.5)
    assert fuzz.holds(ball, mpmath.mpf("1.49"))
    assert not fuzz.holds(ball, mpmath.mpf("1.51"))

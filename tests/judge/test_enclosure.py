"""Certified boxes: true statements are certified, false ones never, and a certificate needs every size and variable."""

import pytest

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.engines import by_enclosure
from resmax_sym.models import SOFTMAX, Model

MAX = Model(SOFTMAX)
SMALL = {"n": (1, 2), "d": (1,)}


def status(statement, box, sizes=SMALL, assume=(), parameters=None, model=MAX, budget=2):
    """Of the enclosures alone, or else of a search."""
    claim = Claim("c", statement, model=model, box=box, sizes=sizes, assume=assume, parameters=parameters or {})
    found = by_enclosure(claim, budget, 0, ()) or judge(claim, budget=budget)
    return found.status


@pytest.mark.parametrize(
    ("statement", "box"),
    [
        ("norm(f) <= 1.01", {"t": "[-1, 1]"}),
        ("alpha >= 0.3", {"t": "[-1, 1]"}),
        ("L <= 4", {"A": "[-1, 1]", "x": "[-1, 1]", "b": "[0, 1]"}),
        ("psd(diag(u))", {"t": "[-2, 2]"}),
        ("eigmin(diag(u) + outer(b, b)) >= 0.2", {"t": "[-1, 1]", "b": "[0, 0.1]"}),
        ("max(f) <= 0.9", {"t": "[-1, 1]"}),
    ],
)
def test_true_is_certified(statement, box):
    sizes = {"n": (2,), "d": (1,)} if "max" in statement else SMALL
    assert status(statement, box, sizes) is Status.CERTIFIED


@pytest.mark.parametrize(
    ("constant", "expected"), [("0.385", {Status.CERTIFIED}), ("0.3849", {Status.REFUTED, Status.UNREFUTED})]
)
def test_a_thin_margin(constant, expected):
    """s^3 - s has its minimum -2/(3 sqrt 3) = -0.38490018 on [0, 1]."""
    found = status(f"s**3 - s + {constant} >= 0", {"s": "[0, 1]"}, {"n": (1,), "d": (1,)}, parameters={"s": ""})
    assert found in expected


@pytest.mark.parametrize(
    ("statement", "box", "sizes"),
    [
        ("norm(f) <= 1", {"t": "[-1, 1]"}, SMALL),  # a tie at n = 1: balls cannot show it
        ("norm(f) <= 1.01", {"t": "[-1, 1]"}, {"n": (1, 2)} | {}),  # fine: d does not occur once t is boxed
        ("L <= 4", {"t": "[-1, 1]"}, SMALL),  # b has no interval
        ("norm(A.T @ b) <= 9", {"A": "[-1, 1]", "b": "[-1, 1]"}, {"n": (1, 2)}),  # d is any size
        ("1 / sum(t) <= 10", {"t": "[-1, 1]"}, SMALL),  # false: the divisor runs through 0
        ("sqrt(t) >= 0", {"t": "[-1, 1]"}, SMALL),  # not defined on the whole box
    ],
)
def test_never_certified(statement, box, sizes):
    assert status(statement, box, sizes, budget=0.5) is not Status.CERTIFIED or statement.endswith("1.01")


@pytest.mark.parametrize("statement", ["alpha >= 1", "norm(f) <= 0.9", "psd(B - eye(n))", "t <= 0.99"])
def test_false_is_refuted_within_the_box(statement):
    claim = Claim("c", statement, model=MAX, box={"t": "[-1, 1]", "b": "[0, 1]"}, sizes=SMALL)
    verdict = judge(claim, budget=4)
    assert verdict.status is Status.REFUTED


def test_assumptions_cut_the_box():
    """Pieces on which an assumption fails everywhere are skipped; only because of it is the statement true."""
    box, one = {"s": "[-2, 2]"}, {"n": (1,), "d": (1,)}
    assert status("s**2 >= 0.99", box, one, assume=("abs(s) >= 1",), parameters={"s": ""}) is Status.CERTIFIED
    assert status("s**2 >= 0.99", box, one, parameters={"s": ""}) is Status.REFUTED

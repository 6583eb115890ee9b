"""Certified boxes: true statements are certified, false ones never, and a certificate needs every size and variable."""

from fractions import Fraction

import pytest

from resmax_sym.judge import Claim, Status, judge, pieces
from resmax_sym.judge.enclosure import Box, Enclosure, Splitting
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


ONE = {"n": (1,), "d": (1,)}
CENTRED = [
    ("s**3 - s + 0.385 >= 0", {"s": "[0, 1]"}, ONE, 5),
    ("inner(f, f) >= 0.49", {"t": "[-1, 1]"}, {"n": (2,), "d": (1,)}, 5),
    ("s*h*(1 - s*h) + k**2 - k <= 0.26", {"s": "[0, 1]", "h": "[0, 1]", "k": "[0, 1]"}, ONE, 5),
    ("psd(B + eye(n)/2)", {"t": "[-1/2, 1/2]", "b": "[0, 1/2]"}, {"n": (2,), "d": (1,)}, 4),
    ("abs(s - h) + s*(1 - s) >= -0.001", {"s": "[0, 1]", "h": "[0, 1]"}, ONE, 2),
]
"""Statement, box, sizes, and by which factor the slopes cut the number of boxes at least."""


def boxed(statement, box, sizes):
    """The box of a claim and its sizes; scalars in the box are parameters."""
    claim = Claim(
        "c", statement, model=MAX, box=box, sizes=sizes, parameters={name: "" for name in box.keys() & set("shk")}
    )
    return Box.of(claim), claim.each_size()


@pytest.mark.parametrize(("statement", "box", "sizes", "factor"), CENTRED)
def test_slopes_save_boxes(statement, box, sizes, factor, monkeypatch):
    cover, all_sizes = boxed(statement, box, sizes)
    found = cover.certify(all_sizes, 60_000)
    assert isinstance(found, Enclosure)
    assert cover.check(all_sizes, list(found.trees)) == found
    assert not isinstance(cover.check(all_sizes, ["h"]), Enclosure) or found.trees == ("h",)
    monkeypatch.setattr(pieces.Piece, "centred", lambda self, *rest: pieces.Decision(pieces.OPEN))
    plain = cover.certify(all_sizes, 4 * 30 * factor * found.boxes)  # natural balls alone, so many operations at 4 each
    assert not isinstance(plain, Enclosure) or plain.boxes >= factor * found.boxes


def test_a_minimum_along_a_line():
    """|f|^2 >= 1/2 with equality wherever t_1 = t_2."""
    assert status("inner(f, f) >= 0.499", {"t": "[-1, 1]"}, {"n": (2,), "d": (1,)}, budget=3) is Status.CERTIFIED


@pytest.mark.parametrize(
    ("statement", "box", "sizes"),
    [
        ("s**3 - s + 0.3839 >= 0", {"s": "[0, 1]"}, ONE),
        ("inner(f, f) >= 0.501", {"t": "[-1, 1]"}, {"n": (2,), "d": (1,)}),
        ("s*h*(1 - s*h) + k**2 - k <= 0.249", {"s": "[0, 1]", "h": "[0, 1]", "k": "[0, 1]"}, ONE),
        ("psd(B + 0.05*eye(n))", {"t": "[-1, 1]", "b": "[-1/2, 1/2]"}, {"n": (2,), "d": (1,)}),
        ("abs(s - h) + s*(1 - s) >= 0.001", {"s": "[0, 1]", "h": "[0, 1]"}, ONE),
        ("sign(s) >= -0.999", {"s": "[-1, 1]"}, ONE),
        ("max(s, h)*min(s, h) <= 0.999", {"s": "[0, 1]", "h": "[0, 1]"}, ONE),
        ("s*(1 - s) == 0", {"s": "[0, 1]"}, ONE),
        ("norm(t) >= 0.001", {"t": "[-1, 1]"}, {"n": (2,), "d": (1,)}),
    ],
)
def test_false_by_a_thousandth_is_never_certified(statement, box, sizes):
    cover, all_sizes = boxed(statement, box, sizes)
    assert not isinstance(cover.certify(all_sizes, 60_000), Enclosure)


@pytest.mark.parametrize(
    "statement", ["0*log(s) <= 1", "0/s <= 1", "0*sqrt(s) <= 1", "0*step(s) <= 1", "0*s**(1/2) <= 1"]
)
def test_undefined_within_the_box_is_not_certified(statement):
    cover, all_sizes = boxed(statement, {"s": "[-1, 1]"}, ONE)
    assert not isinstance(cover.certify(all_sizes, 20_000), Enclosure)
    cover, all_sizes = boxed(statement, {"s": "[1, 2]"}, ONE)
    assert isinstance(cover.certify(all_sizes, 20_000), Enclosure)


def test_a_piece_that_fails_may_be_outside_the_assumptions():
    """The statement fails on whole pieces around s = 1, h = 0, which only further bisection shows to be skipped."""
    box, assume = {"s": "[0, 1]", "h": "[0, 1]"}, ("s <= h**2",)
    found = status("s <= h + 0.01", box, ONE, assume=assume, parameters={"s": "", "h": ""})
    assert found is Status.CERTIFIED


def test_bisections_on_record_end_where_the_search_for_them_does():
    """A tree that halves one side for ever is refused before its numbers grow."""
    box = Box.of(Claim("c", "s * s - s >= -1/5", parameters={"s": ""}, box={"s": "[-1, 1]"}))
    for tree in ("0 " * 100_000, "1 " * 100_000, "9" * 5000):
        assert not isinstance(box.check([{}], [tree]), Enclosure)
    assert "too narrow" in box.check([{}], ["0 " * 100_000]).reason


@pytest.mark.parametrize("pull", [[1.0, 2.0], [1.0, float("inf")]])
def test_a_narrow_side_is_not_halved_however_steep_the_statement(pull):
    found = pieces.Decision(pieces.OPEN, pull=pull)
    assert Splitting(1.0)(found, ((Fraction(0), Fraction(1)), (Fraction(0), Fraction(1, 2**40))), ["s", "h"]) == "0"

"""Engines one by one: what an assumption such as y == -x gives, sizes as hypotheses, steps that bounds prove, and what none may settle."""

import pytest

from resmax_sym.judge import Claim, Status, judge, judge_all
from resmax_sym.judge.certificate import certificate, replay
from resmax_sym.judge.engines import by_assignment, by_bounds, by_enclosure, by_normal_form, by_sizes
from resmax_sym.judge.identity import assignments
from resmax_sym.models import SOFTMAX, Model

ENGINES = (by_normal_form, by_assignment, by_sizes, by_bounds, by_enclosure)
EVEN = Model("cosh(s)")


def settled(claim):
    return [engine.__name__ for engine in ENGINES if engine(claim, 1.0, 0, ()) is not None]


@pytest.mark.parametrize(
    ("statement", "assume", "fields"),
    [
        ("at(f, y) == f", ("y == -x",), {"model": EVEN}),
        ("at(q, y) == -q", ("y == -x",), {"model": EVEN}),
        ("at(hess(L, t), y) == B", ("-x == y",), {"model": EVEN}),
        ("grad(L) == 0 * x", ("b == f",), {}),
        ("grad(L) == 0 * x", ("x == 0",), {"model": EVEN}),
        ("L == inner(f, f) / 2", ("b == 0",), {}),
        ("at(at(f, y), y) == f", ("y == x",), {}),
        ("at(t, y) == 2 * t", ("y == 2 * x",), {}),
        ("k * q == 3 * q", ("k == 3",), {"parameters": {"k": ""}}),
        ("at(t, y) == -t", ("y == -x",), {"model": Model(SOFTMAX, inner_layer="tanh(s)")}),
    ],
)
def test_an_assumption_that_gives_a_value_is_put_in(statement, assume, fields):
    claim = Claim("c", statement, assume=assume, **fields)
    assert settled(claim) == ["by_assignment"]
    verdict = judge(claim, budget=0.2)
    assert verdict.status is Status.PROVED
    assert replay(certificate(verdict)).statement == statement


@pytest.mark.parametrize(
    ("statement", "assume", "fields"),
    [
        ("at(f, y) == f", ("y == -x",), {"model": Model(SOFTMAX)}),
        ("at(q, y) == q", ("y == -x",), {"model": EVEN}),
        ("L == inner(f, f)", ("b == 0",), {}),
        ("x == 2 * y", ("y == 2 * x",), {}),
        ("grad(inner(b, b)) == x", ("b == t",), {}),  # b is what it is before the derivative is taken
    ],
)
def test_what_does_not_follow_is_refuted(statement, assume, fields):
    claim = Claim("c", statement, assume=assume, **fields)
    assert settled(claim) == []
    assert judge(claim, budget=2).status is Status.REFUTED


@pytest.mark.parametrize(
    ("assume", "expected"),
    [
        (("y == -x",), ["y"]),
        (("x == y", "y == 2 * x"), ["x"]),  # the second would lead round in a circle
        (("x == y", "b == 1"), ["x", "b"]),
        (("x == x + 1",), []),
        (("A == 0",), []),
        (("t == 0",), []),
        (("alpha == 1",), []),
        (("y <= x",), []),
        (("b == omega", "omega == f"), ["b"]),
    ],
)
def test_assignments(assume, expected):
    claim = Claim("c", "sum(x) == sum(y)", assume=assume)
    assert [variable.data for variable, _ in assignments(claim.given)] == expected


def test_sizes_are_hypotheses_of_the_bounds():
    """norm1(b) <= sqrt(n) norm(b), and n is at most 4 here."""
    statement, assume = "norm1(b) <= 2", ("norm(b) <= 1",)
    assert settled(Claim("c", statement, assume=assume, sizes={"n": (1, 4)})) == ["by_bounds"]
    assert settled(Claim("c", statement, assume=assume, sizes={"n": (1, 5)})) == []
    assert judge(Claim("c", statement, assume=assume, sizes={"n": (1, 5)}), budget=1).status is Status.REFUTED


def test_bounds_may_use_what_a_claim_depends_on():
    base = Claim("base", "norm(c) <= 2", model=Model(SOFTMAX), assume=("norm1(b) <= 1",))
    top = Claim("top", "L <= 2", model=Model(SOFTMAX), assume=("norm1(b) <= 1",), depends=("base",))
    stranger = Claim("stranger", "L <= 1/8", model=Model(SOFTMAX), depends=("base",))
    verdicts = list(judge_all([base, top, stranger], budget=1))
    assert [v.status for v in verdicts] == [Status.PROVED, Status.PROVED, Status.REFUTED]


def test_a_box_that_no_point_of_the_domain_meets_is_vacuous():
    claim = Claim("c", "s >= 5", parameters={"s": ""}, box={"s": "[0, 1]"}, assume=("s**2 >= 2",))
    found = by_enclosure(claim, 1.0, 0, ())
    assert found.status is Status.VACUOUS
    assert judge(claim, budget=0.2).status is Status.VACUOUS

"""best found <= best proved <= claimed for a proved upper bound, the other way round for a lower one."""

import sys
from fractions import Fraction
from types import SimpleNamespace

import pytest

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.slack import ROWS, parameter_values, slack
from resmax_sym.models import SOFTMAX, Model

SEARCH = sys.modules["resmax_sym.judge.search"]
BUDGET = 0.3
ROUNDING = 1e-9
"""The values are computed in float64 at one point each; they are of order 1."""

MAX = Model(SOFTMAX)
UPPER = Claim(
    "upper",
    "norm(grad(L)) <= 2 * R * k",
    parameters={"R": "R >= 1", "k": "1/2 <= k < 4"},
    assume=("opnorm(A) <= R", "norm1(b) <= 1", "R >= k"),
    model=MAX,
)


@pytest.fixture(scope="module", autouse=True)
def no_clock():
    """A search that stops by its operations alone, so that the seed decides on a busy machine too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SEARCH, "time", SimpleNamespace(perf_counter=lambda: 0.0))
        yield


@pytest.fixture(scope="module")
def rows(no_clock):
    return list(slack(UPPER, BUDGET))


def test_parameters_meet_their_conditions(rows):
    assert 1 < len(rows) <= ROWS
    for row in rows:
        R, k = row.parameters["R"], row.parameters["k"]
        assert R >= 1
        assert Fraction(1, 2) <= k < 4
        assert k <= R  # an assumption on parameters alone counts like a condition
    assert len({tuple(row.parameters.items()) for row in rows}) == len(rows)


def test_found_proved_and_claimed_are_in_order(rows):
    assert judge(UPPER, BUDGET).status is Status.PROVED
    for row in rows:
        R, k = (float(row.parameters[name]) for name in "Rk")
        assert row.claimed == pytest.approx(2 * R * k)
        assert row.sizes["n"] >= 1
        assert 0 < row.found <= row.proved + ROUNDING
        assert row.proved <= row.claimed + ROUNDING


def test_the_search_comes_close_to_a_sharp_bound():
    (row,) = slack(Claim("sharp", "norm(b) <= 1", assume=("norm(b) <= 1",)), BUDGET)
    assert row.found == pytest.approx(1)
    assert row.proved == pytest.approx(1)


def test_a_lower_bound_is_met_from_above():
    (row,) = slack(Claim("lower", "L >= -1", model=MAX), BUDGET)
    assert row.parameters == {}
    assert row.claimed == -1
    assert row.claimed <= row.proved + ROUNDING
    assert row.proved <= row.found + ROUNDING


def test_a_false_bound_is_seen_to_be_exceeded():
    (row,) = slack(Claim("false", "L <= 1/100", assume=("norm1(b) <= 1",), model=MAX), BUDGET)
    assert row.found > row.claimed
    assert row.proved >= row.found - ROUNDING


def test_zero_on_the_right_has_no_ratio():
    (row,) = slack(Claim("zero", "-norm(x) <= 0"), BUDGET)
    assert row.claimed == 0
    assert row.found <= ROUNDING


@pytest.mark.parametrize("statement", ["grad(L) == A.T @ q", "L == 0", "f <= 1", "psd(B)", "simplex(b)"])
def test_what_is_no_inequality_between_numbers_gives_no_row(statement):
    assert list(slack(Claim("c", statement), BUDGET)) == []


@pytest.mark.parametrize(
    "claim",
    [
        Claim("no point", "norm(x) <= 1", assume=("norm(b) <= -1",)),
        Claim("no value", "norm(x) <= k", parameters={"k": "k**2 == 2"}),
    ],
    ids=lambda claim: claim.id,
)
def test_without_a_valid_point_there_are_no_numbers(claim):
    (row,) = slack(claim, BUDGET)
    assert (row.sizes, row.claimed, row.found, row.proved) == (None, None, None, None)


def test_a_bound_that_the_calculus_does_not_reach_leaves_it_out():
    (row,) = slack(Claim("free", "norm(x) <= 3"), BUDGET)
    assert row.proved is None
    assert row.found > 3


@pytest.mark.parametrize("condition", ["k >= 10", "0 < k <= 1/1000", "k == 7/3", "k <= -5"])
def test_conditions_far_from_one_are_met(condition):
    claim = Claim("c", "norm(x) <= k", parameters={"k": condition})
    values = [value["k"] for value in parameter_values(claim)]
    assert values
    given = {"k >= 10": lambda k: k >= 10, "0 < k <= 1/1000": lambda k: 0 < k <= Fraction(1, 1000),
             "k == 7/3": lambda k: k == Fraction(7, 3), "k <= -5": lambda k: k <= -5}[condition]  # fmt: skip
    assert all(map(given, values))


def test_the_seed_decides(rows):
    assert list(slack(UPPER, BUDGET)) == rows

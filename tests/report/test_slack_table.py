"""found <= proved <= claimed, as constants: what is measured is compared with bounds that are known in closed form."""

import math

import pytest

from derivations import LEDGER
from derivations.soft_residual.theorems import ROOM
from resmax_sym.judge import Claim
from resmax_sym.judge.slack import Case
from resmax_sym.lang import to_text
from resmax_sym.models import SOFTMAX, Model
from resmax_sym.report.slack import Row, lines, measure, unit_of

BUDGET = 0.3
SOFT = Model(SOFTMAX)
CASES = {(case.claim, case.along, case.value): case for case in ROOM}


def row(claim, settled=True, **case):
    return measure(Case(claim.id, "what", "n", "any", **case), claim, settled, BUDGET)


def test_data_are_divided_out():
    claim = Claim("c", "norm(A @ (x - y)) <= 3 * n * opnorm(A) * norm(x - y)")
    assert to_text(unit_of(claim.relation.rhs)) == to_text(claim.model.parse("opnorm(A) * norm(x - y)"))
    found = row(claim, sizes={"n": (2,), "d": (2,)})
    assert found.claimed == pytest.approx(6)
    assert found.found == pytest.approx(1, rel=1e-3)
    assert found.proved == pytest.approx(1)  # the calculus does better than the claim
    assert found.factor == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "unit"), [("-1/2", "1"), ("2 * R**2 / k", "1"), ("17/2 * opnorm(A)**3", "opnorm(A) ** 3")]
)
def test_numbers_and_parameters_stay(text, unit):
    claim = Claim("c", f"norm(x) <= {text}", parameters={"R": "", "k": ""})
    assert to_text(unit_of(claim.relation.rhs)) == to_text(Claim("c", f"norm(x) <= {unit}").relation.rhs)


def test_parameters_are_held():
    claim = Claim("c", "norm(x) <= 4 * R", parameters={"R": "R >= 1"}, assume=("norm(x) <= R",))
    found = row(claim, parameters={"R": "3"})
    assert (found.claimed, found.proved) == (12, 3)
    assert found.found == pytest.approx(3)


def test_an_open_claim_proves_nothing():
    claim = Claim("c", "norm(f) <= 2", assume=("norm1(b) <= 1",), proof=("norm(f) <= 2",))
    assert row(claim, settled=False).proved is None
    assert row(claim, settled=False).factor is None
    assert row(claim).proved == 2


def test_a_constant_of_a_change_serves_for_close_points_too():
    """A bound of the change by twice the size is good for far points only."""
    claim = Claim("c", "norm(f - at(f, y)) <= opnorm(A) * norm(x - y)", model=SOFT)
    found = row(claim, sizes={"n": (2,), "d": (1,)})
    assert found.found <= found.proved * (1 + 1e-9)
    assert 0.5 <= found.proved + 1e-9 <= 1 + 1e-9
    assert found.found == pytest.approx(0.5, rel=1e-2)  # p (1 - p) norm of (1, -1) twice, largest at p = 1/2


def test_no_point_no_numbers():
    found = row(Claim("c", "norm(x) <= 1", assume=("norm(b) <= -1",)))
    assert (found.claimed, found.proved, found.found, found.factor) == (None, None, None, None)
    assert lines([found]).splitlines()[1].split()[-4:] == ["-"] * 4


def test_a_lower_bound():
    claim = Claim("c", "eigmin(B) >= -1/2", model=SOFT, assume=("norm1(b) <= 1",))
    found = row(claim)
    assert found.claimed == found.proved == -0.5
    assert found.found == pytest.approx(-0.2404, abs=2e-3)
    assert found.factor == pytest.approx(0.5 / 0.2404, rel=1e-2)


def test_lines_are_a_table():
    case = Case("c", "size", "tau", "-1/2")
    head, body = lines([Row(case, 2.0, 1234.0, 0.5)]).splitlines()
    assert head.split("  ")[0] == "bound"
    assert body.split() == ["size", "tau", "=", "-1/2", "2", "1e+03", "0.5", "2e+03"]


@pytest.mark.parametrize(
    ("name", "value", "attained"),
    [
        ("from-zero-spectrum-lower", "0", -(math.sqrt(13) - 2) / 4),
        ("from-zero-spectrum-upper", "0", (math.sqrt(13) + 2) / 4),
        ("softmax-eigmin-b", "inf", -(55 * math.sqrt(33) - 39) / 1152),
    ],
)
def test_the_search_finds_what_is_attained(name, value, attained):
    found = measure(CASES[name, "tau", value], LEDGER.claims[name], settled=True, budget=1)
    assert found.found == pytest.approx(attained, rel=1e-3)
    assert abs(found.found) <= abs(found.proved) * (1 + 1e-9) == abs(found.claimed) * (1 + 1e-9)


def test_the_slack_of_the_ball_grows_with_its_radius():
    theorem = LEDGER.claims["lipschitz-hessian"]
    small, large = (measure(CASES[theorem.id, "R", R], theorem, True, 1) for R in ("1", "2"))
    for one in (small, large):
        assert 0 < one.found <= one.proved <= one.claimed
    assert large.factor > 100 * small.factor


def test_draw_has_a_panel_for_each_axis():
    figures = pytest.importorskip("matplotlib.figure")
    from resmax_sym.report.slack import draw

    figure = figures.Figure()
    rows = [Row(Case("c", "size", along, value), 4, 2, 1) for along in ("R", "tau") for value in ("0", "1")]
    draw([*rows, Row(Case("c", "size", "n", "2"), None, None, None)], figure)
    assert [axes.get_xlabel() for axes in figure.axes] == ["$R$", r"$\tau$"]
    assert [list(axes.lines[0].get_ydata()) for axes in figure.axes] == [[2, 2], [2, 2]]

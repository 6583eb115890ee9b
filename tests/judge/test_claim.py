"""Claim: the names a statement may use, what it assumes, what it is about; Verdict: whether it is as expected."""

from fractions import Fraction

import pytest

from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.judge.claim import read_interval, read_rational
from resmax_sym.lang import LanguageError, symbol, to_text
from resmax_sym.models import Model


def test_names_are_those_of_the_model_then_parameters_then_abbreviations():
    claim = Claim("c", "g <= 1", parameters={"beta": "0 < beta <= 1"}, let={"r": "norm(c) / beta", "g": "2 * r"})
    assert claim.names["beta"] == symbol("beta")
    assert to_text(claim.names["g"]) == "2 * (norm(c) / beta)"
    assert claim.names["alpha"] == Model().names["alpha"]
    assert [to_text(a) for a in claim.assumptions] == ["0 < beta", "beta <= 1"]


@pytest.mark.parametrize("name", ["x", "alpha", "n", "pi", "t", "y", "L_tot", "2a", "a b", "a-b", "", "a.b"])
def test_reserved_and_impossible_names_are_refused(name):
    for fields in ({"parameters": {name: ""}}, {"let": {name: "1"}}):
        with pytest.raises(LanguageError, match="choose another"):
            _ = Claim("c", "x == x", **fields).names


def test_a_name_is_declared_once_and_after_what_it_uses():
    with pytest.raises(LanguageError, match="reserved"):
        _ = Claim("c", "x == x", parameters={"g": ""}, let={"g": "1"}).names
    with pytest.raises(LanguageError, match="unknown name 'h'"):
        _ = Claim("c", "x == x", let={"g": "h", "h": "1"}).names


def test_the_model_gives_names_their_meaning():
    hidden = Claim("c", "m >= 1", model=Model(inner_layer="max(s, 0)"))
    assert "A1" in hidden.names
    assert hidden.relation.lhs.op == "size"
    with pytest.raises(LanguageError, match="unknown name 'A1'"):
        _ = Claim("c", "A1 == A1").relation


@pytest.mark.parametrize(
    ("statement", "hint"),
    [
        ("x", "expected a relation"),
        ("0 < alpha < 1", "chain of 2"),
        ("x == b", "equal shapes"),
        ("x ==", "invalid syntax"),
    ],
)
def test_a_statement_is_one_relation(statement, hint):
    with pytest.raises(LanguageError, match=hint):
        _ = Claim("c", statement).relation


@pytest.mark.parametrize(
    ("statement", "assume", "expected"),
    [
        ("inner(b, b) >= 0", (), "b"),
        ("sum(f) == 1", (), "A x"),
        ("L >= 0", ("norm(omega) <= 1",), "A b omega x"),
        ("grad(sum(b)) == 0", (), "b x"),  # a derivative asks for the point
        ("at(t, y) == A @ y", (), "A x y"),
        ("alpha <= g", (), "A g x"),
        ("n >= 1", (), ""),
        ("sum(b) >= 0", ("on_segment(alpha >= 1)",), "A b x y"),
    ],
)
def test_symbols_are_the_free_variables(statement, assume, expected):
    claim = Claim("c", statement, assume=assume, parameters={"g": ""})
    assert [s.data for s in claim.symbols] == expected.split()


def test_a_box_bounds_every_entry():
    claim = Claim("c", "x <= 1", box={"x": "[-1, 1/2]"})
    assert claim.intervals == {"x": (Fraction(-1), Fraction(1, 2))}
    assert [to_text(a) for a in claim.assumptions] == ["x >= -1", "x <= 0.5"]
    for name in ("alpha", "n", "nothing"):
        with pytest.raises(LanguageError, match="box"):
            _ = Claim("c", "x <= 1", box={name: "[0, 1]"}).intervals


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("-1/3", Fraction(-1, 3)), ("+.5", 0.5), ("1e-3", Fraction(1, 1000)), ("2.5E2", 250)]
)
def test_rationals_are_read_as_spelled(text, value):
    assert read_rational(text) == value


@pytest.mark.parametrize("text", ["", "x", "1e9999", "1/0.5", "1_000", "0x1", "nan", "inf", "1 2", "9" * 2000, "٣"])
def test_what_is_no_rational_is_refused(text):
    with pytest.raises(ValueError, match="expected a rational"):
        read_rational(text)


@pytest.mark.parametrize(
    "text", ["", "1", "[1]", "[1, 2, 3]", "[2, 1]", "(0, 1)", "[0, x]", "[0, 1/0]", "[0, 1e999999999]", "[[0, 1]]"]
)
def test_what_is_no_interval_is_refused(text):
    with pytest.raises(LanguageError, match="box: expected an interval"):
        read_interval(text)


@pytest.mark.parametrize(
    ("expect", "status", "points", "as_expected"),
    [
        ((Status.PROVED,), Status.PROVED, 0, True),
        ((Status.PROVED,), Status.REFUTED, 0, False),
        ((Status.REFUTED, Status.UNREFUTED), Status.UNREFUTED, 0, True),
        ((), Status.PROVED, 0, True),
        ((), Status.CERTIFIED, 0, True),
        ((), Status.UNREFUTED, 5, True),
        ((), Status.UNREFUTED, 0, False),
        ((), Status.REFUTED, 5, False),
        ((), Status.INVALID, 0, False),
    ],
)
def test_expectation(expect, status, points, as_expected):
    claim = Claim("c", "x == x", expect=expect)
    assert Verdict(claim, status, "m", 0.0, {"points": points}).expected is as_expected


def test_a_verdict_is_one_line():
    claim = Claim("c", "x == x")
    proved = Verdict(claim, Status.PROVED, "normal form", 0.1, {}, ("alpha != 0", "x > 0"))
    refuted = Verdict(claim, Status.REFUTED, "witness", 0.1, {"witness": {"n": 2, "d": 1}})
    assert str(proved) == "c: proved (normal form); where alpha != 0, x > 0"
    assert str(refuted) == "c: refuted (witness at n = 2, d = 1)"


@pytest.mark.parametrize("sizes", [{"n": ()}, {"n": (0,)}, {"n": (1.5,)}, {"m": (2,)}, {"k": (2,)}])
def test_sizes_that_no_matrix_has_are_no_claim(sizes):
    """Above all, what is to hold at no size at all is not proved by trying none."""
    from resmax_sym.judge import Status, judge

    verdict = judge(Claim("c", "B == 0 * B", sizes=sizes))
    assert verdict.status is Status.INVALID
    assert "sizes" in verdict.evidence["reason"]

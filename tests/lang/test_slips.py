"""What a text of another language probably meant is said in the error, and what is said is in this language."""

import re

import pytest

from resmax_sym.lang import ParseError, parse_relations
from resmax_sym.lang.slips import ELSEWHERE, of_name
from resmax_sym.models import Model

NAMES = Model("exp(s)").names


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("L = 0", "equality is =="),
        ("lambda >= 0", "such as lam"),
        ("L > = 0", "without a space"),
        ("f^2 <= f", "with **"),
        ("A^T @ A == A.T @ A", "A.T"),
        ("A' @ A == A.T @ A", "A.T"),
        ("A.t @ A == A.T @ A", ".T"),
        ("||x|| >= 0", "norm(x)"),
        ("2x == x + x", "with *"),
        ("L >= 0 and alpha > 0", "of its own"),
        ("x[0] >= 0", "about the vector"),
        ("relu(t) == t", "max(s, 0)"),
        ("dot(x, x) >= 0", "inner(a, b)"),
        ("cos(L) <= 1", "no such function"),
        ("L ≥ 0", "in ASCII it is >="),
        ("α > 0", "in ASCII"),
        ("phi(t) == u", "write u, v or w"),
        ("alhpa > 0", "did you mean 'alpha'?"),
    ],
)
def test_a_slip_is_answered_in_one_line(text, hint):
    with pytest.raises(ParseError) as caught:
        parse_relations(text, NAMES)
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["alpha <= norm(x", "x + ", "L >= 0 alpha"])
def test_other_errors_of_syntax_get_no_wrong_hint(text):
    with pytest.raises(ParseError) as caught:
        parse_relations(text, NAMES)
    assert "equality" not in str(caught.value)


@pytest.mark.parametrize("name", [name for name, said in ELSEWHERE.items() if said])
def test_what_the_hint_says_is_in_the_language(name):
    """Its names are functions of the language, or letters that stand for something."""
    from resmax_sym.lang import FUNCTIONS

    called = re.findall(r"([a-zA-Z]\w*)\(", ELSEWHERE[name])
    assert all(word in {**FUNCTIONS, "D": 0, "grad": 0, "hess": 0} for word in called)
    assert of_name(name, NAMES).startswith("; write ")

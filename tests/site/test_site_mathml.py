r"""Formulas as MathML: every claim's own LaTeX is understood, and what is not stops the build."""

import pytest
from docutils import nodes
from math_core import LatexError

from derivations import LEDGER
from docs.formulas import assumptions, relation
from docs.mathml import attach, convert
from resmax_sym.report.prose import reading


@pytest.mark.parametrize(
    ("tex", "elements"),
    [
        (r"\frac{v}{\alpha}", ["<mfrac>", "<mi>v</mi>", "<mi>α</mi>"]),
        (r"\lVert A \rVert \le R", ["‖", "≤"]),
        (r"A^\top q", ["<msup>", "⊤"]),
        (r"\sum_{i=1}^n u_i", ["∑", "<msub>"]),
    ],
)
def test_parts_are_there(tex, elements):
    for display in (False, True):
        found = convert(tex, display)
        assert found.startswith("<math")
        assert all(element in found for element in elements)


def test_primes_are_raised_once():
    found = convert(r"\varphi'(t) + x^2", False)
    assert '<mi>φ</mi><mo lspace="0" rspace="0">′</mo>' in found
    assert found.count("<msup>") == 1


def test_claims_can_be_shown():
    found = {}
    for claim in LEDGER.claims.values():
        names = reading(claim)
        found[claim.id] = [convert(tex, True) for tex in (relation(claim.statement, names), *assumptions(claim, names))]
    assert len(found) > 300
    assert [name for name, formulas in found.items() if "\\" in "".join(formulas)] == []


@pytest.mark.parametrize("tex", [r"\unknowncommand", r"\frac{a", r"\left( a"])
def test_what_is_not_understood_is_an_error(tex):
    with pytest.raises(LatexError):
        convert(tex, False)


def test_marks_stay_with_their_formula():
    text = nodes.paragraph(
        "",
        "",
        nodes.math("", "a"),
        nodes.Text(", then "),
        nodes.math("", "b"),
        nodes.Text(" and "),
        nodes.math("", "c"),
    )
    attach(None, text)
    assert text.astext() == "a, then b and c"
    assert [(type(one).__name__, one.astext()) for one in text.children] == [
        ("inline", "a,"), ("Text", " then "), ("math", "b"), ("Text", " and "), ("math", "c"),
    ]  # fmt: skip

"""Sentences with formulas as HTML: nothing that a claim says is markup, and what cannot be read is shown as it is spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resmax_sym.judge import Claim
from resmax_sym.report.mathml import mathml
from resmax_sym.report.prose import (
    abbreviations,
    anchor,
    expression,
    guard,
    letter,
    link,
    prose,
    reading,
    statement,
)

X = "<math><mi>x</mi></math>"
CLAIM = Claim(
    "c", "h * r == r", let={"h": "2 * f", "r": "h + k", "unused": "u"}, parameters={"k": "0 < k <= 1"}, proof=("r == r",)
)  # fmt: skip
NAMES = reading(CLAIM)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Plain.", "Plain."),
        ("At $x$, once.", f"At {X}, once."),
        ("`code` and *soft*, **hard**", "<code>code</code> and <em>soft</em>, <strong>hard</strong>"),
        ("2 * 3 * 4, x**2", "2 * 3 * 4, x**2"),
        ("costs $5", "costs $5"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("`<b>` *<i>*", "<code>&lt;b&gt;</code> <em>&lt;i&gt;</em>"),
        (r"$\href{x}$", r"<code>\href{x}</code>"),
        (r"$\text{<b>}$", "<math><mtext>&lt;b&gt;</mtext></math>"),
        ("see `base` and `other`", '<a href="#base"><code>base</code></a>'.join(["see ", " and <code>other</code>"])),
    ],
)
def test_prose(text, html):
    assert prose(text, ["base"]) == html


@given(st.text(st.sampled_from("<>&\"'$`*\\{}ab ")))
def test_nothing_in_a_text_is_markup(text):
    made = {"math", "mrow", "mi", "mo", "code", "em", "strong", "mspace", "msup", "msub", "mover", "mtext"}
    for tag in prose(text).split("<")[1:]:
        assert tag.lstrip("/").split(">")[0].split()[0].rstrip("/") in made


@pytest.mark.parametrize(
    ("name", "fragment"),
    [("gradient", "gradient"), ("a b", "a%20b"), ('"><script>', "%22%3E%3Cscript%3E"), (":claims", "%3Aclaims")],
)
def test_links_lead_to_anchors(name, fragment):
    assert anchor(name) == fragment
    assert link(name).startswith(f'<a href="#{fragment}"><code>')
    assert "<script" not in link(name)


def test_abbreviations_are_printed_as_their_names_and_the_unused_ones_left_out():
    assert statement("h * r == r", NAMES) == mathml(r"h \odot r = r")
    assert abbreviations(CLAIM, NAMES) == {"h": "2 * f", "r": "h + k"}
    assert expression("h + k", NAMES) == mathml("h + k")


def test_a_chain_stays_a_chain():
    assert statement("0 < k <= 1", NAMES) == mathml(r"0 < k \le 1")


def test_a_segment_is_said_in_words():
    assert statement("on_segment(alpha > 0)", NAMES).startswith(mathml(r"\alpha > 0") + " between ")


def test_guards_may_say_that_something_is_not_zero():
    assert guard("at(alpha, y) != 0", NAMES) == mathml(r"\left. \alpha \right|_{y} \ne 0")
    assert guard("u > 0", NAMES) == mathml("u > 0")


def test_what_cannot_be_read_is_shown_as_it_is_spelled():
    assert statement("<b> == ", NAMES) == "<code>&lt;b&gt; == </code>"
    assert expression("nonsense(", NAMES) == "<code>nonsense(</code>"
    assert guard("nonsense( != 0", NAMES) == "<code>nonsense( != 0</code>"
    broken = Claim("b", "u ==", let={"u": "t"})
    assert reading(broken) == {}
    assert abbreviations(broken, {}) == {"u": "t"}


def test_letters():
    assert letter("alpha") == "<mi>α</mi>"
    assert letter("A1") == "<msub><mi>A</mi><mn>1</mn></msub>"

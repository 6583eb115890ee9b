"""The reference: every public name with its types, and docstrings whose text is not taken for markup."""

import inspect
from importlib import import_module

import pytest

from docs import reference


@pytest.mark.parametrize("name", reference.PACKAGES)
def test_every_public_name_is_on_the_page(site, name):
    module = import_module(f"resmax_sym.{name}")
    page = (site / "api" / f"{name}.html").read_text()
    missing = [one for one in reference.public(module) if f'id="resmax_sym.{name}.{one}"' not in page]
    assert missing == []
    assert reference.public(module)


@pytest.mark.parametrize("name", reference.PACKAGES)
def test_every_public_name_says_what_it_is(name):
    module = import_module(f"resmax_sym.{name}")
    texts = {one: reference._text(module, one) for one in reference.public(module)}
    assert [one for one, text in texts.items() if text in ("", type(getattr(module, one)).__name__)] == []


def test_what_is_called_comes_first():
    page = reference.page("solve")
    assert page.index("resmax_sym.solve.solve>") < page.index("resmax_sym.solve.Problem>") < page.index("MESSAGES>")


def test_types_are_shown(site):
    page = (site / "api" / "solve.html").read_text()
    start = page.index('id="resmax_sym.solve.solve"')
    assert "Result" in page[start : page.index("</dt>", start)]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("L(x) = 1/2 ||c||^2 for v * f", r"L(x) = 1/2 \|\|c\|\|^2 for v \* f"),
        ("with `c - b` and $\\alpha$ of x_", r"with ``c - b`` and :math:`\alpha` of x\_"),
        ("    an indented line", "    an indented line"),
        ("A : ndarray, shape (n, d)", "A : *ndarray, shape (n, d)*"),
        ("one thing: another", "one thing: another"),
    ],
)
def test_text_is_not_markup(line, shown):
    lines = [line]
    reference.plain(None, "function", "f", None, None, lines)
    assert lines == [shown]


def test_examples_stay_as_they_are():
    lines = ["Of a * b.", "", ">>> 2 * x_", "  | 2 *", "", "Then c * d."]
    reference.plain(None, "function", "f", None, None, lines)
    assert lines == [r"Of a \* b.", "", ">>> 2 * x_", "  | 2 *", "", r"Then c \* d."]


def test_defaults_that_are_no_python():
    text, _ = reference.signature(None, "class", "C", None, None, "(a=<factory>, b=(<Status.PROVED: 'proved'>,))", None)
    assert text == "(a=..., b=(Status.PROVED,))"


def test_comments_below_assignments_are_found():
    lang = import_module("resmax_sym.lang")
    assert "FUNCTIONS" in lang.__all__
    assert not inspect.isroutine(lang.FUNCTIONS)
    assert reference.comment(lang, "FUNCTIONS")
    assert reference.comment(lang, "no such name") == []


def test_names_are_listed_with_what_is_said_of_them():
    page = reference.page("solve")
    head = page[: page.index("autoclass")]
    assert "* - :py:obj:`solve <resmax_sym.solve.solve>`\n     - Fit x so that" in head
    assert "dict()" not in page
    assert "* ``CONVERGED``: converged: " in page

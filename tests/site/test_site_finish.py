"""The font of the formulas: the glyphs that occur, small enough to come with the stylesheet."""

import base64
import io
import re

from fontTools.ttLib import TTFont

from docs.finish import glyphs, stylesheet


def test_only_formulas_count():
    page = "<p>q</p><math><mi>x</mi><mo>&lt;</mo><mi class='z'>α</mi></math><p>ω</p>"
    found = glyphs([page])
    assert {"x", "<", "α", "√"} <= {*found}
    assert not {"q", "z", "ω", "&"} & {*found}


def test_font_has_the_glyphs_and_the_measures_of_formulas():
    text = glyphs(["<math><mi>x</mi><mo>∑</mo></math>"])
    data = re.search(r"base64,([^\"]+)\"", stylesheet(text)).group(1)
    font = TTFont(io.BytesIO(base64.b64decode(data)))
    assert {ord("x"), ord("∑"), 0x1D465} <= set(font.getBestCmap())
    assert ord("q") not in font.getBestCmap()
    assert "MATH" in font


def test_roots_are_drawn(wide, site):
    """With the font alone, as on a machine that has no other one with the sign."""
    tab, _ = wide
    tab.goto((site / "lemmas" / "newton" / "kantorovich.html").as_uri())
    widths = tab.evaluate(
        """() => [...document.querySelectorAll("msqrt")].map((root) =>
            root.getBoundingClientRect().width - root.firstElementChild.getBoundingClientRect().width)"""
    )
    assert widths
    assert min(widths) > 3


def test_stylesheet_is_small(site):
    assert (site / "_static" / "formulas.css").stat().st_size < 250_000


def test_figures_are_named_for_who_cannot_see_them(site):
    pages = [path.read_text() for path in (site / "notebooks").glob("*.html")]
    names = [name for page in pages for name in re.findall(r'<img alt="([^"]*)"', page)]
    assert len(names) >= 10
    assert [name for name in names if not name.startswith("Figure: ") or "$" in name] == []
    assert len({*names}) > len(names) / 2

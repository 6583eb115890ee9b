"""The checks of the pages see what they are there for: each of these small pages has one fault."""

import pytest
from inspection import problems

GOOD = "<p style='color: #222; background: #fff'>Some words and <math><mi>x</mi></math>.</p>"
NIGHT = "@media (prefers-color-scheme: dark) {i {color: rgb(60, 60, 60); background: #111}}"
ASKS_AT_NIGHT = "@media (prefers-color-scheme: dark) {i {background: url(http://example.invalid/night.png)}}"
FAULTS = {
    "asked for": '<img src="http://example.invalid/a.png" alt="a">',
    "asked for http://example.invalid/night.png": f"<style>{ASKS_AT_NIGHT}</style><i>dim</i>",
    "console: ": "<script>console.warn('a warning')</script>",
    "script: ": "<script>undefined.x</script>",
    "not found: ": '<img src="none.png" alt="none">',
    "px wide": '<div style="width: 600px">wide</div>',
    "TeX or markup is left": r"<p>With \alpha and more</p>",
    "TeX inside a formula": r"<math><mtext>\alpha</mtext></math>",
    "a formula has no size": "<math></math>",
    "occurs twice": '<p id="a">one</p><p id="a">two</p>',
    "without a name": "<button></button>",
    "without words": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    "light: rgb(170, 170, 170) on": '<p style="color: #aaa; background: #fff">pale</p>',
    "dark: rgb(60, 60, 60) on": f"<style>{NIGHT}</style><i>dim</i>",
}


def page(body):
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>a</title><body>{body}</body></html>'


def test_good_page(narrow, tmp_path):
    path = tmp_path / "good.html"
    path.write_text(page(GOOD))
    assert problems(narrow, path.as_uri()) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_seen(narrow, tmp_path, fault):
    path = tmp_path / "bad.html"
    path.write_text(page(GOOD + FAULTS[fault]))
    found = problems(narrow, path.as_uri())
    assert any(fault in text for text in found), found

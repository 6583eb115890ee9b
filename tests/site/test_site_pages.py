"""Every page, opened as a file: no error, no request to a host, formulas drawn, 375 px wide, legible by day and by night."""

import pytest
from inspection import SITE, problems

PAGES = sorted(str(path.relative_to(SITE)) for path in SITE.rglob("*.html"))


def test_there_are_pages(site):
    assert {"index.html", "claims.html", "ledger.html", "search.html", "lemmas/index.html", "api/solve.html"} <= {
        *PAGES
    }
    assert sum(page.startswith("notebooks/") for page in PAGES) >= 8
    assert sum(page.startswith("lemmas/") for page in PAGES) >= 25


@pytest.mark.parametrize("page", PAGES)
def test_page(narrow, site, page):
    assert problems(narrow, (site / page).as_uri()) == []


@pytest.mark.parametrize("page", ["notebooks/01_gradient.html", "lemmas/soft_residual/hessian.html", "claims.html"])
def test_formulas_are_drawn(wide, site, page):
    """Not by accident: a page that ought to have formulas has them, in the font that came with it."""
    window, _ = wide
    window.goto((site / page).as_uri())
    sizes = window.evaluate("() => [...document.querySelectorAll('math')].map((m) => m.getBoundingClientRect().height)")
    assert len(sizes) > 20
    assert sum(size > 8 for size in sizes) > 20
    assert window.evaluate("() => document.fonts.ready.then((all) => [...all].some((one) => one.status == 'loaded'))")

"""Search, keyboard, night and day: what a reader does on the pages."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from inspection import NARROW, WIDE, reader


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def served(site):
    """The address of the pages on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def emptied(window):
    """The window of other tests, for one that leaves nothing behind in it either."""
    page, wrong = window
    page.goto("about:blank")
    wrong.clear()
    return window


@pytest.fixture
def window(wide):
    return emptied(wide)


@pytest.fixture
def slim(narrow):
    return emptied(narrow)


def focused(page):
    """The element that has the keyboard: its place and its text."""
    return page.evaluate(
        """() => {
          const one = document.activeElement;
          const place = ["article", ".sidebar-search-container", ".sidebar-tree", ".sidebar-drawer", "footer"];
          return [place.find((name) => one.closest(name)) ?? one.tagName, one.textContent.trim().slice(0, 30)];
        }"""
    )


def tabbed(page, most=200):
    """The places that Tab comes through, in order, each once; up to the main text."""
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        place, _ = focused(page)
        if place not in found:
            found.append(place)
        if place == "article":
            break
    return found


def results(page):
    page.wait_for_selector("#search-results li")
    return page.eval_on_selector_all("#search-results li a", "all => all.map((one) => one.getAttribute('href'))")


def test_search_from_files(window, site):
    page, wrong = window
    page.goto((site / "index.html").as_uri())
    page.fill("input[name=q]", "Lipschitz")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=Lipschitz*")
    found = results(page)
    assert any("lemmas/soft_residual/lipschitz.html" in address for address in found)
    assert any("notebooks/04_lipschitz.html" in address for address in found)
    page.click("#search-results li a")
    assert "lipschitz" in page.inner_text("article").lower()
    assert wrong == []


def test_search_of_a_word_that_is_nowhere(window, site):
    page, wrong = window
    page.goto((site / "search.html").as_uri() + "?q=zyxwvut")
    page.wait_for_function("document.querySelector('#search-results').innerText.includes('did not match')")
    assert page.query_selector("#search-results li") is None
    assert wrong == []


def test_search_served_shows_excerpts(window, served):
    page, wrong = window
    page.goto(f"{served}/search.html?q=Lipschitz")
    assert results(page)
    page.wait_for_selector("#search-results li p.context")
    assert wrong == []


def test_tab_reaches_search_navigation_and_text(window, site):
    page, wrong = window
    page.goto((site / "claims.html").as_uri())
    page.keyboard.press("Tab")
    assert focused(page)[1] == "Skip to content"
    places = tabbed(page)
    assert places.index(".sidebar-search-container") < places.index(".sidebar-tree") < places.index("article")
    assert wrong == []


def test_skipping_leads_past_the_navigation(window, site):
    page, _ = window
    page.goto((site / "claims.html").as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert tabbed(page) == ["article"]


def test_narrow_navigation_opens_by_keyboard(slim, site):
    page, wrong = slim
    page.goto((site / "claims.html").as_uri())
    menu, first = page.get_by_role("button", name="Navigation"), page.locator(".sidebar-tree a").first
    assert not first.is_visible()
    for _ in range(10):
        page.keyboard.press("Tab")
        if menu.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    assert menu.get_attribute("aria-expanded") == "true"
    assert first.is_visible()
    first.focus()
    page.keyboard.press("Escape")
    assert not first.is_visible()
    assert wrong == []


def test_folded_chapters_open_by_keyboard(window, site):
    page, wrong = window
    page.goto((site / "claims.html").as_uri())
    chapter = page.locator(".sidebar-tree a[href$='soft_residual/gradient.html']")
    assert not chapter.is_visible()
    for level in (1, 2):  # the lemmas, then the first system
        page.locator(f".sidebar-tree li.toctree-l{level} > label").first.focus()
        page.keyboard.press("Space")
    assert chapter.is_visible()
    assert wrong == []


def test_night_is_kept_from_page_to_page(chromium, site):
    with reader(chromium, WIDE, "light") as (page, wrong):
        background = "getComputedStyle(document.body).backgroundColor"
        page.goto((site / "index.html").as_uri())
        day = page.evaluate(background)
        while page.evaluate("document.body.dataset.theme") != "dark":
            page.locator(".theme-toggle-content button").click()
        night = page.evaluate(background)
        page.goto((site / "claims.html").as_uri())
        assert page.evaluate(background) == night != day
        assert wrong == []


def test_pages_read_without_scripts(chromium, site):
    context = chromium.new_context(java_script_enabled=False, viewport=NARROW)
    page = context.new_page()
    page.goto((site / "lemmas" / "soft_residual" / "gradient.html").as_uri())
    box = page.locator("article math").first.bounding_box()
    assert box["width"] > 5
    assert box["height"] > 5
    context.close()


def test_motion_is_left_out_for_who_asks(window, site):
    page, _ = window
    page.goto((site / "claims.html").as_uri())
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    assert page.evaluate(behaviour) == "smooth"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(behaviour) == "auto"
    page.emulate_media(reduced_motion="no-preference")


def test_print_is_dark_on_white_at_night_too(window, site):
    page, _ = window
    page.goto((site / "lemmas" / "soft_residual" / "gradient.html").as_uri())
    colour = "getComputedStyle(document.querySelector('.verdict.proved')).color"
    day = page.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(colour) != day
    page.emulate_media(color_scheme="dark", media="print")
    assert page.evaluate(colour) == day
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    assert not page.locator(".sidebar-drawer").is_visible()
    page.emulate_media(color_scheme="light", media="screen")

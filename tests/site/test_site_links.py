"""Links between pages: each leads to a page, a picture or a place that is there; nothing is loaded from a host."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

LOADED = {"img", "script", "source", "iframe", "video", "audio", "embed", "link", "use", "image"}


class Page(HTMLParser):
    """What a page links to and loads, and its ids."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if "id" in found:
            self.ids.add(found["id"])
        for name in ("href", "src"):
            if found.get(name) is not None:
                (self.loads if tag in LOADED else self.links).append(found[name])


def broken(site):
    """Links and loads that lead nowhere, or to a host that a page must not ask."""
    pages = {path.resolve(): Page(path.read_text()) for path in site.rglob("*.html")}
    found = []
    for path, page in pages.items():
        for target in (*page.links, *page.loads):
            address, part = urldefrag(target)
            if urlsplit(address).scheme:
                if target in page.loads and not target.startswith("data:"):
                    found.append(f"{path.name} loads {target}")
                continue
            goal = (path.parent / unquote(urlsplit(address).path)).resolve() if address else path
            if not goal.is_file():
                found.append(f"{path.name} -> {target}")
            elif part and goal in pages and unquote(part) not in pages[goal].ids:
                found.append(f"{path.name} -> {target}: no such place")
    return found


def test_every_link_leads_somewhere(site):
    assert broken(site) == []


def test_lemmas_link_to_what_they_rest_on(site):
    page = Page((site / "lemmas" / "soft_residual" / "hessian.html").read_text())
    assert {"gradient.html#gradient", "names.html#definition-B", "#hessian-t"} <= {*page.links}
    assert "hessian" in page.ids


def test_ledger_leads_back_to_the_site(site):
    links = re.findall('<a href="([^"]*)"', (site / "ledger-page.html").read_text())
    assert {"index.html", "lemmas/index.html", "lemmas/soft_residual/hessian.html"} <= {*links}


@pytest.mark.parametrize(
    "body",
    [
        '<a href="none.html">',
        '<a href="#none">',
        '<a href="b.html#none">',
        '<script src="http://example.invalid/a.js">',
    ],
)
def test_broken_link_is_seen(tmp_path, body):
    (tmp_path / "a.html").write_text('<p id="here"><a href="b.html#there"><a href="#here">')
    (tmp_path / "b.html").write_text('<p id="there"><a href="http://example.invalid/">')
    assert broken(tmp_path) == []
    (tmp_path / "a.html").write_text(body)
    assert len(broken(tmp_path)) == 1

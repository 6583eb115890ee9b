"""What a page does, and what a reader would stumble over on it."""

from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
SITE = HERE.parents[1] / "build" / "site"
READING, CONTRAST = ((HERE / name).read_text() for name in ("inspect.js", "contrast.js"))
NARROW, WIDE = {"width": 375, "height": 720}, {"width": 1280, "height": 800}
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
"""What a style asks for is asked for when it is drawn."""

LOCAL = ("file:", "data:", "blob:", "http://localhost:", "http://127.0.0.1:")


@contextmanager
def reader(chromium, viewport=WIDE, scheme="light"):
    """A fresh window and the list of what goes wrong in it, which grows as pages are read."""
    context, wrong = chromium.new_context(viewport=viewport, color_scheme=scheme), []
    page = context.new_page()
    page.on("console", lambda one: one.type in ("warning", "error") and wrong.append(f"console: {one.text}"))
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("requestfailed", lambda request: wrong.append(f"not found: {request.url}"))
    page.on("request", lambda request: request.url.startswith(LOCAL) or wrong.append(f"asked for {request.url}"))
    context.route(lambda url: not url.startswith(LOCAL), lambda route: route.abort())
    try:
        yield page, wrong
    finally:
        context.close()


def problems(window, address: str) -> list[str]:
    """Everything that is wrong with one page, on a narrow screen, by day and by night; `window` is what `reader` gives."""
    page, wrong = window
    wrong.clear()
    page.emulate_media(color_scheme="light")
    page.goto(address)
    found = page.evaluate(READING)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(DRAWN)
        found += [f"{scheme}: {text}" for text in page.evaluate(CONTRAST)]
    return wrong + found

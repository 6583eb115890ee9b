"""The pages that `make site` wrote, and the browser that reads them."""

import os
import shutil
from importlib.util import find_spec

import pytest
from inspection import NARROW, SITE, WIDE, reader

QUIET = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
"""The browser itself must ask nobody for anything."""

# What needs the environment of the site stays out of the others; `make test-site` runs all of it.
BUILT = ("pages", "sources", "reading", "links", "inspection", "mathml", "finish", "reference")
collect_ignore = (
    [] if find_spec("playwright") else [*(f"test_site_{name}.py" for name in BUILT), "test_ledger_browser.py"]
)


def program() -> str | None:
    """The browser on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def site():
    if not (SITE / "index.html").is_file():
        pytest.fail("expected the pages in build/site, got none; run `make site`")
    return SITE


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    path = program()
    if path is None:
        pytest.skip("no Chromium on the PATH; install Debian's chromium")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=path, args=list(QUIET))
        yield found
        found.close()


@pytest.fixture(scope="session")
def narrow(chromium):
    """One window of 375 px for all pages: to open one costs more than to read a page."""
    with reader(chromium, NARROW) as window:
        yield window


@pytest.fixture(scope="session")
def wide(chromium):
    """One window of 1280 px."""
    with reader(chromium, WIDE) as window:
        yield window

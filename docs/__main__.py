"""python -m docs: the notebooks, the lemmas and the reference as web pages in build/site, where a warning is an error."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import main as sphinx_build

from docs.pages import stage

ROOT = Path(__file__).resolve().parent.parent
PAGES, SITE, TREES = ROOT / "build" / "pages", ROOT / "build" / "site", ROOT / "build" / "doctrees"


def main() -> int:
    """0 where the site was built without a warning."""
    for folder in (PAGES, SITE, TREES):  # a page that is gone must not stay, and a warning must come every time
        shutil.rmtree(folder, ignore_errors=True)
    stage(ROOT, PAGES)
    places = ["-c", str(ROOT / "docs"), "-d", str(TREES), str(PAGES), str(SITE)]
    failed = sphinx_build(["--fail-on-warning", "--quiet", *places])
    if not failed:
        print(f"{SITE.relative_to(ROOT)}/index.html")
    return failed


if __name__ == "__main__":
    sys.exit(main())

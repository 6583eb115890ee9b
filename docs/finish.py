"""What the written pages still need: the glyphs of their formulas inside a stylesheet, ids that are unique, the ledger's list."""

from __future__ import annotations

import base64
import io
import logging
import re
from collections.abc import Iterable
from html import unescape
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx

from docs.ledger import FILE, at_home

STYLE = "formulas.css"
FORMULA = re.compile(r"<math.*?</math>", re.DOTALL)
ITALIC = (0x210E, 0x1D6A4, 0x1D6A5, *range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C))
"""Mathematical italic letters, Latin and Greek."""

DRAWN = "√"
"""What an element draws without a character for it."""

TITLE = re.compile(r"""set_title\([rf]*["']([^"']+)["']""")
TAG = re.compile(r"<[^>]*>")


def connect(app: Sphinx) -> None:
    """Called by conf.py."""
    app.connect("doctree-read", unique_ids, priority=400)  # before the table of contents is taken
    app.connect("doctree-resolved", figures)
    app.connect("build-finished", finish)


def unique_ids(app: Sphinx, doctree: nodes.document) -> None:
    """sphinx-proof gives the content of every directive one and the same id, and a chapter may be called as a claim is."""
    proofs = getattr(app.env, "proof_list", {})
    for node in doctree.findall(nodes.section):
        if node["ids"] == ["proof-content"]:
            node["ids"] = [f"{node.parent['ids'][0]}-content"]
        elif any(name in proofs for name in node["ids"]):
            node["ids"] = [f"chapter-{name}" for name in node["ids"]]


def figures(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """The title of a figure is what is read aloud in its place; without one, a reader is sent to the text."""
    for cell in doctree.findall(lambda node: "cell" in getattr(node, "attributes", {}).get("classes", ())):
        found = TITLE.search("".join(block.astext() for block in cell.findall(nodes.literal_block)))
        title = re.sub(r"[$\\{}]", "", found.group(1)) if found else "see the text around it"
        for image in cell.findall(nodes.image):
            image["alt"] = f"Figure: {title}"


def finish(app: Sphinx, failure: Exception | None) -> None:
    """Files that are made from the pages."""
    if failure is None:
        site = Path(app.outdir)
        characters = glyphs(path.read_text() for path in site.rglob("*.html"))
        (site / "_static" / STYLE).write_text(stylesheet(characters))
        ledger = site.parent / "ledger.html"
        if ledger.is_file():
            (site / FILE).write_text(at_home(ledger.read_text()))


def glyphs(pages: Iterable[str]) -> str:
    """Every character that occurs in a formula, the italic letters, by which a browser replaces plain ones, and roots."""
    found = {*map(chr, ITALIC), *DRAWN}
    for page in pages:
        found.update(unescape(TAG.sub("", "".join(FORMULA.findall(page)))))
    return "".join(sorted(found))


def stylesheet(characters: str) -> str:
    """STIX Two Math with these glyphs, inside the stylesheet: browsers refuse a page opened as a file other files as fonts."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    options = Options(flavor="woff", layout_features=["*"], notdef_outline=True, name_IDs=["*"], drop_tables=[])
    (package,) = find_spec("ziamath").submodule_search_locations  # found without running the package
    with TTFont(Path(package) / "fonts" / "STIXTwoMath-Regular.ttf", recalcTimestamp=False) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        font.flavor, written = "woff", io.BytesIO()
        font.save(written)
    data = base64.b64encode(written.getvalue()).decode()
    face = f'font-family: "STIX Two Math"; src: local("STIX Two Math"), url("data:font/woff;base64,{data}") format("woff");'
    return f'@font-face {{ {face} }}\nmath {{ font-family: "STIX Two Math", math; }}\n'

"""docs/*.md, README.md, the notebooks, the claims and the docstrings -> the folder of pages that Sphinx reads."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from derivations import LEDGER, SYSTEMS
from docs import chapters, reference
from docs.ledger import summary

LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s]+)")
PICTURE = re.compile(r"^!\[.*\]\(docs/images/ledger\.png\)$", re.MULTILINE)
"""The picture of the ledger, which is worth more if it leads there."""

BESIDE = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
"""Files of the root that are pages as well, where they are there."""

FRONT = """
```{{toctree}}
:hidden:
:caption: Read

{notebooks}
```

```{{toctree}}
:hidden:
:caption: Check

claims
lemmas/index
ledger
```

```{{toctree}}
:hidden:
:caption: Use

{api}
{beside}
```
"""


def stage(root: Path, pages: Path) -> None:
    """Writes every page; what is generated is never edited."""
    pages.mkdir(parents=True)
    systems = [(system.__name__.rpartition(".")[2], system) for system in SYSTEMS]
    _write(pages / "index.md", front(root, pages))
    for name, page in BESIDE.items():
        if (root / name).is_file():
            _write(pages / page, linked((root / name).read_text(), root, pages))
    for path in sorted((root / "docs").glob("*.md")):
        _write(pages / path.name, path.read_text())
    for path in notebooks(root):
        _write(pages / "notebooks" / path.name, path.read_text())
    _write(pages / "lemmas" / "index.md", chapters.contents(systems))
    for folder, system in systems:
        _write(pages / "lemmas" / folder / "index.md", chapters.system_page(folder, system))
        for module in system.CHAPTERS:
            _write(pages / "lemmas" / folder / f"{chapters.place(module)}.md", chapters.chapter(module, LEDGER))
    for name in reference.PACKAGES:
        _write(pages / "api" / f"{name}.rst", reference.page(name))
    _write(pages / "ledger.md", summary(LEDGER, (root / "build" / "ledger.html").is_file()))


def notebooks(root: Path) -> list[Path]:
    """In the order of their numbers."""
    return sorted((root / "notebooks").glob("[0-9]*.ipynb"))


def front(root: Path, pages: Path) -> str:
    """README.md, and the table of contents."""
    entries = {
        "notebooks": [f"notebooks/{path.stem}" for path in notebooks(root)],
        "api": [f"api/{name}" for name in reference.PACKAGES],
        "beside": [Path(page).stem for name, page in BESIDE.items() if (root / name).is_file()],
    }
    contents = FRONT.format(**{name: "\n".join(lines) for name, lines in entries.items()})
    text = PICTURE.sub(r"[\g<0>](ledger.md)", (root / "README.md").read_text())
    return linked(text, root, pages) + contents


def linked(text: str, root: Path, pages: Path) -> str:
    """A file of the root with its links to other files turned into links between pages; what is no page is copied."""

    def page(found: re.Match[str]) -> str:
        target, mark, part = found.group().partition("#")
        if target in BESIDE:
            return BESIDE[target] + mark + part
        if target.startswith("derivations"):
            return "lemmas/index.md"
        if target.startswith("docs/") and target.endswith(".md"):  # pages beside the first one
            return target.removeprefix("docs/") + mark + part
        source, place = root / target, pages / target
        if source.is_file() and source.suffix not in (".md", ".ipynb"):  # a picture, or a file to be saved
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)
        return found.group()

    return LINK.sub(page, text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)

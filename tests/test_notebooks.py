"""Notebooks: outputs stored, in one order, mostly prose, linked both ways; nbval sees a tampered copy, the guard here a stripped one."""

import ast
import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
NAMES = [path.name for path in NOTEBOOKS]
ORDER = (
    r"\A# \d\. ", r"^\*\*Goal\.\*\*\s", r"^\*\*Source\.\*\*\s", r"^## Symbols$", r"^\| symbol \| in the language \| meaning \| shape \|$",
    r"^\*\*Assumptions\.\*\*\s", r"^## .*[Ww]rong turn", r"^<figure>$", r"^## Exercise$", r"^\*\*Answer\.\*\*\s", r"^<code>$",
    r"^## What was shown$", r"^<assert>$",
)  # fmt: skip
"""What every notebook has, in this order; code stands for its cell in pointed brackets."""

LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
WIDEST = 110
"""Characters of a printed line that a page shows without scrolling."""


def problems(notebook: dict) -> list[str]:
    """What a reader, or nbval, would miss."""
    found = []
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    outputs = [output for cell in code for output in cell["outputs"]]
    if [cell["execution_count"] for cell in code] != list(range(1, len(code) + 1)):
        found.append("execution counts are not 1..n")
    if not outputs:
        found.append("no stored output: nbval would compare nothing")
    if any(output.get("name") == "stderr" or output["output_type"] == "error" for output in outputs):
        found.append("stderr or an error is stored")
    if any(" at 0x" in json.dumps(output.get("data", output.get("text", ""))) for output in outputs):
        found.append("an object's address is stored")
    if any(
        one.get("name") == other.get("name") == "stdout" for cell in code for one, other in pairwise(cell["outputs"])
    ):
        found.append("what is printed in one go is stored in pieces")
    return found


def sources(notebook: dict, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == kind]


def outline(notebook: dict) -> str:
    """The prose, with a mark for each cell of code: an assert, a figure, or neither."""
    parts = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            figure = any("image/png" in output.get("data", {}) for output in cell["outputs"])
            text = "<figure>" if figure else "<assert>" if re.search(r"^ *assert ", text, re.M) else "<code>"
        parts.append(text)
    return "\n".join(parts)


def missing(text: str) -> list[str]:
    """The parts of `ORDER` that are not found after those before them."""
    place, found = 0, []
    for pattern in ORDER:
        part = re.compile(pattern, re.M).search(text, place)
        place = part.end() if part else place
        found += [] if part else [pattern]
    return found


def links(notebook: dict) -> set[str]:
    """The files that the prose leads to."""
    return {
        target
        for text in sources(notebook, "markdown")
        for target in LINK.findall(text)
        if not target.startswith("http")
    }


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request):
    return json.loads(request.param.read_text())


def test_there_are_notebooks():
    assert [name[:2] for name in NAMES] == [f"{k:02}" for k in range(len(NAMES))]
    assert len(NAMES) >= 9


def test_outputs_are_stored(notebook):
    assert problems(notebook) == []


def test_in_one_order(notebook):
    assert missing(outline(notebook)) == []


@pytest.mark.parametrize(
    "part", ["**Source.**", "| symbol |", "**Assumptions.**", "## Exercise", "**Answer.**", "<figure>"]
)
def test_a_part_that_is_left_out_is_missed(part):
    text = outline(json.loads(NOTEBOOKS[0].read_text()))
    assert part in text
    assert missing(text.replace(part, "")) != []


def test_mostly_prose_and_short_cells(notebook):
    """In lines that are not empty, which is less than in words."""
    prose, code = (
        sum(bool(line.strip()) for text in sources(notebook, kind) for line in text.splitlines())
        for kind in ("markdown", "code")
    )
    assert prose >= 0.4 * (prose + code)
    lengths = [text.count("\n") + 1 for text in sources(notebook, "code")]
    assert median(lengths) <= 5
    assert max(lengths) <= 15


def test_functions_are_short(notebook):
    trees = [ast.parse(text) for text in sources(notebook, "code")]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert [node.name for node in functions if node.end_lineno - node.lineno >= 10] == []


def test_lines_fit_on_a_page(notebook):
    """Printed ones; and those of prose, but for tables and formulas on their own."""
    streams = [output for cell in notebook["cells"] for output in cell.get("outputs", []) if "text" in output]
    assert [line for one in streams for line in "".join(one["text"]).splitlines() if len(line) > WIDEST] == []
    texts = [re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL) for text in sources(notebook, "markdown")]
    prose = [line for text in texts for line in text.splitlines() if not line.startswith("|")]
    assert [line for line in prose if len(line) > 140] == []


def test_figures_have_a_title_and_axes(notebook):
    for cell in notebook["cells"]:
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])):
            text = "".join(cell["source"])
            assert re.search(r"title[(=:]", text), text
            assert "label" in text or "draw(" in text, text
    assert 'plt.style.use("resmax.mplstyle")' in "\n".join(sources(notebook, "code"))


def test_last_cell_asserts(notebook):
    assert "assert " in "".join(notebook["cells"][-1]["source"])


def test_links_lead_to_files(notebook):
    assert [target for target in links(notebook) if not (FOLDER / target).is_file()] == []


def test_neighbours_are_linked_both_ways():
    to = {path.name: links(json.loads(path.read_text())) for path in NOTEBOOKS}
    one_way = [(here, there) for here in NAMES for there in to[here] & set(NAMES) if here not in to[there]]
    assert one_way == []
    assert [pair for pair in pairwise(NAMES) if pair[1] not in to[pair[0]]] == []
    assert to[NAMES[0]] >= set(NAMES[1:]), "the tour leads everywhere"


def test_stripped_notebook_is_rejected(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    assert len(problems(notebook)) == 2


@pytest.mark.parametrize(("stored", "code"), [("2\n", 0), ("3\n", 1)], ids=["as stored", "tampered"])
def test_nbval_compares_outputs(tmp_path, stored, code):
    """The runner that `make test` uses sees one changed character."""
    cell = {
        "cell_type": "code",
        "execution_count": 1,
        "id": "a",
        "metadata": {},
        "outputs": [{"name": "stdout", "output_type": "stream", "text": [stored]}],
        "source": ["print(1 + 1)"],
    }
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path = tmp_path / "small.ipynb"
    path.write_text(json.dumps(book))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--nbval",
        "--nbval-current-env",
        str(path),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout

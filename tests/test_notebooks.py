"""Notebooks: outputs stored, in order, mostly prose; a tampered copy fails nbval, which a stripped one would not."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


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
    return found


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request):
    return json.loads(request.param.read_text())


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_outputs_are_stored(notebook):
    assert problems(notebook) == []


def test_mostly_prose_and_short_cells(notebook):
    prose = sum(len("".join(cell["source"])) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert prose >= 0.4 * (prose + sum(map(len, cells)))
    lengths = [cell.count("\n") + 1 for cell in cells]
    assert median(lengths) <= 5
    assert max(lengths) <= 15


def test_last_cell_asserts(notebook):
    assert "assert " in "".join(notebook["cells"][-1]["source"])


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

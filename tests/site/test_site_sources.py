"""Files of the root as pages: their links lead to pages, pictures and files are copied, nothing else is touched."""

from pathlib import Path

import pytest

from docs.pages import front, linked

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path):
    for name in ("docs/images/a.png", "LICENSE", "CONTRIBUTING.md", "notebooks/00_tour.ipynb"):
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "root"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("see [it](CONTRIBUTING.md#a-lemma)", "see [it](contributing.md#a-lemma)"),
        ("in [words](docs/claims.md#words)", "in [words](claims.md#words)"),
        ("in [`claims`](derivations/soft_residual)", "in [`claims`](lemmas/index.md)"),
        ("the [tour](notebooks/00_tour.ipynb)", "the [tour](notebooks/00_tour.ipynb)"),
        ("a [paper](https://example.invalid/derivations)", "a [paper](https://example.invalid/derivations)"),
        ("[below](#below)", "[below](#below)"),
    ],
)
def test_links(root, tmp_path, before, after):
    assert linked(before, root, tmp_path / "pages") == after
    assert not (tmp_path / "pages").exists()


@pytest.mark.parametrize("name", ["docs/images/a.png", "LICENSE"])
def test_what_is_no_page_is_copied(root, tmp_path, name):
    text = f"![words]({name})"
    assert linked(text, root, tmp_path / "pages") == text
    assert (tmp_path / "pages" / name).read_text() == name
    linked("![words](docs/none.png)", root, tmp_path / "pages")
    assert not (tmp_path / "pages" / "docs" / "none.png").exists()


def test_front_page_is_the_readme_and_its_picture_leads_to_the_ledger(tmp_path):
    text = front(ROOT, tmp_path / "pages")
    assert text.startswith("# resmax_sym\n")
    assert text.count("(docs/images/ledger.png)](ledger.md)\n") == 1
    assert "\nnotebooks/00_tour\n" in text
    assert (tmp_path / "pages" / "docs" / "images" / "ledger.png").is_file()

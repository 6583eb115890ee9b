"""README, CONTRIBUTING and docstrings: their examples run and print what they say, their links lead somewhere."""

import contextlib
import doctest
import io
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from resmax_sym.judge import judge
from resmax_sym.judge.claimfile import claims_from
from resmax_sym.report.check import figure

ROOT = Path(__file__).parent.parent
PAGES = {name: (ROOT / name).read_text() for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")}
LANGUAGE = {"docs/claims.md": (ROOT / "docs" / "claims.md").read_text()}
EXAMPLES = [
    pytest.param(code, id=f"{name}-{k}")
    for name, text in (PAGES | LANGUAGE).items()
    for k, code in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
]
FILES = [
    pytest.param(name, code, id=f"{name}-{k}")
    for name, text in PAGES.items()
    for k, code in enumerate(re.findall(r"```toml\n(.*?)```", text, re.DOTALL))
]
DOCUMENTED = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted((ROOT / "resmax_sym").rglob("*.py"))
    if ">>>" in path.read_text()
]


def test_there_are_examples():
    assert len(EXAMPLES) >= 3
    assert len(FILES) >= 2
    assert len(DOCUMENTED) >= 3


@pytest.mark.parametrize(("page", "text"), FILES)
def test_claim_file(page, text):
    """As it is expected, or as a line of the page says."""
    for claim in claims_from(tomllib.loads(text)):
        verdict = judge(claim)
        line = re.search(rf"^{claim.id} .*$", PAGES[page], re.MULTILINE)
        if line is None:
            assert claim.expect
            assert verdict.expected, verdict
        else:
            said = f"{claim.id} {verdict.status} (unexpected) {verdict.method} {figure(verdict)}"
            assert line.group().split() == said.split()


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(example):
    expected = [line[2:] for line in example.splitlines() if line.startswith("# ")]
    assert expected
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {})
    assert printed.getvalue().splitlines() == expected


@pytest.mark.parametrize("name", DOCUMENTED)
def test_docstring(name):
    failed, tried = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried
    assert not failed


@pytest.mark.parametrize("page", PAGES)
def test_links_of_the_repository(page):
    for target in re.findall(r"\]\(([^)#\s]+)", PAGES[page]):
        assert target.startswith("https://") or (ROOT / target).exists(), target

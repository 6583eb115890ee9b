"""README: its Python examples run and print what they say."""

import contextlib
import io
import re
import tomllib
from pathlib import Path

import pytest

from resmax_sym.judge import judge
from resmax_sym.judge.claimfile import claims_from
from resmax_sym.report.check import figure

TEXT = (Path(__file__).parent.parent / "README.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def test_there_are_examples():
    assert len(EXAMPLES) >= 2


def test_claim_file():
    (claim,) = claims_from(tomllib.loads(*re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)))
    verdict = judge(claim)
    line = re.search(rf"^{claim.id} .*$", TEXT, re.MULTILINE).group()
    assert line.split() == f"{claim.id} {verdict.status} (unexpected) {verdict.method} {figure(verdict)}".split()


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_example(example):
    expected = [line[2:] for line in example.splitlines() if line.startswith("# ")]
    assert expected
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {})
    assert printed.getvalue().splitlines() == expected

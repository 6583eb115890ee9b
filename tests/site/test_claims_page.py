"""docs/claims.md: its files are judged as it says, and its lists are those of the program."""

import re
import tomllib
from pathlib import Path

import pytest

from resmax_sym.judge import Status, judge_all
from resmax_sym.judge.claimfile import claims_from
from resmax_sym.lang import FUNCTIONS
from resmax_sym.models import Model

TEXT = (Path(__file__).parents[2] / "docs" / "claims.md").read_text()
FILES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def section(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE).group(1)


def first_column(text):
    return set(re.findall(r"`([^`]+)`", " ".join(re.findall(r"^\| ([^|]*) \|", text, re.MULTILINE))))


@pytest.mark.parametrize("file", FILES, ids=range(len(FILES)))
def test_files_are_claims(file):
    assert [claim.defect for claim in claims_from(tomllib.loads(file))] == [""] * file.count("[[claim]]")


def test_proof_in_steps_is_proved():
    claims = claims_from(tomllib.loads(FILES[1]))
    assert claims[-1].proof
    assert [verdict.status for verdict in judge_all(claims)] == [Status.PROVED] * len(claims)


def test_verdicts_are_those_of_the_judge():
    rows = re.findall(r"^\| (\w+) \|", section("What a verdict means"), re.MULTILINE)
    assert sorted({*rows} - {"verdict"}) == sorted(map(str, Status))


def test_every_function_is_listed():
    words = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", section("Operators, functions, relations")))))
    assert set(FUNCTIONS) - {"ones", "eye"} <= words


def test_every_name_is_listed():
    listed = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", section("Names")))))
    assert set(Model().names) | set(Model(inner_layer="s").names) <= listed


def test_names_are_names():
    known = set(Model().names) | set(Model(inner_layer="s").names) | {"ones", "eye", "k"}
    assert set(re.findall(r"\w+", " ".join(first_column(section("Names"))))) <= known

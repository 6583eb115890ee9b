"""resmax-sym check prints the line of a claim as soon as it is judged, in a pipe and on a terminal."""

import io
import json
import os
import subprocess
import sys

import pytest
from rich.console import Console

from resmax_sym import cli
from resmax_sym.commands import check
from resmax_sym.judge import Claim, judge
from resmax_sym.report import check as report
from resmax_sym.report import tables

FIRST, SECOND = 'id = "first"\nstatement = "sum(f) == 1"', 'id = "second"\nstatement = "u == v"'
COMMAND = [sys.executable, "-m", "resmax_sym.cli", "check"]


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "claims.toml").write_text(f"[[claim]]\n{FIRST}\n[[claim]]\n{SECOND}\n")
    return "claims.toml"


@pytest.fixture
def stopped(monkeypatch):
    """A judge that is interrupted at the second claim."""

    def interrupted(claims, *effort):
        yield judge(claims[0])
        raise KeyboardInterrupt

    monkeypatch.setattr(report, "judge_all", interrupted)


def test_what_is_judged_is_printed_before_the_next(file, stopped, capsys):
    assert cli.main(["check", file]) == 130
    assert capsys.readouterr() == ("first  proved  normal form, every unit\n", "resmax-sym: interrupted\n")


def test_an_object_is_printed_whole_or_not_at_all(file, stopped, capsys):
    assert cli.main(["check", file, "--json"]) == 130
    assert capsys.readouterr().out == ""


def test_a_pipe_gets_each_line_at_once(tmp_path):
    """The second claim keeps the judge busy for minutes: no line could come if output waited for the end."""
    path = tmp_path / "claims.toml"
    slow = '[[claim]]\nid = "slow"\nstatement = "norm(x) * norm(y) >= inner(x, y) - norm(b - b)"\nassume = ["n >= 2"]\n'
    path.write_text(f"[[claim]]\n{FIRST}\n{slow}")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    command = [*COMMAND, str(path), "--budget", "600"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    ) as running:
        assert running.stdout.readline().startswith("first  proved")
        running.kill()
        assert running.communicate()[0] == ""  # the other claim was still being judged


def test_a_reader_that_has_left_is_no_error_message(file, monkeypatch, capsys):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert cli.main(["check", file]) == 1
    assert capsys.readouterr().err == ""


def test_only_the_claim_that_was_asked_for(file, capsys):
    assert cli.main(["check", file, "--claim", "second"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("second  refuted (unexpected)  witness")


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_judged(file, capsys):
    assert cli.main(["check", file, "--certificates", file]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert file in err


def test_on_a_terminal_lines_stand_in_columns(monkeypatch, capsys):
    screen = Console(file=io.StringIO(), force_terminal=True, width=20)
    monkeypatch.setattr(tables, "console", lambda: screen)
    show = check.printer(["a", "longer"], None)
    for name in ("a", "longer"):
        show(judge(Claim(name, "sum(f) == 1")))
    plain = Console(file=io.StringIO()).render_str
    first, second = (str(plain(line)) for line in capsys.readouterr().out.splitlines())
    assert "\x1b" in first
    assert first.index("proved") == second.index("proved")
    assert first.endswith("normal form, every unit")  # not wrapped


def test_data_are_the_same_as_before(file, capsys):
    cli.main(["check", file, "--json"])
    assert [claim["verdict"] for claim in json.loads(capsys.readouterr().out)["claims"]] == ["proved", "refuted"]


@pytest.mark.parametrize("only", [[], ["--claim", "second"]], ids=str)
def test_what_is_wrong_with_the_model_is_said_once(file, only, capsys):
    with open(file, "a") as claims:
        claims.write('[model]\nunit = "expp(s)"\n')
    assert cli.main(["check", file, *only]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 - len(only) // 2
    assert "did you mean 'exp'" in lines[0]
    assert all(line.endswith("[model]: as above") for line in lines[1:])
    assert cli.main(["check", file, "--json"]) == 1
    found = [claim["evidence"]["reason"] for claim in json.loads(capsys.readouterr().out)["claims"]]
    assert len(found) == 2
    assert len({*found}) == 1
    assert found[0] in lines[0]

"""resmax-sym ledger, and check --ablate --slack: data on standard output, nothing else in a pipe, exit 0, 1 or 2."""

import contextlib
import importlib.util
import io
import json
import os
import subprocess
import sys

import pytest

import derivations
from resmax_sym import cli
from resmax_sym.commands import terminal
from resmax_sym.judge import Claim, Defect, Status, schedule
from resmax_sym.judge.ledger import Ledger

needs_matplotlib = pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="draws with matplotlib")
SMALL = Ledger(
    [
        Claim("total", "sum(f) == 1"),
        Claim("double", "2 * sum(f) == 2", depends=("total",)),
        Claim("false", "u == v", assume=("n >= 2",), expect=(Status.REFUTED,)),
        Claim("four", "4 * sum(f) == 4", depends=("double",)),
    ],
    {"total": "2309.13482"},
)


def run(*arguments):
    """Exit code, standard output, standard error of the command in this process; neither stream is a terminal."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli.main(list(arguments))
        except SystemExit as leave:
            code = leave.code
    return code, out.getvalue(), err.getvalue()


def ledger(*arguments):
    return run("ledger", "--jobs", "1", *arguments)


def complains(result, *words):
    """Exit 2, no data, and one line on standard error that holds the words."""
    code, out, err = result
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("resmax-sym")
    for word in words:
        assert word in err
    return True


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    """A ledger of four claims, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(derivations, "LEDGER", SMALL)
    return monkeypatch


def test_json_has_the_fields_of_the_ledger_and_no_more():
    code, out, err = ledger("--json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    data = json.loads(out)
    assert list(data) == ["claims"]
    for claim in data["claims"]:
        assert claim.keys() == {"id", "paper", "verdict", "method", "assume", "depends", "digest"}
        assert len(claim["digest"]) == 64
    assert [claim["id"] for claim in data["claims"]] == list(SMALL.claims)
    assert [claim["verdict"] for claim in data["claims"]] == ["proved", "proved", "refuted", "proved"]
    assert data["claims"][0]["paper"] == "2309.13482"
    assert data["claims"][2]["assume"] == ["n >= 2"]
    assert ledger("--json", "--fresh") == (code, out, err)


def test_lines_and_what_is_on_record(small, tmp_path):
    first = ledger()
    code, out, err = first
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    assert [line.split()[0] for line in out.splitlines()] == ["claim", *SMALL.claims]
    assert {path.stem for path in (tmp_path / "build" / "ledger").iterdir()} == set(SMALL.claims)
    small.setattr(schedule, "judge_after", None)  # nothing is left to judge
    assert ledger() == first


def test_a_verdict_that_is_not_as_expected_is_exit_1(small):
    small.setattr(derivations, "LEDGER", Ledger([Claim("wrong", "u == v")]))
    code, out, err = ledger()
    assert (code, err) == (1, "")
    assert "refuted (unexpected)" in out
    assert ledger("--json")[0] == 1


@pytest.mark.parametrize(("name", "falls"), [("total", ["double", "four"]), ("double", ["four"]), ("false", [])])
def test_impact_names_what_falls(name, falls, tmp_path):
    assert ledger("--impact", name) == (0, "".join(f"{one}\n" for one in falls), "")
    code, out, err = ledger("--impact", name, "--json")
    assert (code, err, json.loads(out)) == (0, "", {"claim": name, "falls": falls})
    assert list(tmp_path.iterdir()) == []  # nothing has to be judged for that


def test_wrong_usage_is_one_line_and_judges_nothing(tmp_path):
    assert complains(ledger("--impact", "doubel"), "'doubel'", "did you mean 'double'?")
    assert complains(ledger("--graph", "out.jpeg"), ".png", ".svg", "out.jpeg")
    assert complains(ledger("--graph", "out"), ".png", ".svg")
    assert complains(ledger("--graph", "missing/out.svg"), "missing/out.svg")
    assert complains(ledger("--graph", "out.svg", "--impact", "total"), "not allowed with")
    assert complains(ledger("--html", "out.htm"), ".html", "out.htm")
    assert complains(ledger("--slack"), "--html FILE")
    assert complains(ledger("--html", "missing/out.html"), "missing/out.html", "make the folder")
    assert complains(run("ledger", "--jobs", "0"), "1 to 256")
    assert complains(run("ledger", "extra"), "extra")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    assert complains(ledger("--certificates", "file"), "file")
    assert complains(ledger("--certificates", "file/below"), "file")


def test_a_page_of_every_claim(small, tmp_path):
    plain = ledger()
    assert ledger("--html", "page.html") == plain
    text = (tmp_path / "page.html").read_text()
    assert all(f'<li class="claim" id="{name}"' in text for name in SMALL.claims)
    assert "resmax-sym replay build/ledger/double.json" in text
    assert ledger("--html", "again.html", "--json")[0] == 0
    assert (tmp_path / "again.html").read_text() == text
    small.setattr(derivations, "LEDGER", Ledger([Claim("wrong", "u == v")]))
    assert ledger("--html", "page.html")[0] == 1
    assert "unexpected" in (tmp_path / "page.html").read_text()
    (tmp_path / "folder.html").mkdir()
    assert complains(ledger("--html", "folder.html"), "folder.html")


def test_what_is_on_record_can_be_replayed_and_not_when_it_was_changed(tmp_path):
    ledger()
    record = tmp_path / "build" / "ledger" / "false.json"
    assert run("replay", str(record)) == (0, "false: refuted, checked again: u == v\n", "")
    record.write_text(record.read_text().replace('"u == v"', '"u == w"'))
    code, out, err = run("replay", str(record))
    assert (code, err) == (1, "")
    assert "does not hold up" in out


@needs_matplotlib
def test_graph_writes_a_picture(tmp_path):
    plain = ledger()
    assert ledger("--graph", "one.svg") == plain
    assert ledger("--graph", "two.svg", "--fresh") == plain
    assert ledger("--graph", "one.png") == plain
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert (tmp_path / "one.svg").read_bytes().startswith(b"<?xml")
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_it_is_said_what_to_install(small, tmp_path):
    small.setitem(sys.modules, "matplotlib", None)
    assert complains(ledger("--graph", "out.svg"), "resmax-sym[notebooks]")
    assert list(tmp_path.iterdir()) == []


def test_a_defect_is_loud(small):
    def disagree(*args):
        raise Defect("two routes disagree")

    small.setattr(schedule, "judge_after", disagree)
    assert ledger() == (1, "", "resmax-sym ledger: DEFECT of the suite, please report it: two routes disagree\n")


def test_interruption_is_not_a_traceback(small, tmp_path):
    judge_after = schedule.judge_after

    def interrupted(claim, *rest):
        if claim.id == "four":
            raise KeyboardInterrupt
        return judge_after(claim, *rest)

    with small.context() as patch:
        patch.setattr(schedule, "judge_after", interrupted)
        assert ledger() == (130, "", "resmax-sym: interrupted\n")
    assert len(list((tmp_path / "build" / "ledger").iterdir())) == 3
    assert ledger()[0] == 0


def test_in_a_pipe_of_its_own_there_is_nothing_but_data():
    found = subprocess.run(
        [sys.executable, "-m", "resmax_sym.cli", "ledger", "--impact", "gradient"],
        capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": "error"}, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")
    assert {"hessian", "total-gradient"} <= set(found.stdout.splitlines())


CLAIMS = """
[[claim]]
id = "bound"
parameters = { k = "k >= 1" }
assume = ["norm(b) <= k"]
statement = "norm(b) <= 2 * k"

[[claim]]
id = "identity"
statement = "sum(f) == 1"

[[claim]]
id = "first"
depends = ["second"]
statement = "sum(f) == 1"

[[claim]]
id = "second"
depends = ["first"]
statement = "sum(f) == 1"
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "claims.toml").write_text(CLAIMS)
    return "claims.toml"


def test_check_with_ablation_and_slack(file):
    code, out, err = run("check", file, "--claim", "bound", "--budget", "0.1", "--ablate", "--slack")
    assert (code, err) == (0, "")
    assert "\x1b" not in out
    verdict, blank, name, *rows = out.splitlines()
    assert verdict.startswith("bound  proved")
    assert (blank, name) == ("", "bound")
    assert rows[0].split() == ["without", "k", ">=", "1", "unrefuted", "not", "known", "to", "be", "needed"]
    assert rows[1] == "  without norm(b) <= k  refuted    needed"
    assert rows[2].split() == ["parameters", "sizes", "claimed", "best", "found", "best", "proved"]
    assert [row.split("  ")[1] for row in rows[3:]] == ["k = 1", "k = 2", "k = 4"]


def test_check_as_data(file):
    arguments = ("check", file, "--claim", "bound", "--budget", "0.1", "--json")
    (claim,) = json.loads(run(*arguments, "--ablate", "--slack")[1])["claims"]
    assert [one["dropped"] for one in claim["ablation"]] == ["k >= 1", "norm(b) <= k"]
    assert claim["slack"][0]["parameters"] == {"k": "1"}
    (claim,) = json.loads(run(*arguments, "--slack")[1])["claims"]
    assert "slack" in claim
    assert "ablation" not in claim
    (claim,) = json.loads(run(*arguments)[1])["claims"]
    assert claim.keys() == {"id", "verdict", "method", "seconds", "evidence"}


@pytest.mark.parametrize("chosen", [("--claim", "first"), ("--claim", "second")])
def test_claims_in_a_circle_prove_each_other_nothing(file, chosen):
    code, out, err = run("check", file, "--budget", "0.05", "--ablate", *chosen)
    assert err == ""
    first = out.splitlines()[0]
    assert first.startswith(f"{chosen[1]}  unrefuted  rests on ")
    assert "which is not proved" in first
    assert code == 0  # nothing was expected of them


class Screen(io.StringIO):
    """A terminal to look at."""

    def isatty(self):
        return True


def test_on_a_terminal_progress_is_a_bar(small):
    small.setenv("TERM", "xterm")
    screen = Screen()
    with contextlib.redirect_stderr(screen), terminal.bar() as advance:
        advance("[/odd] one: proved", 2)  # no markup
        advance("[bold] two: proved", 2)
    shown = screen.getvalue()
    assert "2/2" in shown
    assert "[bold] two: proved" in shown
    screen = Screen()
    with contextlib.redirect_stderr(screen), terminal.progress() as tell:
        tell("judging [/odd]")


def test_in_a_pipe_there_is_no_bar():
    err = io.StringIO()
    with contextlib.redirect_stderr(err), terminal.bar() as advance, terminal.progress() as tell:
        advance("one: proved", 2)
        tell("two")
    assert err.getvalue() == ""

"""verify and generate: data on standard output, nothing else in a pipe, exit 0, 1 or 2, one line for what a user can mend."""

import ast
import contextlib
import io
import json
import os
import shlex
import subprocess
import sys

import numpy as np
import pytest

import derivations
from resmax_sym import __version__, cli, report
from resmax_sym.judge import Claim, Status
from resmax_sym.judge.ledger import Ledger
from resmax_sym.report.verify import generated_path

VERIFY = sys.modules["resmax_sym.report.verify"]  # the function of that name hides the module
TRUE, FALSE = Claim("true", "grad(L) == A.T @ q"), Claim("false", "grad(L) == 2 * (A.T @ q)")


def run(*arguments):
    """Exit code, standard output, standard error of the command in this process; neither stream is a terminal."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli.main(list(arguments))
        except SystemExit as leave:
            code = leave.code
    return code, out.getvalue(), err.getvalue()


def complains(result, *words):
    """Exit 2, no data, and one line on standard error that holds the words."""
    code, out, err = result
    assert (code, out) == (2, "")
    assert err.startswith("resmax-sym")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    assert "Traceback" not in err
    for word in words:
        assert word in err
    return True


@pytest.fixture
def small(monkeypatch, tmp_path):
    """The main job over the claims it is given, without fits, at two points for each derivative, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def claims(*chosen):
        monkeypatch.setattr(derivations, "LEDGER", Ledger(chosen))
        monkeypatch.setattr(VERIFY, "POINTS", 2)
        monkeypatch.setattr(VERIFY, "DATA", {})
        monkeypatch.setattr(VERIFY, "STARTS", 0)
        monkeypatch.setattr(VERIFY, "MODULES", {})

    return claims


def test_a_false_claim_makes_verify_fail(small):
    small(TRUE, FALSE)
    code, out, err = run("verify")
    assert (code, err) == (1, "")
    assert "Not as expected:" in out
    assert "claim false: refuted, expected proved" in out
    code, out, err = run("verify", "--json")
    assert (code, err) == (1, "")
    data = json.loads(out)
    assert data["failures"] == ["claim false: refuted, expected proved"]
    assert [claim["verdict"] for claim in data["claims"]] == ["proved", "refuted"]
    assert "witness" in data["claims"][1]["evidence"]


def test_a_terminal_sees_how_far_it_is(small, monkeypatch):
    small(TRUE)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    code, _, err = run("verify")
    assert code == 0
    for words in ("1/1", "true: proved", "compared grad(L) with differences"):
        assert words in err


def test_a_true_claim_that_should_be_false_makes_verify_fail(small):
    small(Claim("true", TRUE.statement, expect=(Status.REFUTED,)))
    assert run("verify")[0] == 1


def test_a_generated_file_out_of_date_makes_verify_fail(small, monkeypatch, tmp_path):
    small(TRUE)
    monkeypatch.setattr(VERIFY, "MODULES", {"softmax": ("exp(s)", None)})
    monkeypatch.setattr(VERIFY, "generated_path", lambda name: tmp_path / f"{name}.py")
    code, out, _ = run("verify", "--json")
    assert code == 1
    assert "lines differ" in json.loads(out)["failures"][0]


def test_missing_data_is_a_matter_for_the_user(small, monkeypatch):
    small(TRUE)

    def fit(*args):
        raise ImportError("No module named 'sklearn'", name="sklearn")

    monkeypatch.setattr(VERIFY, "DATA", {"diabetes": None})
    monkeypatch.setattr(VERIFY, "fit", fit)
    assert complains(run("verify"), "scikit-learn", "resmax-sym[notebooks]")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "COMMAND"),
        (("nonsense",), "nonsense"),
        (("--json", "verify"), "--json"),
        (("verify", "claims.toml"), "claims.toml"),
        (("verify", "--fast"), "--fast"),
        (("generate", "--unit"), "--unit"),
        (("generate", "--nonsense"), "--nonsense"),
        (("generate", "--unit", "exp(s)"), "--output"),
        (("generate", "--output", "softmax.py"), "--unit"),
        (("generate", "--inner-layer", "tanh(s)"), "--unit"),
    ],
)
def test_wrong_usage_is_one_line(arguments, word, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert complains(run(*arguments), word)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("unit", "word"),
    [
        ("nonsense", "'nonsense'"),
        ("exp(s", "exp(s"),
        ("abs(s)", "kink"),
        ("3", "depends on s"),
        ("outer(s, s)", "outer takes a vector"),
        ("A @ x", "A"),
        ("__import__('os').system('true')", "the unit"),
        ("exp(s)\n+ + ", "the unit"),
    ],
)
def test_what_is_no_unit_is_one_line_and_writes_nothing(unit, word, tmp_path):
    assert complains(run("generate", "--unit", unit, "--output", str(tmp_path / "unit.py")), word)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "hint"), [("folder.py", "expected an output file"), ("unit.txt", "ending in .py")])
def test_output_must_be_a_python_file(name, hint, tmp_path):
    (tmp_path / "folder.py").mkdir()
    assert complains(run("generate", "--unit", "s**3", "--output", str(tmp_path / name)), hint, name)
    assert list(tmp_path.iterdir()) == [tmp_path / "folder.py"]


@pytest.mark.parametrize("where", ["missing/unit.py", "file/unit.py"])
def test_output_that_cannot_be_written_is_one_line(where, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    path = tmp_path / where
    assert complains(run("generate", "--unit", "s**3", "--output", str(path)), "expected a writable file", str(path))
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "folder"]


def test_an_inner_layer_gives_the_committed_module(tmp_path):
    path = tmp_path / "relu.py"
    arguments = ("generate", "--unit", "exp(s)", "--inner-layer", "relu", "--output", str(path))
    code, out, err = run(*arguments)
    assert (code, out, err) == (0, f"{path}: {path.stat().st_size} bytes\n", "")
    assert path.read_bytes() == generated_path("softmax_relu").read_bytes()
    assert complains(run(*arguments[:4], "step(s)", *arguments[5:]), "continuous")
    assert complains(run(*arguments[:4], "rleu", *arguments[5:]), "did you mean 'relu'?")


@pytest.mark.parametrize(
    ("command", "name", "meant"), [("check", "lemas.toml", "lemmas.toml"), ("replay", "point.jsn", "point.json")]
)
def test_a_file_that_was_meant_is_named(command, name, meant, tmp_path):
    (tmp_path / meant).write_text("")
    assert complains(run(command, str(tmp_path / name)), "no such file", f"did you mean {tmp_path / meant}?")
    assert "did you mean" not in run(command, str(tmp_path / "else"))[2]


def test_generated_unit_works_and_is_in_sync(tmp_path):
    path = tmp_path / "softplus.py"
    arguments = ("generate", "--unit", "log(1+exp(s))", "--output", str(path))
    assert run(*arguments, "--check")[0] == 1
    assert not path.exists()
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    assert out == f"{path}: {path.stat().st_size} bytes\n"
    scope = {}
    exec(compile(ast.parse(path.read_text()), str(path), "exec"), scope)
    x = np.array([-800.0, -1.0, 0.5])
    u = np.logaddexp(0, x)
    assert scope["loss"](np.eye(3), x, np.zeros(3)) == pytest.approx(((u / u.sum()) ** 2).sum() / 2)
    assert run(*arguments) == (0, out.replace("bytes", "bytes, unchanged"), "")
    assert run(*arguments, "--check") == (0, "", "")


def test_version_and_help_are_data():
    assert run("--version") == (0, f"{__version__}\n", "")
    for command in ((), ("verify",), ("generate",), ("solve",)):
        code, out, err = run(*command, "--help")
        assert (code, err) == (0, "")
        assert out.startswith("usage: resmax-sym")


def test_interruption_is_not_a_traceback(monkeypatch, small):
    small(TRUE)

    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(report, "verify", interrupted)
    assert run("verify") == (130, "", "resmax-sym: interrupted\n")


def test_a_claim_that_cannot_be_read_is_reported_as_invalid(small):
    small(TRUE, Claim("not a claim", "grad(L) =="))
    code, out, err = run("verify", "--json")
    assert (code, err) == (1, "")
    assert [claim["verdict"] for claim in json.loads(out)["claims"]] == ["proved", "invalid"]


PIPED = """
import sys
from resmax_sym.cli import main
sys.exit(main(sys.argv[1:]))
"""


def piped(*arguments, stdout=subprocess.PIPE):
    """The command in a process of its own, with buffered output as a user has it."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    return subprocess.run(
        [sys.executable, "-c", PIPED, *arguments], stdout=stdout, stderr=subprocess.PIPE, env=environment, text=True
    )


def test_a_process_of_its_own_behaves_the_same(tmp_path):
    done = piped("generate", "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = piped("generate", "--unit", "nonsense", "--output", str(tmp_path / "x.py"))
    assert complains((done.returncode, done.stdout, done.stderr), "nonsense")


def test_a_reader_that_has_left_is_no_error_message(tmp_path):
    read, write = os.pipe()
    os.close(read)
    try:
        done = piped("generate", "--unit", "s**3", "--output", str(tmp_path / "x.py"), stdout=write)
    finally:
        os.close(write)
    assert done.stderr == ""
    assert done.returncode in (0, 1)


COMMANDS = ("verify", "check", "ledger", "replay", "generate", "solve")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples_that_parse(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run(command, "--help")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    lines = out.partition("examples:\n")[2].splitlines()
    assert len(lines) >= 4
    for line in lines[1::2]:
        name, *words = shlex.split(line)
        assert name == "resmax-sym"
        parsed, extra = cli.build_parser().parse_known_args(words)
        assert parsed.command in (command, "replay")
        assert extra == []


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("verfy",), "'verify'"),
        (("chek", "a.toml"), "'check'"),
        (("reply", "a.json"), "'replay'"),
        (("--verison",), "'--version'"),
        (("solve", "A.npy", "b.npy", "--methd", "exact"), "'--method'"),
        (("solve", "A.npy", "b.npy", "--methd=exact"), "'--method'"),
        (("solve", "A.npy", "b.npy", "--method", "sample"), "'sampled'"),
        (("check", "a.toml", "--certificats", "x"), "'--certificates'"),
    ],
)
def test_a_slip_is_answered_with_the_nearest_name(words, meant):
    complains(run(*words), f"did you mean {meant}?", "--help")


def test_what_is_near_to_nothing():
    result = run("solve", "A.npy", "b.npy", "--method", "zzz")
    complains(result, "expected one of auto, exact, sampled, plain, got 'zzz'")
    assert "did you mean" not in result[2]
    complains(run("check", "a.toml", "b.toml"), "expected no further argument, got b.toml")


def test_an_inner_layer_asks_for_its_unit():
    complains(run("generate", "--inner-layer", "max(s, 0)", "--output", "f.py"), "--inner-layer", "--unit 'exp(s)'")

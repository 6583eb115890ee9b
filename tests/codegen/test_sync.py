"""A generated file is compared byte by byte and written whole or not at all; the same bytes come out of every run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from resmax_sym import cli
from resmax_sym.atomic import write
from resmax_sym.codegen import difference
from resmax_sym.kernels import MODULES
from resmax_sym.report.verify import generated_path

# `resmax_sym.report.verify` names a function too, which hides the module from a plain import.
verify = sys.modules["resmax_sym.report.verify"]
OLD, NEW = "one\ntwo\nthree\n", "one\nTWO\nthree\n"


def test_equal_bytes_have_no_difference(tmp_path):
    path = tmp_path / "module.py"
    path.write_bytes(OLD.encode())
    assert difference(path, OLD) == ""


def test_difference_is_a_unified_diff_from_the_file_to_the_text(tmp_path):
    path = tmp_path / "module.py"
    path.write_bytes(OLD.encode())
    lines = difference(path, NEW).splitlines()
    assert lines[0] == f"--- {path}"
    assert lines[1].startswith(f"+++ {path}")
    assert lines[2].startswith("@@ -1,3 +1,3 @@")
    assert lines[3:] == [" one", "-two", "+TWO", " three"]


@pytest.mark.parametrize(
    "content",
    [b"", OLD.encode()[:-1], OLD.replace("\n", "\r\n").encode(), b"\xff\xfe" + OLD.encode(), OLD.encode() + b"\x00"],
    ids=["empty", "no newline at the end", "carriage returns", "not UTF-8", "a zero byte"],
)
def test_any_other_bytes_differ(tmp_path, content):
    path = tmp_path / "module.py"
    path.write_bytes(content)
    assert difference(path, OLD)


def test_a_missing_file_is_all_additions(tmp_path):
    lines = difference(tmp_path / "none.py", OLD).splitlines()
    assert [line for line in lines[2:] if line[0] in "+-"] == ["+one", "+two", "+three"]


def test_write_replaces_the_file_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "module.py"
    for text in (OLD, NEW):
        write(path, text)
        assert path.read_bytes() == text.encode()
    assert [p.name for p in tmp_path.iterdir()] == ["module.py"]
    assert path.stat().st_mode & 0o777 == 0o644


def _rename(*args):
    raise OSError("disk full")


def _close(*args):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("name", "failure", "error"), [("replace", _rename, OSError), ("chmod", _close, KeyboardInterrupt)]
)
def test_a_failed_write_leaves_the_old_file_alone(tmp_path, monkeypatch, name, failure, error):
    path = tmp_path / "module.py"
    path.write_text(OLD)
    monkeypatch.setattr(Path, name, failure)
    with pytest.raises(error):
        write(path, NEW)
    monkeypatch.undo()
    assert path.read_text() == OLD
    assert [p.name for p in tmp_path.iterdir()] == ["module.py"]


def test_a_folder_in_the_way_is_left_alone(tmp_path):
    (tmp_path / "module.py").mkdir()
    with pytest.raises(OSError, match="module"):
        write(tmp_path / "module.py", NEW)
    assert [p.name for p in tmp_path.iterdir()] == ["module.py"]


@pytest.mark.parametrize("folder", ["missing", "file"])
def test_no_folder_no_file(tmp_path, folder):
    (tmp_path / "file").write_text(OLD)
    with pytest.raises(OSError, match=folder) as caught:
        write(tmp_path / folder / "module.py", NEW)
    assert caught.value.filename == str(tmp_path / folder / "module.py")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.fixture
def copies(tmp_path, monkeypatch):
    """Copies of the committed modules, which the commands then take for the originals."""
    for name in MODULES:
        (tmp_path / f"{name}.py").write_bytes(generated_path(name).read_bytes())
    monkeypatch.setattr(verify, "generated_path", lambda name: tmp_path / f"{name}.py")
    return tmp_path


def test_check_passes_on_untouched_copies(copies, capsys):
    assert cli.main(["generate", "--check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_check_sees_an_edited_file(copies, capsys):
    """One digit of one formula: a unified diff, exit 1, and the file stays as it was edited."""
    path = copies / "soft_residual.py"
    edited = path.read_text().replace("kappa = 2*sigma + sq_f", "kappa = 3*sigma + sq_f")
    path.write_text(edited)
    assert cli.main(["generate", "--check"]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(f"--- {path}\n+++ {path}")
    changed = [line for line in out.splitlines()[2:] if line[0] in "+-"]
    assert changed == ["-    kappa = 3*sigma + sq_f", "+    kappa = 2*sigma + sq_f"]
    assert path.read_text() == edited
    check, *others = verify.compare_generated()
    assert not check.passed
    assert [other.passed for other in others] == [True] * (len(MODULES) - 1)
    assert check.method == "2 lines differ; run `resmax-sym generate`"


def test_check_sees_a_missing_file(copies, capsys):
    (copies / "softmax.py").unlink()
    assert cli.main(["generate", "--check"]) == 1
    assert "+UNIT = 'exp(s)'" in capsys.readouterr().out.splitlines()


def test_generate_mends_what_check_found(copies, capsys):
    path = copies / "softmax.py"
    path.write_text("edited")
    assert cli.main(["generate"]) == 0
    assert path.read_bytes() == generated_path("softmax").read_bytes()
    assert "soft_residual.py" in capsys.readouterr().out
    assert cli.main(["generate", "--check"]) == 0


PROGRAM = """
import sys
from resmax_sym.cli import main
from resmax_sym.codegen.forms import Layer
from resmax_sym.codegen.layer import functions
from resmax_sym.kernels import source
from resmax_sym.lang import scalar_function
from resmax_sym.lang.slopes import slopes
status = main(["generate", "--check"])
sys.stdout.write(source("sinh(s) + log(1+exp(s)) * cosh(2*s)"))
rho = scalar_function("s / (1 + exp(-s)) + tanh(max(s, -1))")
sys.stdout.write("".join(functions(Layer(rho, *slopes(rho)))))
raise SystemExit(status)
"""


def test_bytes_do_not_depend_on_the_order_of_hashes():
    """The committed files, and a unit and a layer with shared exponentials whose names could change places."""
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for seed in ("0", "12345")
    ]
    results = [(*run.communicate(), run.returncode) for run in runs]
    assert len(results[0][0]) > 5000
    assert results == [(results[0][0], b"", 0)] * 2

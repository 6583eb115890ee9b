"""resmax-sym solve: exit codes, what goes to which stream, and no half-written file."""

import argparse
import json
import os

import numpy as np
import pytest

from resmax_sym.solve import Problem, add_arguments, run, solve

COUNTS = {"nit", "nfev", "njev", "nhev"}
KEYS = {"x", "fun", "grad_norm", "relative_gradient", "status", "message", "method", "seed"} | COUNTS


@pytest.fixture
def folder(tmp_path, random_instance):
    A, b = random_instance(20, 3)
    np.save(tmp_path / "A.npy", A)
    np.save(tmp_path / "b.npy", b)
    np.save(tmp_path / "omega.npy", np.full(20, 0.5))
    np.save(tmp_path / "x0.npy", np.array([0.1, 0.2, 0.3]))
    np.savetxt(tmp_path / "b.csv", b)
    np.save(tmp_path / "short.npy", b[:5])
    np.save(tmp_path / "huge.npy", np.full((20, 3), 1e308))
    (tmp_path / "latin.csv").write_bytes("é,1\n1,2\n".encode("latin-1"))
    np.save(tmp_path / "nan.npy", np.where(b > b.max() / 2, np.nan, b))
    (tmp_path / "link-to-b.npy").symlink_to(tmp_path / "b.npy")
    np.save(tmp_path / "vertex.npy", np.eye(20)[int(np.argmax(A @ [1, 2, 3]))])
    return tmp_path


@pytest.fixture
def call(folder, capsys, monkeypatch):
    """Arguments -> exit code, standard output, standard error."""
    monkeypatch.chdir(folder)

    def call(*arguments):
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        code = run(parser.parse_args(arguments))
        return code, *capsys.readouterr()

    return call


def test_json(call, folder):
    code, out, err = call("A.npy", "b.npy", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert set(found) == KEYS
    expected = solve(np.load(folder / "A.npy"), np.load(folder / "b.npy"))
    assert found["x"] == expected.x.tolist()
    assert found["fun"] == expected.fun
    assert found["status"] == 0
    assert found["relative_gradient"] <= 1e-9


def test_table(call):
    code, out, err = call("A.npy", "b.csv")
    assert (code, err) == (0, "")
    for word in ("loss", "gradient norm", "relative gradient", "steps", "status", "n = 20, d = 3", "exp(s) + s"):
        assert word in out


def test_the_audit_of_each_step(call):
    data = ("A.npy", "b.npy", "--omega", "0.1", "--method", "plain", "--audit")
    code, out, err = call(*data)
    assert (code, err) == (0, "")
    table = out.split("\n\n")[1].splitlines()
    assert "theta" in table[0]
    code, out, err = call(*data, "--json")
    steps = json.loads(out)["audit"]
    assert [step["step"] for step in steps] == [int(line.split()[0]) for line in table[1:]]
    assert {step["verdict"] for step in steps} <= {"as proved", "not covered", "at rounding level"}


def test_options_reach_the_solver(call, folder):
    A, b = np.load(folder / "A.npy"), np.load(folder / "b.npy")
    _, out, _ = call(
        "A.npy", "b.npy", "--json", "--unit", "exp(s)", "--omega", "0.5", "--x0", "x0.npy", "--gtol", "1e-6"
    )
    expected = solve(A, b, unit="exp(s)", omega=0.5, x0=[0.1, 0.2, 0.3], gtol=1e-6)
    assert json.loads(out)["x"] == expected.x.tolist()
    _, by_file, _ = call(
        "A.npy", "b.npy", "--json", "--unit", "exp(s)", "--omega", "omega.npy", "--x0", "x0.npy", "--gtol", "1e-6"
    )
    np.testing.assert_allclose(json.loads(by_file)["x"], expected.x, rtol=1e-12)


@pytest.mark.parametrize(
    "arguments",
    [("A.npy", "b.npy", "--maxiter", "1"), ("A.npy", "vertex.npy", "--unit", "exp(s)")],
    ids=["limit", "infinity"],
)
def test_not_converged_is_exit_1(call, arguments):
    code, out, err = call(*arguments, "--json")
    assert (code, err) == (1, "")
    assert json.loads(out)["status"] in (1, 3)


def test_progress_goes_to_standard_error(call):
    code, out, err = call("A.npy", "b.npy", "--json", "--verbose")
    assert code == 0
    assert json.loads(out)["nit"] == len(err.splitlines())
    assert err.startswith("step   1  loss")


def test_output_is_written_whole(call, folder):
    code, out, _ = call("A.npy", "b.npy", "--json", "--output", "x.npy")
    assert code == 0
    np.testing.assert_array_equal(np.load(folder / "x.npy"), json.loads(out)["x"])
    before = sorted(os.listdir(folder))
    call("A.npy", "b.npy", "--output", "x.npy", "--unit", "exp(s)")
    assert sorted(os.listdir(folder)) == before
    assert np.load(folder / "x.npy").tolist() != json.loads(out)["x"]


def test_an_output_through_a_link(call, folder):
    np.save(folder / "real.npy", np.zeros(1))
    (folder / "link.npy").symlink_to(folder / "real.npy")
    assert call("A.npy", "b.npy", "--output", "link.npy")[0] == 0
    assert (folder / "link.npy").is_symlink()
    assert np.load(folder / "real.npy").shape == (3,)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("absent.npy", "b.npy"), "no such file"),
        (("A.npy", "short.npy"), "expected length 20"),
        (("A.npy", "nan.npy"), "expected finite"),
        (("A.npy", "A.npy"), "expected a vector b"),
        (("b.npy", "b.npy"), "expected a matrix"),
        (("A.npy", "b.npy", "--omega", "absent.npy"), "no such file"),
        (("A.npy", "b.npy", "--omega", "short.npy"), "omega: expected length 20"),
        (("A.npy", "b.npy", "--omega", "nan"), "omega: expected a finite number"),
        (("A.npy", "b.npy", "--x0", "b.npy"), "x0: expected length 3"),
        (("A.npy", "b.npy", "--gtol", "-1"), "gtol: expected"),
        (("A.npy", "b.npy", "--maxiter", "-1"), "maxiter: expected"),
        (("A.npy", "b.npy", "--output", "x.csv"), "ending in .npy"),
        (("A.npy", "b.npy", "--output", "absent/x.npy"), "writable folder"),
        (("A.npy", "b.npy", "--output", "."), "ending in .npy"),
        (("A.npy", "b.npy", "--output", "A.npy"), "reads or writes already"),
        (("A.npy", "b.npy", "--output", "link-to-b.npy"), "reads or writes already"),
        (("A.npy", "b.npy", "--x0", "x0.npy", "--output", "./x0.npy"), "reads or writes already"),
        (("A.npy", "b.npy", "--omega", "omega.npy", "--output", "omega.npy"), "reads or writes already"),
        (("A.npy", "b.npy", "--certify", "A.npy"), "ending in .json"),
        (("A.npy", "b.npy", "--certify", "absent/c.json"), "writable folder"),
        (("A.npy", "b.npy", "--unit", "foo(s)"), "foo"),
        (
            ("A.npy", "b.npy", "--unit", "softmax"),
            "such as 'exp(s) + s' (soft-residual) or 'exp(s)' (softmax), got 'softmax'",
        ),
        (("A.npy", "b.npy", "--unit", "relu"), "unit: expected an expression in s"),
        (("A.npy", "b.npy", "--unit", ""), "got ''"),
        (
            ("A.npy", "--unit", "b.npy", "b.npy"),
            "--unit: expected a function such as 'exp(s)', got the file name b.npy",
        ),
        (("A.nyp", "b.npy"), "got .nyp; did you mean A.npy?"),
        (("A.npy", "bb.npy"), "got no such file; did you mean b.npy?"),
        (("huge.npy", "b.npy"), "rescale it"),
        (("latin.csv", "b.npy"), "latin.csv: expected text in UTF-8, got other bytes"),
        (("A.npy", "b.npy", "--unit", "exp(s"), "exp"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_bad_input_is_exit_2_and_one_line(call, folder, arguments, said):
    before = sorted(os.listdir(folder))
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("resmax-sym solve: error: ")
    assert len(err.splitlines()) == 1
    assert said in err
    assert sorted(os.listdir(folder)) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--seed", "1.5"), "a whole number, got 1.5"),
        (("--maxiter", "1e3"), "a whole number"),
        (("--gtol", "x"), "a number, got x"),
    ],
)
def test_what_is_no_number(call, capsys, words, said):
    with pytest.raises(SystemExit) as refused:
        call("A.npy", "b.npy", *words)
    assert refused.value.code == 2
    assert f"expected {said}" in capsys.readouterr().err


def test_special_files_are_not_replaced(call, folder):
    os.mkfifo(folder / "pipe.npy")
    code, _, err = call("A.npy", "b.npy", "--output", "pipe.npy")
    assert code == 2
    assert "not a regular file" in err
    assert not (folder / "pipe.npy").is_file()


def test_the_output_is_tried_before_solving(call, monkeypatch):
    def never(*args, **keywords):
        raise AssertionError("solved before the output was checked")

    monkeypatch.setattr("resmax_sym.solve.command.solve_problem", never)
    assert call("A.npy", "b.npy", "--output", "absent/x.npy")[0] == 2


def test_a_failed_run_leaves_no_file(call, folder, monkeypatch):
    def broken(*args, **keywords):
        raise MemoryError

    monkeypatch.setattr("resmax_sym.solve.command.solve_problem", broken)
    before = sorted(os.listdir(folder))
    code, _, err = call("A.npy", "b.npy", "--output", "x.npy")
    assert code == 2
    assert err == "resmax-sym solve: error: out of memory\n"
    assert sorted(os.listdir(folder)) == before


def test_infinite_numbers_are_null_in_json(call, folder):
    np.save(folder / "big.npy", 1e200 * np.ones(20))
    code, out, _ = call("A.npy", "big.npy", "--json")
    assert code in (0, 1)
    assert set(json.loads(out)) == KEYS


def test_methods_and_seeds(call, folder):
    outputs = [call("A.npy", "b.npy", "--json", "--method", "sampled", "--seed", seed) for seed in ("1", "1", "2")]
    assert all(code == 0 for code, _, _ in outputs)
    one, same, other = (json.loads(out)["x"] for _, out, _ in outputs)
    assert one == same
    np.testing.assert_allclose(one, other, rtol=1e-7)
    exact = json.loads(call("A.npy", "b.npy", "--json", "--method", "exact")[1])["x"]
    np.testing.assert_allclose(one, exact, rtol=1e-7)
    code, _, err = call("A.npy", "b.npy", "--method", "sampled", "--seed", "-1")
    assert code == 2
    assert "seed: expected" in err
    with pytest.raises(SystemExit) as refused:
        call("A.npy", "b.npy", "--method", "newton")
    assert refused.value.code == 2


def test_a_certificate_has_a_file_of_its_own(call, folder):
    (folder / "weights.json").symlink_to(folder / "omega.npy")
    before = (folder / "omega.npy").read_bytes()
    code, _, err = call("A.npy", "b.npy", "--omega", "omega.npy", "--certify", "weights.json")
    assert code == 2
    assert "rename it" in err
    assert (folder / "omega.npy").read_bytes() == before


@pytest.fixture
def interrupt(monkeypatch):
    """The third gradient of a run is the last."""
    calls = []

    def interrupted(problem, x):
        calls.append(x)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return jac(problem, x)

    jac = Problem.jac
    monkeypatch.setattr(Problem, "jac", interrupted)
    return calls


def test_what_is_not_saved_is_printed_in_full(call, folder, interrupt, random_instance):
    A, b = random_instance(60, 9)
    np.save(folder / "wide.npy", A)
    np.save(folder / "long.npy", b)
    code, out, _ = call("wide.npy", "long.npy", "--method", "sampled")
    assert code == 1
    (line,) = (line for line in out.splitlines() if line.startswith("x "))
    printed = [float(word) for word in line.split()[1:]]
    assert len(printed) == 9
    assert any(np.array_equal(printed, x) for x in interrupt)


def test_ctrl_c_prints_and_saves_the_best_point(call, folder, interrupt):
    code, out, _ = call("A.npy", "b.npy", "--json", "--method", "sampled", "--output", "x.npy")
    found = json.loads(out)
    assert code == 1
    assert "interrupted" in found["message"]
    assert found["x"] == np.load(folder / "x.npy").tolist()
    assert found["nit"] == 1

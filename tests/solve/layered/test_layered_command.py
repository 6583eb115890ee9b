"""resmax-sym solve --inner-layer: three files, the same answers as solve, exit code 2 and one line for what does not fit."""

import argparse
import json

import numpy as np
import pytest

from resmax_sym.solve import add_arguments, run, solve


@pytest.fixture
def folder(tmp_path, layers):
    A1, A2, b = layers(20, 6, 3)
    for name, array in (("A1", A1), ("A2", A2), ("b", b), ("x0", np.array([0.3, -0.2, 0.1]))):
        np.save(tmp_path / f"{name}.npy", array)
    np.savetxt(tmp_path / "A2.csv", A2, delimiter=",")
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


def expected(folder, **options):
    A1, A2, b = (np.load(folder / f"{name}.npy") for name in ("A1", "A2", "b"))
    return solve((A1, A2), b, inner_layer="relu", **options)


def test_json(call, folder):
    code, out, err = call("--inner-layer", "relu", "A1.npy", "A2.npy", "b.npy", "--json")
    assert (code, err) == (0, "")
    found, result = json.loads(out), expected(folder)
    assert found["x"] == result.x.tolist()
    assert found["status"] == int(result.status)
    assert found["cell"] == {
        "alive": result.alive,
        "on_kinks": result.on_kinks.tolist(),
        "kink_distance": result.kink_distance,
    }


def test_table(call, folder):
    code, out, _ = call("A1.npy", "A2.csv", "b.npy", "--inner-layer", "relu", "--seed", "3")
    assert code == 0
    result = expected(folder, seed=3)
    assert float(out.split("loss")[1].split()[0]) == pytest.approx(result.fun, rel=1e-12)
    problem = "n = 20, m = 6, d = 3, unit exp(s), inner layer max(s, 0)"
    for words in (problem, "exact, seed 3", "active units:", "kinks crossed", "Hessians"):
        assert words in out, words
    _, given, _ = call("A1.npy", "A2.npy", "b.npy", "--inner-layer", "relu", "--x0", "x0.npy")
    assert "seed" not in given
    loss = expected(folder, x0=[0.3, -0.2, 0.1]).fun
    assert float(given.split("loss")[1].split()[0]) == pytest.approx(loss, rel=1e-12)


def test_unit_and_weights_reach_the_solver(call, folder):
    options = ("--unit", "exp( s )", "--omega", "0.2", "--gtol", "1e-6")
    _, out, _ = call("--inner-layer", "max(s, 0)", "A1.npy", "A2.npy", "b.npy", "--json", *options)
    result = expected(folder, omega=0.2, gtol=1e-6)
    assert json.loads(out)["x"] == result.x.tolist()


def test_plain_says_that_it_cycles(call, folder):
    np.save("one.npy", [[1.0], [-1.0]])
    np.save("two.npy", [[1.0, 1.0], [0.0, 0.0]])
    np.save("target.npy", [0.25, 0.75])
    np.save("start.npy", [1.0])
    arguments = ("--inner-layer", "relu", "--omega", "1", "--x0", "start.npy", "one.npy", "two.npy", "target.npy")
    code, out, _ = call("--method", "plain", *arguments)
    assert code == 1
    assert "cycle: the steps come back to the same points with period 2" in out
    code, out, _ = call(*arguments)
    assert code == 0
    assert "stationary at a kink" in out


LINES = {
    "no layer": (("A1.npy", "A2.npy", "b.npy"), "A: expected one matrix before b without --inner-layer, got 2"),
    "one matrix": (
        ("--inner-layer", "relu", "A1.npy", "b.npy"),
        "A1, A2: expected two matrices before b with --inner-layer, got 1",
    ),
    "swapped": (("--inner-layer", "relu", "A2.npy", "A1.npy", "b.npy"), "A2: expected 20 columns, one per row of A1"),
    "no file": (
        ("--inner-layer", "relu", "A1.npy", "no.npy", "b.npy"),
        "no.npy: expected a file with A2, got no such file",
    ),
    "a vector": (
        ("--inner-layer", "relu", "b.npy", "A2.npy", "b.npy"),
        "A1: expected a matrix of shape (m, d), got shape (20,)",
    ),
    "no such layer": (
        ("--inner-layer", "rleu", "A1.npy", "A2.npy", "b.npy"),
        "inner_layer: expected relu, softplus, tanh",
    ),
    "forgotten": (
        ("--inner-layer", "A1.npy", "A2.npy", "b.npy"),
        "--inner-layer: expected a function such as relu, got the file name A1.npy; write --inner-layer relu before the files",
    ),
    "forgotten, last": (("A1.npy", "A2.npy", "--inner-layer", "b.npy"), "got the file name b.npy"),
    "nearest": (("--inner-layer", "rleu", "A1.npy", "A2.npy", "b.npy"), "got 'rleu'; did you mean 'relu'?"),
    "a pole": (("--inner-layer", "1/s", "A1.npy", "A2.npy", "b.npy"), "got one that is not at s = 0"),
    "no unit": (
        ("--inner-layer", "relu", "--unit", "", "A1.npy", "A2.npy", "b.npy"),
        "unit: expected an expression in s",
    ),
    "sampled": (
        ("--inner-layer", "relu", "--method", "sampled", "A1.npy", "A2.npy", "b.npy"),
        "method: expected auto, exact",
    ),
}


@pytest.mark.parametrize("case", LINES)
def test_one_line_and_exit_2(call, case):
    arguments, words = LINES[case]
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1

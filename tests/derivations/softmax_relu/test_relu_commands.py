"""check --ablate --slack --certificates, replay, ledger --graph: the commands on claims about a model with an inner layer."""

import json

import pytest

import derivations
from derivations import LEDGER
from resmax_sym import cli
from resmax_sym.judge.ledger import Ledger

LEMMAS = """
[model]
unit = "exp(s)"
inner_layer = "max(s, 0)"

[[claim]]
id = "jacobian"
statement = "D(t) == A2 @ diag(step(A1 @ x)) @ A1"

[[claim]]
id = "norm"
statement = "opnorm(D(t)) <= r * opnorm(A1)"
parameters = { r = "r >= 0" }
assume = ["opnorm(A2) <= r"]
depends = ["jacobian"]

[[claim]]
id = "plain"
statement = "D(t) == A2 @ A1"
expect = "refuted"
"""
SMALL = (
    "relu-definition-t",
    "relu-jacobian-t",
    "relu-homogeneous",
    "relu-not-linear",
    "relu-step-norm",
    "relu-layer-norm",
)


def test_check_with_everything_and_replay(tmp_path, capsys):
    path, folder = tmp_path / "lemmas.toml", tmp_path / "certificates"
    path.write_text(LEMMAS)
    options = ["--ablate", "--slack", "--json", "--budget", "1", "--certificates", str(folder)]
    assert cli.main(["check", str(path), *options]) == 0
    found = {claim["id"]: claim for claim in json.loads(capsys.readouterr().out)["claims"]}
    assert {name: claim["verdict"] for name, claim in found.items()} == {
        "jacobian": "proved",
        "norm": "proved",
        "plain": "refuted",
    }
    assert {row["dropped"]: row["needed"] for row in found["norm"]["ablation"]} == {
        "r >= 0": None,
        "opnorm(A2) <= r": True,
    }
    assert all(row["found"] <= row["claimed"] * (1 + 1e-9) for row in found["norm"]["slack"])
    files = sorted(folder.glob("*.json"))
    assert len(files) == 3
    for file in files:
        assert cli.main(["replay", str(file)]) == 0
    body = json.loads(files[0].read_text())
    files[0].write_text(json.dumps(body).replace("step(A1 @ x)", "step(A1 @ y)"))
    assert cli.main(["replay", str(files[0])]) == 1


def test_the_graph_is_drawn(tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    claims = [LEDGER.claims[name] for name in SMALL]
    monkeypatch.setattr(derivations, "LEDGER", Ledger(claims, {name: LEDGER.papers[name] for name in SMALL}))
    assert cli.main(["ledger", "--jobs", "1", "--graph", "relu.svg"]) == 0
    text = (tmp_path / "relu.svg").read_text()
    assert text.count("<path") > len(SMALL)
    listed = capsys.readouterr().out
    assert all(name in listed for name in SMALL)

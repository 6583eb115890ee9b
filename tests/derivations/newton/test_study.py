"""A share of the study: samples fail as rarely and steps contract as much as the theorems say, and what breaks them is noticed."""

import dataclasses
import json

import numpy as np
import pytest
from scipy.stats import beta

from benchmarks import study
from benchmarks.study_samples import COLUMNS, SKETCHES, UNITS, Measure, cost, failures
from benchmarks.study_steps import Step, local_step, optimum, regularised_step, summary
from resmax_sym.solve import sketch
from resmax_sym.solve.problem import Problem

TRIALS = 25


@pytest.fixture(scope="module")
def failed():
    return failures(TRIALS, probs=(0.1,))


def test_samples_fail_as_rarely_as_promised(failed):
    assert len(failed) == len(UNITS) * len(SKETCHES) * 3
    for row in failed:
        assert row.kept, row
        assert row.trials == TRIALS
        assert row.promised == (row.choice == "asked" or (row.choice, row.sketch) == ("leverage", "exact"))
    asked = {(row.unit, row.sketch): row for row in failed if row.choice == "asked"}
    for unit in UNITS:
        assert asked[unit, "exact"].rows < asked[unit, "estimated"].rows < asked[unit, "uniform"].rows
        assert asked[unit, "exact"].quality == pytest.approx(1)


def test_fewer_rows_fail(failed):
    """The sample is not so easy that any number of rows would do, nor any probabilities."""
    for row in failed:
        if row.choice == "tenth" or (row.choice, row.sketch) == ("leverage", "uniform"):
            assert row.low > 0.05, row


def test_intervals_are_those_of_clopper_and_pearson(failed):
    """By another route: quantiles of the beta distribution."""
    for row in failed:
        k, n = row.failed, row.trials
        assert row.low == pytest.approx(beta.ppf(0.025, k, n - k + 1) if k else 0, abs=1e-9)
        assert row.high == pytest.approx(beta.ppf(0.975, k + 1, n - k) if k < n else 1, abs=1e-9)


def test_a_sketch_that_fails_too_often_is_noticed(failed):
    exact = next(row for row in failed if row.choice == "asked")
    wrong = dataclasses.replace(exact, failed=TRIALS, low=0.9, high=1.0)
    assert not wrong.kept
    assert len(study.contradictions([wrong], [])) == 1
    assert study.contradictions(failed, []) == []


def test_the_error_is_that_of_dense_algebra():
    """G^-1/2 (sum over the drawn rows - A^T diag(delta) A) G^-1/2 with every row written out."""
    measure = Measure("softmax")
    p = measure.probabilities("exact", 0)
    A, delta = measure.data.rows(np.arange(measure.data.n)), measure.delta
    drawn = sketch.draw(p, 60, np.random.default_rng([3, 1]))
    weights = np.zeros(measure.data.n)
    weights[drawn.indices] = drawn.weights
    values, vectors = np.linalg.eigh((A.T * np.abs(delta)) @ A)
    root = (vectors / np.sqrt(values)) @ vectors.T
    expected = np.linalg.norm(root @ (A.T * (delta * (weights - 1))) @ A @ root, 2)
    assert measure.error(p, 60, 3) == pytest.approx(expected, rel=1e-8)
    scores = np.einsum("ij,ij->i", (A * np.abs(delta)[:, None]) @ root, A @ root)
    assert scores.sum() == pytest.approx(COLUMNS)
    np.testing.assert_allclose(p, scores / COLUMNS, rtol=1e-8)


@pytest.mark.parametrize("unit", UNITS)
def test_steps_contract_by_the_proved_factor(unit):
    found = summary("E", unit, [local_step(unit, seed) for seed in range(15)])
    assert found.applied == found.steps == 15
    assert found.violated == 0
    assert found.closest > 0.4  # the bound is of the right size
    found = summary("D", unit, [regularised_step(unit, seed) for seed in range(15)])
    assert found.applied == 15
    assert found.violated == 0


def test_a_step_above_the_factor_is_noticed():
    found = summary("E", "softmax", [Step(0.3, 0.2), Step(0.1, 0.2), Step(5.0, np.inf)])
    assert (found.steps, found.applied, found.violated) == (3, 2, 1)
    assert len(study.contradictions([], [found])) == 1
    assert summary("E", "softmax", [Step(5.0, np.inf)]).applied == 0


def test_the_optimum_is_critical():
    problem = Problem(np.random.default_rng(0).standard_normal((30, 2)), np.full(30, 1 / 30), 0.3)
    assert np.abs(problem.jac(optimum(problem, np.full(2, 0.1)))).max() < 1e-13
    with pytest.raises(ValueError, match="converge in 1 steps"):
        optimum(problem, np.full(2, 0.1), limit=1)


def test_the_cost_of_a_step_is_nearly_linear():
    """Operations over nnz log n + d^3 log(2 d) / eps^2 stay the same over two orders of magnitude of n."""
    few, many = cost(1000, 4), cost(100_000, 4)
    assert many.operations > 50 * few.operations
    assert 0.7 < many.ratio / few.ratio < 1.1
    assert few.rows <= many.rows <= 1.5 * few.rows  # rows drawn twice are read once


def test_the_command_writes_its_tables(tmp_path, capsys):
    out = tmp_path / "build" / "study.json"
    assert study.main(["--seeds", "2", "--output", str(out)]) == 0
    data = json.loads(out.read_text())
    assert data["seeds"] == 2
    assert {len(data[name]) > 3 for name in ("failures", "steps", "costs")} == {True}
    said = capsys.readouterr().out
    assert "no theorem is contradicted" in said
    assert "Theorem E: with the M seen at 12 points between iterate and optimum, which is not a proved one" in said
    with pytest.raises(SystemExit):
        study.main(["--seeds", "0"])

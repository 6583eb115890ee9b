"""hess L_tot off the kinks, by eigenvalues of the closed form in float64: within the bounds, and as low as they say."""

from fractions import Fraction

import numpy as np
import pytest

from derivations import LEDGER
from derivations.softmax_relu.names import LAYERED
from derivations.softmax_relu.semidefinite import CLAIMS
from resmax_sym.judge import Status, judge
from resmax_sym.judge.arithmetic import SearchFloats
from resmax_sym.judge.evaluate import Evaluator

CLAIM = {claim.id: claim for claim in CLAIMS}
LOW, HIGH = -0.24040881, 0.30811715


def values(point, *texts):
    """Formulas in float64."""
    sizes = {"n": len(point["b"]), "m": len(point["A1"]), "d": len(point["x"])}
    where = Evaluator(LAYERED, sizes, {"y": point["x"], **point}, SearchFloats())
    return [np.asarray(where(LAYERED.parse(text)), dtype=float) for text in texts]


def instance(seed, n=6, m=5, d=2):
    rng = np.random.default_rng(seed)
    return {
        "A1": rng.normal(size=(m, d)), "A2": 2 * rng.normal(size=(n, m)), "x": rng.normal(size=d),
        "b": rng.dirichlet(np.ones(n)) * rng.choice([-1, 1], n), "omega": np.full(n, np.sqrt(-LOW)),
    }  # fmt: skip


def test_random_hessians_keep_the_bounds():
    indefinite = 0
    for seed in range(40):
        point = instance(seed)
        H, total, B = values(point, "hess(L)", "hess(L_tot)", "B")
        size = (np.linalg.norm(point["A2"], 2) * np.linalg.norm(point["A1"], 2)) ** 2
        assert np.linalg.eigvalsh(B)[0] >= LOW
        assert np.linalg.eigvalsh(B)[-1] <= HIGH
        eigenvalues = np.linalg.eigvalsh(H)
        assert LOW * size <= eigenvalues[0]
        assert eigenvalues[-1] <= HIGH * size
        assert np.linalg.eigvalsh(total)[0] >= -1e-12 * size
        indefinite += eigenvalues[0] < -1e-6
    assert indefinite >= 5  # without the regulariser


def test_the_extreme_value_is_attained():
    """n = 2, b = e1 and the p of the linear model: one active unit passes it on."""
    p = (9 - np.sqrt(33)) / 24
    best = min(
        values(
            {"A1": np.eye(1), "A2": np.array([[1.0], [-1.0]]), "x": np.array([abs(s)]), "b": b, "omega": np.zeros(2)},
            "hess(L)",
        )[0][0, 0]
        / 2
        for s in [np.log((1 - p) / p) / 2]
        for b in np.eye(2)
    )
    assert LOW <= best <= -0.2404


def test_one_inactive_unit_makes_a_flat_direction(verdicts):
    witness = verdicts["relu-never-strong"].evidence["witness"]
    A1, x = (np.vectorize(lambda v: float(Fraction(v)))(witness[name]) for name in ("A1", "x"))
    assert (A1 @ x < 0).any()
    point = instance(3, m=2)
    point["A1"] = np.eye(2)
    point["x"] = np.array([1.0, -1.0])
    point["omega"] = np.full(6, 5.0)
    low, high = np.linalg.eigvalsh(values(point, "hess(L_tot)")[0])
    assert low == pytest.approx(0, abs=1e-12)
    assert high > 1


def test_a_ridge_lifts_the_flat_direction():
    point = instance(3)
    plain, lifted = (np.linalg.eigvalsh(H) for H in values(point, "hess(L_tot)", "hess(L_tot + 3 * inner(x, x) / 2)"))
    np.testing.assert_allclose(lifted, plain + 3, rtol=1e-10)


def test_the_constant_is_that_of_the_linear_model(verdicts):
    claim = CLAIM["relu-eigmin-b"]
    assert verdicts[claim.id].method == "from earlier claims"
    assert {"softmax-eigmin-b", "softmax-lower-form"} <= {*LEDGER.rests_on(claim.id)}
    assert judge(claim, budget=0.3).status is Status.UNREFUTED  # alone


def test_the_middle_of_a_segment_lies_above_its_ends(verdicts):
    witness = verdicts["relu-psd-not-convex"].evidence["witness"]
    point = {
        name: np.vectorize(lambda v: float(Fraction(v)))(witness[name]) for name in ("A1", "A2", "b", "omega", "x")
    }
    ends = [values({**point, "x": sign * point["x"]}, "L_tot", "hess(L_tot)") for sign in (1, -1)]
    (middle,) = values({**point, "x": 0 * point["x"]}, "L_tot")
    assert middle > (ends[0][0] + ends[1][0]) / 2
    assert all(np.linalg.eigvalsh(H)[0] >= -1e-12 for _, H in ends)

"""The example on paper, by numbers: L = 1/4 up to the kink, slope -1/4 beyond it; and on the kink no gradient is said to exist."""

from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest

from derivations.softmax_relu.kinks import CLAIMS
from derivations.softmax_relu.names import LAYERED
from resmax_sym.generated import softmax
from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.points import Point
from resmax_sym.judge.truth import defined, holds

CLAIM = {claim.id: claim for claim in CLAIMS}


def example(x):
    """A1 = 1, A2 = (1, 0)^T, b = e1."""

    def exact(entries):
        return np.vectorize(Fraction, otypes=[object])(np.array(entries))

    values = {
        "A1": exact([[1]]),
        "A2": exact([[1], [0]]),
        "b": exact([1, 0]),
        "omega": exact([0, 0]),
        "x": exact([x]),
        "y": exact([-x]),
    }
    return Point({"n": 2, "m": 1, "d": 1}, values)


def loss(x):
    f = mp.exp(max(x, 0)) / (mp.exp(max(x, 0)) + 1)
    return (1 - f) ** 2


def test_the_example():
    assert [loss(mp.mpf(x)) for x in (-3, -1, 0)] == [mp.mpf(1) / 4] * 3
    with mp.workdps(40):
        assert mp.almosteq(mp.diff(loss, mp.mpf(0), direction=1), mp.mpf(-1) / 4, 1e-15)
        assert mp.diff(loss, mp.mpf(0), direction=-1) == 0


@pytest.mark.parametrize(
    ("x", "text", "truth"),
    [(-2, "L == 1/4", True), (0, "L == 1/4", True), (2, "L < 1/4", True), (-2, "grad(L) == 0 * x", True)],
)
def test_the_example_in_the_language(x, text, truth):
    assert holds(LAYERED, LAYERED.relation(text), example(x)) is truth


@pytest.mark.parametrize(
    "text", ["grad(L) == 0 * x", "grad(L) == 9 * x", "hess(L) == hess(L).T", "D(t) == 0 * D(t)", "t == D(t) @ x"]
)
def test_on_the_kink_a_statement_is_neither_true_nor_false(text):
    relation = LAYERED.relation(text)
    assert not defined(LAYERED, relation, example(0))
    assert holds(LAYERED, relation, example(0)) is None
    assert defined(LAYERED, relation, example(1))


@pytest.mark.parametrize("text", ["grad(L, t) == q", "hess(L, t) == B", "L <= 1/4", "eigmin(B) >= -1"])
def test_what_speaks_of_t_is_defined_on_the_kink(text):
    assert holds(LAYERED, LAYERED.relation(text), example(0)) is True


def test_the_slope_from_one_side():
    """The claim about the linear model at x = 0, with A = G of each side, in the generated code."""
    b, zero = np.array([1.0, 0.0]), np.zeros(1)
    slopes = [softmax.gradient(G, zero, b) for G in (np.zeros((2, 1)), np.array([[1.0], [0.0]]))]
    np.testing.assert_allclose(np.ravel(slopes), [0, -0.25], atol=1e-15)
    wrong = Claim("c", "grad(L) == A.T @ (sum(b) / n - b)", model=CLAIM["relu-kink-slope"].model, assume=("x == 0",))
    assert judge(wrong, budget=1).status is Status.REFUTED


@pytest.mark.parametrize("name", ["relu-example-loss", "relu-example-slope"])
def test_the_example_as_claims(name, verdicts):
    """t = 0 and b = e1, by numbers: f = 1/2 in both rows."""
    assert verdicts[name].status is Status.PROVED
    f, b = np.full(2, 0.5), np.array([1.0, 0.0])
    q = f * (f - b - f @ (f - b))
    assert {"relu-example-loss": (f - b) @ (f - b) / 2, "relu-example-slope": -(b @ q)}[name] == pytest.approx(0.25)


def test_the_witness_of_the_jump_lies_on_two_sides(verdicts):
    witness = verdicts["relu-gradient-jump"].evidence["witness"]
    A1, x, y = (np.vectorize(lambda v: float(Fraction(v)))(witness[name]) for name in ("A1", "x", "y"))
    assert np.abs(x - y).max() <= 1 / 500
    assert (np.sign(A1 @ x) != np.sign(A1 @ y)).any()


@pytest.mark.parametrize("name", ["relu-t-lipschitz-loss", "relu-inactive-gradient", "relu-inactive-flat"])
def test_no_assumption_is_idle(name, verdicts):
    """With the bound on b, or the signs, left out the claim does not hold."""
    claim = CLAIM[name]
    lost = "norm1(b) <= 1" if name == "relu-t-lipschitz-loss" else "A1 @ x < 0"
    assume = tuple(text for text in claim.assume if text != lost)
    weaker = Claim("c", claim.statement, model=claim.model, parameters=claim.parameters, assume=assume)
    assert judge(weaker, budget=2).status is Status.REFUTED

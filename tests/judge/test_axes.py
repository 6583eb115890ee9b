"""sum_k A[k,j] q[k] as arrays: an expression over indices has the entries that loops give."""

import itertools
from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy as sp
from sympy import KroneckerDelta, Sum, symbols

from resmax_sym.judge.arithmetic import Floats, Rationals
from resmax_sym.judge.axes import Axes
from resmax_sym.judge.balls import Balls
from resmax_sym.lang import NotLowerable
from resmax_sym.lang.index import entry, size_symbol
from resmax_sym.lang.special import absolute, flat, larger, sign, smaller, step

SIZES = {"n": 3, "d": 2}
i, j, k, l = symbols("i j k l", integer=True)  # noqa: E741
n, d = size_symbol("n"), size_symbol("d")
RNG = np.random.default_rng(5)
DATA = {
    name: RNG.integers(-8, 9, shape) / 4 for name, shape in {"A": (3, 2), "B": (3, 3), "b": (3,), "x": (2,)}.items()
}
DATA["a"] = np.array(0.75)
A, B, b, x, a = (DATA[name] for name in ("A", "B", "b", "x", "a"))


def test_the_data_is_not_degenerate():
    assert len(np.unique(np.concatenate([v.ravel() for v in DATA.values()]))) > 8
    assert not np.allclose(B, B.T)


def evaluate(expr, free=(), shape=(), arithmetic=None, batch=None):
    arithmetic = arithmetic or Floats()
    data = {name: v[None] if batch is None else batch[name] for name, v in DATA.items()}
    if not isinstance(arithmetic, Floats):
        convert = np.vectorize(lambda z: arithmetic.number(Fraction(float(z))), otypes=[object])
        with arithmetic.precision():
            data = {name: convert(v) for name, v in data.items()}
    with arithmetic.precision():
        return Axes(lambda name: data[name], SIZES, arithmetic).evaluate(expr, free, shape)


def at(name, *indices):
    return entry(name, *indices)


CASES = {
    "matrix-vector": (Sum(at("A", i, k) * at("x", k), (k, 1, d)), (i,), A @ x),
    "transposed": (at("A", j, i), (i, j), A.T),
    "outer": (at("b", i) * at("x", j), (i, j), np.outer(b, x)),
    "gram": (Sum(at("A", k, i) * at("A", k, j), (k, 1, n)), (i, j), A.T @ A),
    "diagonal": (KroneckerDelta(i, j) * at("b", i), (i, j), np.diag(b)),
    "repeated index": (at("B", i, i), (i,), np.diagonal(B)),
    "trace": (Sum(at("B", k, k), (k, 1, n)), (), np.trace(B)),
    "one": (sp.Integer(1), (i,), np.ones(3)),
    "free index absent": (at("x", j), (i, j), np.broadcast_to(x, (3, 2))),
    "sum of a constant": (Sum(sp.Integer(2), (k, 1, n)), (), 6.0),
    "sum of a free entry": (Sum(at("b", i), (k, 1, d)), (i,), 2 * b),
    "fixed size": (Sum(at("b", i), (k, 1, 5)), (i,), 5 * b),
    "nested": (Sum(at("b", k) * Sum(at("A", k, l) * at("x", l), (l, 1, d)), (k, 1, n)), (), b @ A @ x),
    "two limits": (Sum(at("b", k) * at("A", k, l) * at("x", l), (l, 1, d), (k, 1, n)), (), b @ A @ x),
    "square of a sum": (Sum(at("b", k), (k, 1, n)) ** 2, (), b.sum() ** 2),
    "contraction": (Sum(KroneckerDelta(k, i) * at("b", k), (k, 1, n)), (i,), b),
    "sum of deltas": (Sum(KroneckerDelta(k, i), (k, 1, n)), (i,), np.ones(3)),
    "sizes and scalars": (n * sp.Symbol("a", real=True) + d, (), 3 * 0.75 + 2),
    "pi and e": (sp.pi + sp.E, (), np.pi + np.e),
    "powers": (at("b", i) ** 2 + (1 + at("b", i) ** 2) ** sp.Rational(-1, 2), (i,), b**2 + (1 + b**2) ** -0.5),
    "real power": ((1 + at("b", i) ** 2) ** sp.Symbol("a", real=True), (i,), (1 + b**2) ** 0.75),
    "functions": (sp.exp(at("b", i)) * sp.tanh(at("b", i)) - sp.log(1 + at("b", i) ** 2), (i,), np.exp(b) * np.tanh(b) - np.log(1 + b**2)),
    "hyperbolic": (sp.cosh(at("b", i)) + sp.sinh(at("b", i)), (i,), np.exp(b)),
    "kinks": (absolute(at("b", i)) + larger(at("b", i), 0) + smaller(at("b", i), 1), (i,), np.abs(b) + np.maximum(b, 0) + np.minimum(b, 1)),
    "signs": (sign(at("b", i)) + step(at("b", i) + 10) + flat(at("b", i) + 10), (i,), np.sign(b) + 1),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("arithmetic", [Floats(), Balls(30)], ids=["floats", "balls"])
def test_entries(name, arithmetic):
    expr, free, expected = CASES[name]
    expected = np.asarray(expected, dtype=float)
    result = evaluate(expr, free, expected.shape, arithmetic)
    assert result.shape == (1, *expected.shape)
    for place in itertools.product(*map(range, expected.shape)):
        value = result[(0, *place)]
        value = float(value.mid()) if isinstance(value, flint.arb) else value
        # Sums of at most 6 terms of order 10: rounding stays below 1e-13.
        assert abs(value - expected[place]) < 1e-13


def test_entries_see_a_wrong_index():
    wrong = evaluate(Sum(at("A", k, i) * at("A", k, j), (k, 1, n)), (i, j), (2, 2))[0]
    assert not np.allclose(wrong, (A.T @ np.diag(b) @ A))
    assert not np.allclose(evaluate(at("A", j, i), (i, j), (2, 3))[0], A[:2].T.repeat(2, axis=1)[:, :3])


def test_rationals_are_exact():
    result = evaluate(Sum(at("A", i, k) * at("x", k), (k, 1, d)), (i,), (3,), Rationals())
    assert result[0].tolist() == [
        sum(Fraction(float(p)) * Fraction(float(q)) for p, q in zip(row, x, strict=True)) for row in A
    ]


def test_the_first_axis_is_the_batch():
    batch = {name: np.stack([v, 2 * v, -v]) for name, v in DATA.items()}
    result = evaluate(Sum(at("A", i, k) * at("x", k), (k, 1, d)), (i,), (3,), batch=batch)
    assert np.allclose(result, np.stack([A @ x, 4 * A @ x, A @ x]))


def test_the_same_expression_is_read_once():
    counted = []

    def leaf(name):
        counted.append(name)
        return DATA[name][None]

    part = Sum(at("A", i, k) * at("x", k), (k, 1, d))
    axes = Axes(leaf, SIZES, Floats())
    assert axes.evaluate(part**2 + sp.exp(part), (i,), (3,)).shape == (1, 3)
    assert counted.count("A") == counted.count("x") == 1


@pytest.mark.parametrize(
    "expr", [sp.I, sp.zoo, sp.sin(sp.Symbol("a", real=True)), sp.Abs(at("b", i)) + sp.sign(at("b", i))]
)
def test_what_is_no_function_of_the_language_is_refused(expr):
    with pytest.raises(NotLowerable, match="is not a real number"):
        evaluate(expr, (i,), (3,))

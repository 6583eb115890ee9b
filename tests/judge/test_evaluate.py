"""value(L, point): balls hold what mpmath finds by a second reading of the tree, floats agree, and undefined is undefined."""

from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import Undefined, formulas, random_values, value

from resmax_sym.judge.arithmetic import Floats, Rationals
from resmax_sym.judge.balls import Balls
from resmax_sym.judge.evaluate import Evaluator
from resmax_sym.judge.points import Point
from resmax_sym.lang import LanguageError, symbol
from resmax_sym.models import Model

MODELS = {
    "soft-residual": Model(),
    "softmax": Model("exp(s)"),
    "softplus": Model("log(1 + exp(s))", "plain"),
    "cubic": Model("s**3 + s", "rescaled"),
    "hidden tanh": Model("exp(s)", inner_layer="tanh(s)"),
    "hidden relu": Model("exp(s)", inner_layer="max(s, 0)"),
}
SHAPES = [(), (), ("n",), ("d",), ("n", "d"), ("d", "d")]


def sizes_of(model, n=2, d=2):
    return {"n": n, "d": d} | ({} if model.inner_layer is None else {"m": 2})


def point_of(model, seed=0, **sizes):
    sizes = sizes_of(model, **sizes)
    return Point(sizes, random_values(model, sizes, np.random.default_rng(seed)))


def entries(result):
    return np.asarray(result, dtype=object).ravel()


def gap(ball, exact):
    """How far mpmath's value is from the ball, relative to its size."""
    with mpmath.workdps(60):
        middle = mpmath.mpf(ball.mid().str(60, radius=False))
        return float(max(0, abs(exact - middle) - mpmath.mpf(float(ball.rad()))) / (1 + abs(exact)))


def compare(model, e, seed, tolerance):
    """Whether balls and mpmath were compared; fails where one finds a value that the other does not."""
    point = point_of(model, seed)
    try:
        balls = entries(point.evaluator(model, Balls(60))(e))
    except LanguageError:
        return False
    try:
        exact = entries(value(model, point.sizes, point.values, e))
    except Undefined:
        assert not all(z.is_finite() for z in balls), f"{e!r} is undefined at {point}"
        return False
    except (OverflowError, ValueError, ZeroDivisionError):
        return False
    finite = [z.is_finite() for z in balls]
    assert all(gap(z, v) <= tolerance for z, v, ok in zip(balls, exact, finite, strict=True) if ok), f"{e!r} at {point}"
    return all(finite)


@given(st.data(), st.integers(0, 50))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_balls_hold_the_value(data, seed):
    """Without derivatives: mpmath works with 60 digits, and 25 of them are left for cancellation."""
    model = MODELS[data.draw(st.sampled_from(sorted(MODELS)))]
    e = data.draw(formulas(model, data.draw(st.sampled_from(SHAPES)), depth=3, derivatives=False))
    compare(model, e, seed, 1e-35)


@given(st.data(), st.integers(0, 50))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_derivatives_are_slopes(data, seed):
    """Central differences with step 1e-20 are right to about 40 digits, a second derivative to about 20."""
    model = MODELS[data.draw(st.sampled_from(sorted(MODELS)))]
    e = data.draw(formulas(model, data.draw(st.sampled_from([(), ("d",), ("n", "d")])), depth=2, family="kinked"))
    compare(model, e, seed, 1e-12)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(
    "quantity", ["t", "alpha", "L_tot", "grad(L_tot)", "D(f)", "hess(L)", "at(grad(L), y)", "D(c, t)"]
)
def test_named_quantities(name, quantity):
    model = MODELS[name]
    assert compare(model, model.parse(quantity), seed=3, tolerance=1e-12)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("quantity", ["f", "L_tot", "grad(L_tot)", "hess(L)", "B", "at(q, y)"])
def test_floats_agree_with_balls(name, quantity):
    model = MODELS[name]
    e, point = model.parse(quantity), point_of(model, seed=2, n=3, d=2)
    balls = [float(z.mid()) for z in entries(point.evaluator(model, Balls(60))(e))]
    floats = entries(point.evaluator(model, Floats())(e)).astype(float)
    # Some hundred operations on numbers of order 1 to 100 leave an error of about 1e-13 of the largest entry.
    assert np.abs(floats - balls).max() <= 1e-11 * (1 + np.abs(balls).max())


@pytest.mark.parametrize("quantity", ["A @ x", "norm1(x) + max(b)", "B @ omega", "D(f) @ x", "trace(J)", "sum(abs(c))"])
def test_rationals_agree_with_balls(quantity):
    model = MODELS["cubic"]
    e, point = model.parse(quantity), point_of(model, seed=4)
    exact = entries(point.evaluator(model, Rationals())(e))
    balls = entries(point.evaluator(model, Balls(60))(e))
    with Balls(60).precision():
        assert all(
            z.contains(flint.arb(flint.fmpq(q.numerator, q.denominator))) for z, q in zip(balls, exact, strict=True)
        )
    assert all(isinstance(q, Fraction) for q in exact)


def of(text, model=MODELS["softmax"], arithmetic=None, **values):
    """Values at n = 2, d = 2 of a formula in x (and parameters)."""
    point = point_of(model, 1)
    exact = {
        name: np.array([Fraction(v) for v in value], dtype=object) if isinstance(value, list) else Fraction(value)
        for name, value in values.items()
    }
    point = Point(point.sizes, {**point.values, **exact})
    return entries(
        point.evaluator(model, arithmetic or Balls(40))(model.parse(text, **{k: symbol(k) for k in ("eps", "t_y")}))
    )


@pytest.mark.parametrize(
    "text",
    [
        "log(x)",
        "sqrt(x)",
        "1 / (x - x)",
        "x**y",
        "0 * log(x)",
        "log(x)**0",
        "sign(log(x))",
        "max(log(x), 5)",
        "log(x) - log(x)",
        "sum(log(x)) * 0",
        "trace(outer(log(x), y) * eye(d))",
        "trace(eye(d) / eye(d))",
        "tanh(1 / (x - x))",
        "D(log(x))",
        "hess(sum(log(x)))",
        "grad(sum(sqrt(x)**2))",
        "D(log(x)**0)",
        "at(log(x), x)",
    ],
)
def test_undefined_at_a_negative_entry(text):
    """A derivative is undefined where its function is: 1/x has a value at -1, the slope of log(x) has none."""
    for arithmetic in (Balls(40),) if "tanh" in text else (Balls(40), Floats()):  # in float64 tanh(1/0) is 1
        values = of(text, arithmetic=arithmetic, x=["1/2", "-1/3"])
        with arithmetic.precision():
            assert not arithmetic.finite(values.astype(arithmetic.dtype)).all()


KINKS = [
    "abs(x)",
    "sign(x)",
    "max(x, 0)",
    "sqrt(x**2)",
    "sqrt(x)**2",
    "x**1.5",
    "norm1(x) * x",
    "0 * abs(x)",
    "abs(x) * sign(x)",
]


@pytest.mark.parametrize("text", [*(f"D({kink})" for kink in KINKS), "step(x)", "grad(norm(x - x))"])
def test_undefined_at_a_kink(text):
    """No matter what cancels there: the guards say x != 0."""
    assert not all(z.is_finite() for z in of(text, x=["0", "1"]))
    if "x - x" not in text:
        assert all(z.is_finite() for z in of(text, x=["2", "1"]))


SMOOTH = ["D(norm1(at(x, y)) * x)", "grad(norm(x)**2)", "grad(sum(x**2))"]


@pytest.mark.parametrize("text", [*SMOOTH, "abs(x)"])
def test_no_kink_where_nothing_moves(text):
    """at(x, y) is fixed while x moves, and a squared norm is smooth."""
    assert all(z.is_finite() for z in of(text, x=["0", "0"], y=["1", "-2"]))


@pytest.mark.parametrize(
    ("unit", "expected"), [("log(s)", [True, False, False]), ("1 / s", [True, True, False]), ("sqrt(s)", [True, False])]
)
def test_derivatives_of_the_unit_share_its_domain(unit, expected):
    model = Model(unit)
    rows = [[2], [-2], [0]][: len(expected)]
    data = {"A": np.array(rows, dtype=object) * Fraction(1), "x": np.array([Fraction(1)], dtype=object)}
    point = Point({"n": len(rows), "d": 1}, data)
    for text in ("u", "v", "w"):
        assert [z.is_finite() for z in point.evaluator(model, Balls(40))(model.parse(text))] == expected


def test_parameters_named_like_internal_symbols():
    assert of("eps * x", eps="3", x=["1", "2"])[1] == 6
    assert of("grad(eps * sum(x))", eps="3", x=["1", "2"])[0] == 3
    assert of("grad(t_y * inner(x, at(x, y)))", t_y="2", x=["1", "2"], y=["5", "7"])[1] == 14


def test_the_second_point():
    assert of("at(x, y) - x", x=["1", "2"], y=["5", "7"])[0] == 4
    assert of("at(at(x, y), x)", x=["1", "2"], y=["5", "7"])[0] == 5
    assert of("at(at(x, x), y)", x=["1", "2"], y=["5", "7"])[0] == 5
    assert of("D(at(x, x))", x=["1", "2"])[0] == 1


def test_a_batch_is_many_points():
    model = MODELS["soft-residual"]
    points = [point_of(model, seed) for seed in range(3)]
    floats = [p.evaluator(model, Floats()) for p in points]
    stacked = {name: np.concatenate([f.point[name] for f in floats]) for name in floats[0].point}
    batch = Evaluator(model, points[0].sizes, stacked, Floats(), batched=True)
    for text in ("L", "f", "hess(L)", "2 * pi", "trace(A @ A.T)"):
        e = model.parse(text)
        together = np.broadcast_to(batch(e), (3, *np.shape(floats[0](e))))
        for k in range(3):
            assert np.allclose(together[k], floats[k](e), rtol=1e-12)


def test_operations_are_counted():
    model = MODELS["softmax"]
    evaluator = point_of(model).evaluator(model, Floats())
    evaluator(model.parse("f"))
    few = evaluator.operations
    evaluator(model.parse("hess(L)"))
    assert 0 < few < evaluator.operations


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("exp(s) * s / s", [True, True, False]),
        ("exp(s) + 0 * log(s)", [True, False, False]),
        ("exp(s) + log(s) - log(s)", [True, False, False]),
        ("exp(log(s))", [True, False, False]),
        ("sqrt(s)**2 + exp(s)", [True, False, True]),
        ("exp(s) + s**0", [True, True, True]),
    ],
)
def test_a_unit_is_undefined_where_it_is_so_as_written(unit, expected):
    """SymPy cancels what is undefined; a unit has no value there, and no slope at the border of its domain."""
    model = Model(unit)
    data = {"A": np.array([[2], [-2], [0]], dtype=object) * Fraction(1), "x": np.array([Fraction(1)], dtype=object)}
    point = Point({"n": 3, "d": 1}, data)
    for text in "uvw":
        border = [text == "u" or "sqrt" not in unit, True, text == "u" or "sqrt" not in unit]
        found = [z.is_finite() for z in point.evaluator(model, Balls(40))(model.parse(text))]
        assert found == [expected[0], expected[1], expected[2] and border[2]]

"""alpha != 0: what a formula asks of its parts is listed, and nothing that it does not ask."""

import pytest

from resmax_sym.judge.guards import guards
from resmax_sym.models import Model

MODEL = Model()


def of(text, model=MODEL):
    thing = model.relation(text) if any(op in text for op in ("==", "<", ">", "psd")) else model.parse(text)
    return guards(thing, model)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A @ x", []),
        ("x / 2", []),
        ("x / n + x / pi", []),
        ("exp(x) * tanh(x)", []),
        ("x**2 * x**0", []),
        ("u / alpha", ["alpha != 0"]),
        ("f", ["alpha != 0"]),
        ("alpha**-2", ["alpha != 0"]),
        ("1 / (x * y)", ["x != 0", "y != 0"]),
        ("1 / x**3", ["x != 0"]),
        ("1 / (x / y)", ["x != 0", "y != 0"]),
        ("x / 0", ["0 != 0"]),
        ("log(x)", ["x > 0"]),
        ("sqrt(x)", ["x >= 0"]),
        ("x**0.5", ["x >= 0"]),
        ("x**-0.5", ["x != 0", "x >= 0"]),
        ("x**y", ["x > 0"]),
        ("step(x)", ["x != 0"]),
        ("abs(x) + sign(x) + max(x, y)", []),
        ("norm(x) + fro(A) + norm1(x)", []),
        ("grad(L)", ["alpha != 0"]),
        ("grad(alpha)", []),
        ("D(abs(x))", ["x != 0"]),
        ("D(sign(x))", ["x != 0"]),
        ("D(max(x, y))", ["x - y != 0"]),
        ("D(sqrt(x))", ["x != 0", "x >= 0"]),
        ("D(x**1.5)", ["x != 0", "x >= 0"]),
        ("grad(norm(x))", ["norm(x) != 0"]),
        ("grad(norm1(x))", ["x != 0"]),
        ("grad(fro(outer(x, x)))", ["fro(outer(x, x)) != 0"]),
        ("hess(L_reg)", []),
        ("grad(norm(x)**2)", []),
        ("grad(norm(x)**4 + norm(b))", ["norm(b) != 0"]),
    ],
)
def test_conditions(text, expected):
    assert of(text) == expected


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("grad(norm(x)**2 + norm(x))", "norm(x) != 0"),  # the square is smooth, the norm beside it is not
        ("grad(norm(x)**3)", "norm(x) != 0"),
        ("D(max(x, 1)**2)", "x - 1 != 0"),  # squaring smooths a norm, but not every kink
        ("grad(norm1(x)**2)", "x != 0"),
        ("D(sign(x)**2)", "x != 0"),
        ("D(step(x)**2)", "x != 0"),
    ],
)
def test_a_square_hides_no_other_kink(text, condition):
    assert condition in of(text)


@pytest.mark.parametrize(
    ("unit", "text", "expected"),
    [
        ("log(s)", "u", ["t > 0"]),
        ("log(s)", "v", ["t > 0"]),
        ("log(s)", "D(u) == diag(v) @ A", ["t > 0"]),
        ("1 / s", "w", ["t != 0"]),
        ("sqrt(s)", "u", ["t >= 0"]),
        ("sqrt(s)", "v", ["t != 0", "t >= 0"]),
        ("log(1 + exp(s))", "u", ["1 + exp(t) > 0"]),
        ("exp(s)", "v", []),
    ],
)
def test_the_domain_of_the_unit(unit, text, expected):
    assert of(text, Model(unit)) == expected


def test_both_sides_and_inner_relations_count():
    assert of("1 / alpha == log(x)") == ["alpha != 0", "x > 0"]
    assert of("on_segment(1 / alpha >= 1)") == ["alpha != 0"]
    assert of("psd(A.T @ A / alpha)") == ["alpha != 0"]


def test_the_inner_layer_is_guarded_where_it_is_differentiated():
    model = Model("exp(s)", inner_layer="max(s, 0)")
    assert of("alpha > 0", model) == []
    assert of("grad(alpha)", model) == ["A1 @ x != 0"]
    assert of("grad(t @ b)", Model("exp(s)", inner_layer="max(s, 1)")) == ["A1 @ x - 1 != 0"]


def test_a_derivative_in_t_does_not_see_what_t_is_made_of():
    model = Model("exp(s)", inner_layer="max(s, 0)")
    assert of("hess(L, t)", model) == of("v / alpha", model) == ["alpha != 0"]
    assert of("grad(norm(t) + sum(max(t, 0)), t)", model) == ["norm(t) != 0", "t != 0"]
    assert of("D(v)", model) == ["A1 @ x != 0"]


@pytest.mark.parametrize("text", ["D(at(t, x))", "at(D(t), x)", "grad(at(at(alpha, x), x))", "D(at(t, x) + at(t, y))"])
def test_what_is_evaluated_at_x_itself_is_no_constant(text):
    assert of(text, Model("exp(s)", inner_layer="max(s, 0)")) == ["A1 @ x != 0"]
    assert of(text, Model("exp(s)", inner_layer="s")) == []

"""(A^T q)_j = sum_k A[k,j] q[k]: components of formulas as sums over indices, with no index captured and no name taken over."""

import itertools

import pytest
import sympy as sp
from sympy import Rational, Sum, symbols

from resmax_sym.lang import Lowering, NotLowerable, S, is_zero, normal, symbol
from resmax_sym.lang.expr import as_expr
from resmax_sym.lang.index import entry, size_symbol
from resmax_sym.lang.special import absolute, step
from resmax_sym.models import Model

MODEL = Model("exp(s)")
NAMES = MODEL.names
i, j, k = symbols("i j k", integer=True)
n, d = size_symbol("n"), size_symbol("d")


def cell(row, column):
    return entry("A", row, column)


def lower(text, *indices, model=MODEL, **extra):
    return model.lowering()(model.parse(text, **extra), *indices)


def same(left, right):
    return is_zero(normal(left - right))


@pytest.mark.parametrize(
    ("text", "indices", "expected"),
    [
        ("x", (i,), entry("x", i)),
        ("A", (i, j), cell(i, j)),
        ("A.T", (i, j), cell(j, i)),
        ("A @ x", (i,), Sum(cell(i, k) * entry("x", k), (k, 1, d))),
        ("b @ A", (j,), Sum(entry("b", k) * cell(k, j), (k, 1, n))),
        ("A @ A.T", (i, j), Sum(cell(i, k) * cell(j, k), (k, 1, d))),
        ("inner(b, omega)", (), Sum(entry("b", k) * entry("omega", k), (k, 1, n))),
        ("outer(b, x)", (i, j), entry("b", i) * entry("x", j)),
        ("diag(b)", (i, j), sp.KroneckerDelta(i, j) * entry("b", i)),
        ("eye(n)", (i, j), sp.KroneckerDelta(i, j)),
        ("ones(n)", (i,), sp.Integer(1)),
        ("trace(A @ A.T)", (), Sum(cell(i, j) ** 2, (j, 1, d), (i, 1, n))),
        ("norm(x)**2", (), Sum(entry("x", k) ** 2, (k, 1, d))),
        ("norm1(x)", (), Sum(absolute(entry("x", k)), (k, 1, d))),
        ("fro(A)**2", (), Sum(cell(i, j) ** 2, (j, 1, d), (i, 1, n))),
        ("u", (i,), sp.exp(entry("t", i))),
        ("0.5 * x - 1", (i,), Rational(1, 2) * entry("x", i) - 1),
        ("n * d + pi", (), n * d + sp.pi),
        ("at(x, y)", (i,), entry("y", i)),
        ("D(t)", (i, j), cell(i, j)),
        ("D(x)", (i, j), sp.KroneckerDelta(i, j)),
        ("D(u)", (i, j), sp.exp(entry("t", i)) * cell(i, j)),
        ("D(u, t)", (i, j), sp.exp(entry("t", i)) * sp.KroneckerDelta(i, j)),
        ("grad(inner(x, x))", (j,), 2 * entry("x", j)),
        ("D(at(t, y))", (i, j), sp.Integer(0)),
        ("D(abs(x))", (i, j), (2 * step(entry("x", i)) - 1) * sp.KroneckerDelta(i, j)),
        ("sqrt(x**2)", (i,), absolute(entry("x", i))),
    ],
)
def test_component(text, indices, expected):
    assert same(lower(text, *indices), expected)
    assert not same(lower(text, *indices), expected + cell(1, 1))


def test_a_component_with_one_index_twice_is_the_diagonal():
    assert same(lower("outer(b, omega)", i, i), entry("b", i) * entry("omega", i))
    assert same(lower("eye(n)", i, i), sp.Integer(1))


def test_bound_indices_are_never_shared():
    """A product of sums keeps its indices apart, however often a part occurs."""
    text = "inner(t, b) * inner(t, b) * trace(A @ A.T @ A @ A.T) * sum(outer(t, b) @ t)"
    expr = lower(text)
    for total in expr.atoms(Sum):
        inner_sums = total.function.atoms(Sum)
        assert not {str(v) for v in total.variables} & {str(v) for s in inner_sums for v in s.variables}


def test_unfolding_does_not_capture_an_index():
    """t[k1] unfolds into a sum over an index other than k1, whichever lowering bound k1."""
    assert same(MODEL.lowering().unfold(lower("inner(t, b)")), lower("b @ (A @ x)"))
    # With capture n <t, b> = <t, 1> <b, 1> would look true.
    assert not is_zero(normal(MODEL.lowering().unfold(lower("n * inner(t, b) - sum(t) * sum(b)"))))


@pytest.mark.parametrize("inner", [None, "tanh(s)"])
def test_unfolding_writes_t_out_at_both_points(inner):
    model = Model("exp(s)", inner_layer=inner)
    definition = "A @ x" if inner is None else "A2 @ tanh(A1 @ x)"
    for text, written in (("t", definition), ("at(t, y)", definition.replace("x", "y"))):
        unfolded = model.lowering().unfold(lower(text, i, model=model))
        assert same(unfolded, lower(written, i, model=model))


@pytest.mark.parametrize("name", ["eps", "s", "i", "j", "k", "k1", "k2", "i1", "t_y", "h", "argument", "A1", "E", "I"])
def test_a_parameter_may_have_any_name(name):
    """The derivative of name * L is name * grad(L), whatever symbols the implementation uses itself."""
    extra = {name: symbol(name)}
    derivative = lower(f"grad({name} * inner(u, b))", j, **extra)
    expected = sp.Symbol(name, real=True) * Sum(entry("b", k) * sp.exp(entry("t", k)) * cell(k, j), (k, 1, n))
    assert same(derivative, expected)
    assert not same(derivative, sp.Integer(0))


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        ("at(t, x)", "t", True),
        ("D(at(t, x))", "A", True),
        ("D(at(t, x))", "0 * A", False),
        ("at(at(t, y), x)", "at(t, y)", True),
        ("at(at(t, x), y)", "at(t, y)", True),
        ("at(at(t, x), y)", "t", False),
        ("at(D(u), y)", "diag(at(u, y)) @ A", True),
        ("D(at(t, y) * t)", "diag(at(t, y)) @ A", True),
        ("D(inner(at(x, y), x) * x)", "outer(x, y) + inner(x, y) * eye(d)", True),
    ],
)
def test_the_second_point(left, right, equal):
    indices = (i, j)[: MODEL.parse(left).ndim]
    assert same(lower(left, *indices), lower(right, *indices)) is equal


def test_inner_layer_has_its_chain_rule():
    model = Model("exp(s)", inner_layer="s**2")
    slope = lower("D(t)", i, j, model=model)
    assert same(model.lowering().unfold(slope), lower("2 * A2 @ diag(A1 @ x) @ A1", i, j, model=model))


@pytest.mark.parametrize(
    "text",
    [
        "norminf(x)",
        "max(x)",
        "min(x)",
        "opnorm(A)",
        "eigmin(A.T @ A)",
        "eigmax(A.T @ A)",
        "solve(A.T @ A, x)",
        "D(x, t)",
    ],
)
def test_what_has_no_form_over_indices(text):
    e = MODEL.parse(text)
    with pytest.raises(NotLowerable):
        MODEL.lowering()(e, *(i, j)[: e.ndim])


def test_the_hidden_layer_is_not_a_function_of_t():
    model = Model(inner_layer="tanh(s)")
    with pytest.raises(NotLowerable, match="with respect to t"):
        lower("D(grad(L), t)", i, j, model=model)
    assert lower("D(grad(L, t), t)", i, j, model=model) is not None


@pytest.mark.parametrize(
    "text", ["((2**100)**100)**100", "(1.5**100)**100 * 2**(99**99)", "(0.1**99)**-99 * 9**(9**9)"]
)
def test_powers_of_numbers_are_not_multiplied_out_without_end(text):
    with pytest.raises(NotLowerable, match="binary digits"):
        lower(text)
    assert lower("2**100") == 2**100


def test_abstract_unit_keeps_only_its_derivatives():
    lowering = Lowering()
    slope = lowering(MODEL.parse("D(u)"), i, j)
    assert same(slope, lowering(MODEL.parse("diag(v) @ A"), i, j))
    curvature = lowering(MODEL.parse("D(v)"), i, j)
    assert same(curvature, lowering(MODEL.parse("diag(w) @ A"), i, j))
    assert not same(slope, curvature)
    assert same(*(MODEL.lowering()(MODEL.parse(text), i, j) for text in ("D(u)", "D(v)")))  # exp is its own derivative


def test_the_unit_is_differentiated_and_composed():
    model = Model("s**3 + s")
    assert same(lower("u + v + w", i, model=model), sum((S**3 + S).diff(S, m).subs(S, entry("t", i)) for m in range(3)))


@pytest.mark.parametrize("op", ["add", "mul"])
def test_a_sum_of_constants_is_its_size(op):
    left, right = ("sum(ones(3)) + n", "3 + n") if op == "add" else ("sum(ones(n) * 2) * d", "2 * n * d")
    assert same(lower(left), lower(right))


def test_lowering_does_not_depend_on_what_was_lowered_before():
    lowering = MODEL.lowering()
    texts = ["inner(t, b)", "grad(inner(u, f))", "trace(A @ A.T)"]
    for text, again in itertools.product(texts, texts):
        e = MODEL.parse(text)
        indices = (j,)[: e.ndim]
        lowering(MODEL.parse(again), *(j,)[: MODEL.parse(again).ndim])
        assert same(lowering(e, *indices), MODEL.lowering()(e, *indices))


def test_numbers_are_rational():
    assert lower("0.1 + 0.2") == Rational(3, 10)
    assert MODEL.lowering()(as_expr(7)) == 7

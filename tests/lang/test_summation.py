"""sum_k g(k) h = h sum_k g(k): the canonical form of sums keeps their value and forgets how they were written."""

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import DIGITS, Data, close, expression_value, polynomial_value

from resmax_sym.lang import FUNCTIONS, S, normal
from resmax_sym.lang.expr import as_expr
from resmax_sym.lang.normal import reduce
from resmax_sym.lang.polynomial import TooLarge, atom, key, multiply
from resmax_sym.lang.summation import exponential, rename, summation
from resmax_sym.models import Model

MODEL = Model("exp(s)")
A, b, x = (MODEL.names[name] for name in ("A", "b", "x"))
i, j = sp.symbols("i j", integer=True)
SIZES = {"n": 3, "d": 2}


def v(name, *indices):
    return ("v", name, *indices)


def term(*atoms):
    result = {frozenset(): 1}
    for a in atoms:
        result = multiply(result, atom(a))
    return result


def test_what_does_not_depend_on_the_index_leaves_the_sum():
    p = summation(term(v("b", "i"), v("x", "k")), {"k": "d"})
    assert p == multiply(term(v("b", "i")), summation(term(v("x", "k")), {"k": "d"}))


def test_a_sum_of_a_constant_is_its_size():
    assert summation(term(v("b", "i")), {"k": "d"}) == term(v("b", "i"), ("s", "d"))
    assert summation(term(v("b", "i")), {"k": "3"}) == {m: 3 * c for m, c in term(v("b", "i")).items()}


def test_a_delta_contracts_the_sum():
    assert summation(term(("d", "i", "k"), v("b", "k")), {"k": "n"}) == term(v("b", "i"))
    assert summation(term(("d", "k", "l"), v("A", "k", "l")), {"k": "n", "l": "n"}) == summation(
        term(v("A", "k", "k")), {"k": "n"}
    )


def test_unconnected_parts_become_a_product():
    both = summation(term(v("b", "k"), v("x", "l")), {"k": "n", "l": "d"})
    assert both == multiply(summation(term(v("b", "k")), {"k": "n"}), summation(term(v("x", "l")), {"l": "d"}))


def test_bound_names_do_not_matter_and_sizes_do():
    body = (v("A", "k", "l"), v("x", "l"), v("b", "k"))
    p = summation(term(*body), {"k": "n", "l": "d"})
    assert p == summation(term(v("A", "q", "r"), v("x", "r"), v("b", "q")), {"r": "d", "q": "n"})
    assert p != summation(term(*body), {"k": "d", "l": "n"})
    assert p != summation(term(v("A", "l", "k"), v("x", "l"), v("b", "k")), {"k": "n", "l": "d"})


def test_an_opened_square_has_two_indices():
    once = summation(term(v("A", "i", "k"), v("x", "k")), {"k": "d"})
    square = summation(multiply(once, once), {"i": "n"})
    expected = term(v("A", "i", "k"), v("x", "k"), v("A", "i", "l"), v("x", "l"))
    assert square == summation(expected, {"i": "n", "k": "d", "l": "d"})
    assert square != summation(term(v("A", "i", "k"), v("x", "k"), v("A", "i", "k"), v("x", "k")), {"i": "n", "k": "d"})


def test_renaming_reaches_into_functions_and_keeps_bound_indices():
    once = summation(term(v("A", "i", "k"), v("x", "k")), {"k": "d"})
    inside = multiply(exponential(once), atom(("fn", "abs", key(once))))
    (m,) = inside
    (renamed,) = rename(m, {"i": "j"})
    other = summation(term(v("A", "j", "k"), v("x", "k")), {"k": "d"})
    assert {renamed: 1} == multiply(exponential(other), atom(("fn", "abs", key(other))))
    assert rename(m, {"k": "j"}) == {m: 1}


def test_exponentials_multiply():
    p, q = term(v("x", "i")), term(v("b", "i"))
    assert exponential({**p, **q}) == multiply(exponential(p), exponential(q))
    assert exponential({}) == {frozenset(): 1}


def test_too_many_interchangeable_indices_are_left_undecided():
    long = " @ ".join(["A.T @ A"] * 9)
    with pytest.raises(TooLarge, match="interchangeable"):
        normal(MODEL.lowering()(MODEL.parse(f"trace({long})")))


@st.composite
def networks(draw, shape, depth):
    """Products, transposes, traces and elementwise products of A, b and constants: sums over many indices."""

    def pick(options):
        return draw(st.sampled_from(options))

    def tree(shape, depth):
        if depth <= 0:
            plain = {(): as_expr(2), ("n",): b, ("d",): x, ("n", "d"): A, ("d", "n"): A.T}
            return plain.get(shape) or FUNCTIONS["eye"](shape[0])
        k, r = pick(["n", "d"]), pick(["n", "d"])
        if not shape:
            match pick(["trace", "sum", "quadratic", "mul"]):
                case "trace":
                    return FUNCTIONS["trace"](tree((k, k), depth - 1))
                case "sum":
                    return FUNCTIONS["sum"](tree((k,), depth - 1))
                case "quadratic":
                    return tree((k,), depth - 2) @ tree((k, r), depth - 1) @ tree((r,), depth - 2)
            return tree((), depth - 1) * tree((), depth - 1)
        if len(shape) == 1:
            match pick(["matmul", "vecmat", "mul", "leaf", "function"]):
                case "matmul":
                    return tree((*shape, k), depth - 1) @ tree((k,), depth - 1)
                case "vecmat":
                    return tree((k,), depth - 1) @ tree((k, *shape), depth - 1)
                case "mul":
                    return tree(shape, depth - 1) * tree(shape, depth - 1)
                case "function":
                    return FUNCTIONS[pick(["exp", "abs", "tanh"])](tree(shape, depth - 1) / 8)
            return tree(shape, 0)
        match pick(["matmul", "matmul", "mul", "transpose", "outer", "diag", "reciprocal"]):
            case "matmul":
                return tree((shape[0], k), depth - 1) @ tree((k, shape[1]), depth - 1)
            case "mul":
                return tree(shape, depth - 1) * tree(shape, depth - 1)
            case "transpose":
                return tree(shape[::-1], depth - 1).T
            case "diag" if shape[0] == shape[1]:
                return FUNCTIONS["diag"](tree(shape[:1], depth - 1))
            case "reciprocal":
                return 1 / (tree(shape, depth - 1) ** 2 + 3)
        return FUNCTIONS["outer"](tree(shape[:1], depth - 1), tree(shape[1:], depth - 1))

    return tree(shape, depth)


@given(st.data(), st.integers(0, 9))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_normal_form_has_the_value_of_the_expression(data, seed):
    shape = data.draw(st.sampled_from([(), (), ("n",), ("n", "d"), ("n", "n")]))
    e = data.draw(networks(shape, depth=3))
    lowered = MODEL.lowering()(e, *(i, j)[: e.ndim])
    values = Data(seed, SIZES)
    with mpmath.workdps(DIGITS):
        try:
            p = reduce(normal(lowered))
        except TooLarge:
            return
        for place in ({"i": 1, "j": 2}, {"i": 2, "j": 2}):
            assert close(expression_value(lowered, values, place), polynomial_value(p, values, place))


def test_the_readings_see_a_difference():
    """The negative control of the test above: a contracted index that is wrong changes the value."""
    values = Data(0, SIZES)
    lowered = MODEL.lowering()(MODEL.parse("A @ x"), i)
    wrong = normal(MODEL.lowering()(MODEL.parse("A @ y"), i))
    with mpmath.workdps(DIGITS):
        assert not close(expression_value(lowered, values, {"i": 1}), polynomial_value(wrong, values, {"i": 1}))
        assert close(
            expression_value(sp.exp(S) ** 2, values, {}), values.entry("s", ()) * 0 + mpmath.exp(2 * values.scalar("s"))
        )

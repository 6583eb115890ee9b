"""Text becomes a tree through a whitelist: everything else is a LanguageError with its column and remedy, and nothing is run."""

import builtins
import contextlib
import os
import re
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resmax_sym.lang import FUNCTIONS, LanguageError, ParseError, Relation, ShapeError, nearest, parse, parse_relations
from resmax_sym.lang.expr import Expr, as_expr
from resmax_sym.lang.parser import MAX_DEPTH, MAX_DERIVATIVES, MAX_LENGTH, MAX_TREE_DEPTH, MAX_TREE_WEIGHT
from resmax_sym.models import Model

NAMES = Model().names
A, x, y, b, alpha, t = (NAMES[name] for name in ("A", "x", "y", "b", "alpha", "t"))
F = FUNCTIONS
minus = -x


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("A.T @ A @ x", (A.T @ A) @ x),
        ("A.T @ (A @ x)", A.T @ (A @ x)),
        ("x + y * 2 - 1", (x + y * 2) - 1),
        ("-x**2", -(x**2)),
        ("(-x)**2", (-x) ** 2),
        ("x**-2", x**-2),
        ("2**x**2", 2 ** (x**2)),
        ("x / y / 2", (x / y) / 2),
        ("-2", as_expr(-2)),
        ("--x", -minus),
        ("+x", x),
        ("  x  ", x),
        ("(x\n + y)", x + y),
        ("0.1 * x", as_expr(Fraction(1, 10)) * x),
        ("1e-3", as_expr(Fraction(1, 1000))),
        ("1.5E2", as_expr(150)),
        ("1/3", as_expr(1) / 3),
        ("pi", Expr("pi")),
        ("ones(n)", F["ones"]("n")),
        ("eye(3)", F["eye"](3)),
        ("max(x)", F["max"](x)),
        ("max(x, 0)", F["max"](x, 0)),
        ("grad(alpha)", F["D"](alpha)),
        ("D(alpha, x)", F["D"](alpha)),
        ("D(alpha, t)", F["D"](alpha, t)),
        ("hess(alpha, t)", F["hess"](alpha, t)),
        ("at(A @ x, y)", F["at"](A @ x, y)),
        ("inner(c, f)", F["inner"](NAMES["c"], NAMES["f"])),
    ],
)
def test_tree(text, tree):
    assert parse(text, NAMES) == tree


def test_relations_and_chains():
    assert parse_relations("x == y", NAMES) == [Relation("==", (x, y))]
    assert parse_relations("0 < alpha <= 1", NAMES) == [
        Relation("<", (as_expr(0), alpha)),
        Relation("<=", (alpha, as_expr(1))),
    ]
    (segment,) = parse_relations("on_segment(alpha >= 1)", NAMES)
    assert segment.args == (Relation(">=", (alpha, as_expr(1))),)
    assert [r.op for r in parse_relations("psd(A.T @ A)", NAMES) + parse_relations("simplex(b)", NAMES)] == [
        "psd",
        "simplex",
    ]


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("x + zz", 5, "unknown name"),
        ("   x + zz", 8, "unknown name"),
        ("alpha + omga", 9, "did you mean 'omega'"),
        ("gamma(x)", 1, "unknown function"),
        ("nrom(x)", 1, "did you mean 'norm'"),
        ("2 + exp", 5, "write exp("),
        ("2 + psd", 5, "write psd("),
        ("x + A @ x", 1, "elementwise operators take equal shapes"),
        ("alpha * (A @ A)", 10, "inner sizes d and n differ"),
        ("sum(x, y)", 1, "wrong number of arguments for sum"),
        ("inner(x)", 1, "wrong number of arguments for inner"),
        ("x.S", 1, "not in the language"),
        ("x if x else x", 1, "not in the language"),
        ("x % 2", 1, "not in the language"),
        ("x // 2", 1, "not in the language"),
        ("not x", 1, "not in the language"),
        ("~x", 1, "not in the language"),
        ("x and y", 1, "not in the language"),
        ("sum(v=x)", 1, "not in the language"),
        ("sum(*x)", 5, "not in the language"),
        ("1 + (x == y)", 6, "expected an expression, got a relation"),
        ("1 + psd(A.T @ A)", 5, "expected an expression, got a relation"),
        ("x y", 3, "invalid syntax"),
        ("(x", 1, "never closed"),
        ("  (x", 3, "never closed"),
        ("x × y", 3, "ASCII"),
        ("α", 1, "ASCII"),
        ("True", 1, "expected a number"),
        ("'x'", 1, "expected a number"),
        ("1j", 1, "expected a number"),
        ("...", 1, "expected a number"),
        ("x**101", 4, "an exponent is at most 100"),
        ("x**-1000", 5, "an exponent is at most 100"),
        ("x**1e99", 4, "an exponent is at most 100"),
        ("1e1000", 1, "exponent of at most 2 digits"),
        ("2 * " + "9" * 61, 5, "at most 60 characters"),
        ("ones(0)", 1, "positive integer"),
        ("ones(65)", 1, "positive integer up to 64"),
        ("ones(1000000000)", 1, "positive integer"),
        ("at(x, b)", 1, "point of shape"),
        ("norm(A)", 1, "use opnorm or fro"),
        ("opnorm(x)", 1, "use norm"),
        ("fro(x)", 1, "use norm"),
        ("D(x, b)", 1, "with respect to x or t"),
    ],
)
def test_error_gives_column_and_remedy(text, column, hint):
    with pytest.raises(LanguageError) as caught:
        parse(text, NAMES)
    message = str(caught.value)
    assert message.startswith(f"column {column}:")
    assert hint in message
    assert len(message) < 400


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("x", "expected a relation"),
        ("A <= A", "psd(N - M)"),
        ("A == x", "equal shapes or a scalar"),
        ("x < y < b", "equal shapes or a scalar"),
        ("x is y", "expected one of =="),
        ("x != y", "expected one of =="),
        ("x in y", "expected one of =="),
        ("psd(x)", "square matrix"),
        ("psd(A)", "square matrix"),
        ("simplex(A)", "takes a vector"),
        ("on_segment(x)", "takes one relation"),
        ("on_segment(on_segment(alpha > 0))", "takes one relation"),
    ],
)
def test_what_is_no_relation_is_refused(text, hint):
    with pytest.raises(LanguageError) as caught:
        parse_relations(text, NAMES)
    assert hint in str(caught.value)


def test_a_relation_is_no_expression():
    with pytest.raises(ParseError, match="expected an expression"):
        parse("x == y", NAMES)


HOSTILE = [
    "__import__('os').system('touch owned')",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "x.data",
    "x.walk()",
    "A.T.__init__",
    "(lambda: 1)()",
    "[k for k in range(10**9)]",
    "{k: k for k in x}",
    "(k for k in x)",
    "{x}",
    "[x]",
    "(x, y)",
    "x[0]",
    "x[0:1]",
    "f'{x}'",
    "f\"{__import__('os').system('touch owned')}\"",
    "(z := 5)",
    "await x",
    "(yield x)",
    "*x",
    "x; y",
    "import os",
    "x = 1",
    "x\ny",
    "exec('1')",
    "eval('1')",
    "open('owned', 'w')",
    "print(1)",
    "sympify('1')",
    "__builtins__",
    "x.T()",
    "sum(sum)",
    "sum(x)(x)",
    "sum.__call__(x)",
    "9" * 61,
    "1e99999999",
    "x**9999999999",
    "x" * (MAX_LENGTH + 1),
    "x+" * (MAX_LENGTH // 2 - 1) + "x",
    "(" * 500 + "x" + ")" * 500,
    "-" * 3000 + "x",
    "not " * 900 + "x",
    "x" + ".T" * 1500,
    "x" + ".a" * 1500,
    "x" + "[0]" * 1000,
    "[" * 150 + "]" * 150,
    "sum(" * 150 + "x" + ")" * 150,
    "x" + "**2" * 1000,
    "x\x00",
    "\x00",
    "",
    "   ",
    "#",
    "x # a comment\n + ",
    "\ufeffx",
    "x\u200b",
    "ⅹ",
    "'" * 3,
    "\\",
    "0x",
    "0777",
    "1__0",
    "$x",
    "x ? y",
    "\r",
    "x\t+",
    "'\\d'",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_ends_in_a_language_error_and_runs_nothing(text, monkeypatch, tmp_path):
    def refuse(*args, **kwargs):
        raise AssertionError("text was run")

    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as patch:
        for module, name in ((builtins, "eval"), (builtins, "exec"), (builtins, "open"), (os, "system")):
            patch.setattr(module, name, refuse)
        for read in (parse, parse_relations):
            with pytest.raises(LanguageError) as caught:
                read(text, NAMES)
            assert type(caught.value) in (ParseError, ShapeError, LanguageError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [None, 1, b"x", ["x"], x])
def test_what_is_not_text_is_refused(value):
    with pytest.raises(ParseError, match="expected text"):
        parse(value, NAMES)


def test_depth_is_counted_and_the_limit_is_reached():
    inside = "-(" * (MAX_DEPTH // 2) + "x" + ")" * (MAX_DEPTH // 2)
    assert parse(inside, NAMES).shape == ("d",)
    beyond = "exp(" * (MAX_DEPTH + 1) + "x" + ")" * (MAX_DEPTH + 1)
    with pytest.raises(ParseError, match="deep"):
        parse(beyond, NAMES)


@pytest.mark.parametrize("body", ["z + z", "exp(z) * z", "-" * 50 + "z"])
def test_definitions_do_not_smuggle_in_a_huge_formula(body):
    table = dict(NAMES, z=x)
    with pytest.raises(ParseError, match=f"at most {MAX_TREE_DEPTH} and {MAX_TREE_WEIGHT} are read"):  # noqa: PT012
        for _ in range(60):
            table["z"] = parse(body, table)


TOKENS = re.findall(
    r"\S+",
    "x y A b t alpha n d 1 2 0.5 1e3 + - * / ** @ . .T ( ) , == <= < exp sum inner ones eye D grad at psd max zz "
    "[ ] : = lambda if for not ' \\ { } _ 0x 1j & | ^ ~ % // !=",
)


@given(st.lists(st.sampled_from(TOKENS), max_size=14).map(" ".join) | st.text(max_size=40))
@example("x y")
@example("ones(n) @ A")
@settings(max_examples=400, deadline=None, derandomize=True)
def test_any_text_gives_a_formula_or_a_language_error(text):
    for read in (parse, parse_relations):
        with contextlib.suppress(LanguageError):
            assert isinstance(read(text, NAMES), Expr | list)


def test_names_shadow_nothing_that_is_called():
    table = dict(NAMES, sum=as_expr(7))
    assert parse("sum + sum(x)", table) == as_expr(7) + F["sum"](x)


def test_nearest_lists_a_short_table_and_spares_a_long_one():
    assert nearest("zzz", {"a": 1, "b": 2}) == "; known names: a, b"
    assert nearest("alpa", NAMES) == "; did you mean 'alpha'?"
    assert nearest("zzzzzz", {f"name{k}": k for k in range(50)}) == ""


@pytest.mark.parametrize("body", ["trace(hess({}))", "sum(D({}))", "norm(at(grad({}), y))"])
def test_derivatives_below_each_other_are_counted(body):
    """Each makes a formula about five times as long; names do not hide them."""
    names, text = dict(NAMES), "sum(exp(x))"
    for _ in range(MAX_DERIVATIVES // 2 if "hess" in body else MAX_DERIVATIVES):
        text = body.format(text)
        names["deep"] = parse(text, names)
    with pytest.raises(ParseError, match="a derivative of order"):
        parse(body.format("deep"), names)

r"""\nabla L = A^\top q: LaTeX that is well formed, and reads as the papers write it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import formulas

from resmax_sym.lang import parse_relations, symbol, to_latex
from resmax_sym.lang.latex import identifier
from resmax_sym.models import HEADS, Model

MODEL = Model()
SHAPES = [(), ("n",), ("d",), ("n", "d"), ("n", "n")]


def assert_well_formed(text):
    depth = 0
    for char in re.sub(r"\\[{}]", "", text):
        depth += (char == "{") - (char == "}")
        assert depth >= 0, text
    assert depth == 0, text
    assert len(re.findall(r"\\left(?![a-z])", text)) == len(re.findall(r"\\right(?![a-z])", text)), text
    assert "$" not in text
    assert not re.search(r"\^\{[^{}]*\}\^|\^\\top\s*\^", text), f"two superscripts: {text}"
    assert not re.search(r"[+-] ?-", text), f"two signs: {text}"


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("A.T @ q", r"A^\top q"),
        ("A.T @ B @ A", r"A^\top B A"),
        ("grad(L)", r"\nabla L"),
        ("hess(L_tot)", r"\nabla^2 L_{\mathrm{tot}}"),
        ("grad(L, t)", r"\nabla_{t} L"),
        ("D(f)", r"D f"),
        ("inner(c, f)", r"\langle c, f \rangle"),
        ("b @ c", r"\langle b, c \rangle"),
        ("b @ A", r"b^\top A"),
        ("v**2 @ A", r"\left(v^{\circ 2}\right)^\top A"),
        ("(v * w) @ A", r"\left(v \odot w\right)^\top A"),
        ("u / alpha", r"\frac{u}{\alpha}"),
        ("alpha**-2 * v", r"\alpha^{-2} \, v"),
        ("v**2", r"v^{\circ 2}"),
        ("v * w", r"v \odot w"),
        ("(v + w) * c", r"\left(v + w\right) \odot c"),
        ("2 * v", r"2 \, v"),
        ("diag(v) - outer(f, v)", r"\operatorname{diag}(v) - f v^\top"),
        ("v - -w", r"v - \left(-w\right)"),
        ("v + -1", r"v + \left(-1\right)"),
        ("(-v)**2", r"\left(-v\right)^{\circ 2}"),
        ("sqrt(sum(v))", r"\sqrt{\langle v, \mathbf 1 \rangle}"),
        ("norm(x)**2 / 2", r"\frac{\lVert x \rVert^{2}}{2}"),
        ("norm1(b) + norminf(b)", r"\lVert b \rVert_1 + \lVert b \rVert_\infty"),
        ("fro(A) * opnorm(A)", r"\lVert A \rVert_F \, \lVert A \rVert"),
        ("eigmin(A.T @ A)", r"\lambda_{\min}(A^\top A)"),
        ("trace(A.T @ A)", r"\operatorname{tr}(A^\top A)"),
        ("at(hess(L), y)", r"\left. \nabla^2 L \right|_{y}"),
        ("solve(A.T @ A, x)", r"\left(A^\top A\right)^{-1} x"),
        ("abs(x) + exp(x)", r"\lvert x \rvert + \exp(x)"),
        ("0.5 * pi", r"\tfrac{1}{2} \, \pi"),
        ("0.646 * pi", r"0.646 \, \pi"),
        ("-0.003 + L", r"-0.003 + L"),
        ("L - 1.25", r"L - \tfrac{5}{4}"),
        ("L / 300 + 1/300", r"\frac{L}{300} + \frac{1}{300}"),
        ("1e-9 * L", r"0.000000001 \, L"),
        ("(-0.05)**2", r"\left(-0.05\right)^{2}"),
        ("0.05**2", r"0.05^{2}"),
        ("max(x, 0) + sign(x)", r"\max(x, 0) + \operatorname{sign}(x)"),
    ],
)
def test_golden(text, latex):
    assert to_latex(MODEL.parse(text)) == latex


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("L_tot == L", r"L_{\mathrm{tot}} = L"),
        ("L <= L_tot", r"L \le L_{\mathrm{tot}}"),
        ("psd(A.T @ A)", r"A^\top A \succeq 0"),
        ("simplex(b)", r"\operatorname{simplex}(b)"),
        ("on_segment(L_tot >= 1)", r"\operatorname{on\_segment}(L_{\mathrm{tot}} \ge 1)"),
    ],
)
def test_golden_relations(text, latex):
    (relation,) = parse_relations(text, MODEL.names)
    assert to_latex(relation) == latex


def test_identifiers():
    names = ["x", "A1", "alpha", "L_reg", "L_tot", "k12", "beta_2", "radius"]
    latex = [
        "x",
        "A_{1}",
        r"\alpha",
        r"L_{\mathrm{reg}}",
        r"L_{\mathrm{tot}}",
        "k_{12}",
        r"\beta_{2}",
        r"\mathrm{radius}",
    ]
    assert [identifier(name) for name in names] == latex


@pytest.mark.parametrize("name", ["_", "__", "_x", "x_", "a_b_c", "A_1_2", "x1y", "T"])
def test_odd_identifiers_are_still_well_formed(name):
    assert_well_formed(to_latex(symbol(name) ** 2))


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("inner", [None, "max(s, 0)"])
def test_every_quantity_is_well_formed(head, inner):
    for quantity in Model(head=head, inner_layer=inner).names.values():
        assert_well_formed(to_latex(quantity))
        for arg in quantity.args:
            assert_well_formed(to_latex(arg))


@given(st.sampled_from(SHAPES).flatmap(lambda shape: formulas(MODEL, shape, depth=4)))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_random_formulas_are_well_formed(e):
    assert_well_formed(to_latex(e))


def test_notebooks_get_displayed_mathematics():
    assert MODEL["L"]._repr_latex_() == r"$\displaystyle L$"
    assert MODEL.relation("x == y")._repr_latex_() == r"$\displaystyle x = y$"


@pytest.mark.parametrize("text", ["{", "}{", r"\left(", "x^{2}^{3}", "a - -b", "$x$"])
def test_the_check_sees_malformed_text(text):
    with pytest.raises(AssertionError):
        assert_well_formed(text)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("-1/2", r"-\frac{1}{2}"),
        ("-0.125 * alpha", r"-\tfrac{1}{8} \, \alpha"),
        ("-2 * alpha * sigma", r"-2 \, \alpha \, \sigma"),
        ("-2 / alpha * sigma", r"-\frac{2}{\alpha} \, \sigma"),
        ("sigma - -1/2", r"\sigma - \left(-\frac{1}{2}\right)"),
        ("sigma * (-1/2)", r"\sigma \, \left(-\frac{1}{2}\right)"),
        ("(-2 * alpha)**2", r"\left(-2 \, \alpha\right)^{2}"),
    ],
)
def test_a_sign_stands_before_the_whole(text, latex):
    assert to_latex(MODEL.parse(text)) == latex

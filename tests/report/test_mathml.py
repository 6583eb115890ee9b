r"""\frac{v}{\alpha} -> MathML: every formula of the ledger is converted, and what is not known is refused."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations import LEDGER
from resmax_sym.lang import symbol, to_latex
from resmax_sym.lang.latex import identifier
from resmax_sym.models import HEADS, Model
from resmax_sym.report.mathml import TexError, mathml
from resmax_sym.report.tex import ITALIC, RELATIONS, UPRIGHT

CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3, "msqrt": 1}
LEAVES = {"mi", "mn", "mo", "mtext", "mspace"}


def read(tex, display=False):
    """The tree of a formula, in which every element has the children that it needs."""
    root = ElementTree.fromstring(mathml(tex, display))
    assert root.tag == "math"
    for element in root.iter():
        assert len(element) == CHILDREN.get(element.tag, len(element)), tex
        assert not (element.tag in LEAVES and len(element)), tex
        assert element.tag in LEAVES or not (element.text or "").strip(), tex
    return root


def text(tex):
    """What a reader sees, from left to right."""
    return "".join(read(tex).itertext()).replace("\u2061", "")


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\nabla L = A^\top q", "∇L=A⊤q"),
        (r"\tfrac12", "12"),
        (r"x^10", "x10"),
        (r"\lVert b \rVert_1 \le 0.25", "‖b‖1≤0.25"),
        (r"\varphi'''(t)", "φ′′′(t)"),
        (r"\alpha^{-2} \, v^{\circ 2}", "α−2v∘2"),
        (r"\left. \nabla^2 L \right|_{y}", "∇2L|y"),
        (r"\operatorname{on\_segment}(\alpha > 0)", "on_segment(α>0)"),
        (r"L_{\mathrm{tot}}", "Ltot"),
        (r"\mathrm{mu} \, I", "μI"),
        (r"\mathbf 1, \mathbb R, \mathbf{ab}", "𝟏,ℝ,𝐚𝐛"),
        (r"\sum_{j \ne i} r_j", "∑j≠irj"),
        (r"\tilde H, \sqrt{x}, \{1, 2\}", "H~,x,{1,2}"),
        (r"f < 1", "f<1"),
        (r"\exp^\exp(x)", "expexp(x)"),
        ("", ""),
    ],
)
def test_what_a_reader_sees(tex, shown):
    assert text(tex) == shown


@pytest.mark.parametrize(
    ("tex", "path", "count"),
    [
        (r"\frac{u}{\alpha}", "mfrac", 1),
        (r"\tfrac{1}{2}", "mstyle[@displaystyle='false']/mfrac", 1),
        (r"x_i^2", "msubsup", 1),
        (r"\sum_i^n", "munderover", 1),
        (r"\left( \frac{u}{\alpha} \right)^2", "msup/mrow/mo[@stretchy='true']", 2),
        ("-x", ".//mo[@form='prefix']", 1),
        ("(-x)", ".//mo[.='−'][@form='prefix']", 1),
        ("a = -x", ".//mo[.='−'][@form='prefix']", 1),
        ("a - x", ".//mo[.='−'][@form='prefix']", 0),
        ("f_i - x", ".//mo[.='−'][@form='prefix']", 0),
        (r"\lVert b \rVert - x", ".//mo[.='−'][@form='prefix']", 0),
        (r"\mathrm{low} x", ".//mspace", 1),
        (r"A^\top \operatorname{diag}(f)", ".//mspace", 1),
        (r"\operatorname{diag}(f)", ".//mspace", 0),
        (r"\mathrm{e} x", ".//mspace", 0),
    ],
)
def test_how_it_is_built(tex, path, count):
    assert len(read(tex).findall(path)) == count


def test_display():
    assert mathml("x") == "<math><mi>x</mi></math>"
    assert mathml("x", display=True) == '<math display="block"><mi>x</mi></math>'


@pytest.mark.parametrize(
    ("tex", "named"),
    [
        (r"\unknown x", r"\unknown"),
        (r"\frac{1}", "missing at the end"),
        (r"\frac{1}{2", "expected }"),
        ("x}", "}"),
        ("x^1^2", "^ twice"),
        (r"\left( x", "missing"),
        (r"\left x \right)", "x is not a bracket"),
        (r"x \right)", r"\right"),
        ("a & b", "&"),
        ("x^", "missing"),
        ("é", "é"),
    ],
)
def test_what_is_not_known_is_refused_by_name(tex, named):
    with pytest.raises(TexError, match=re.escape(named)):
        mathml(tex)


def test_depth_is_refused_and_no_traceback():
    with pytest.raises(TexError, match="nested too deeply"):
        mathml("{" * 3000 + "}" * 3000)


def test_every_formula_of_the_ledger_is_converted():
    count = 0
    for claim in LEDGER.claims.values():
        for tex in (
            to_latex(claim.relation),
            *map(to_latex, claim.assumptions),
            *re.findall(r"\$([^$]+)\$", claim.prose),
        ):
            assert len(read(tex)) > 0
            count += 1
    assert count > len(LEDGER.claims)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("inner", [None, "max(s, 0)"])
def test_every_quantity_is_converted(head, inner):
    for quantity in Model(head=head, inner_layer=inner).names.values():
        read(to_latex(quantity))


@pytest.mark.parametrize("name", ["_", "__", "_x", "x_", "a_b_c", "A_1_2", "x1y", "T", "alpha_3", "radius"])
def test_odd_names_are_converted(name):
    assert read(identifier(name)) is not None
    assert read(to_latex(symbol(name) ** 2)) is not None


ATOMS = st.sampled_from(["x", "7", "0.5", *(rf"\{name} " for name in [*ITALIC, *UPRIGHT])])
FORMULAS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(r"\frac{{{}}}{{{}}}".format, inner, inner),
        st.builds("{{{}}}_{{{}}}^{{{}}}".format, inner, inner, inner),
        st.builds(r"\left({}\right)".format, inner),
        st.builds(r"\exp({})".format, inner),
        st.builds(r"\operatorname{{tr}} {}".format, inner),
        st.builds("{} {} {}".format, inner, st.sampled_from(["+", "-", r"\odot", *(rf"\{name}" for name in RELATIONS)]), inner),
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(FORMULAS)
def test_whatever_is_built_of_known_parts_is_converted(tex):
    """As many numbers and letters go in as come out."""
    letters = {f"\\{name}" for name in [*ITALIC, *UPRIGHT]}
    plain = re.sub(r"\\operatorname\{tr\}|\\[A-Za-z]+", lambda found: "x" if found[0] in letters else "", tex)
    found = [e for e in read(tex).iter() if e.tag in ("mi", "mn") and e.text not in ("exp", "tr")]
    assert len(found) == len(re.findall(r"x|7|0\.5", plain))

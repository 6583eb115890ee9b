"""write_module makes code from proved claims of one model and of the expected form alone, and counts its operations."""

import ast
import dataclasses
import re

import pytest
from units import UNITS

from derivations.soft_residual import CLAIMS
from resmax_sym import kernels
from resmax_sym.codegen import write_module
from resmax_sym.judge import Status, Verdict, judge
from resmax_sym.lang import LanguageError
from resmax_sym.models import SOFTMAX, Model

CLAIM = {claim.id: claim for claim in CLAIMS}
CROSS = "(outer(v, psi * v) + outer(psi * v, v))"


def proved(claim):
    verdict = judge(claim)
    assert verdict.status is Status.PROVED
    return verdict


@pytest.fixture(scope="module")
def verdicts():
    return [proved(CLAIM[name]) for name in ("total-gradient", "total-hessian")]


def test_the_committed_module_comes_from_these_verdicts(verdicts):
    text = write_module("Soft-residual regression", *verdicts)
    assert text == kernels.source("exp(s) + s")
    assert text.encode().isascii()
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.PROVED])
@pytest.mark.parametrize("position", [0, 1])
def test_a_verdict_short_of_proved_makes_no_code(verdicts, position, status):
    """Not even `certified`, which holds for some sizes only."""
    given = list(verdicts)
    given[position] = dataclasses.replace(verdicts[position], status=status)
    with pytest.raises(LanguageError, match=f"made from proved claims alone.*{status}"):
        write_module("Title", *given)


def test_a_false_closed_form_makes_no_code(verdicts):
    """A wrong Hessian is stopped by the judge, not by a test of the code that would follow from it."""
    wrong = dataclasses.replace(CLAIM["total-hessian"], statement="hess(L_tot) == A.T @ (B - diag(omega**2)) @ A")
    with pytest.raises(LanguageError, match="refuted"):
        write_module("Title", verdicts[0], judge(wrong))


@pytest.mark.parametrize("restriction", [{"sizes": {"n": (1,)}}, {"assume": ("n >= 2",)}, {"assume": ("alpha >= 1",)}])
def test_a_claim_about_some_sizes_or_data_makes_no_code(verdicts, restriction):
    """hess(L_tot) == A^T diag(omega^2) A is proved for n = 1, and would be wrong code for n = 2."""
    form = {} if "assume" in restriction else {"statement": "hess(L_tot) == A.T @ diag(omega**2) @ A"}
    some = proved(dataclasses.replace(CLAIM["total-hessian"], **form, **restriction))
    with pytest.raises(LanguageError, match="restricted"):
        write_module("Title", verdicts[0], some)


def test_claims_of_two_models_do_not_mix(verdicts):
    other = proved(dataclasses.replace(CLAIM["total-hessian"], model=Model(SOFTMAX)))
    with pytest.raises(LanguageError, match="different models"):
        write_module("Title", verdicts[0], other)


@pytest.mark.parametrize(
    ("position", "statement"),
    [
        (0, "grad(L) == D(c).T @ c"),  # no vector q
        (0, "D(u) == diag(v) @ A"),  # not the gradient of a scalar
        (0, "alpha == sum(u)"),
        (0, "A.T @ q == grad(L)"),  # the sides are exchanged
        (0, "grad(L, t) == q"),
        (1, "hess(L_tot) == hess(L_tot).T"),
        (1, "hess(L_tot, t) == B + diag(omega**2)"),
        (1, "hess(L_tot) == A.T @ ((B + diag(omega**2)) @ A)"),
        (1, f"hess(L_tot) == A.T @ (J.T @ J + diag(psi * w / alpha + omega**2) - {CROSS} / alpha**2) @ A"),
        (1, "hess(L) == A.T @ B @ A"),  # of another loss than the gradient
        (1, "2 * hess(L_tot) == A.T @ (2 * B + diag(2 * omega**2)) @ A"),
    ],
)
def test_a_proved_claim_of_another_form_is_refused(verdicts, position, statement):
    given = list(verdicts)
    given[position] = proved(dataclasses.replace(CLAIM["total-gradient"], statement=statement, depends=()))
    with pytest.raises(LanguageError, match=r"expected|no straight-line code"):
        write_module("Title", *given)


def test_unproved_verdicts_cannot_be_made_up_by_title():
    claim = CLAIM["total-gradient"]
    with pytest.raises(LanguageError):
        write_module("Title", Verdict(claim, Status.UNREFUTED, "random points", 0.0), proved(CLAIM["total-hessian"]))


def counted(text):
    """(arithmetic, elementary functions) per row: every distinct step once, a reduction or comparison one operation each."""
    steps = {}
    for function in ast.parse(text).body:
        if isinstance(function, ast.FunctionDef) and re.match(r"sweep_|gradient_rows|hessian_rows", function.name):
            for node in function.body:
                if isinstance(node, ast.Assign):
                    steps[node.targets[0].id] = node.value
                elif isinstance(node, ast.Return):
                    steps[f"return of {function.name}"] = node.value
    arithmetic = functions = 0
    for step in steps.values():
        for node in ast.walk(step):
            arithmetic += isinstance(node, ast.BinOp | ast.UnaryOp)
            if isinstance(node, ast.Call):
                name = node.func.attr
                functions += name in ("exp", "expm1", "log", "logaddexp")
                arithmetic += name in ("maximum", "minimum", "abs", "sign", "sum", "max")
    return arithmetic, functions


@pytest.mark.parametrize("unit", UNITS)
def test_header_counts_the_operations_of_the_code(unit):
    text = kernels.source(unit)
    header = re.search(r"Operations per row: (\d+) of \+ - \* / and (\d+) elementary functions", text)
    arithmetic, functions = map(int, header.groups())
    ours = counted(text)
    if (unit, None) in kernels.MODULES.values():
        assert (arithmetic, functions) == ours
    # SymPy counts formulas, not text: 2*np.e is a product for it, and log(1 + z) without its decay is one function.
    assert abs(arithmetic - ours[0]) <= 0.1 * ours[0]
    assert abs(functions - ours[1]) <= 1


@pytest.mark.parametrize(
    "unit", ['exp(s) # """; boom = 1; """', "exp(s) #", "exp(s)\x0c+ s", 'exp(s) + """s"""', "exp(s)\\"]
)
def test_text_of_a_unit_never_becomes_code(unit):
    """A comment would be dropped unread by a parser and come to life in a docstring."""
    with pytest.raises(LanguageError):
        kernels.source(unit)


def test_unit_is_spelled_from_its_tree():
    text = kernels.source("(exp(s)\n+ s)")
    assert "phi(s) = exp(s) + s," in text
    assert ast.literal_eval(
        next(line for line in text.splitlines() if line.startswith("UNIT")).partition("=")[2].strip()
    )

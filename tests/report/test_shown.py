"""A claim folded into its abbreviations, a witness as matrices, a proof as a table: what a notebook shows says what the claim says."""

import re

import pytest

from derivations import LEDGER
from resmax_sym.judge import Claim, judge
from resmax_sym.judge.bounds import bound
from resmax_sym.lang import LanguageError
from resmax_sym.report.shown import derivation, exact, stated, told


def test_abbreviations_stay_names_and_are_told():
    shown = stated(LEDGER.claims["relu-hessian"])
    formula, where = shown.markdown.split("\n\n")
    assert formula == r"$\displaystyle \nabla^2 L = G^\top B G$"
    assert where == r"where $G = A_{2} \operatorname{diag}(\operatorname{step}(A_{1} x)) A_{1}$"
    assert shown._repr_markdown_() == shown.markdown
    assert repr(shown) == "hess(L) == G.T @ B @ G, where G = A2 @ diag(step(A1 @ x)) @ A1"


def test_what_only_a_step_uses_is_not_told():
    claim = Claim("c", "f @ g >= 0", let={"g": "A @ x", "h": "g * g"}, proof=("h >= 0",))
    assert repr(stated(claim)) == "f @ g >= 0, where g = A @ x"


def test_everything_that_is_assumed_is_told():
    claim = Claim(
        "c",
        "norm(f) <= R",
        parameters={"R": "R >= 1", "k": ""},
        assume=("0 < alpha <= R",),
        sizes={"n": (2, 3), "d": (1,)},
    )
    shown = stated(claim)
    assert shown.markdown.split("\n\n")[1] == r"if $R \ge 1$, $0 < \alpha \le R$, $n \in \{2, 3\}$, $d = 1$"
    assert repr(shown) == "norm(f) <= R, if R >= 1, 0 < alpha <= R, n in [2, 3], d == 1"


def test_a_box_is_assumed():
    shown = stated(Claim("c", "inner(f, f) <= 1", sizes={"n": (2,)}, box={"t": "[-1, 1]"}))
    assert shown.markdown.endswith(r"if $n = 2$, $t \in [-1, 1]$")
    assert repr(shown) == "inner(f, f) <= 1, if n == 2, t in [-1, 1]"


def test_a_segment_is_said_in_words():
    assert r"\text{on the segment from } x" in stated(LEDGER.claims["alpha-between"]).markdown


@pytest.mark.parametrize("name", sorted(LEDGER.claims)[::9])
def test_no_assumption_of_the_ledger_is_left_out(name):
    claim = LEDGER.claims[name]
    given = [*filter(None, claim.parameters.values()), *claim.assume]
    told = [part for part in stated(claim).markdown.split("\n\n") if part.startswith("if ")]
    assert sum(part.count("$") // 2 for part in told) == len(given) + len(claim.sizes) + len(claim.box)


def test_what_is_no_claim_is_not_shown():
    with pytest.raises(LanguageError):
        stated(Claim("c", "A @ f == t"))


def test_a_verdict_stands_above_its_claim():
    shown = told(judge(LEDGER.claims["gradient-t"], budget=0.1))
    head, formula = shown.markdown.split("\n\n")
    assert head == r"`gradient-t`: **proved** (normal form, every unit), where $\alpha \ne 0$"
    assert formula == r"$\displaystyle \nabla_{t} L = q$"
    assert repr(shown).splitlines()[1] == "  grad(L, t) == q"


def test_a_refutation_tells_the_sizes_of_its_witness():
    shown = told(judge(Claim("c", "alpha > 0"), budget=0.1))
    assert shown.markdown.startswith("`c`: **refuted** (witness at $n = 1$, $d = 1$)\n\n")


def test_a_guard_that_says_nothing_is_not_told():
    verdict = judge(Claim("c", "norm(t) <= sqrt(6) * norm(t)"), budget=0.1)
    assert verdict.guards
    assert "where" not in told(verdict).markdown


def test_a_witness_is_exact():
    shown = exact({"n": 2, "A": [["1", "0"], ["-1/2", "3"]], "b": ["0", "-2/3"]})
    matrix = r"\begin{pmatrix} 1 & 0 \\ -\tfrac{1}{2} & 3 \end{pmatrix}"
    assert shown.markdown == rf"$n = 2$, $A = {matrix}$, $b = \left(0, -\tfrac{{2}}{{3}}\right)$"
    assert repr(shown) == "n = 2, A = [[1, 0], [-1/2, 3]], b = [0, -2/3]"


@pytest.fixture(scope="module")
def table():
    claim = LEDGER.claims["bound-f"]
    return derivation(bound(claim), claim)


def test_a_proof_is_a_table_whose_rows_rest_on_rows_above(table):
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in table.markdown.splitlines()]
    assert {len(row) for row in rows} == {4}
    steps = rows[2:-1]
    assert [int(row[0]) for row in steps] == list(range(1, len(steps) + 1))
    assert all(int(k) < int(row[0]) for row in steps for k in row[3].split(",") if k.strip())
    assert repr(table) == f"{len(steps)} steps to norm(f) <= 2 * sqrt(n) * exp(R**2) / beta"


def test_every_row_but_the_last_is_used(table):
    rows = [line.split("|") for line in table.markdown.splitlines()[2:]]
    used = {int(k) for row in rows for k in row[-2].split(",") if k.strip()}
    assert used == set(range(1, len(rows)))


def test_a_cell_has_no_bar_and_formulas_are_formulas(table):
    assert "`" not in table.markdown
    assert r"\lVert f \rVert \le" in table.markdown

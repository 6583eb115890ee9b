"""check --verbose: evidence in lines that a person can read, and no guard that says nothing."""

import pytest

from resmax_sym.judge import Claim, Status, Verdict, judge
from resmax_sym.judge.guards import guards
from resmax_sym.models import Model
from resmax_sym.report.details import details, telling

PAIRS = "(1 - eye(n)) * max(outer(f*b, f) - outer(f, f), 0) == 0"


def said(*args, **fields):
    return details(judge(Claim("c", *args, **fields), 0.1)).splitlines()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("33 >= 0", False),
        ("0 >= 0", False),
        ("-1 >= 0", True),
        ("0 != 0", True),
        ("0 > 0", True),
        ("1/3 > 0", False),
        ("0.5 != 0", False),
        ("-0.5 != 0", False),
        ("n >= 0", False),
        ("d > 0", False),
        ("m != 0", False),
        ("n - 1 > 0", True),
        ("alpha != 0", True),
        ("u >= 0", True),
        ("nonsense", True),
    ],
)
def test_only_guards_that_say_something_are_told(text, kept):
    assert telling([text]) == [text] * kept


def test_roots_of_numbers_and_sizes_are_no_news():
    claim = Claim("c", "norm(b) * sqrt(33) <= sqrt(n) * alpha**-1 + sqrt(k)", parameters={"k": "k >= 0"})
    found = guards(claim.relation, claim.model)
    assert {"33 >= 0", "n >= 0"} < set(found)
    assert telling(found) == ["alpha != 0", "k >= 0"]


def test_the_guards_stand_under_the_statement():
    assert said("sum(f) == 1")[:2] == ["c: sum(f) == 1", "  where alpha != 0"]
    assert not any("where" in line for line in said("sqrt(4) == 2"))


def test_bounds_are_numbered_steps():
    lines = said("norm(b) <= 2 * k", assume=("norm(b) <= k",), parameters={"k": "k >= 1"})
    assert any(line.strip().startswith("0. ") for line in lines)
    assert any("(assumption" in line for line in lines)
    assert any(line.startswith("  hence, since k <= 2*k: ") for line in lines)


def test_pairs_of_entries_are_told_case_by_case():
    tree = "0-1 . ."
    cases = [
        {"entry": "i", "sign": -1, "rounds": 1, "bisections": [["."], [tree, tree]]},
        {"entry": "k", "sign": 0, "rounds": 1, "bisections": [["."]]},
    ]
    premise = {"claim": "norm1(b) <= 1", "steps": [], "comparisons": [{"condition": "1 <= 1", "decided": "so it is"}]}
    evidence = {"pairs": {"premises": [premise], "cases": cases}}
    assert details(Verdict(Claim("c", PAIRS), Status.PROVED, "pairs of entries", 0, evidence)).splitlines()[1:] == [
        "  known: norm1(b) <= 1",
        "    hence, since 1 <= 1: so it is",
        "  b = -e_i: 3 polynomials with nonnegative Bernstein coefficients on 5 pieces",
        "  any b: 1 polynomial with nonnegative Bernstein coefficients on 1 piece",
    ]


def test_pairs_that_the_judge_settles():
    verdict = judge(Claim("c", PAIRS, model=Model("exp(s)"), assume=("norm1(b) <= 1", "norm(omega) <= 1")), 0.1)
    assert (verdict.status, verdict.method) == (Status.PROVED, "pairs of entries")
    lines = details(verdict).splitlines()
    assert not any("{" in line for line in lines)
    assert sum("Bernstein" in line for line in lines) == len(verdict.evidence["pairs"]["cases"])


@pytest.mark.parametrize(
    ("evidence", "line"),
    [
        ({"sizes": [{"n": 1, "d": 2}, {"n": 3}]}, "sizes: n = 1, d = 2; n = 3"),
        ({"sizes": [{}]}, "sizes: any"),
        ({"witness": {"n": 1, "A": [["1/2", "0"]]}}, "witness: n = 1, A = [[1/2, 0]]"),
        ({"bisections": ["0 h s", "1 h s"]}, "bisections: 6 marks, in the certificate"),
        ({"second_route": "4 sizes"}, "second route: 4 sizes"),
        (
            {"failed_step": {"number": 2, "statement": "u > 0", "reason": "undecided"}},
            "failed step 2: u > 0    (undecided)",
        ),
    ],
)
def test_nothing_is_printed_as_python_would(evidence, line):
    assert details(Verdict(Claim("c", "u == u"), Status.PROVED, "m", 0, evidence)).splitlines()[1:] == [f"  {line}"]


def test_steps_hold_their_own_evidence():
    lines = said("f <= omega", assume=("f <= u", "u <= omega"), proof=("u >= f",))
    assert "  step 1: u >= f    (bound calculus)" in lines
    assert any(line.startswith("     0. ") or line.startswith("      0. ") for line in lines)
    assert not any("normal forms" in line for line in said("sum(f) == 1"))

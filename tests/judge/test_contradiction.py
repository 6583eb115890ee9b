"""Vacuous: assumptions that contradict each other or the guards, shown by a proof; what merely found no point is not vacuous."""

import pytest

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.contradiction import contradiction, negations
from resmax_sym.lang import parse_relations
from resmax_sym.models import SOFTMAX, Model

BUDGET = 0.1

CONTRADICTIONS = {
    "norms": {"assume": ("norm(x) <= 1", "norm(x) >= 2")},
    "norms of one vector": {"assume": ("norm1(b) <= 1", "norminf(b) > 1")},
    "simplex": {"assume": ("simplex(b)", "norm1(b) <= 1/2")},
    "sizes": {"assume": ("n >= 3", "n <= 2")},
    "sizes that are given": {"assume": ("n >= 3",), "sizes": {"n": (1, 2)}},
    "parameters": {"parameters": {"R": "R >= 1"}, "assume": ("R <= 1/2",)},
    "a parameter and a norm": {"parameters": {"R": "R >= 1"}, "assume": ("norm(b) <= -R",)},
    "a unit that is positive": {"model": Model(SOFTMAX), "assume": ("alpha <= 0",)},
    "a divisor": {"assume": ("alpha == 0",)},
    "an equality": {"assume": ("norm(f) == -1",)},
    "a psd matrix": {"assume": ("psd(-eye(n))",)},
    "a box": {"box": {"t": "[0, 1]"}, "sizes": {"n": (2,)}, "assume": ("sum(t) >= 3",)},
}


@pytest.mark.parametrize("fields", CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
@pytest.mark.parametrize("statement", ["norm(f) <= 2", "f == u / alpha", "norm(f) >= 7"])
def test_shown(statement, fields):
    """Whatever the statement is, even one that is true or false of itself."""
    verdict = judge(Claim("c", statement, expect=(), **fields), budget=BUDGET)
    assert verdict.status is Status.VACUOUS
    assert verdict.evidence["contradiction"]
    assert not verdict.expected


@pytest.mark.parametrize(
    "statement", ["log(-1 - norm(x)) == 5", "sqrt(-1) == 1", "grad(sum(x) / 0) == 0", "at(sqrt(-1 - norm(x)), y) == 1"]
)
def test_a_statement_that_is_nowhere_defined(statement):
    assert judge(Claim("c", statement), budget=BUDGET).status is Status.VACUOUS


@pytest.mark.parametrize(
    "fields",
    [
        {"assume": ("norm(x) <= 1", "norm(x) >= 1")},
        {"assume": ("norm1(b) <= 1", "norminf(b) >= 1")},
        {"assume": ("n >= 2", "n <= 2")},
        {"assume": ("simplex(b)", "norm1(b) <= 1")},
        {"assume": ("alpha <= 0",)},
        {"parameters": {"R": "R >= 1"}, "assume": ("R <= 1",)},
        {"parameters": {"R": "R <= -1"}, "assume": ("R >= -1",)},
        {"assume": ("alpha**2 == 0 * alpha + 1",)},
    ],
)
def test_what_can_be_met_is_not_vacuous(fields):
    """Negative control: each of these has a point, if only one."""
    claim = Claim("c", "norm(f) <= 2", **fields)
    assert contradiction(claim) is None
    assert judge(claim, budget=BUDGET).status is not Status.VACUOUS


def test_no_point_found_is_not_a_contradiction():
    """sum of x_i^4 = 7 and a third power = 2: the search meets no such point, and nothing shows that there is none."""
    claim = Claim("c", "norm(x) <= 100", assume=("sum(x**4) == 7", "sum(x**3) == 2"), expect=())
    verdict = judge(claim, budget=BUDGET)
    assert verdict.status is Status.UNREFUTED
    assert verdict.evidence["points"] == 0
    assert not verdict.expected


@pytest.mark.parametrize(
    "text", ["alpha <= 1", "alpha == 1", "f >= 0", "psd(B)", "simplex(b)", "on_segment(alpha < 2)"]
)
def test_a_negation_excludes_what_it_negates(text):
    """At no point do a relation and one of its negations both hold."""
    import numpy as np

    from resmax_sym.judge.margin import Margins

    model, rng = Model(), np.random.default_rng(1)
    (relation,) = parse_relations(text, model.names)
    shapes = {"A": (3, 2), "x": (2,), "y": (2,), "b": (3,), "omega": (3,)}
    batch = {name: rng.standard_normal((500, *shape)) for name, shape in shapes.items()}
    batch["b"] = np.abs(batch["b"]) / np.abs(batch["b"]).sum(axis=1, keepdims=True)
    margins = Margins(model, {"n": 3, "d": 2})
    meets = margins.violation(relation, batch) <= 0
    others = list(negations(relation))
    assert others
    assert meets.any() or relation.op == "=="
    for other in others:
        assert not (meets & (margins.violation(other, batch) < -1e-6)).any()  # clear of rounding

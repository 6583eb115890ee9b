"""Identities at fixed sizes: what is true for n = 1 or d = 1 alone is proved there and nowhere else."""

import pytest

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.concrete import equal_at
from resmax_sym.models import Model

MODEL = Model()


@pytest.mark.parametrize(
    ("text", "true", "false"),
    [
        ("B == 0 * B", {"n": 1}, {"n": 2}),
        ("f == ones(n)", {"n": 1}, {"n": 2}),
        ("grad(L) == 0 * x", {"n": 1, "d": 2}, {"n": 2, "d": 2}),
        ("A @ x * ones(n) == A @ x", {"n": 2}, None),
        ("trace(A.T @ A) == sum(A.T @ A @ ones(d))", {"d": 1}, {"d": 2}),
        ("hess(L) == A.T @ B @ A", {"n": 2, "d": 2}, None),
        ("t == A @ x", {"n": 2, "d": 3}, None),
        ("n == 3", {"n": 3}, {"n": 2}),
        ("sum(f) == 1", {"n": 3}, None),
        ("norm(f) == 1", {"n": 1}, {"n": 2}),
    ],
)
def test_equal_at(text, true, false):
    relation = MODEL.relation(text)
    assert equal_at(MODEL, relation, true)
    assert false is None or not equal_at(MODEL, relation, false)


def test_too_large_is_not_shown():
    assert not equal_at(MODEL, MODEL.relation("f == ones(n)"), {"n": 50})


@pytest.mark.parametrize(("sizes", "status"), [((1,), Status.PROVED), ((1, 2), Status.REFUTED)])
def test_judge_restricts_to_sizes(sizes, status):
    verdict = judge(Claim("c", "B == 0 * B", sizes={"n": sizes}), budget=2)
    assert verdict.status is status
    assert status is Status.PROVED or verdict.evidence["witness"]["n"] == 2


def test_search_stays_within_sizes():
    """True at n = 1, false elsewhere, and not an identity that the normal form sees."""
    verdict = judge(Claim("c", "L <= norm(b)**2 + 1", sizes={"n": (1,)}), budget=0.2)
    assert verdict.status is Status.UNREFUTED
    assert {size["n"] for size in verdict.evidence["sizes"]} == {1}

"""A hypothesis is needed where a witness refutes the claim without it, not needed where the claim is settled without it."""

from fractions import Fraction

import pytest

from resmax_sym.judge import Claim, Status, judge
from resmax_sym.judge.ablation import ablate, without
from resmax_sym.judge.certificate import replay
from resmax_sym.judge.store import body_of

BUDGET = 0.1


def needed(claim, done=None):
    return {one.dropped: one.needed for one in ablate(claim, done, BUDGET)}


def test_what_the_bound_rests_on_is_needed_and_the_rest_is_not():
    claim = Claim("c", "s <= 1", parameters={"s": "s <= 1", "r": ""}, assume=("r * s >= -9", "norm(b) <= 1"))
    assert judge(claim, BUDGET).status is Status.PROVED
    assert needed(claim) == {"s <= 1": True, "r * s >= -9": False, "norm(b) <= 1": False}


def test_a_needed_hypothesis_comes_with_a_witness_that_breaks_it():
    (one,) = ablate(Claim("c", "s <= 1", parameters={"s": "s <= 1"}), budget=BUDGET)
    assert one.verdict.status is Status.REFUTED
    assert Fraction(one.verdict.evidence["witness"]["s"]) > 1
    replay(body_of(one.verdict))


def test_neither_refuted_nor_settled_is_not_known():
    claim = Claim("c", "norm(x) >= 0", assume=("norm(b) <= 1",), depends=("elsewhere",))
    (one,) = ablate(claim, budget=BUDGET)
    assert (one.verdict.status, one.needed) == (Status.UNREFUTED, None)


def test_each_hypothesis_is_dropped_alone_in_the_order_in_which_they_stand():
    claim = Claim(
        "c",
        "inner(f, f) >= R",
        parameters={"R": "R >= 1", "k": "", "q": "q <= R"},
        assume=("n >= 2", "simplex(b)"),
        sizes={"n": (2, 3), "d": (1,)},
        box={"t": "[-1, 1]", "b": "[0, 1]"},
    )
    parts = list(without(claim))
    assert [dropped for dropped, _ in parts] == [
        "R >= 1", "q <= R", "n >= 2", "simplex(b)", "n in [2, 3]", "d in [1]", "t in [-1, 1]", "b in [0, 1]",
    ]  # fmt: skip
    weaker = dict(parts)
    assert weaker["R >= 1"].parameters == {"R": "", "k": "", "q": "q <= R"}
    assert weaker["n >= 2"].assume == ("simplex(b)",)
    assert weaker["n in [2, 3]"].sizes == {"d": (1,)}
    assert weaker["t in [-1, 1]"].box == {"b": "[0, 1]"}
    for _, one in parts:
        changed = [
            name for name in ("parameters", "assume", "sizes", "box") if getattr(one, name) != getattr(claim, name)
        ]
        assert len(changed) == 1
        assert (one.id, one.statement, one.model) == (claim.id, claim.statement, claim.model)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (Claim("sizes", "norm(f) == abs(f) @ ones(n)", sizes={"n": (1,)}), {"n in [1]": True}),
        (
            Claim("box", "s**3 - s + 0.386 >= 0", parameters={"s": ""}, box={"s": "[0, 1]"}),
            {"s in [0, 1]": True},
        ),
        (Claim("restricted in vain", "sum(f) == 1", sizes={"n": (1, 2)}), {"n in [1, 2]": False}),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_sizes_and_boxes_are_hypotheses_too(claim, expected):
    assert needed(claim) == expected


def test_what_a_claim_depends_on_is_taken_from_what_is_done():
    claim = Claim("c", "norm(b) <= 3", assume=("norm(b) <= 1",), depends=("base",))
    base = judge(Claim("base", "sum(f) == 1"), BUDGET)
    assert base.status is Status.PROVED
    alone, on_base = (next(ablate(claim, done, BUDGET)).verdict for done in ({}, {"base": base}))
    assert {alone.status, on_base.status} == {Status.REFUTED}
    idle = Claim("c", "norm(b) >= 0", assume=("norm(b) <= 1",), depends=("base",))
    assert needed(idle) == {"norm(b) <= 1": None}
    assert needed(idle, {"base": base}) == {"norm(b) <= 1": False}


@pytest.mark.parametrize("claim", [Claim("c", "sum(f) == 1"), Claim("c", "s == s", parameters={"s": ""})])
def test_a_claim_without_hypotheses_gives_nothing(claim):
    assert list(ablate(claim, budget=BUDGET)) == []

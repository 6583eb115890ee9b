"""A ledger puts each claim after what it depends on, and says what falls with it; circles and gaps are refused."""

import itertools

import pytest

from resmax_sym.judge import Claim
from resmax_sym.judge.ledger import Ledger, LedgerError


def claim(name, *depends):
    return Claim(name, "sum(f) == 1", depends=depends)


@pytest.fixture
def ledger():
    """Given out of order: theorem on lemma and note, lemma on definition; alone beside them."""
    claims = [claim("theorem", "lemma", "note"), claim("lemma", "definition"), claim("alone"), claim("definition"),
              claim("note", "definition")]  # fmt: skip
    return Ledger(claims, {"lemma": "2309.13482"})


def test_order_puts_bases_first_and_keeps_the_rest_as_given(ledger):
    assert [c.id for c in ledger.order()] == ["alone", "definition", "lemma", "note", "theorem"]
    assert list(ledger.claims) == ["theorem", "lemma", "alone", "definition", "note"]
    assert ledger.papers == {"lemma": "2309.13482"}


def test_order_of_a_sorted_ledger_is_its_own():
    names = ["b", "a", "c"]
    assert [c.id for c in Ledger([claim("b"), claim("a"), claim("c", "b")]).order()] == names


@pytest.mark.parametrize(
    ("name", "rests", "falls"),
    [
        ("theorem", ["lemma", "definition", "note"], []),
        ("lemma", ["definition"], ["theorem"]),
        ("definition", [], ["theorem", "lemma", "note"]),
        ("alone", [], []),
    ],
)
def test_what_it_rests_on_and_what_falls_with_it(ledger, name, rests, falls):
    assert ledger.rests_on(name) == rests
    assert ledger.impact(name) == falls


def test_roots_leaves_and_depth(ledger):
    assert ledger.roots() == ["alone", "definition"]
    assert ledger.leaves() == ["theorem", "alone"]
    assert ledger.depth() == {"alone": 0, "definition": 0, "lemma": 1, "note": 1, "theorem": 2}


def test_an_empty_ledger_is_one():
    empty = Ledger([])
    assert (empty.order(), empty.roots(), empty.depth()) == ([], [], {})


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ([claim("a"), claim("b"), claim("a", "b")], "expected ids that are unique, got 'a' twice; rename one"),
        ([claim("a", "gone")], "a depends on 'gone', which is not in the ledger; add it or drop it"),
        ([claim("a", "a")], "expected claims that rest on earlier ones, got a circle: a rests on a"),
    ],
)
def test_what_is_no_ledger_is_one_clear_line(claims, message):
    with pytest.raises(LedgerError) as error:
        Ledger(claims)
    assert str(error.value) == message


def test_a_circle_is_told_as_it_runs():
    claims = [claim("free"), claim("a", "c"), claim("b", "a"), claim("c", "b"), claim("beside", "a")]
    with pytest.raises(LedgerError) as error:
        Ledger(claims)
    names = str(error.value).partition("circle: ")[2].split(" rests on ")
    depends = {c.id: c.depends for c in claims}
    assert names[0] == names[-1]
    assert sorted(names[1:]) == ["a", "b", "c"]
    assert all(base in depends[name] for name, base in itertools.pairwise(names))
    assert "\n" not in str(error.value)

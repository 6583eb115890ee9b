"""The verdicts on a ledger do not depend on processes or order; what is on record is taken over, and only what changed is judged."""

import dataclasses
import pickle
import sys

import pytest

from resmax_sym.judge import Claim, Defect, Status, judge_all
from resmax_sym.judge.ledger import Ledger
from resmax_sym.judge.schedule import judge_ledger
from resmax_sym.judge.store import Store

SCHEDULE = sys.modules["resmax_sym.judge.schedule"]
BUDGET = 0.1
CLAIMS = {
    claim.id: claim
    for claim in (
        Claim("total", "sum(f) == 1"),
        Claim("double", "2 * sum(f) == 2", depends=("total",)),
        Claim("again", "4 * sum(f) == 4", depends=("double",)),
        Claim("false", "L <= 1/100", expect=(Status.REFUTED,)),
        Claim("on sand", "n >= 1", depends=("false", "total")),
        Claim("alone", "f * alpha == u"),
    )
}
LEDGER = Ledger(CLAIMS.values())
NAMES = list(CLAIMS)


def told(ledger=LEDGER, **options):
    """The verdicts, and what the progress was told."""
    said = []
    options = {"jobs": 1, **options}
    verdicts = judge_ledger(ledger, BUDGET, progress=lambda *news: said.append(news), **options)
    return verdicts, said


def content(verdicts):
    """All of a verdict but the time it took."""
    return {v.claim.id: dataclasses.replace(v, seconds=0) for v in verdicts}


@pytest.fixture(scope="module")
def alone():
    return content(judge_ledger(LEDGER, BUDGET, jobs=1))


@pytest.fixture
def judged(monkeypatch):
    """The ids of the claims that are judged, in turn."""
    names, judge_after = [], SCHEDULE.judge_after

    def noted(claim, *rest):
        names.append(claim.id)
        return judge_after(claim, *rest)

    monkeypatch.setattr(SCHEDULE, "judge_after", noted)
    return names


def test_one_process_agrees_with_judging_in_turn(alone):
    assert alone == content(judge_all(LEDGER.order(), BUDGET))
    assert [alone[name].status for name in NAMES] == [
        Status.PROVED, Status.PROVED, Status.PROVED, Status.REFUTED, Status.UNREFUTED, Status.PROVED,
    ]  # fmt: skip


def test_two_processes_give_the_same(alone, tmp_path):
    verdicts, said = told(jobs=2, store=Store(tmp_path))
    assert [v.claim.id for v in verdicts] == NAMES
    assert content(verdicts) == alone
    assert sorted(v.claim.id for v, _, _ in said) == sorted(NAMES)
    assert [done for _, done, _ in said] == [1, 2, 3, 4, 5, 6]
    assert len(list(tmp_path.iterdir())) == len(NAMES)


def test_the_order_in_which_claims_are_given_does_not_matter(alone, judged):
    verdicts, _ = told(Ledger(list(CLAIMS.values())[::-1]))
    assert [v.claim.id for v in verdicts] == NAMES[::-1]
    assert content(verdicts) == alone
    assert judged.index("total") < judged.index("double") < judged.index("again")


def test_each_verdict_is_told_and_kept_before_the_next_claim_is_judged(judged, tmp_path):
    store = Store(tmp_path)
    behind = []

    def progress(verdict, done, total):
        behind.append((len(judged), done, total, store.path(verdict.claim.id).is_file()))

    judge_ledger(LEDGER, BUDGET, jobs=1, store=store, progress=progress)
    assert behind == [(k, k, len(NAMES), True) for k in range(1, len(NAMES) + 1)]


def test_what_is_on_record_is_not_judged_again(alone, judged, tmp_path, monkeypatch):
    first, _ = told(store=Store(tmp_path))
    assert len(judged) == len(NAMES)

    def never(*args):
        pytest.fail("nothing is left to judge")

    with monkeypatch.context() as patch:
        patch.setattr(SCHEDULE, "judge_after", never)
        second, said = told(store=Store(tmp_path))
    assert second == first  # the time it took included
    assert [done for _, done, _ in said] == [1, 2, 3, 4, 5, 6]
    judged.clear()
    again, _ = told(store=Store(tmp_path), resume=False)
    assert sorted(judged) == sorted(NAMES)
    assert content(again) == alone


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("double", {"statement": "3 * sum(f) == 3"}, ["double", "again"]),
        ("false", {"statement": "L <= 1/200"}, ["false", "on sand"]),
        ("alone", {"statement": "2 * f * alpha == 2 * u"}, ["alone"]),
        ("total", {"title": "the same, with a title"}, ["total"]),
    ],
)
def test_what_changed_and_what_rests_on_it_is_judged_again(name, change, expected, judged, tmp_path):
    told(store=Store(tmp_path))
    judged.clear()
    ledger = Ledger({**CLAIMS, name: dataclasses.replace(CLAIMS[name], **change)}.values())
    changed, _ = told(ledger, store=Store(tmp_path))
    assert judged == expected
    assert content(changed) == content(judge_ledger(ledger, BUDGET, jobs=1))


def test_another_effort_is_another_run(judged, tmp_path):
    told(store=Store(tmp_path))
    judged.clear()
    judge_ledger(LEDGER, 2 * BUDGET, jobs=1, store=Store(tmp_path))
    assert sorted(judged) == sorted(NAMES)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_is_taken_up_where_it_was(jobs, alone, tmp_path, request):
    said, store = [], Store(tmp_path)

    def interrupted(verdict, done, total):
        said.append(verdict)
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge_ledger(LEDGER, BUDGET, jobs=jobs, store=store, progress=interrupted)
    assert {path.name for path in tmp_path.iterdir()} == {store.path(v.claim.id).name for v in said}
    assert [store.load(v.claim, BUDGET, 0) for v in said] == said
    judged = request.getfixturevalue("judged")
    verdicts, _ = told(store=store)
    assert content(verdicts) == alone
    assert len(said) == 2
    assert sorted(judged) == sorted(set(NAMES) - {v.claim.id for v in said})


def test_a_defect_is_raised_and_what_was_found_before_it_is_kept(monkeypatch, tmp_path):
    judge_after = SCHEDULE.judge_after

    def defective(claim, *rest):
        if claim.id == "again":
            raise Defect("again: two routes disagree")
        return judge_after(claim, *rest)

    monkeypatch.setattr(SCHEDULE, "judge_after", defective)
    with pytest.raises(Defect, match="two routes"):
        told(store=Store(tmp_path))
    assert {path.stem for path in tmp_path.iterdir()} == {"total", "double"}


def test_a_defect_crosses_processes():
    assert str(pickle.loads(pickle.dumps(Defect("two routes disagree")))) == "two routes disagree"


def test_an_empty_ledger_has_no_verdicts():
    assert told(Ledger([])) == ([], [])

"""A verdict on record is taken over only for the same claim, effort and program, and only if it stands up again."""

import dataclasses
import json
import sys
from pathlib import Path

import pytest

from resmax_sym.judge import Claim, Status, judge, judge_all
from resmax_sym.judge.certificate import claim_table, digest, replay
from resmax_sym.judge.store import Store
from resmax_sym.models import SOFTMAX, Model

STORE = sys.modules["resmax_sym.judge.store"]
BUDGET, SEED = 0.1, 0
CLAIMS = {
    Status.PROVED: Claim("proved", "norm(b) <= 3", assume=("norm(b) <= norm(f)", "norm(f) <= 3"), proof=("norm(b) <= 3",)),
    Status.CERTIFIED: Claim(
        "certified", "inner(f, f) >= 0.45", model=Model(SOFTMAX), sizes={"n": (2,), "d": (1,)}, box={"t": "[-1/4, 1/4]"}
    ),
    Status.REFUTED: Claim("refuted", "L <= R / 2", parameters={"R": "R >= 1"}),
    Status.UNREFUTED: Claim("unrefuted", "sum(f) == 1", depends=()),
    Status.VACUOUS: Claim("vacuous", "norm(x) <= R", parameters={"R": "R >= 1"}, assume=("norm(b) <= -R",)),
    Status.INVALID: Claim("invalid", "v == uu"),
}  # fmt: skip
TRUE, FALSE = Claim("same", "sum(f) == 1"), Claim("same", "sum(f) == 2")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "not" / "there yet")


@pytest.fixture(scope="module")
def verdicts():
    found = {status: judge(claim, BUDGET, SEED) for status, claim in CLAIMS.items()}
    open_one = Claim("unrefuted", "sum(f) == 1", depends=("base",))
    return {**found, Status.UNREFUTED: judge(open_one, BUDGET, SEED, missing=("base",))}


@pytest.mark.parametrize("status", list(Status))
def test_saved_and_loaded_it_is_equal(status, verdicts, store):
    verdict = verdicts[status]
    assert verdict.status is status
    for name in verdict.claim.depends:
        store.save(judge(Claim(name, "v == uu"), BUDGET), BUDGET, SEED)
    store.save(verdict, BUDGET, SEED)
    kept = verdict if status is not Status.VACUOUS else None  # which leaves nothing that could be checked again
    assert store.load(verdict.claim, BUDGET, SEED) == kept
    assert Store(store.folder).load(dataclasses.replace(verdict.claim), BUDGET, SEED) == kept


@pytest.mark.parametrize(
    "change",
    [
        {"statement": "sum(f) == 1 + 0"},
        {"assume": ("n >= 2",)},
        {"parameters": {"R": ""}},
        {"model": Model("s**3")},
        {"sizes": {"n": (1,)}},
        {"expect": (Status.REFUTED,)},
        {"id": "other"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_claim_is_not_on_record(change, store):
    store.save(judge(TRUE, BUDGET), BUDGET, SEED)
    assert store.load(TRUE, BUDGET, SEED) is not None
    assert store.load(dataclasses.replace(TRUE, **change), BUDGET, SEED) is None


def test_another_effort_or_program_is_not_taken_over(store, monkeypatch):
    store.save(judge(TRUE, BUDGET), BUDGET, SEED)
    assert store.load(TRUE, 2 * BUDGET, SEED) is None
    assert store.load(TRUE, BUDGET, SEED + 1) is None
    monkeypatch.setattr(STORE, "program", lambda: "another")
    assert store.load(TRUE, BUDGET, SEED) is None


def test_program_is_what_decides_a_verdict(tmp_path, monkeypatch):
    deciding = ("lang/index.py", "judge/judge.py", "judge/bounds/poly.py", "models.py")
    others = ("cli.py", "solve/run.py", "commands/check.py")
    for name in (*deciding, *others):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a = 1")
    monkeypatch.setattr(STORE.resmax_sym, "__file__", str(tmp_path / "__init__.py"))
    digests = [STORE.program.__wrapped__()]
    for name in (*deciding, *others):
        (tmp_path / name).write_text("a = 2")
        digests.append(STORE.program.__wrapped__())
    assert len({*digests}) == 1 + len(deciding)
    assert len({*digests[len(deciding) :]}) == 1


def test_another_verdict_below_is_seen(store):
    base, upper = Claim("base", "sum(f) == 1"), Claim("upper", "2 * sum(f) == 2", depends=("base",))
    for verdict in judge_all([base, upper], BUDGET):
        store.save(verdict, BUDGET, SEED)
    kept = store.load(upper, BUDGET, SEED)
    assert kept.status is Status.PROVED
    retitled = dataclasses.replace(base, title="another title")
    store.save(judge(retitled, BUDGET), BUDGET, SEED)
    assert store.load(upper, BUDGET, SEED) == kept  # what is shown is the same
    store.save(judge(dataclasses.replace(base, statement="sum(f) == 2"), BUDGET), BUDGET, SEED)
    assert store.load(upper, BUDGET, SEED) is None
    store.path("base").unlink()
    assert store.load(upper, BUDGET, SEED) is None


def changed(store, name, change, sign=False):
    body = json.loads(store.path(name).read_text())
    change(body)
    if sign:
        record = body.pop("record")
        body |= {"digest": digest(body), "record": record}
    store.path(name).write_text(json.dumps(body))


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        (lambda body: body["evidence"]["witness"].update(n=2), False),
        (lambda body: body.update(verdict="proved"), False),
        (lambda body: body.update(digest="0" * 64), False),
        (lambda body: body["record"]["circumstances"].update(seed=7), False),
        (lambda body: body.pop("record"), False),
        (lambda body: body.update(record=[]), False),
        (lambda body: body.update(format=99), False),
        # with a digest that fits, the content decides
        (lambda body: body["evidence"]["witness"].update(R="1/2"), True),
        (lambda body: body.update(verdict="proved"), True),
        (lambda body: body.update(verdict="nonsense"), True),
        (lambda body: body.update(guards=None), True),
        (lambda body: body.pop("method"), True),
    ],
)
def test_a_tampered_record_is_not_taken_over(change, sign, verdicts, store):
    verdict = verdicts[Status.REFUTED]
    store.save(verdict, BUDGET, SEED)
    changed(store, "refuted", lambda body: None, sign=True)
    assert store.load(verdict.claim, BUDGET, SEED) == verdict
    changed(store, "refuted", change, sign)
    assert store.load(verdict.claim, BUDGET, SEED) is None


def test_the_certificate_of_another_claim_proves_nothing(store):
    """It holds up, and its digest fits; only the circumstances beside it are those of the false claim."""
    store.save(judge(FALSE, BUDGET), BUDGET, SEED)
    true = Store(store.folder / "true")
    true.save(judge(TRUE, BUDGET), BUDGET, SEED)
    certificate = json.loads(true.path("same").read_text())
    changed(store, "same", lambda body: body.update({**certificate, "record": body["record"]}))
    assert store.load(FALSE, BUDGET, SEED) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00", '{"format": 1}'])
def test_what_was_cut_short_is_not_taken_over(text, store):
    store.save(judge(TRUE, BUDGET), BUDGET, SEED)
    store.path("same").write_text(text)
    assert store.load(TRUE, BUDGET, SEED) is None
    store.path("same").write_bytes(b"\xff\xfe")
    assert store.load(TRUE, BUDGET, SEED) is None


@pytest.mark.parametrize(("assumed", "used"), [("f <= u", True), ("n >= 3", False)])
def test_a_certificate_holds_those_of_the_claims_that_its_proof_may_use(assumed, used, store):
    base = Claim("base", "norm(c)**2 == 2 * L", assume=(assumed,))
    top = Claim("top", "f <= omega", assume=("f <= u", "u <= omega"), depends=("base",))
    verdicts = list(judge_all([base, top], BUDGET))
    assert "steps" in verdicts[1].evidence
    for verdict in verdicts:
        store.save(verdict, BUDGET, SEED)
    body = json.loads(store.path("top").read_text())
    del body["record"]
    assert [one["claim"][0]["id"] for one in body["known"]] == ["base"] * used
    assert claim_table(replay(body)) == claim_table(top)
    assert store.load(top, BUDGET, SEED) == verdicts[1]


@pytest.mark.parametrize("name", ["../up", "a/b", "ä b", ".", "100%", "[bold]", "x" * 200, "é" * 200, "é" * 199 + "e"])
def test_odd_ids_are_file_names_in_the_folder(name, store):
    verdict = dataclasses.replace(judge(TRUE, BUDGET), claim=dataclasses.replace(TRUE, id=name))
    store.save(verdict, BUDGET, SEED)
    (path,) = store.folder.iterdir()
    assert path == store.path(name)
    assert store.load(verdict.claim, BUDGET, SEED) == verdict


def test_long_ids_that_end_differently_have_files_of_their_own(store):
    assert store.path("é" * 199 + "a") != store.path("é" * 199 + "b")


def test_two_ledgers_in_one_folder_do_not_mix(store):
    for claim in (TRUE, FALSE, TRUE):
        assert store.load(claim, BUDGET, SEED) is None
        store.save(judge(claim, BUDGET), BUDGET, SEED)
        assert store.load(claim, BUDGET, SEED).claim == claim


def test_a_failed_write_leaves_what_was_there(store, monkeypatch):
    store.save(judge(TRUE, BUDGET), BUDGET, SEED)
    before = store.path("same").read_bytes()

    def full(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            store.save(judge(FALSE, BUDGET), BUDGET, SEED)
    assert [path.name for path in store.folder.iterdir()] == ["same.json"]
    assert store.path("same").read_bytes() == before


def test_a_folder_that_is_a_file_is_an_error_of_the_system(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        Store(tmp_path / "file").save(judge(TRUE, BUDGET), BUDGET, SEED)
    assert Store(tmp_path / "file").load(TRUE, BUDGET, SEED) is None

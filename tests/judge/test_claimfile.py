"""TOML files of claims: good ones are read, bad claims become invalid with a remedy, bad files are refused whole."""

import pytest

from resmax_sym.judge import ClaimFileError, Status, judge, judge_all, read_claims


def read(tmp_path, text):
    path = tmp_path / "claims.toml"
    path.write_text(text)
    return read_claims(path)


def test_every_field(tmp_path):
    (claim,) = read(
        tmp_path,
        """
        [model]
        unit = "exp(s)"
        head = "plain"
        [[claim]]
        id = "a"
        title = "T"
        statement = "alpha >= gamma * 0"
        parameters = { R = "R >= 1", k = "" }
        assume = ["norm(b) <= R"]
        let = { gamma = "2*norm(c)" }
        sizes = { n = [1, 2], d = [1] }
        box = { t = "[-1, 1/2]" }
        proof = ["alpha >= 0"]
        depends = ["z"]
        expect = ["proved", "unrefuted"]
        """,
    )
    assert (claim.id, claim.title, claim.model.unit, claim.model.head) == ("a", "T", "exp(s)", "plain")
    assert claim.expect == (Status.PROVED, Status.UNREFUTED)
    assert claim.sizes == {"n": (1, 2), "d": (1,)}
    assert [str(a) for a in claim.assumptions] == ["R >= 1", "norm(b) <= R", "t >= -1", "t <= 0.5"]


GOOD = '[[claim]]\nid = "a"\nstatement = "L >= 0"\n'


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('[[claim]]\nid = "a"\nstatment = "L >= 0"', "did you mean 'statement'"),
        ('[[claim]]\nid = "a"', "expected a field statement"),
        ('[[claim]]\nstatement = "L >= 0"', "expected a field id"),
        (GOOD + "assume = 3", "assume: expected a list"),
        (GOOD + 'sizes = { n = [0] }', "sizes: expected lists of sizes"),
        (GOOD + 'sizes = { k = [1] }', "sizes: expected lists of sizes"),
        (GOOD + 'sizes = { n = [true] }', "sizes: expected lists of sizes"),
        (GOOD + 'box = { t = "-1, 1" }', "[-1, 1]"),
        (GOOD + 'box = { t = "[1, 0]" }', "lo <= hi"),
        (GOOD + 'box = { alpha = "[0, 1]" }', "expected a variable"),
        (GOOD + 'expect = "true"', "expected one or more of"),
        (GOOD + 'let = { f = "2*b" }', "reserved"),
        (GOOD + 'parameters = { "R R" = "" }', "not a name"),
        (GOOD + 'proof = ["L >="]', "column"),
        ('[model]\nunit = "foo(s)"\n' + GOOD, "unknown function 'foo'"),
        ('[model]\nunit = 3\n' + GOOD, "unit: expected text"),
        ('[model]\nunits = "exp(s)"\n' + GOOD, "did you mean 'unit'"),
        ('[[claim]]\nid = "a"\nstatement = "alpha == f"\nexpect = "invalid"', None),
        ('[[claim]]\nid = "a"\nstatement = "__import__(\'os\').system(\'true\')"', "not in the language"),
    ],
)  # fmt: skip
def test_bad_claims_are_invalid(tmp_path, text, hint):
    (claim,) = read(tmp_path, text)
    verdict = judge(claim, budget=0.1)
    if hint is None:  # a vector against a scalar is fine: entry by entry
        assert verdict.status is Status.REFUTED
        return
    assert verdict.status is Status.INVALID
    assert hint in verdict.evidence["reason"]
    assert not verdict.expected


def test_ids_are_unique(tmp_path):
    first, second = read(tmp_path, GOOD + GOOD)
    assert not first.defect
    assert "twice" in second.defect


@pytest.mark.parametrize(
    "text", ["", "[model]", "claim = 3", "[[claim]]\nid =", "[other]\na = 1\n" + GOOD, "\x00", "[[claim]]\n" * 2 + "= "]
)
def test_bad_files_are_refused(tmp_path, text):
    with pytest.raises(ClaimFileError) as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value).strip()


def test_missing_and_huge_files(tmp_path):
    with pytest.raises(
        ClaimFileError, match=r"no such file: .*none\.toml; expected a TOML file of claims, see docs/claims\.md"
    ):
        read_claims(tmp_path / "none.toml")
    with pytest.raises(ClaimFileError, match="split"):
        read(tmp_path, GOOD + "#" * 1_000_001)
    with pytest.raises(ClaimFileError):
        read_claims(tmp_path)


def test_not_text(tmp_path):
    path = tmp_path / "bytes.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ClaimFileError, match="UTF-8"):
        read_claims(path)


def test_verdicts_in_order(tmp_path):
    claims = read(
        tmp_path,
        """
        [[claim]]
        id = "base"
        statement = "grad(L) == A.T @ q"
        [[claim]]
        id = "wrong"
        statement = "grad(L) == A.T @ c"
        expect = "refuted"
        [[claim]]
        id = "on-sand"
        statement = "hess(L) == A.T @ B @ A"
        depends = ["base", "wrong"]
        [[claim]]
        id = "on-rock"
        statement = "hess(L) == A.T @ B @ A"
        depends = ["base"]
        """,
    )
    verdicts = list(judge_all(claims, budget=1))
    assert [str(v.status) for v in verdicts] == ["proved", "refuted", "unrefuted", "proved"]
    assert "wrong" in verdicts[2].method
    assert [v.expected for v in verdicts] == [
        True,
        True,
        True,
        True,
    ]  # nothing is expected of the third, and nothing refutes it

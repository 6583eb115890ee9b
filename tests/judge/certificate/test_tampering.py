"""One leaf of a certificate altered, and its digests made to fit: it is refused, or what is shown of it stays the same."""

import json
import random
import re

import pytest
from certified import CLAIMS, forge

from resmax_sym import cli
from resmax_sym.judge.certificate import Invalid, claim_table, replayed
from resmax_sym.judge.evidence import COUNTED
from resmax_sym.report.details import details

LEAVES, VALUES = 12, 2
"""Of one certificate: one of each kind of place, then others at random; and how many values are tried at each."""

CLAIM = re.compile(r"^(known/\d+/)*(model|claim)/")
UNSHOWN = re.compile(r"^(known/\d+/)*(evidence/(points|seed)|guards/\d+|verdict)$")
"""Where another value may pass: what a search counted, a guard or a weaker verdict that other claims may bring."""

OTHER = re.compile(r"^(known/\d+/)*evidence/(witness/.*|pairs/cases/\d+/rounds)$")
"""Where another value may be evidence as good, and is then shown: another witness, other ends of a range."""


def shown(body):
    """All that a reader sees: the verdict, its method, its evidence and its guards."""
    verdict = replayed(body)
    return f"{verdict} {verdict.evidence} {details(verdict)}"


def leaves(value, path=()):
    """The places of all texts and numbers."""
    if isinstance(value, dict | list):
        for name, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, (*path, name))
    else:
        yield path


def altered(value, draw):
    """Other values that a forger might put there."""
    if isinstance(value, bool) or value is None:
        return [not value, int(not value)]
    if isinstance(value, int):
        return draw.sample([value + 1, -value - 1, float(value), str(value)], VALUES)
    places = [k for k, letter in enumerate(value) if letter.isdigit()]
    k = draw.choice(places) if places else 0
    digit = str((int(value[k]) + 1) % 10) if places else "x"
    return draw.sample([value[:k] + digit + value[k + 1 :], value + " ", value + "x", "", None], VALUES)


def chosen(body, draw):
    found = [path for path in leaves(body) if path[-1] != "digest"]
    draw.shuffle(found)
    kinds = {tuple(part for part in path if isinstance(part, str)): path for path in found}
    return [*kinds.values(), *found][:LEAVES]


def put(path, value):
    def change(body):
        for part in path[:-1]:
            body = body[part]
        body[path[-1]] = value

    return change


@pytest.mark.parametrize("name", CLAIMS)
def test_an_altered_leaf_is_refused_or_not_shown(certificates, name):
    body, draw, passed = certificates[name], random.Random(name), set()
    before = shown(body)
    for path in chosen(body, draw):
        place = "/".join(map(str, path))
        value = body
        for part in path:
            value = value[part]
        for other in altered(value, draw):
            forged = forge(body, put(path, other))
            try:
                after = shown(forged)
            except Invalid:
                continue
            if OTHER.match(place):
                continue
            if CLAIM.match(place):  # another claim, which holds as well: it is shown as itself
                assert "known" in place or claim_table(replayed(forged).claim).items() <= forged.items(), (place, other)
                continue
            assert after == before, (place, other)
            passed.add(place)
    assert all(UNSHOWN.match(place) for place in passed), passed


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("identity", lambda b: b.update(method="by inspection"), 'method is "by inspection" in the file'),
        ("identity", lambda b: b["evidence"].update(note="see Gauss"), "evidence.note"),
        ("identity", lambda b: b["evidence"]["normal_forms"].update(lhs="0"), "evidence.normal_forms.lhs"),
        ("box", lambda b: b["evidence"].update(enclosure="[-1.0, 0.0]"), "evidence.enclosure"),
        ("box", lambda b: b["evidence"].update(digits=100), "evidence.digits"),
        ("steps with bounds", lambda b: b["evidence"]["steps"][0].update(statement="psd(B)"), "steps[0].statement is"),
        ("bounds", lambda b: b["evidence"]["rules"].append("a theorem of Euler"), "evidence.rules"),
        (
            "bounds",
            lambda b: b["evidence"]["bounds"]["comparisons"][0].update(decided="clear"),
            "comparisons[0].decided",
        ),
        ("box", lambda b: b.update(verdict="proved"), "it says proved, and its evidence shows certified"),
        ("witness", lambda b: b["evidence"].update(proof="none"), "evidence.proof"),
    ],
)
def test_the_command_says_in_one_line_what_was_altered(certificates, name, change, said, tmp_path, capsys):
    path = tmp_path / "forged.json"
    path.write_text(json.dumps(forge(certificates[name], change)))
    assert cli.main(["replay", str(path)]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert said in line


@pytest.mark.parametrize("name", CLAIMS)
def test_what_is_shown_is_what_the_judge_found(certificates, name):
    body, verdict = certificates[name], replayed(certificates[name])
    assert (str(verdict.status), verdict.method) == (body["verdict"], body["method"])
    assert verdict.evidence == {key: value for key, value in body["evidence"].items() if key not in COUNTED}
    assert [*verdict.guards] == body["guards"]

"""Pages of chapters and systems: every claim and every chapter is on one, with its own words and a count of its verdicts."""

from types import SimpleNamespace

from derivations import LEDGER, SYSTEMS
from derivations.soft_residual import definitions, gradient
from docs import chapters
from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.judge.ledger import Ledger

ROOT, LEAF = Claim("root", "alpha == sum(u)", title="The root"), Claim("leaf", "u == u", depends=("root",))
LITTLE = Ledger([ROOT, LEAF])


def verdict(status):
    return Verdict(LEAF, status, "a method", 0.0, {})


def test_chapter_has_every_claim_and_its_prose():
    text = chapters.chapter(gradient, LEDGER, find=lambda claim: None)
    assert text.startswith("# Gradient\n\n`grad L = A^T q with q = alpha^-1 v * (c - sigma 1)`: the gradient")
    assert [text.count(f":label: {claim.id}\n") for claim in gradient.CLAIMS] == [1] * len(gradient.CLAIMS)


def test_displayed_formula_in_prose_stands_alone():
    module = SimpleNamespace(
        __name__="derivations.soft_residual.b_c", __doc__="f: a line.\n\nSo\n$$a\n= b$$\nand $c$.", CLAIMS=()
    )
    text = chapters.chapter(module, LITTLE)
    assert "So\n\n\n$$\na = b\n$$\n\nand $c$." in text


def test_tally_counts_each_verdict():
    found = [verdict(Status.PROVED), verdict(Status.REFUTED), None, verdict(Status.PROVED)]
    assert chapters.tally(found) == "2 proved, 1 refuted, 1 not judged"


def test_chapters_of_other_systems_carry_their_name():
    named = [
        SimpleNamespace(__name__=f"derivations.{name}")
        for name in ("soft_residual.sharp_lipschitz", "softmax_relu.hessian")
    ]
    assert list(map(chapters.heading, named)) == ["Sharp Lipschitz", "Hessian (Softmax ReLU)"]


def test_long_chapter_begins_with_a_list():
    text = chapters.chapter(definitions, LEDGER, find=lambda claim: None)
    ids = [claim.id for claim in definitions.CLAIMS]
    assert (text.count("<li>") == len(ids)) == (len(ids) > chapters.FEW)
    listed = chapters.overview([LEAF, ROOT])
    assert '<a href="#leaf">leaf</a>' in listed
    assert '<a href="#root">The root</a>' in listed


def test_system_lists_its_chapters():
    system = SYSTEMS[0]
    text = chapters.system_page("soft_residual", system, find=lambda claim: None)
    for module in system.CHAPTERS:
        name = chapters.place(module)
        verdicts = f"{len(module.CLAIMS)}\N{NO-BREAK SPACE}not judged"
        assert f"| [{chapters.titled(name)}]({name}.md) | {chapters.about_chapter(module)} | {verdicts} |" in text
        assert f"\n{chapters.titled(name)} <{name}>\n" in text


def test_every_system_is_listed():
    systems = [("soft_residual", SYSTEMS[0]), ("newton", SYSTEMS[1])]
    text = chapters.contents(iter(systems), find=lambda claim: None)
    for folder, system in systems:
        count = sum(len(module.CLAIMS) for module in system.CHAPTERS)
        assert f"[{chapters.titled(folder)}]({folder}/index.md)" in text
        assert f"| {count}\N{NO-BREAK SPACE}not judged |" in text
        assert f"\n{folder}/index\n" in text

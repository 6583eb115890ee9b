"""The ledger as a page: every claim is on it, links lead somewhere, nothing comes from elsewhere, and no text of a claim is markup."""

import re
import shlex
from html import escape
from html.parser import HTMLParser
from types import ModuleType

import pytest

from derivations import LEDGER, SYSTEMS
from resmax_sym.commands import replay
from resmax_sym.judge import Claim, Status, Verdict, judge_all
from resmax_sym.judge.ledger import Ledger
from resmax_sym.judge.store import Store
from resmax_sym.models import Model
from resmax_sym.report.claim_row import SIGNS, Chapter
from resmax_sym.report.ledger_page import chapters, page
from resmax_sym.report.prose import anchor

VOID = {"meta", "input", "link", "br", "img", "hr"}
EVIL = '<script>alert("x")</script>'
SMALL = Ledger(
    [
        Claim("base", "norm(c)**2 == 2 * L", title="Half a square", prose="With $c = f - b$.", assume=("f <= u",)),
        Claim(
            "top", "f <= h", title=EVIL, prose=EVIL, let={"h": "2 * omega", "unused": "u"}, parameters={"k": "k >= 1", "r": ""},
            assume=("f <= u", "u <= 2 * omega"), depends=("base",), sizes={"n": (1, 2)}, box={"k": "[1, 2]"},
        ),
        Claim(EVIL, "u == v", depends=("base", "top")),
        Claim("known to be false", "f == u", expect=(Status.REFUTED,), model=Model("exp(s)")),
        Claim("not a claim", "nonsense <= ", expect=(Status.INVALID,)),
        Claim("open", "eigmax(B) <= 0.30812", assume=("t >= 1", "norm1(b) <= 1"), expect=()),
    ],
    {"base": "2309.13482", "open": "2308.08358"},
)  # fmt: skip
PLACES = {"base": Chapter("one.first", "About <b>."), "top": Chapter("two.first", "")}


class Reader(HTMLParser):
    """A page read strictly: elements close in order, ids are unique."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.ids, self.attributes, self.said = [], [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []
        assert len(set(self.ids)) == len(self.ids)

    def handle_starttag(self, tag, attrs):
        assert "summary" not in self.open or tag not in ("div", "p"), "no block inside a summary"
        assert "p" not in self.open or tag not in ("div", "p", "ol", "ul", "dl")
        self.seen.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert "math" in self.open, "only XML closes elements at once"

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & {*self.open}:
            self.said.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.said).split())


@pytest.fixture(scope="module")
def verdicts():
    return list(judge_all(SMALL.order(), 0.1))


@pytest.fixture(scope="module")
def small(verdicts):
    return page(SMALL, verdicts, PLACES, "build/some records")


def entry(text, name):
    """The part of the page that is about one claim."""
    start = text.index(f'<li class="claim" id="{anchor(name)}"')
    return text[start : text.index("</details></li>", start)]


def test_it_is_well_formed_and_has_every_claim(small, verdicts):
    read = Reader(small)
    assert {anchor(name) for name in SMALL.claims} < set(read.ids)
    assert read.seen.count("h1") == 1
    assert read.seen.count("h2") == read.seen.count("details") == len(SMALL.claims)
    assert ("html", "lang", "en") in read.attributes
    for verdict in verdicts:
        assert f"{SIGNS[verdict.status]}</span> {verdict.status}" in entry(small, verdict.claim.id)
        assert verdict.method in Reader(entry(small, verdict.claim.id) + "</details></li>").text


def test_nothing_comes_from_elsewhere(small):
    assert "http" not in small
    assert "url(" not in small
    assert "@import" not in small
    for tag, name, value in Reader(small).attributes:
        assert name != "src"
        assert name != "href" or value.startswith("#"), tag
        assert not name.startswith("on")


def test_links_lead_to_claims(small):
    read = Reader(small)
    leads = [value.removeprefix("#") for _, name, value in read.attributes if name == "href"]
    assert set(leads) == {*map(anchor, SMALL.claims), ":claims"}
    assert set(leads) <= set(read.ids)
    assert '<dt>Used by</dt><dd><ul class="links"><li><a href="#top">' in entry(small, "base")
    assert '<dt>Rests on</dt><dd><ul class="links"><li><a href="#base">' in entry(small, "top")


def test_what_a_claim_says_is_no_markup(small):
    assert small.count("<script>") == 2  # those of the page
    assert EVIL.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;") in small
    read = Reader(small)
    assert read.seen.count("script") == 2
    assert EVIL in read.text


def test_formulas_are_mathml(small):
    read = Reader(small)
    assert read.seen.count("math") > 2 * len(SMALL.claims)
    assert '<math display="block">' in entry(small, "base")
    assert "$" not in read.text
    assert "<code>nonsense &lt;= </code>" in entry(small, "not a claim")


def test_assumptions_sizes_boxes_and_models_stand_with_the_formula(small):
    given = entry(small, "top").partition("<details>")[0]
    assert '<span class="word">if</span>' in given
    for part in ("k≥1", "f≤u", "u≤2ω", "n∈{1, 2}", "k∈[1, 2]"):
        assert part in re.sub(r"<[^>]+>", "", given)
    other = re.sub(r"<[^>]+>", "", entry(small, "known to be false").partition("<details>")[0])
    assert "φ(s)=exp" in other
    assert "word" not in entry(small, "not a claim").partition("<details>")[0]
    inside = re.sub(r"<[^>]+>", " ", entry(small, "top").partition("<details>")[2])
    assert "h = 2" in " ".join(inside.split())
    assert "unused" not in inside
    assert "Any real r" in " ".join(inside.split())


def test_verdicts_that_are_not_as_expected_stand_out(small, verdicts):
    for verdict in verdicts:
        assert ("unexpected" in entry(small, verdict.claim.id)) is not verdict.expected
    assert {True, False} == {verdict.expected for verdict in verdicts}


def test_filters_offer_what_there_is(small):
    assert '<option value="2309.13482">2309.13482 (1)</option>' in small
    assert '<option value="refuted">refuted (2)</option>' in small
    assert '<option value="vacuous"' not in small
    assert (
        '<optgroup label="one"><option value="one.first" data-about="About &lt;b&gt;.">first (1)</option></optgroup>'
        in small
    )
    assert 'data-chapter="two.first"' in entry(small, "top")
    assert "derivations/two/first.py" in entry(small, "top")
    read = Reader(small)
    words = [value for _, name, value in read.attributes if name == "data-text"]
    assert len(words) == len(SMALL.claims)
    assert all(word == word.lower() for word in words)
    assert "half a square" in words[0]


def test_the_command_checks_the_record(tmp_path, verdicts, capsys):
    """As it stands on the page, from the folder where the records are."""
    store = Store(tmp_path / "some records")
    for verdict in verdicts:
        store.save(verdict, 0.1, 0)
    text = page(SMALL, verdicts, PLACES, str(tmp_path / "some records"))
    commands = [shlex.split(Reader(one).text) for one in re.findall(r'<code class="command">[^<]*</code>', text)]
    assert [words[1] for words in commands].count("replay") == sum(
        v.status in (Status.PROVED, Status.REFUTED) for v in verdicts
    )
    for _, command, file in commands:
        if command == "replay":
            assert replay.run(type("Arguments", (), {"file": file})) == 0
            assert "checked again" in capsys.readouterr().out


def test_colours_can_be_read_in_both_schemes(small):
    """Contrast of at least 4.5 of every ink on both grounds (WCAG 2, success criterion 1.4.3)."""
    light, dark = re.findall(r":root \{(.*?)\}", small, re.DOTALL)
    for scheme in (light, dark):
        colours = dict(re.findall(r"--(\w+): (#\w{6});", scheme))
        grounds = [colours.pop("paper"), colours.pop("panel")]
        assert colours.pop("line")
        assert {*map(str, Status), "ink", "soft", "link"} == colours.keys()
        for ground in grounds:
            for name, ink in colours.items():
                assert contrast(ink, ground) >= 4.5, (name, ink, ground)


def contrast(a, b):
    """(L1 + 0.05) / (L2 + 0.05), L the relative luminance."""
    low, high = sorted(map(luminance, (a, b)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#999999", "#ffffff") < 4.5


def test_chapters_are_the_modules_of_the_derivations():
    found = chapters(SYSTEMS)
    assert found.keys() >= LEDGER.claims.keys()
    assert found["gradient"].module == "soft_residual.gradient"
    assert found["gradient"].name == "gradient"
    assert found["gradient"].about.startswith("grad L = A^T q")
    system, bare = ModuleType("s"), ModuleType("derivations.s.bare")
    bare.CLAIMS, system.CHAPTERS = (Claim("one", "u == u"),), (bare,)
    assert chapters([system]) == {"one": Chapter("s.bare", "")}


def test_every_formula_of_the_suite_is_rendered():
    """Statements, assumptions, abbreviations and prose of all claims, whatever their verdicts; none is shown as it is spelled."""
    unjudged = [Verdict(claim, Status.UNREFUTED, "search", 0, {}) for claim in LEDGER.claims.values()]
    text = page(LEDGER, unjudged, chapters(SYSTEMS))
    read = Reader(text)
    assert {anchor(name) for name in LEDGER.claims} < set(read.ids)
    assert "$" not in read.text
    assert "\\" not in read.text
    spelled = set(re.findall(r"<code>([^<]*)</code>", text)) - set(LEDGER.claims)
    spelled -= {escape(code) for claim in LEDGER.claims.values() for code in re.findall("`([^`]+)`", claim.prose)}
    assert all(re.fullmatch(r"derivations/\w+/\w+\.py", one) for one in spelled), spelled
    leads = {value for _, name, value in read.attributes if name == "href"}
    assert leads == {*(f"#{anchor(name)}" for name in LEDGER.claims), "#:claims"}

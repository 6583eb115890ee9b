"""Pages for the systems and chapters of derivations: their own words, tables of verdicts, and every claim of a chapter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from html import escape
from types import ModuleType

from docs.lemmas import directive, escaped
from docs.records import verdict_of
from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.judge.ledger import Ledger

Find = Callable[[Claim], Verdict | None]
FEW = 6
"""A chapter with more claims begins with a list of them."""

DISPLAYED = re.compile(r"\$\$(.+?)\$\$[ \t]*\n?", re.DOTALL)
PROPER = {
    "lipschitz": "Lipschitz",
    "newton": "Newton",
    "relu": "ReLU",
    "kantorovich": "Kantorovich",
    "euclidean": "Euclidean",
}
FIRST = "soft_residual"
INTRODUCTION = """\
Every claim of the suite, in the order of its derivation. A lemma is *proved*: true as stated for all sizes, data and parameters. An
observation is *refuted*: false, with an exact counterexample; such statements mark where a hypothesis is needed or a constant is best.
A conjecture is open. [What a verdict means](../claims.md#what-a-verdict-means) is told with the language of claims, and the
[ledger](../ledger.md) has all of them in one list that can be sorted and filtered."""


def contents(systems: Iterable[tuple[str, ModuleType]], find: Find = verdict_of) -> str:
    """The page that lists the systems of claims."""
    systems = list(systems)
    rows = [
        f"| [{titled(folder)}]({folder}/index.md) | {escaped(first_line(system).partition(': ')[0])} | {_tally(system.CHAPTERS, find)} |"
        for folder, system in systems
    ]
    table = "\n".join(["| | about | verdicts |", "|---|---|---|", *rows])
    return _page("Lemmas", [INTRODUCTION, table], [f"{folder}/index" for folder, _ in systems], ":numbered:")


def system_page(folder: str, system: ModuleType, find: Find = verdict_of) -> str:
    """The page that lists the chapters of one system."""
    rows = [
        f"| [{titled(place(m))}]({place(m)}.md) | {about_chapter(m)} | {_tally([m], find)} |" for m in system.CHAPTERS
    ]
    table = "\n".join(["| chapter | about | verdicts |", "|---|---|---|", *rows])
    entries = [f"{titled(place(m))} <{place(m)}>" for m in system.CHAPTERS]
    return _page(titled(folder), [f"{escaped(first_line(system))}.", prose(system), table], entries)


def _page(title: str, parts: list[str], entries: list[str], *options: str) -> str:
    tree = "\n".join(["```{toctree}", ":hidden:", *options, "", *entries, "```"])
    return "\n\n".join([f"# {title}", *parts, tree]) + "\n"


def _tally(modules: Iterable[ModuleType], find: Find) -> str:
    """In a narrow column no number stands without its word."""
    text = tally(find(claim) for module in modules for claim in module.CLAIMS)
    return re.sub(r"(?<=\d) ", "\N{NO-BREAK SPACE}", text)


def chapter(module: ModuleType, ledger: Ledger, find: Find = verdict_of) -> str:
    """The page of one chapter, in MyST Markdown."""
    source = module.__name__.replace(".", "/")
    parts = [f"# {heading(module)}", lead(module), prose(module)]
    claims = [ledger.claims[claim.id] for claim in module.CLAIMS]
    parts.append(overview(claims) if len(claims) > FEW else "")
    parts += [directive(claim, ledger, find(claim)) for claim in claims]
    return "\n\n".join(filter(None, [*parts, f"Source: `{source}.py`."])) + "\n"


def overview(claims: list[Claim]) -> str:
    """The claims of a long chapter, folded away."""
    rows = "".join(f'<li><a href="#{escape(claim.id)}">{escape(claim.title or claim.id)}</a></li>' for claim in claims)
    return f'<details class="evidence"><summary>The {len(claims)} claims of this chapter</summary><ul>{rows}</ul></details>'


def lead(module: ModuleType) -> str:
    """The first line of a docstring: the formula before the colon as code, the rest as prose."""
    formula, colon, said = first_line(module).rpartition(": ")
    return f"`{formula}`: {escaped(said)}." if colon else f"{escaped(said)}."


def about_chapter(module: ModuleType) -> str:
    """What the first line of a docstring says in words; the formula where it has none."""
    return escaped(first_line(module).rpartition(": ")[2])


def prose(module: ModuleType) -> str:
    """A docstring below its first line."""
    return DISPLAYED.sub(_on_its_own, (module.__doc__ or "").partition("\n")[2]).strip()


def first_line(module: ModuleType) -> str:
    """Without its full stop."""
    return (module.__doc__ or "").partition("\n")[0].rstrip(".")


def _on_its_own(found: re.Match[str]) -> str:
    """A displayed formula inside a paragraph, as Markdown wants it."""
    return f"\n\n$$\n{' '.join(found.group(1).split())}\n$$\n\n"


def heading(module: ModuleType) -> str:
    """sharp_lipschitz -> Sharp Lipschitz; for all but the first system, with its name: Contraction (Newton)."""
    _, system, chapter = module.__name__.rsplit(".", 2)
    return titled(chapter) + (f" ({titled(system)})" if system != FIRST else "")


def titled(name: str) -> str:
    """A name of Python as a title."""
    text = " ".join(PROPER.get(word, word) for word in name.split("_"))
    return text[0].upper() + text[1:]


def place(module: ModuleType) -> str:
    """The name of a chapter's page."""
    return module.__name__.rpartition(".")[2]


def tally(verdicts: Iterable[Verdict | None]) -> str:
    """12 proved, 1 refuted."""
    counts = Counter("not judged" if v is None else str(v.status) for v in verdicts)
    order = [*map(str, Status), "not judged"]
    return ", ".join(f"{counts[name]} {name}" for name in order if counts[name])

"""A page for each chapter of derivations: every claim as a directive with its formula, assumptions, verdict and evidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from html import escape
from types import ModuleType

from derivations.soft_residual import theorems
from docs.formulas import Names, abbreviations, about, assumptions, guards, listed, names_of, relation
from docs.records import verdict_of
from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.judge.ledger import Ledger
from resmax_sym.report.evidence_page import evidence

Find = Callable[[Claim], Verdict | None]
FEW = 6
"""A chapter with more claims begins with a list of them."""

MANY = 12
"""So many names are listed; where there are more, their number is given."""

KIND = {Status.PROVED: "lemma", Status.CERTIFIED: "lemma", Status.REFUTED: "observation"}
HEADLINES = {*(claim.id for claim in theorems.CLAIMS), *(name for ids in theorems.HEADLINES.values() for name in ids)}
DISPLAYED = re.compile(r"\$\$(.+?)\$\$[ \t]*\n?", re.DOTALL)
PROPER = {
    "lipschitz": "Lipschitz",
    "newton": "Newton",
    "relu": "ReLU",
    "kantorovich": "Kantorovich",
    "euclidean": "Euclidean",
}
FIRST = "soft_residual"


def heading(module: ModuleType) -> str:
    """sharp_lipschitz -> Sharp Lipschitz; for all but the first system, with its name: Contraction (Newton)."""
    _, system, chapter = module.__name__.rsplit(".", 2)
    return titled(chapter) + (f" ({titled(system)})" if system != FIRST else "")


def titled(name: str) -> str:
    """A name of Python as a title."""
    text = " ".join(PROPER.get(word, word) for word in name.split("_"))
    return text[0].upper() + text[1:]


def lead(module: ModuleType) -> str:
    """The first line of a docstring: the formula before the colon as code, the rest as prose."""
    first = (module.__doc__ or "").partition("\n")[0].rstrip(".")
    formula, colon, said = first.rpartition(": ")
    return f"`{formula}`: {escaped(said)}." if colon else f"{escaped(first)}."


def escaped(text: str) -> str:
    """Plain text as Markdown."""
    return "".join(f"\\{char}" if char in "*_`[]<>|$#" else char for char in text)


def chapter(module: ModuleType, ledger: Ledger, find: Find = verdict_of) -> str:
    """The page of one chapter, in MyST Markdown."""
    prose = DISPLAYED.sub(_on_its_own, (module.__doc__ or "").partition("\n")[2]).strip()
    source = module.__name__.replace(".", "/")
    parts = [f"# {heading(module)}", lead(module), prose]
    claims = [ledger.claims[claim.id] for claim in module.CLAIMS]
    parts.append(overview(claims) if len(claims) > FEW else "")
    parts += [directive(claim, ledger, find(claim)) for claim in claims]
    return "\n\n".join(filter(None, [*parts, f"Source: `{source}.py`."])) + "\n"


def overview(claims: list[Claim]) -> str:
    """The claims of a long chapter, folded away."""
    rows = "".join(f'<li><a href="#{escape(claim.id)}">{escape(claim.title or claim.id)}</a></li>' for claim in claims)
    return f'<details class="evidence"><summary>The {len(claims)} claims of this chapter</summary><ul>{rows}</ul></details>'


def _on_its_own(found: re.Match[str]) -> str:
    """A displayed formula inside a paragraph, as Markdown wants it."""
    return f"\n\n$$\n{' '.join(found.group(1).split())}\n$$\n\n"


def directive(claim: Claim, ledger: Ledger, verdict: Verdict | None) -> str:
    """One claim."""
    names = names_of(claim)
    given = assumptions(claim, names)
    where = abbreviations(claim, names, [claim.statement, *claim.assume, *claim.proof])
    parts = [
        f"::::{{prf:{kind(claim, verdict)}}} {claim.title or claim.id}\n:label: {claim.id}",
        f":class: {verdict.status if verdict else 'open'}",
        opening(given, verdict),
        f"$$\n{relation(claim.statement, names)}\n$$",
        f"where {listed(where)}." if where else "",
        claim.prose,
        said(claim, verdict, names),
        rests(claim, ledger),
        shown(verdict) if verdict else "",
        "::::",
    ]
    return "\n".join(parts[:2]) + "\n\n" + "\n\n".join(filter(None, parts[2:]))


def opening(given: list[str], verdict: Verdict | None) -> str:
    """If this, then; a statement that is refuted must not read as if it were true."""
    if verdict is not None and verdict.status is Status.REFUTED:
        return f"If {listed(given)}, it need *not* be true that" if given else "It need *not* be true that"
    return f"If {listed(given)}, then" if given else ""


def kind(claim: Claim, verdict: Verdict | None) -> str:
    """What the verdict lets a claim be called."""
    if "definition" in claim.id.split("-"):
        return "definition"
    if verdict is None:
        return "conjecture"
    found = KIND.get(verdict.status, "conjecture")
    return "theorem" if found == "lemma" and claim.id in HEADLINES else found


def said(claim: Claim, verdict: Verdict | None, names: Names) -> str:
    """The verdict, its method, for which unit, and where the statement is undefined."""
    if verdict is None:
        return f"[not judged]{{.verdict .open}}: nothing is on record, run `make verify`. Name: `{claim.id}`."
    which = about(claim.model, bool(verdict.evidence.get("every_unit")))
    method = escaped(verdict.method.removesuffix(", every unit"))
    where = f", defined where {listed(guards(verdict, names))}" if verdict.guards else ""
    return f"[{verdict.status}]{{.verdict .{verdict.status}}} ({method}), {which}{where}. Name: `{claim.id}`."


def rests(claim: Claim, ledger: Ledger) -> str:
    """Links to what a claim depends on, and to what uses it."""
    users = list(ledger.graph.successors(claim.id))
    parts = [f"Rests on {links(claim.depends)}."] if claim.depends else []
    if users:
        parts.append(f"Used by {links(users)}." if len(users) <= MANY else f"Used by {len(users)} claims.")
    return "{.rests}\n" + " ".join(parts) if parts else ""


def links(ids: Iterable[str]) -> str:
    """Number and id of each."""
    return ", ".join(f"{{prf:ref}}`{name}` `{name}`" for name in ids)


def shown(verdict: Verdict) -> str:
    """The evidence, folded away."""
    html = evidence(verdict, names_of(verdict.claim)).replace("\n", " ")
    return f'<details class="evidence"><summary>Evidence</summary>{html}</details>'


def tally(verdicts: Iterable[Verdict | None]) -> str:
    """12 proved, 1 refuted."""
    counts = Counter("not judged" if v is None else str(v.status) for v in verdicts)
    order = [*map(str, Status), "not judged"]
    return ", ".join(f"{counts[name]} {name}" for name in order if counts[name])


def contents(systems: Iterable[tuple[str, ModuleType]], find: Find = verdict_of) -> str:
    """The page that lists the chapters."""
    parts = ["# Lemmas", INTRODUCTION]
    for folder, system in systems:
        first = (system.__doc__ or "").partition("\n")[0]
        rows = [f"| [{heading(m)}]({folder}/{place(m)}.md) | {tally(map(find, m.CLAIMS))} |" for m in system.CHAPTERS]
        parts += [f"## {titled(folder)}", escaped(first)]
        parts.append("\n".join(["| chapter | verdicts |", "|---|---|", *rows]))
    entries = [f"{folder}/{place(m)}" for folder, system in systems for m in system.CHAPTERS]
    parts.append("\n".join(["```{toctree}", ":hidden:", ":numbered:", "", *entries, "```"]))
    return "\n\n".join(parts) + "\n"


def place(module: ModuleType) -> str:
    """The name of a chapter's page."""
    return module.__name__.rpartition(".")[2]


INTRODUCTION = """\
Every claim of the suite, in the order of its derivation. A lemma is *proved*: true as stated for all sizes, data and parameters. An
observation is *refuted*: false, with an exact counterexample; such statements mark where a hypothesis is needed or a constant is best.
A conjecture is open. [What a verdict means](../claims.md#what-a-verdict-means) is told with the language of claims, and the
[ledger](../ledger.md) has all of them in one list that can be sorted and filtered."""

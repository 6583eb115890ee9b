"""A claim as a directive of MyST Markdown: its formula, assumptions, verdict and evidence."""

from __future__ import annotations

from collections.abc import Iterable

from derivations.soft_residual import theorems
from docs.formulas import Names, about, assumptions, guards, listed, relation, where
from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.judge.ledger import Ledger
from resmax_sym.report.evidence_page import evidence
from resmax_sym.report.prose import reading

MANY = 12
"""So many names are listed; where there are more, their number is given."""

KIND = {Status.PROVED: "lemma", Status.CERTIFIED: "lemma", Status.REFUTED: "observation"}
HEADLINES = {*(claim.id for claim in theorems.CLAIMS), *(name for ids in theorems.HEADLINES.values() for name in ids)}


def escaped(text: str) -> str:
    """Plain text as Markdown."""
    return "".join(f"\\{char}" if char in "*_`[]<>|$#" else char for char in text)


def directive(claim: Claim, ledger: Ledger, verdict: Verdict | None) -> str:
    """One claim."""
    names = reading(claim)
    given, lets = assumptions(claim, names), where(claim, names)
    parts = [
        f"::::{{prf:{kind(claim, verdict)}}} {claim.title or claim.id}\n:label: {claim.id}",
        f":class: {verdict.status if verdict else 'open'}",
        opening(given, verdict),
        f"$$\n{relation(claim.statement, names)}\n$$",
        f"where {listed(lets)}." if lets else "",
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
    conditions = guards(verdict, names)
    defined = f", defined where {listed(conditions)}" if conditions else ""
    return f"[{verdict.status}]{{.verdict .{verdict.status}}} ({method}), {which}{defined}. Name: `{claim.id}`."


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
    html = evidence(verdict, reading(verdict.claim)).replace("\n", " ")
    return f'<details class="evidence"><summary>Evidence</summary>{html}</details>'

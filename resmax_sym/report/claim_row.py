"""A claim as an entry of the ledger's page: formula, assumptions, verdict; evidence, dependencies and how to check it again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import PurePath

from resmax_sym.judge import Claim, Status, Verdict
from resmax_sym.judge.certificate import LASTING
from resmax_sym.judge.ledger import Ledger
from resmax_sym.judge.store import Store
from resmax_sym.lang import Expr, parse, symbol, to_latex
from resmax_sym.models import Model
from resmax_sym.report.details import telling
from resmax_sym.report.evidence_page import evidence, slack_table
from resmax_sym.report.prose import (
    abbreviations,
    anchor,
    expression,
    guard,
    letter,
    link,
    maths,
    prose,
    reading,
    statement,
)
from resmax_sym.report.slack import Row

SIGNS = {
    Status.PROVED: "✓", Status.CERTIFIED: "✓", Status.UNREFUTED: "?",
    Status.REFUTED: "✗", Status.VACUOUS: "∅", Status.INVALID: "!",
}  # fmt: skip
"""Beside the word, so that colour is not all that tells verdicts apart."""


@dataclass(frozen=True)
class Chapter:
    """A module of derivations: its dotted name below that folder, and the first line of its docstring."""

    module: str
    about: str

    @property
    def name(self) -> str:
        return self.module.rpartition(".")[2]


def row(verdict: Verdict, ledger: Ledger, chapter: Chapter, folder: str, room: Sequence[Row] = ()) -> str:
    """One entry of the list; every text of the claim is escaped. `room` holds the slack that is on record."""
    claim, names = verdict.claim, reading(verdict.claim)
    users = list(ledger.graph.successors(claim.id))
    data = {
        "paper": ledger.papers.get(claim.id, ""), "chapter": chapter.module, "verdict": str(verdict.status),
        "name": claim.id, "used": len(users), "text": _text(claim),
    }  # fmt: skip
    attributes = " ".join(f'data-{name}="{escape(str(value))}"' for name, value in data.items())
    title = prose(claim.title) if claim.title else escape(claim.id)
    given = _given(claim, names)
    return (
        f'<li class="claim" id="{anchor(claim.id)}" {attributes}>'
        f'<h2><a href="#{anchor(claim.id)}">{title}</a></h2>'
        f'<p class="place"><code>{escape(claim.id)}</code>{f" · {escape(chapter.module)}" if chapter.module else ""}</p>'
        f"{_verdict(verdict)}"
        f'<div class="formula scroll">{statement(claim.statement, names, display=True)}</div>'
        f"{given}"
        f"<details><summary>{_summary(verdict, users)}</summary>"
        f"<dl>{_details(verdict, ledger, names, users, chapter, folder, room)}</dl></details></li>"
    )


def _verdict(verdict: Verdict) -> str:
    said = str(verdict.status)
    note = "" if verdict.expected else '<span class="unexpected"> unexpected</span>'
    return f'<p class="verdict {said}"><span aria-hidden="true">{SIGNS[verdict.status]}</span> {said}{note}</p>'


def _summary(verdict: Verdict, users: list[str]) -> str:
    """What is to be found below, in a few words."""
    bases = len(verdict.claim.depends)
    parts = [escape(verdict.method), f"rests on {bases}" if bases else "", f"used by {len(users)}" if users else ""]
    return f'{" · ".join(filter(None, parts))}<span class="unseen">: details of {escape(verdict.claim.id)}</span>'


def _given(claim: Claim, names: Mapping[str, Expr]) -> str:
    """The model where it is not the usual one, then the assumptions in the order of the claim; nothing where there are none."""
    parts = [_model(claim.model)] if claim.model != Model() else []
    parts += [statement(text, names) for text in (*filter(None, claim.parameters.values()), *claim.assume)]
    for name, sizes in claim.sizes.items():
        parts.append(f"<math>{letter(name)}<mo>∈</mo><mtext>{{{', '.join(map(str, sizes))}}}</mtext></math>")
    for name, interval in claim.box.items():
        parts.append(f"<math>{letter(name)}<mo>∈</mo><mtext>{escape(interval)}</mtext></math>")
    if not parts:
        return ""
    items = ", ".join(f'<span class="one">{part}</span>' for part in parts)
    return f'<p class="given scroll"><span class="word">if</span> {items}</p>'


def _details(
    verdict: Verdict,
    ledger: Ledger,
    names: Mapping[str, Expr],
    users: list[str],
    chapter: Chapter,
    folder: str,
    room: Sequence[Row],
) -> str:
    claim = verdict.claim
    free = [name for name, condition in claim.parameters.items() if not condition]
    lets = [
        f'<div class="let scroll"><math>{letter(name)}<mo>=</mo></math>{expression(text, names)}</div>'
        for name, text in abbreviations(claim, names).items()
    ]
    entries = [
        ("About", prose(claim.prose, ledger.claims)),
        ("Where", "".join(lets)),
        ("Any real", ", ".join(f"<math>{letter(name)}</math>" for name in free)),
        ("Defined if", ", ".join(guard(text, names) for text in telling(verdict.guards))),
        ("Model", _model(claim.model)),
        ("Evidence", evidence(verdict, names)),
        ("Slack", slack_table(room)),
        ("Rests on", _links(claim.depends)),
        ("Used by", _links(users)),
        ("Check again", _again(verdict, folder)),
        (
            "Stands in",
            f"<code>derivations/{escape(chapter.module.replace('.', '/'))}.py</code>" if chapter.module else "",
        ),
    ]
    return "".join(f"<div><dt>{name}</dt><dd>{content}</dd></div>" for name, content in entries if content)


def _links(ids: tuple[str, ...] | list[str]) -> str:
    return f'<ul class="links">{"".join(f"<li>{link(name)}</li>" for name in ids)}</ul>' if ids else ""


def _model(model: Model) -> str:
    """The unit, and what else is not as usual."""
    scalar = {"s": symbol("s")}
    parts = [maths(rf"\varphi(s) = {to_latex(parse(model.unit, scalar))}")]
    if model.head != Model().head:
        parts.append(f"head <em>{escape(model.head)}</em>")
    if model.inner_layer is not None:
        parts.append(f"inner layer {expression(model.inner_layer, scalar)}")
    return ", ".join(parts)


def _again(verdict: Verdict, folder: str) -> str:
    """The command that checks the evidence; where there is none to check, the one that judges anew."""
    path = Store(PurePath(folder)).path(verdict.claim.id)
    replay = f"resmax-sym replay {shlex.quote(path.as_posix())}"
    command = replay if verdict.status in LASTING else "resmax-sym ledger --fresh"
    return f'<code class="command">{escape(command)}</code>'


def _text(claim: Claim) -> str:
    """What the search looks through."""
    parts = [claim.id, claim.title, claim.prose, claim.statement, *claim.assume, *claim.let, *claim.let.values()]
    return " ".join(" ".join([*parts, *claim.parameters, *filter(None, claim.parameters.values())]).lower().split())

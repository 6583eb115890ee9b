r"""$\nabla^2 L = G^\top B G$, where $G = \ldots$, if $\ldots$: a claim, a counterexample, a proof, for the reader of a notebook."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resmax_sym.judge import Claim, Verdict
from resmax_sym.judge.bounds import Bounded
from resmax_sym.lang import Expr, LanguageError, Relation, parse, parse_relations, to_latex
from resmax_sym.lang.latex import RELATION, identifier
from resmax_sym.report.details import telling
from resmax_sym.report.prose import abbreviations, reading

__all__ = ["Shown", "derivation", "exact", "stated", "told"]

SEGMENT = r" \quad \text{on the segment from } x \text{ to } y"
SILENT = ("unit written out", "value of a norm")
"""Rules that say the same of another spelling."""


@dataclass(frozen=True)
class Shown:
    """Markdown with LaTeX where there is a browser, plain text elsewhere."""

    markdown: str
    text: str

    def _repr_markdown_(self) -> str:
        return self.markdown

    def __repr__(self) -> str:
        return self.text


def stated(claim: Claim) -> Shown:
    """The statement with its abbreviations as names, then what they stand for, then everything that is assumed; not the unit.

    Raises
    ------
    LanguageError
        The claim cannot be read.

    Examples
    --------
    >>> stated(Claim("c", "g @ g >= 0", let={"g": "A.T @ q"}, assume=("alpha >= 1",)))
    g @ g >= 0, where g = A.T @ q, if alpha >= 1
    """
    claim.relation  # noqa: B018 - a defect is told, not shown
    names = reading(claim)
    lets = abbreviations(dataclasses.replace(claim, proof=()), names)  # what only the steps use is not needed here
    given = [*filter(None, claim.parameters.values()), *claim.assume]
    where = [rf"{identifier(name)} = {to_latex(parse(text, names))}" for name, text in lets.items()]
    conditions = [_relation(text, names) for text in given]
    for name, values in claim.sizes.items():
        several = len(values) > 1
        listed = ", ".join(map(str, values))
        conditions.append(identifier(name) + (rf" \in \{{{listed}\}}" if several else f" = {listed}"))
        given.append(f"{name} in [{listed}]" if several else f"{name} == {listed}")
    conditions += [rf"{identifier(name)} \in {interval}" for name, interval in claim.box.items()]
    given += [f"{name} in {interval}" for name, interval in claim.box.items()]
    markdown, plain = [f"$\\displaystyle {_relation(claim.statement, names)}$"], [claim.statement]
    for word, formulas, texts in (
        ("where", where, [f"{name} = {text}" for name, text in lets.items()]),
        ("if", conditions, given),
    ):
        if formulas:
            markdown.append(f"{word} {', '.join(f'${one}$' for one in formulas)}")
            plain.append(f"{word} {', '.join(texts)}")
    return Shown("\n\n".join(markdown), ", ".join(plain))


def told(verdict: Verdict) -> Shown:
    """The verdict in a line, with the sizes of a witness and where the statement is defined; below it the claim."""
    claim, names = stated(verdict.claim), reading(verdict.claim)
    witness = verdict.evidence.get("witness", {})
    at = ", ".join(f"${name} = {witness[name]}$" for name in ("n", "d", "m") if name in witness)
    head = f"`{verdict.claim.id}`: **{verdict.status}** ({verdict.method}{' at ' * bool(at)}{at})"
    if where := [f"${_guard(text, names)}$" for text in telling(verdict.guards)]:
        head += f", where {', '.join(where)}"
    return Shown(f"{head}\n\n{claim.markdown}", f"{verdict}\n  {claim.text}")


def exact(witness: Mapping[str, Any]) -> Shown:
    """The data of a counterexample: exact numbers, vectors in a row, matrices as such.

    Examples
    --------
    >>> exact({"n": 2, "A": [["1"], ["-1/2"]], "b": ["0", "1"]})
    n = 2, A = [[1], [-1/2]], b = [0, 1]
    """
    formulas = ", ".join(f"${identifier(name)} = {_value(value)}$" for name, value in witness.items())
    plain = ", ".join(f"{name} = {value}" for name, value in witness.items()).replace("'", "")
    return Shown(formulas, plain)


def derivation(proof: Bounded, claim: Claim) -> Shown:
    """How the left side of a claim is bounded: a row for each step, with its rule and the rows it uses, and what is left to compare."""
    rows, number, said = ["| | bound | rule | from |", "|---|---|---|---|"], {}, {}
    for fact in proof.facts[0].walk():
        base = next((id(one) for one in fact.premises if id(one) in number), None)
        said[id(fact)] = shown = _in_table(fact.conclusion, claim.names)
        if base is not None and (fact.rule in SILENT or shown == said[base]):
            number[id(fact)], said[id(fact)] = number[base], said[base]
        elif fact.kind != "given":
            number[id(fact)] = len(rows) - 1
            used = sorted({number[id(one)] for one in fact.premises if id(one) in number})
            rows.append(f"| {len(rows) - 1} | {shown} | {fact.rule} | {', '.join(map(str, used))} |")
    steps = len(rows) - 2
    rows.append(f"| | {_in_table(proof.side_condition, claim.names)} | to compare | {steps} |")
    return Shown("\n".join(rows), f"{steps} steps to {claim.statement}")


def _relation(text: str, names: Mapping[str, Expr]) -> str:
    """A relation, or a chain of them such as 0 < beta <= 1."""
    first, *rest = parse_relations(text, names)
    if first.op == "on_segment" and isinstance(first.args[0], Relation):
        return to_latex(first.args[0]) + SEGMENT
    return to_latex(first) + "".join(f" {RELATION[link.op]} {to_latex(link.rhs)}" for link in rest)


def _guard(text: str, names: Mapping[str, Expr]) -> str:
    """A condition as a relation, with != besides."""
    subject, sign, bound = text.rpartition(" != ")
    return rf"{to_latex(parse(subject, names))} \ne {bound}" if sign else _relation(text, names)


def _in_table(text: str, names: Mapping[str, Expr]) -> str:
    """A relation as a cell, which a bar would end; as it is spelled where the language has no word for a part of it."""
    try:
        return f"${_relation(text, names)}$".replace("|", r"\vert")
    except LanguageError:
        return f"`{text}`"


def _value(value: Any) -> str:
    """A number, a row vector or a matrix of numbers as spelled."""
    if not isinstance(value, list):
        return _number(str(value))
    if all(isinstance(row, list) for row in value):
        rows = r" \\ ".join(" & ".join(map(_number, row)) for row in value)
        return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"
    return rf"\left({', '.join(map(_number, value))}\right)"


def _number(text: str) -> str:
    top, bar, bottom = text.partition("/")
    sign, digits = ("-", top[1:]) if top.startswith("-") else ("", top)
    return rf"{sign}\tfrac{{{digits}}}{{{bottom}}}" if bar else text

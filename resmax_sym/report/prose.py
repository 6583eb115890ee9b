r"""`$\sigma = \langle c, f \rangle$` -> MathML in a sentence: what claims say to a reader, as HTML in which nothing of theirs is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote

from resmax_sym.judge import Claim
from resmax_sym.lang import Expr, LanguageError, Relation, named, parse, parse_relations, to_latex
from resmax_sym.lang.latex import RELATION, identifier
from resmax_sym.report.mathml import TexError, mathml

PIECE = re.compile(r"\$([^$]+)\$|`([^`]+)`|\*\*([^*\s][^*]*)\*\*|(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])")


def anchor(name: str) -> str:
    """The id of a claim as the id of an element, and as the fragment of a link to it."""
    return quote(name, safe="")


def link(name: str) -> str:
    """The id of a claim, to be followed."""
    return f'<a href="#{anchor(name)}"><code>{escape(name)}</code></a>'


def maths(tex: str, display: bool = False) -> str:
    """A formula; as it is spelled where it is not understood."""
    try:
        return mathml(tex, display)
    except TexError:
        return f"<code>{escape(tex)}</code>"


def letter(name: str) -> str:
    """A variable inside a formula."""
    try:
        return mathml(identifier(name)).removeprefix("<math>").removesuffix("</math>")
    except TexError:
        return f"<mi>{escape(name)}</mi>"


def prose(text: str, known: Iterable[str] = ()) -> str:
    """A sentence with formulas between dollars, code and emphasis as in Markdown; code that is the id of a claim is a link."""
    parts, place, known = [], 0, set(known)
    for found in PIECE.finditer(text):
        tex, code, strong, soft = found.groups()
        parts.append(escape(text[place : found.start()]))
        place = found.end()
        if tex:
            parts.append(maths(tex))
        elif code:
            parts.append(link(code) if code in known else f"<code>{escape(code)}</code>")
        else:
            parts.append(f"<strong>{prose(strong)}</strong>" if strong else f"<em>{prose(soft)}</em>")
    return "".join(parts) + escape(text[place:])


def reading(claim: Claim) -> dict[str, Expr]:
    """The names of a claim, where an abbreviation is printed as its name; none where they cannot be read."""
    try:
        table = dict(claim.names)
        for name, text in claim.let.items():
            table[name] = named(name, parse(text, table))
    except LanguageError:
        return {}
    return table


def abbreviations(claim: Claim, names: Mapping[str, Expr]) -> dict[str, str]:
    """Those of the claim that it uses, in its steps as well; chapters share one table of them."""
    found: set[str] = set()
    texts = (claim.statement, *filter(None, claim.parameters.values()), *claim.assume, *claim.proof)
    try:
        waiting: list[Expr | Relation] = [part for text in texts for part in parse_relations(text, names)]
    except LanguageError:
        return dict(claim.let)
    while waiting:
        part = waiting.pop()
        if isinstance(part, Relation):
            waiting.extend(part.args)
        else:
            found |= {node.data for node in part.walk() if node.op == "named"}
    return {name: text for name, text in claim.let.items() if name in found}


def formula(thing: Expr | Relation) -> str:
    """What has been read already."""
    return maths(to_latex(thing))


def statement(text: str, names: Mapping[str, Expr], display: bool = False) -> str:
    """A relation of the language as a formula, a chain as a chain; as it is spelled where it cannot be read."""
    try:
        first, *rest = parse_relations(text, names)
    except LanguageError:
        return f"<code>{escape(text)}</code>"
    if first.op == "on_segment":
        return f"{formula(first.args[0])} between <math><mi>x</mi></math> and <math><mi>y</mi></math>"
    chain = "".join(f" {RELATION[link.op]} {to_latex(link.rhs)}" for link in rest)
    return maths(to_latex(first) + chain, display)


def expression(text: str, names: Mapping[str, Expr]) -> str:
    """An expression of the language as a formula."""
    try:
        return formula(parse(text, names))
    except LanguageError:
        return f"<code>{escape(text)}</code>"


def guard(text: str, names: Mapping[str, Expr]) -> str:
    """A condition `e != 0`, which is none of the relations of the language."""
    subject, sign, bound = text.rpartition(" != ")
    try:
        return maths(rf"{to_latex(parse(subject, names))} \ne {bound}") if sign else statement(text, names)
    except LanguageError:
        return f"<code>{escape(text)}</code>"

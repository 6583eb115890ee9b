"""A claim as sentences with LaTeX between dollars: its own words, read by `resmax_sym.lang.to_latex`."""

from __future__ import annotations

from collections.abc import Mapping

from resmax_sym.judge import Claim, Verdict
from resmax_sym.lang import Expr, parse, parse_relations, symbol, to_latex
from resmax_sym.lang.latex import RELATION, identifier
from resmax_sym.models import Model
from resmax_sym.report.details import telling
from resmax_sym.report.prose import abbreviations

Names = Mapping[str, Expr]


def relation(text: str, names: Names) -> str:
    """A relation, or a chain of them such as 0 < beta <= 1, without dollars."""
    first, *rest = parse_relations(text, names)
    if first.op == "on_segment":
        return rf"{to_latex(first.args[0])} \text{{ between }} x \text{{ and }} y"
    return to_latex(first) + "".join(f" {RELATION[link.op]} {to_latex(link.rhs)}" for link in rest)


def condition(text: str, names: Names) -> str:
    """A guard: as a relation, but with != besides."""
    subject, sign, bound = text.rpartition(" != ")
    return rf"{to_latex(parse(subject, names))} \ne {bound}" if sign else relation(text, names)


def listed(parts: list[str]) -> str:
    """$a$, $b$ and $c$."""
    dollars = [f"${part}$" for part in parts]
    return " and ".join([*filter(None, [", ".join(dollars[:-1])]), *dollars[-1:]])


def assumptions(claim: Claim, names: Names) -> list[str]:
    """What a claim assumes, in its order: parameters, assumptions, sizes, boxes."""
    found = [relation(text, names) for text in (*filter(None, claim.parameters.values()), *claim.assume)]
    found += [rf"{identifier(name)} \in \{{{', '.join(map(str, k))}\}}" for name, k in claim.sizes.items()]
    return found + [rf"{identifier(name)} \in {interval}" for name, interval in claim.box.items()]


def where(claim: Claim, names: Names) -> list[str]:
    """r = v/u, ...: the abbreviations that the claim uses."""
    return [
        f"{identifier(name)} = {to_latex(parse(text, names))}" for name, text in abbreviations(claim, names).items()
    ]


def about(model: Model, every_unit: bool) -> str:
    """Which regressions a verdict is about: the unit, and what else is not as usual, as a sentence with dollars."""
    parts = ["for every smooth unit" if every_unit else f"for ${_applied('varphi', model.unit)}$"]
    if model.inner_layer is not None:
        parts.append(rf"with $t = A_2 \, \rho(A_1 x)$, ${_applied('rho', model.inner_layer)}$")
    if model.head != Model().head:
        parts.append(f"with the {model.head} head")
    return ", ".join(parts)


def _applied(name: str, text: str) -> str:
    return rf"\{name}(s) = {to_latex(parse(text, {'s': symbol('s')}))}"


def guards(verdict: Verdict, names: Names) -> list[str]:
    """Where a statement is defined, without what holds anyway."""
    return [condition(text, names) for text in telling(verdict.guards)]

"""proved because ...: the evidence of a verdict in words, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from resmax_sym.judge import Status, Verdict
from resmax_sym.lang import Expr
from resmax_sym.report.prose import letter, statement
from resmax_sym.report.slack import Row, short

Names = Mapping[str, Expr]
PLACES = {"inf": "∞"}
LEGIBLE = 90
"""Characters of a comparison that a reader takes in."""


def evidence(verdict: Verdict, names: Names) -> str:
    """Paragraphs and a list of steps."""
    e, parts = verdict.evidence, []
    if verdict.status is Status.REFUTED:
        said = "An exact counterexample; in ball arithmetic it breaks the statement and meets every assumption:"
        return f"<p>{said}</p>{witness(e['witness'])}"
    if "reason" in e or "contradiction" in e:
        parts.append(f"<p>{escape(str(e.get('reason') or e['contradiction']))}.</p>")
    if verdict.method.startswith("rests on"):
        parts.append(f"<p>It {escape(verdict.method)}.</p>")
    if "steps" in e:
        parts.append(f"<ol>{''.join(map(lambda one: _step(one, names), e['steps']))}</ol>")
    elif verdict.status in (Status.PROVED, Status.CERTIFIED):
        parts.append(f"<p>{_settled(verdict.method, e, names)}</p>")
    if "failed_step" in e:
        failed = e["failed_step"]
        parts.append(
            f"<p>Step {failed['number']} could not be shown ({escape(str(failed['reason']))}): {statement(failed['statement'], names)}</p>"
        )
    if "points" in e:
        parts.append(f"<p>{_search(verdict.status, e)}</p>")
    return "".join(parts)


def _step(step: Mapping[str, Any], names: Names) -> str:
    rest = _settled(step["method"], step, names)
    return f'<li><div class="scroll">{statement(step["statement"], names)}</div><span class="by">{rest}</span></li>'


def _settled(method: str, e: Mapping[str, Any], names: Names) -> str:
    """One or two sentences on how a statement was shown."""
    if "bounds" in e:
        return _bounds(e, names)
    if "normal_forms" in e:
        unit = "for every smooth unit" if e["every_unit"] else "for this unit"
        return f"Both sides have one normal form, {unit}; by a second route they agree at {escape(_route(e['second_route']))}."
    if "assigned" in e:
        return f"Both sides have one normal form once {_codes(e['assigned'])} is put in."
    if "pairs" in e:
        cases = len(e["pairs"]["cases"])
        known = _codes(premise["claim"] for premise in e["pairs"]["premises"])
        return (
            f"Entry by entry: in each of {cases} cases a polynomial in a few entries and the power sums of the others "
            f"has nonnegative Bernstein coefficients. Known: {known}."
        )
    if "boxes" in e:
        skipped = f", {_many(e['skipped'], 'piece')} left out where an assumption fails" if e["skipped"] else ""
        return (
            f"Ball arithmetic with {e['digits']} digits on {_many(e['boxes'], 'piece')} of the box{skipped}; "
            f"the difference of the sides lies in <code>{escape(str(e['enclosure']))}</code>."
        )
    if "sizes" in e:
        return f"Both sides have one normal form at each size: {escape(_sizes(e['sizes']))}."
    earlier = method == "from earlier steps"
    return "From what stands before it, and from what it rests on." if earlier else f"{escape(method.capitalize())}."


def _bounds(e: Mapping[str, Any], names: Names) -> str:
    """The rules of the bound calculus, and the comparison that they lead to where a reader can take it in."""
    steps, conditions = e["bounds"]["steps"], e["bounds"]["comparisons"]
    said = [f"By bounds in {_many(len(steps), 'step')}: {escape(', '.join(e['rules']))}."]
    short = dict.fromkeys(
        c["condition"] for c in conditions if len(c["condition"]) <= LEGIBLE and c["condition"] != "0 <= 0"
    )
    if short:
        said.append(f"Left to compare: {', '.join(statement(one, names) for one in short)}.")
    decided = dict.fromkeys(c["decided"] for c in conditions)
    said.append(f"Decided: {escape('; '.join(decided))}." if decided else "")
    return " ".join(said)


def _search(status: Status, e: Mapping[str, Any]) -> str:
    """What a search for a counterexample came to."""
    sizes = f" of {_many(len(e['sizes']), 'size')}" if e.get("sizes") else ""
    seed = f" (seed {e['seed']})" if "seed" in e else ""
    at = f"at {_many(e['points'], 'point')}{sizes}{seed}"
    if status is not Status.UNREFUTED:
        return f"A search for a counterexample {at} found none." if e["points"] else ""
    said = [f"Not decided: a search {at} found no counterexample."]
    if e.get("ratio") is not None:
        said.append(f"One side over the other came to {e['ratio']:.7g} at most.")
    if e["best"] > 0:
        said.append(f"The largest violation in floating point is {e['best']:.2g}; no exact point confirmed it.")
    if e.get("stopped_by_clock"):
        said.append("The clock stopped it.")
    return " ".join(said)


def witness(data: Mapping[str, Any]) -> str:
    """n = 2, A = ...: exact numbers, small matrices as such."""
    parts = [f"<math>{letter(name)}<mo>=</mo>{_value(value)}</math>" for name, value in data.items()]
    return f'<p class="witness scroll">{" ".join(parts)}</p>'


def _value(value: Any) -> str:
    if not isinstance(value, list):
        return _number(value)
    rows = [row if isinstance(row, list) else [row] for row in value]
    cells = "".join(f"<mtr>{''.join(f'<mtd>{_number(x)}</mtd>' for x in row)}</mtr>" for row in rows)
    return f'<mrow><mo form="prefix">(</mo><mtable>{cells}</mtable><mo form="postfix">)</mo></mrow>'


def _number(value: Any) -> str:
    text = escape(str(value))
    sign, digits = ("<mo>−</mo>", text[1:]) if text.startswith("-") else ("", text)
    top, bar, bottom = digits.partition("/")
    body = f"<mfrac><mn>{top}</mn><mn>{bottom}</mn></mfrac>" if bar else f"<mn>{digits}</mn>"
    return f"<mrow>{sign}{body}</mrow>" if sign else body


def _route(text: Any) -> str:
    """`4 sizes modulo two primes, 0 in balls`, without what did not come to pass."""
    exact, _, balls = str(text).partition(", ")
    return (
        exact
        if balls.startswith("0 ")
        else f"{balls.partition(' ')[0]} sizes in balls"
        if exact.startswith("0 ")
        else text
    )


def slack_table(rows: Sequence[Row]) -> str:
    """The constants of a bound where they were measured; empty where they were not."""
    if not rows:
        return ""
    head = "".join(
        f'<th scope="col">{one}</th>' for one in ("at", "claimed", "best proved", "best found", "proved / found")
    )
    body = ""
    for row in rows:
        place = f"<math>{letter(row.case.along)}<mo>=</mo><mn>{escape(PLACES.get(row.case.value, row.case.value))}</mn></math>"
        numbers = (short(row.claimed, 3), short(row.proved, 3), short(row.found, 2), short(row.factor, 2))
        cells = "".join(f"<td>{escape(number)}</td>" for number in numbers)
        body += f'<tr><th scope="row">{place}</th>{cells}</tr>'
    what = escape(rows[0].case.quantity)
    return f"<table><caption>{what}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _sizes(sizes: Iterable[Mapping[str, int]]) -> str:
    return "; ".join(", ".join(f"{name} = {k}" for name, k in one.items()) or "any" for one in sizes)


def _codes(texts: Iterable[str]) -> str:
    return ", ".join(f"<code>{escape(text)}</code>" for text in texts)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"

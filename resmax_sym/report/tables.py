"""claim, verdict, method, seconds: the tables on a terminal, and the same without colour in a pipe."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from resmax_sym.judge import Status
from resmax_sym.report.check import COLOURS
from resmax_sym.report.ledger import counts
from resmax_sym.report.verify import Report

SAID = {
    Status.PROVED: "claims proved", Status.CERTIFIED: "certified in balls", Status.REFUTED: "refuted with an exact witness",
    Status.UNREFUTED: "open", Status.VACUOUS: "vacuous", Status.INVALID: "invalid",
}  # fmt: skip
"""Verdict -> what the last line says of so many of them."""


def console() -> Console:
    """Standard output; a pipe gets room for whole lines."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=120)


FORMULA, VERDICT = "derivative", "verdict"


def _table(title: str, *columns: str) -> Table:
    """Names, numbers and short verdicts stay whole; formulas, and what is said besides, are folded where a terminal is narrow."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for k, column in enumerate(columns):
        number = column.startswith(">")
        whole = number or (k == 0 and column != FORMULA) or (column == VERDICT and "claim" not in columns)
        justify = "right" if number else "left"
        table.add_column(column.lstrip(">"), justify=justify, no_wrap=whole, header_style="dim", overflow="fold")
    return table


def _mark(passed: bool, good: str = "agrees", bad: str = "FAILS") -> Text:
    return Text(good, "green") if passed else Text(bad, "bold red")


def tables(report: Report) -> RenderableType:
    """The report as tables: claims and checks, then fits."""
    claims = _table("Claims, for every n and d", "claim", VERDICT, "method", ">seconds")
    for v in report.verdicts:
        colour = COLOURS[v.status] if v.expected else "bold red"
        note = "" if v.expected else f" (expected {' or '.join(v.claim.expect)})"
        if v.expected and v.status is Status.REFUTED:
            note = ", as expected"
        witness = v.evidence.get("witness")
        method = v.method if witness is None else f"{v.method}, n = {witness['n']}, d = {witness['d']}"
        claims.add_row(Text(v.claim.id), Text(v.status + note, colour), method, f"{v.seconds:.2f}")
    oracle = _table("Derivatives against differences at 150 digits, relative error at worst", FORMULA, "unit, inner layer",
                    VERDICT, ">points", ">error", ">seconds")  # fmt: skip
    for c, seconds in report.oracle:
        functions = ", ".join(filter(None, (c.model.unit, c.model.inner_layer)))
        oracle.add_row(
            repr(c.derivative), functions, _mark(c.passed), str(c.points), f"{c.error:.0e}", f"{seconds:.2f}"
        )
    code = _table("Generated code", "file", VERDICT, "method", ">seconds")
    for g in report.generated:
        code.add_row(g.name, _mark(g.passed, "in sync", "DIFFERS"), g.method, f"{g.seconds:.2f}")
    fits = _table("Fits, beside SciPy's trust-exact", "data", "unit", ">n x d", ">loss", ">steps", ">gradient", ">gap", VERDICT,
                  ">seconds")  # fmt: skip
    for f, seconds in report.fits:
        fits.add_row(
            f.data, f.unit, f"{f.n} x {f.d}", f"{f.loss:.6e}", str(f.iterations), f"{f.relative_gradient:.0e}",
            f"{max(f.loss_gap, f.prediction_gap):.0e}", _mark(f.passed), f"{seconds:.2f}",
        )  # fmt: skip
    layered = _table("Fits of max(s, 0), no worse than SciPy's L-BFGS-B from the same start", "start", ">n x m x d", ">loss",
                     ">steps", ">crossed", ">held", ">gap", VERDICT, ">seconds")  # fmt: skip
    for fit, seconds in report.layered:
        layered.add_row(
            f"{fit.data}, {fit.start}", f"{fit.n} x {fit.m} x {fit.d}", f"{fit.loss:.6e}", str(fit.iterations), str(fit.crossed),
            str(fit.held), f"{fit.excess:.0e}", _mark(fit.passed, "holds"), f"{seconds:.2f}",
        )  # fmt: skip
    parts: list[RenderableType] = []
    for table in (claims, oracle, code, fits, layered):
        parts += [table, ""]
    return Group(*parts, _summary(report))


def _summary(report: Report) -> Text:
    failures = report.failures
    if failures:
        return Text("\n".join(["Not as expected:", *(f"  {line}" for line in failures)]), "bold red")
    found = counts(report.verdicts)
    parts = [f"{found[status]} {words}" for status, words in SAID.items() if status in found]
    return Text(f"All as expected: {', '.join(parts)}.", "bold green")

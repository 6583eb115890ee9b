"""build/ledger.html: every claim with its formula, its verdict and what it rests on, in one file that works without a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template
from types import ModuleType

from resmax_sym.judge import Verdict
from resmax_sym.judge.ledger import Ledger
from resmax_sym.report.claim_row import Chapter, row
from resmax_sym.report.ledger import counts
from resmax_sym.report.slack import Row

NONE = Chapter("", "")


@dataclass(frozen=True)
class Choice:
    """An entry of a filter."""

    value: str
    label: str
    count: int
    about: str = ""

    def __str__(self) -> str:
        about = f' data-about="{escape(self.about)}"' if self.about else ""
        return f'<option value="{escape(self.value)}"{about}>{escape(self.label)} ({self.count})</option>'


def chapters(systems: Iterable[ModuleType]) -> dict[str, Chapter]:
    """id -> the module of derivations/ that states the claim."""
    found: dict[str, Chapter] = {}
    for system in systems:
        for module in system.CHAPTERS:
            about = (module.__doc__ or "").partition("\n")[0]
            for claim in module.CLAIMS:
                found[claim.id] = Chapter(module.__name__.partition(".")[2], about)
    return found


def page(
    ledger: Ledger,
    verdicts: Iterable[Verdict],
    chapters: Mapping[str, Chapter] | None = None,
    folder: str = "build/ledger",
    rooms: Mapping[str, Sequence[Row]] | None = None,
) -> str:
    """The whole page.

    Parameters
    ----------
    chapters : id -> Chapter, optional
        Where a claim stands.
    folder : str
        Where the verdicts are on record, for the commands that check them again.
    rooms : id -> rows, optional
        The slack of bounds, where it is known.
    """
    verdicts, placed = list(verdicts), {name: (chapters or {}).get(name, NONE) for name in ledger.claims}
    rows = [row(v, ledger, placed[v.claim.id], folder, (rooms or {}).get(v.claim.id, ())) for v in verdicts]
    template = Template(_part("ledger.html"))
    return template.substitute(
        style=_part("ledger.css").strip(),
        script=_part("ledger.js").strip(),
        total=len(rows),
        tally=", ".join(f"{count} {status}" for status, count in counts(verdicts).items()),
        papers=_options(Choice(p, p, k) for p, k in Counter(ledger.papers.get(n, "") for n in ledger.claims).items() if p),
        verdicts=_options(Choice(str(status), str(status), count) for status, count in counts(verdicts).items()),
        chapters=_chapters(placed),
        rows="\n".join(rows),
    )  # fmt: skip


def _chapters(placed: Mapping[str, Chapter]) -> str:
    """A group for each folder of derivations, in the order of the ledger."""
    claims = Counter(chapter for chapter in placed.values() if chapter.module)
    groups: dict[str, list[Choice]] = {}
    for chapter, count in claims.items():
        folder = chapter.module.rpartition(".")[0]
        groups.setdefault(folder, []).append(Choice(chapter.module, chapter.name, count, chapter.about))
    return "".join(
        f'<optgroup label="{escape(folder)}">{_options(inside)}</optgroup>' for folder, inside in groups.items()
    )


def _options(choices: Iterable[Choice]) -> str:
    return "".join(map(str, choices))


def _part(name: str) -> str:
    return (files("resmax_sym.report") / "page" / name).read_text(encoding="utf-8")

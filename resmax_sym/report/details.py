"""What `check --verbose` adds: a statement, where it is defined, and the evidence line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from resmax_sym.judge import Verdict
from resmax_sym.judge.bounds.record import conclusion
from resmax_sym.judge.claim import RATIONAL, read_rational

SILENT = ("rules", "normal_forms")
"""The rules stand beside the steps; normal forms are for programs, and the certificate holds them."""


def details(verdict: Verdict) -> str:
    """The statement, its guards and the evidence."""
    lines = [f"{verdict.claim.id}: {verdict.claim.statement}"]
    if where := telling(verdict.guards):
        lines.append(f"  where {', '.join(where)}")
    return "\n".join([*lines, *_evidence(verdict.evidence, "  ")])


def telling(guards: Iterable[str]) -> list[str]:
    """Guards without those that hold anyway: a condition on numbers that they meet, or that a size is not negative."""
    return [text for text in guards if not _holds_anyway(text)]


def _holds_anyway(text: str) -> bool:
    subject, _, sign = text.removesuffix(" 0").rpartition(" ")
    if subject in ("n", "d", "m"):
        value = Fraction(1)  # at least
    elif RATIONAL.fullmatch(subject):
        value = read_rational(subject)
    else:
        return False
    return {"!=": value != 0, ">": value > 0, ">=": value >= 0}.get(sign, False)


def _evidence(evidence: Mapping[str, Any], indent: str) -> list[str]:
    lines = []
    for name, value in evidence.items():
        if name in KINDS:
            lines += [indent + line for line in KINDS[name](value)]
        elif name not in SILENT:
            lines.append(f"{indent}{name.replace('_', ' ')}: {_plain(value)}")
    return lines


def _bounds(value: Mapping[str, Any]) -> list[str]:
    """Numbered steps, and what they come down to."""
    lines = []
    for k, step in enumerate(value["steps"]):
        cited = "".join(f" [{p}]" for p in step["premises"])
        stated = conclusion(step["kind"], step["subject"], step["bound"])
        lines.append(f"{k:3d}. {stated}    ({step['rule']}{cited})")
    return lines + [f"hence, since {c['condition']}: {c['decided']}" for c in value["comparisons"]]


def _steps(value: Iterable[Mapping[str, Any]]) -> list[str]:
    lines = []
    for k, step in enumerate(value, start=1):
        lines.append(f"step {k}: {step['statement']}    ({step['method']})")
        lines += _evidence({key: part for key, part in step.items() if key not in ("statement", "method")}, "  ")
    return lines


def _failed(value: Mapping[str, Any]) -> list[str]:
    return [f"failed step {value['number']}: {value['statement']}    ({value['reason']})"]


def _pairs(value: Mapping[str, Any]) -> list[str]:
    """What is known of the vectors, and the cases of b with the polynomials that were shown to be nonnegative."""
    lines = []
    for premise in value["premises"]:
        lines += [f"known: {premise['claim']}", *("  " + line for line in _bounds(premise))]
    for case in value["cases"]:
        at = f"b = {'-' if case['sign'] < 0 else ''}e_{case['entry']}" if case["sign"] else "any b"
        trees = [tree for part in case["bisections"] for tree in part]
        pieces = sum(tree.split().count(".") for tree in trees)
        shown = f"{_many(len(trees), 'polynomial')} with nonnegative Bernstein coefficients"
        lines.append(f"{at}: {shown} on {_many(pieces, 'piece')}")
    return lines


def _bisections(value: Iterable[str]) -> list[str]:
    return [f"bisections: {sum(len(tree.split()) for tree in value)} marks, in the certificate"]


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _plain(value: Any) -> str:
    """{"n": 1} -> n = 1, where that is shorter than what Python prints."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {_plain(part)}" for name, part in value.items()) or "any"
    if isinstance(value, list) and value and all(isinstance(part, Mapping) for part in value):
        return "; ".join(map(_plain, value))
    return f"[{', '.join(map(_plain, value))}]" if isinstance(value, list) else str(value)


KINDS: dict[str, Callable[[Any], list[str]]] = {
    "bounds": _bounds, "steps": _steps, "failed_step": _failed, "pairs": _pairs, "bisections": _bisections,
}  # fmt: skip

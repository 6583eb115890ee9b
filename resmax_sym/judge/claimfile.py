"""[[claim]] id, statement, ...: a TOML file of claims read into `Claim` objects; a bad claim becomes an invalid one."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from resmax_sym.judge.claim import Claim, Status
from resmax_sym.lang import LanguageError, nearest
from resmax_sym.models import Model

MAX_BYTES = 1_000_000
TABLES = dict.fromkeys(("model", "claim"))
MODEL_FIELDS = {"unit", "inner_layer", "head"}
OF_MODEL = "[model]: "
"""Begins a defect that all claims of a file share."""


class ClaimFileError(ValueError):
    """The file as a whole cannot be read; the message says why and what to do."""


def read_claims(path: str | Path) -> list[Claim]:
    """The claims of a TOML file, in order; one that is not well formed carries its `defect`.

    Raises
    ------
    ClaimFileError
        No such file, not text, not TOML, too large, or without a `[[claim]]`.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ClaimFileError(f"no such file: {path}; expected a TOML file of claims, see docs/claims.md") from None
    except OSError as error:
        raise ClaimFileError(f"{path}: expected a TOML file of claims, got {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        raise ClaimFileError(f"{path}: expected at most {MAX_BYTES} bytes, got more; split the file")
    try:
        table = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, a number too long
        raise ClaimFileError(f"{path}: expected TOML in UTF-8, got: {error}") from None
    return claims_from(table, str(path))


def claims_from(table: dict[str, Any], name: str = "claims") -> list[Claim]:
    """The claims of a parsed TOML document."""
    extra = sorted(table.keys() - TABLES)
    if extra:
        raise ClaimFileError(
            f"{name}: expected the tables [model] and [[claim]], got {extra[0]!r}" + nearest(extra[0], TABLES)
        )
    entries = table.get("claim")
    if not isinstance(entries, list) or not entries:
        raise ClaimFileError(f"{name}: expected at least one [[claim]] with an id and a statement, got none")
    try:
        model, model_defect = _model(table.get("model", {})), ""
    except LanguageError as error:
        model, model_defect = Model(), f"{OF_MODEL}{error}"
    claims, seen = [], set()
    for number, entry in enumerate(entries, start=1):
        claim = _claim(entry, number, model, model_defect)
        if claim.id in seen:
            claim = Claim(
                claim.id, claim.statement, model=model, expect=(), defect=f"the id {claim.id!r} occurs twice; rename it"
            )
        seen.add(claim.id)
        claims.append(claim)
    return [_with_bases(claim, seen) for claim in claims]


def _with_bases(claim: Claim, ids: set[str]) -> Claim:
    """The claim, or its defect if it depends on what is not in the file."""
    unknown = next((name for name in claim.depends if name not in ids), None)
    if unknown is None or claim.defect:
        return claim
    return dataclasses.replace(claim, defect=f"depends: no claim {unknown!r}" + nearest(unknown, dict.fromkeys(ids)))


def _model(table: Any) -> Model:
    if not isinstance(table, dict):
        raise LanguageError("expected a table")
    for field, value in table.items():
        if field not in MODEL_FIELDS:
            raise LanguageError(f"unknown field {field!r}" + nearest(field, dict.fromkeys(MODEL_FIELDS)))
        if not isinstance(value, str):
            raise LanguageError(f"{field}: expected text, got {value!r}")
    return Model(**table)


def _claim(entry: Any, number: int, model: Model, defect: str) -> Claim:
    if not isinstance(entry, dict):
        return Claim(f"claim-{number}", "", model=model, expect=(), defect="expected a table [[claim]]")
    values: dict[str, Any] = {}
    for field, value in entry.items():
        read = FIELDS.get(field)
        if read is None:
            defect = defect or f"unknown field {field!r}" + nearest(field, FIELDS)
            continue
        try:
            values[field] = read(value)
        except ValueError as error:
            defect = defect or f"{field}: {error}, got {value!r}"
    for field in ("id", "statement"):
        if field not in entry:
            defect = defect or f"expected a field {field}"
    identity = values.pop("id", f"claim-{number}")
    return Claim(identity, values.pop("statement", ""), model=model, **{"expect": (), **values}, defect=defect)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("expected text")
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value or len(value) > 200 or not value.isprintable():
        raise ValueError("expected a short text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("expected a list of texts")
    return tuple(map(_text, value))


def _table(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("expected a table of texts")
    return {name: _text(text) for name, text in value.items()}


def _sizes(value: Any) -> dict[str, tuple[int, ...]]:
    fits = isinstance(value, dict) and all(
        name in ("n", "d", "m") and isinstance(v, list) and v for name, v in value.items()
    )
    if not fits or not all(type(k) is int and 1 <= k <= 64 for v in value.values() for k in v):
        raise ValueError("expected lists of sizes from 1 to 64, such as { n = [1, 2] }")
    return {name: tuple(v) for name, v in value.items()}


def _verdicts(value: Any) -> tuple[Status, ...]:
    values = [value] if isinstance(value, str) else value
    known = {str(status) for status in Status}
    if not isinstance(values, list) or not values or not all(v in known for v in values):
        raise ValueError(f"expected one or more of {', '.join(sorted(known))}")
    return tuple(map(Status, values))


FIELDS: dict[str, Callable[[Any], Any]] = {
    "id": _name, "title": _text, "statement": _text, "parameters": _table, "assume": _texts, "let": _table,
    "sizes": _sizes, "box": _table, "proof": _texts, "depends": _texts, "expect": _verdicts,
}  # fmt: skip
"""Field of a claim -> what reads it."""

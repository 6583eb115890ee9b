"""A folder of verdicts: certificates that are checked again when they are read, and records of what left none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import flint
import sympy as sp

import resmax_sym
from resmax_sym.atomic import write
from resmax_sym.judge.basis import may_use
from resmax_sym.judge.certificate import LASTING, Invalid, body_of, claim_table, digest, load, replayed
from resmax_sym.judge.claim import SETTLED, Claim, Status, Verdict
from resmax_sym.judge.claimfile import claims_from

LONGEST = 150
"""Characters of a file's name, which few systems let exceed 255 bytes."""


class Store:
    """One file for each claim, named after it; what was found for another claim, effort or program is not taken over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        """The file of a claim."""
        plain = quote(name, safe=" ")
        if len(plain) > LONGEST:
            plain = f"{plain[:LONGEST]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
        return self.folder / f"{plain}.json"

    def save(self, verdict: Verdict, budget: float, seed: int) -> None:
        """Puts a verdict on record, whole or not at all, after those on what it depends on.

        Raises
        ------
        OSError
            The folder cannot be made or written to.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        claim = verdict.claim
        bases = self._bases(claim)
        body = body_of(verdict, known_to(verdict, bases))
        record = {"seconds": verdict.seconds, "circumstances": circumstances(claim, bases, budget, seed)}
        write(self.path(claim.id), json.dumps({**body, "record": record}, indent=1) + "\n")

    def load(self, claim: Claim, budget: float, seed: int, again: bool = True) -> Verdict | None:
        """The verdict on record, if it is on this very claim and stands up again; None otherwise.

        Parameters
        ----------
        again : bool
            Whether the evidence is checked again, as everything is that others may have written.
        """
        try:
            body = load(self.path(claim.id))
            record, bases = body.pop("record"), self._bases(claim)
            if record["circumstances"] != circumstances(claim, bases, budget, seed) or body["digest"] != digest(body):
                return None
            if {"model": body["model"], "claim": body["claim"]} != claim_table(claim):
                return None  # the digest of a certificate does not cover the circumstances beside it
            status = Status(body["verdict"])
            if status is Status.VACUOUS:
                return None  # it leaves nothing that could be checked again
            seconds = float(record["seconds"])
            verdict = Verdict(claim, status, body["method"], seconds, body["evidence"], tuple(body["guards"]))
            return verdict if not again or status not in LASTING or stands_up(verdict, body, bases, seed) else None
        except (Invalid, LookupError, TypeError, AttributeError, ValueError):
            return None

    def _bases(self, claim: Claim) -> dict[str, dict[str, Any]]:
        """What is on record of the claims that it depends on."""
        bodies = {name: load(self.path(name)) for name in claim.depends}
        for body in bodies.values():
            body.pop("record")
        return bodies


def circumstances(claim: Claim, bases: Mapping[str, Mapping[str, Any]], budget: float, seed: int) -> dict[str, Any]:
    """All that a verdict depends on."""
    below = {name: body["digest"] for name, body in bases.items()}
    fields = repr([(name, value) for name, value in vars(claim).items() if name in claim.__dataclass_fields__])
    meaning = hashlib.sha256(fields.encode()).hexdigest()
    return {"claim": meaning, "bases": below, "budget": budget, "seed": seed, "program": program()}


def stands_up(verdict: Verdict, body: Mapping[str, Any], bases: Mapping[str, Mapping[str, Any]], seed: int) -> bool:
    """Whether a certificate shows this verdict, with what it takes over from the claims that it depends on.

    Raises
    ------
    Invalid
        The certificate does not hold up.
    """
    shown = replayed(body)
    if verdict.status in SETTLED:
        shown = shown.resting_on((Status(base["verdict"]), base["guards"]) for base in bases.values())
    same = (shown.status, shown.guards) == (verdict.status, verdict.guards)
    return same and verdict.evidence.get("seed", seed) == seed


def known_to(verdict: Verdict, bodies: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The certificates, among those of what a claim depends on, that its proof in steps may use."""
    if "steps" not in verdict.evidence:
        return []
    chosen = [bodies[name] for name in verdict.claim.depends]
    bases = [claims_from({"model": body["model"], "claim": body["claim"]})[0] for body in chosen]
    return [body for body, base in zip(chosen, bases, strict=True) if may_use(verdict.claim, base, bases)]


@cache
def program() -> str:
    """A digest of what decides a verdict: the language, the models and the judge, which import nothing else of ours; their libraries."""
    root = Path(resmax_sym.__file__).parent
    text = hashlib.sha256(f"{sp.__version__} {flint.__version__}".encode())
    for path in sorted([*(root / "lang").rglob("*.py"), *(root / "judge").rglob("*.py"), root / "models.py"]):
        text.update(f"\0{path.relative_to(root)}\0".encode() + path.read_bytes())
    return text.hexdigest()

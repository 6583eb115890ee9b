"""claim, verdict, evidence, digest: a verdict as a file, written and read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resmax_sym.judge.claim import SETTLED, Claim, Status, Verdict

FORMAT = 1
LASTING = (*SETTLED, Status.REFUTED)
MADE_BY = "`resmax-sym check --certificates` or `solve --certify`"


class Invalid(ValueError):
    """The certificate does not show what it says; the message says where it fails."""


def claim_table(claim: Claim) -> dict[str, Any]:
    """The claim as a TOML file has it."""
    model = {"unit": claim.model.unit, "head": claim.model.head}
    if claim.model.inner_layer is not None:
        model["inner_layer"] = claim.model.inner_layer
    entry: dict[str, Any] = {"id": claim.id, "statement": claim.statement}
    fields = {
        "parameters": dict(claim.parameters),
        "let": dict(claim.let),
        "assume": list(claim.assume),
        "sizes": {name: list(values) for name, values in claim.sizes.items()},
        "box": dict(claim.box),
        "proof": list(claim.proof),
    }
    return {"model": model, "claim": [entry | {name: value for name, value in fields.items() if value}]}


def certificate(verdict: Verdict, known: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The certificate of a verdict; `known` holds those of the claims that it rests on.

    Raises
    ------
    Invalid
        The verdict is not proved, certified or refuted: there is nothing to check again.
    """
    if verdict.status not in LASTING:
        raise Invalid(f"{verdict.claim.id} is {verdict.status}, which leaves no certificate")
    return body_of(verdict, known)


def body_of(verdict: Verdict, known: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """A verdict as data, with the digest."""
    body = {
        "format": FORMAT,
        **claim_table(verdict.claim),
        "verdict": str(verdict.status),
        "method": verdict.method,
        "evidence": json.loads(json.dumps(verdict.evidence)),
        "guards": list(verdict.guards),
        "known": list(known),
    }
    return {**body, "digest": digest(body)}


def digest(body: Mapping[str, Any]) -> str:
    """SHA-256 of everything but the digest itself."""
    rest = {name: value for name, value in body.items() if name != "digest"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def load(path: str | Path) -> dict[str, Any]:
    """A certificate from its file.

    Raises
    ------
    Invalid
        No such file, or not a certificate.
    """
    try:
        body = json.loads(Path(path).read_text())
    except FileNotFoundError:
        raise Invalid(f"no such file: {path}; expected a certificate, written by {MADE_BY}") from None
    except OSError as error:
        raise Invalid(f"{path}: expected a certificate, got {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise Invalid(f"{path}: expected a certificate in JSON, got something else; was it cut short?") from None
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise Invalid(
            f"{path}: expected a certificate of format {FORMAT}, got something else; write it again by {MADE_BY}"
        )
    return body

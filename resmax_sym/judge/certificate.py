"""claim, verdict, evidence, digest: a verdict as a file that can be checked again from the file alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from resmax_sym.judge import pairs_check
from resmax_sym.judge.basis import Basis, may_use
from resmax_sym.judge.bounds.recheck import Unsound, recheck
from resmax_sym.judge.claim import SETTLED, Claim, Status, Verdict, read_rational
from resmax_sym.judge.claimfile import ClaimFileError, claims_from
from resmax_sym.judge.concrete import equal_at
from resmax_sym.judge.enclosure import Box, Enclosure
from resmax_sym.judge.identity import Defect, Equal, assignments, equal, guard, guard_assigned, symmetric
from resmax_sym.judge.points import Point
from resmax_sym.judge.proof import CHAINED, derive, guarded
from resmax_sym.judge.truth import holds
from resmax_sym.lang import LanguageError, Relation

FORMAT = 1
REPLAY_SEED = 20_000
"""The second route is taken at other points than those that the judge took."""

LASTING = (*SETTLED, Status.REFUTED)


_REPLAYED: dict[str, Claim] = {}
"""By the digest of their content, certificates that held up in this process: many rest on the same few."""


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
    except OSError as error:
        raise Invalid(f"{path}: expected a certificate, got {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise Invalid(f"{path}: expected a certificate in JSON, got something else; was it cut short?") from None
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise Invalid(f"{path}: expected a certificate of format {FORMAT}; write it again with `check --certificates`")
    return body


def replay(body: Mapping[str, Any]) -> Claim:
    """Checks a certificate from its own content, without a search: the claim that it settles.

    Raises
    ------
    Invalid
        Something does not hold.
    """
    try:
        content = digest(body)
        if body.get("digest") != content:
            raise Invalid("the digest does not match: the certificate was changed after it was written")
        if content in _REPLAYED:
            return _REPLAYED[content]
        (claim,) = claims_from({"model": body["model"], "claim": body["claim"]}, "certificate")
        if claim.defect:
            raise Invalid(claim.defect)
        _check(claim, Status(body["verdict"]), body["evidence"], _basis(body, claim))
        if not isinstance(body["method"], str) or not _where(body) <= {*map(str, body["guards"])}:
            raise Invalid("the certificate leaves out where the statement is undefined, or how it was settled")
    except (
        LookupError,
        TypeError,
        AttributeError,
        ValueError,
        ClaimFileError,
        ArithmeticError,
        RecursionError,
    ) as error:
        if isinstance(error, Invalid):
            raise
        if isinstance(error, Unsound):
            raise Invalid(f"a bound does not follow: {error}") from None
        raise Invalid(f"the certificate is not well formed: {type(error).__name__}: {error}") from None
    except Defect as error:
        raise Invalid(str(error)) from None
    _REPLAYED[content] = claim
    return claim


def _basis(body: Mapping[str, Any], claim: Claim) -> Basis:
    """What the claims behind it state, each replayed, and each a lemma or resting on no assumption that this one does not make."""
    bases = [replay(other) for other in body["known"]]
    for base, other in zip(bases, body["known"], strict=True):
        if not may_use(claim, base, bases) or other["verdict"] not in ("proved", body["verdict"]):
            raise Invalid(f"{base.id} is not known where {claim.id} speaks")
    return Basis.of(claim, [(base, _where(other)) for base, other in zip(bases, body["known"], strict=True)])


def _where(body: Mapping[str, Any]) -> set[str]:
    """Where what a certificate shows is not said to hold, read anew from the claims behind it."""
    (claim,) = claims_from({"model": body["model"], "claim": body["claim"]}, "certificate")
    return guarded(claim).union(*map(_where, body["known"]))


def _check(claim: Claim, status: Status, evidence: Mapping[str, Any], known: Basis) -> None:
    if status is Status.REFUTED:
        _check_witness(claim, evidence["witness"])
    elif status not in SETTLED:
        raise Invalid(f"a verdict {status} has no certificate")
    elif "steps" in evidence:
        _check_steps(claim, status, evidence["steps"], known)
    elif not _settled(claim, status, evidence, claim.given):
        raise Invalid("the evidence does not settle the statement")


def _check_steps(claim: Claim, status: Status, entries: Sequence[Mapping[str, Any]], known: Basis) -> None:
    """Each step by its own evidence, or by chaining what stands before it."""
    if len(entries) != len(claim.proof) + 1:
        raise Invalid(f"{len(entries)} entries for {len(claim.proof)} steps and the statement")
    left = list(entries)

    def settle(part: Claim, given: Sequence[Relation]) -> bool | None:
        entry = left.pop(0)
        return True if entry["method"] != CHAINED and _settled(part, status, entry, given) else None

    if derive(claim, known, settle, True) is None:
        raise Invalid(f"step {len(entries) - len(left)} does not follow")


def _settled(claim: Claim, status: Status, evidence: Mapping[str, Any], given: Sequence[Relation]) -> bool:
    """Bounds rule by rule, pairs of entries case by case, enclosures along their bisections, identities by normal form and second route."""
    if "bounds" in evidence:
        recheck(claim, evidence["bounds"], given)
        return True
    if "pairs" in evidence:
        pairs_check.check(claim, evidence["pairs"], given)
        return True
    if "bisections" in evidence:
        box = Box.of(claim)
        along = box and box.check(claim.each_size(), evidence["bisections"])
        return status is Status.CERTIFIED and isinstance(along, Enclosure) and along.boxes > 0
    return _identity(claim)


def _identity(claim: Claim) -> bool:
    relation = claim.relation
    if relation.op != "==":
        return False
    assigned = assignments(claim.given)
    if assigned and isinstance(equal(claim.model, relation, assigned), Equal):
        return guard_assigned(claim.model, relation, claim.symbols, assigned, REPLAY_SEED) > 0
    if isinstance(equal(claim.model, relation), Equal):
        return guard(claim.model, relation, claim.symbols, REPLAY_SEED) is not None
    return bool(claim.sizes) and all(equal_at(claim.model, relation, sizes) for sizes in claim.each_size())


def _check_witness(claim: Claim, witness: Mapping[str, Any]) -> None:
    """The exact point breaks the statement and meets every assumption, in balls."""
    point = read_point(witness)
    wrong = {s.data for s in claim.symbols} ^ point.values.keys()
    if wrong:
        raise Invalid(f"the witness should give the variables of the claim and no more, see {', '.join(sorted(wrong))}")
    if any(point.sizes[name] not in values for name, values in claim.sizes.items()):
        raise Invalid("the witness has a size that the claim is not about")
    for s in claim.symbols:
        shape = tuple(k if isinstance(k, int) else point.sizes[k] for k in s.shape)
        if np.shape(point.values[s.data]) != shape:
            raise Invalid(f"the witness has {s.data} of shape {np.shape(point.values[s.data])}, expected {shape}")

    def known(matrix: Any) -> bool:
        return symmetric(claim.model, matrix)

    if holds(claim.model, claim.relation, point, symmetric=known) is not False:
        raise Invalid("the statement is not shown to fail at the witness")
    for assumption in claim.assumptions:
        if holds(claim.model, assumption, point, symmetric=known) is not True:
            raise Invalid(f"the witness is not shown to meet the assumption {assumption!r}")


def read_point(table: Mapping[str, Any]) -> Point:
    """A point from sizes and rationals in text.

    Raises
    ------
    LanguageError
        An entry is not a rational.
    """

    def read(value: Any) -> Any:
        if isinstance(value, str):
            return read_rational(value)
        array = np.array(value, dtype=object)
        entries = np.empty(array.size, dtype=object)
        entries[:] = [read_rational(v) for v in array.flat]
        return entries.reshape(array.shape)

    try:
        sizes = {name: value for name, value in table.items() if name in ("n", "d", "m")}
        if any(type(size) is not int or size < 1 for size in sizes.values()):
            raise ValueError("sizes are positive integers")
        return Point(sizes, {name: read(value) for name, value in table.items() if name not in sizes})
    except (ValueError, TypeError, ZeroDivisionError) as error:
        raise LanguageError(f"the witness is not made of rationals: {error}") from None

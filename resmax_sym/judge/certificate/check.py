"""replay(body): a certificate from its own content, without a search; what it says of its evidence is what the check finds itself."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from resmax_sym.judge.basis import Basis, may_use
from resmax_sym.judge.bounds.recheck import Unsound
from resmax_sym.judge.certificate.body import FORMAT, LASTING, Invalid, digest
from resmax_sym.judge.certificate.kinds import in_steps, settled
from resmax_sym.judge.certificate.witness import check_witness
from resmax_sym.judge.claim import SETTLED, Claim, Status, Verdict
from resmax_sym.judge.claimfile import ClaimFileError, claims_from
from resmax_sym.judge.evidence import COUNTED, Evidence, of_witness
from resmax_sym.judge.identity import Defect
from resmax_sym.judge.proof import guarded

_REPLAYED: dict[str, Verdict] = {}
"""By the digest of their content, certificates that held up in this process, without evidence: many rest on the same few."""

LONGEST = 80
"""Characters of a text that a message quotes."""


def replay(body: Mapping[str, Any]) -> Claim:
    """Checks a certificate from its own content, without a search: the claim that it settles.

    Raises
    ------
    Invalid
        Something does not hold, or is not what the check finds.
    """
    return replayed(body).claim


def replayed(body: Mapping[str, Any]) -> Verdict:
    """The verdict that a certificate shows by itself, in words and figures that are those of this check.

    The file may call it weaker, or name more guards, where the claim depends on others whose certificates its evidence does not use.
    What a search counted (`COUNTED`) is no part of it.

    Raises
    ------
    Invalid
        Something does not hold, or is not what the check finds.
    """
    try:
        content = digest(body)
        if body.get("digest") != content:
            raise Invalid("the digest does not match: the certificate was changed after it was written")
        if content not in _REPLAYED:
            _REPLAYED[content] = _checked(body)
        return dataclasses.replace(_REPLAYED[content], evidence=_shown(body["evidence"]))
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


def _checked(body: Mapping[str, Any]) -> Verdict:
    if type(body["format"]) is not int or body["format"] != FORMAT:
        raise Invalid(f"expected a certificate of format {FORMAT}, got {_short(body['format'])}")
    (claim,) = claims_from({"model": body["model"], "claim": body["claim"]}, "certificate")
    if claim.defect:
        raise Invalid(claim.defect)
    status = Status(body["verdict"])
    if status not in LASTING:
        raise Invalid(f"a verdict {status} has no certificate")
    bases = [replayed(other) for other in body["known"]]
    found = _evidence(claim, status, body["evidence"], _basis(claim, bases))
    verdict = Verdict(claim, found.status, found.method, 0.0, guards=tuple(sorted(guarded(claim))))
    if status is not Status.REFUTED:
        verdict = verdict.resting_on((base.status, base.guards) for base in bases)
    _compare({"method": found.method, "evidence": found.details}, {**body, "evidence": _shown(body["evidence"])})
    if status is not verdict.status and (
        status not in SETTLED or SETTLED.index(status) < SETTLED.index(verdict.status)
    ):
        raise Invalid(f"it says {status}, and its evidence shows {verdict.status}")
    if not {*verdict.guards} <= {*map(str, body["guards"])}:
        raise Invalid("the certificate leaves out where the statement is undefined")
    return verdict


def _basis(claim: Claim, bases: Sequence[Verdict]) -> Basis:
    """What the claims behind it state, each shown to hold, and each a lemma or resting on no assumption that this one does not make."""
    claims = [base.claim for base in bases]
    for base in bases:
        if base.status not in SETTLED or not may_use(claim, base.claim, claims):
            raise Invalid(f"{base.claim.id} is not known where {claim.id} speaks")
    return Basis.of(claim, [(base.claim, {*base.guards}) for base in bases])


def _evidence(claim: Claim, status: Status, written: Mapping[str, Any], known: Basis) -> Evidence:
    """What the written evidence is found to show."""
    if status is Status.REFUTED:
        return of_witness(check_witness(claim, written["witness"]))
    seed = written.get("seed", 0)
    if "steps" in written:
        return in_steps(claim, written["steps"], known, seed)
    found = settled(claim, written, claim.given, seed)
    if found is None:
        raise Invalid("the evidence does not settle the statement")
    return found


def _shown(evidence: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in evidence.items() if name not in COUNTED}


def _compare(found: Mapping[str, Any], written: Mapping[str, Any]) -> None:
    """Raises Invalid at the first place where the certificate does not say what was found."""
    for name, value in found.items():
        place = difference(json.loads(json.dumps(value)), written[name])
        if place is not None:
            where, mine, other = place
            raise Invalid(f"{name}{where} is {_short(other)} in the file, and {_short(mine)} by this check")


def difference(found: Any, written: Any) -> tuple[str, Any, Any] | None:
    """The first place where two JSON values differ, `.name` or `[k]` from the top, and what stands there in each."""
    if isinstance(found, dict) and isinstance(written, dict):
        places = [(f".{name}", found.get(name), written.get(name)) for name in {**found, **written}]
        absent = found.keys() ^ written.keys()
    elif isinstance(found, list) and isinstance(written, list) and len(found) == len(written):
        places = [(f"[{k}]", *pair) for k, pair in enumerate(zip(found, written, strict=True))]
        absent = ()
    else:
        return None if type(found) is type(written) and found == written else ("", found, written)
    for where, mine, other in places:
        inside = ("", mine, other) if where[1:] in absent else difference(mine, other)
        if inside is not None:
            return where + inside[0], *inside[1:]
    return None


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."

"""A verdict as a file, and the check of that file by itself."""

from resmax_sym.judge.certificate.body import FORMAT, LASTING, Invalid, body_of, certificate, claim_table, digest, load
from resmax_sym.judge.certificate.check import replay, replayed
from resmax_sym.judge.certificate.witness import read_point

__all__ = [
    "FORMAT",
    "LASTING",
    "Invalid",
    "body_of",
    "certificate",
    "claim_table",
    "digest",
    "load",
    "read_point",
    "replay",
    "replayed",
]

"""recheck(claim, table): a derivation read from its text, each step held against a second statement of its rule."""

from resmax_sym.judge.bounds.recheck import (
    change,
    covariance,
    energy,
    entries,
    forms,
    functions,
    leaves,
    moments,
    norms,
    paired,
    quotients,
    relu,
    remainder,
    scalars,
    segment,
    simplex,
    univariate,
)
from resmax_sym.judge.bounds.recheck.case import STATEMENTS, Unsound
from resmax_sym.judge.bounds.recheck.final import recheck, recheck_relation

MODULES = (
    change,
    covariance,
    energy,
    entries,
    forms,
    functions,
    leaves,
    moments,
    norms,
    paired,
    quotients,
    relu,
    remainder,
    scalars,
    segment,
    simplex,
    univariate,
)
"""Importing them registers their statements."""

__all__ = ["STATEMENTS", "Unsound", "recheck", "recheck_relation"]

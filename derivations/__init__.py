"""The suite's own lemmas: one folder per paper, each module a list of claims with prose."""

from derivations import soft_residual

CLAIMS = soft_residual.CLAIMS

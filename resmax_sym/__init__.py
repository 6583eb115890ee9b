"""Symbolic derivations, proofs and solvers for regression losses, for every n and d."""

__version__ = "0.1.0"

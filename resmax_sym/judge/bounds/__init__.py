"""Inequalities proved for all sizes and parameter values by named rules, each step on record."""

from resmax_sym.judge.bounds.prove import best, bound, prove
from resmax_sym.judge.bounds.record import Bounded, Fact, Undecided

__all__ = ["Bounded", "Fact", "Undecided", "best", "bound", "prove"]

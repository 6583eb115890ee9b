"""What a run with an inner layer adds to its history and its result: cells crossed, units alive, kinks held."""

from __future__ import annotations

from dataclasses import dataclass

from resmax_sym.solve.result import IterationRecord

__all__ = ["RegionRecord"]


@dataclass(frozen=True, slots=True)
class RegionRecord(IterationRecord):
    """One accepted step of a run with an inner layer, or the start.

    Attributes
    ----------
    crossed : int
        Units that the step took from one side of a kink to another.
    alive : int
        Units with slope rho' != 0 after the step.
    held : int
        Kinks that the point is on, and that descent does not leave.
    way : str
        "model": the model's step, judged by the loss; "ray": the kink or the minimum on the way of a rejected one; "corner": the
        crossing of the kinks nearby; "probe": out of a flat cell; "" at the start.
    """

    crossed: int = 0
    alive: int = 0
    held: int = 0
    way: str = ""

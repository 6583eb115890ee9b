"""t = A2 rho(A1 x): regressions with an inner layer, solved cell by cell with the means of the linear problem."""

from resmax_sym.solve.layered.methods import layered_problem, layered_start, minimise_layered
from resmax_sym.solve.layered.point import LayeredPoint
from resmax_sym.solve.layered.problem import LayeredProblem
from resmax_sym.solve.layered.record import RegionRecord
from resmax_sym.solve.layered.sides import Sides

__all__ = [
    "LayeredPoint",
    "LayeredProblem",
    "RegionRecord",
    "Sides",
    "layered_problem",
    "layered_start",
    "minimise_layered",
]

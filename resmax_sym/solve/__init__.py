"""Second-order minimisation of the regressions, running on generated formulas."""

from resmax_sym.solve.approximation import SampledHessian, sampled_hessian
from resmax_sym.solve.command import add_arguments, run
from resmax_sym.solve.coordinates import Coordinates, coordinates_of
from resmax_sym.solve.data import DaskData, Data, DataLost
from resmax_sym.solve.eigenvalues import SecularFunction, extreme_eigenvalues, hessian_core_spectrum
from resmax_sym.solve.files import InputError, load_matrix, load_vector
from resmax_sym.solve.guard import certified_fraction, certified_sign
from resmax_sym.solve.kernels import Kernel, LayeredKernel, kernel_of, layered_kernel_of
from resmax_sym.solve.layered import LayeredProblem, RegionRecord, layered_problem, layered_start
from resmax_sym.solve.newton import approximate_newton
from resmax_sym.solve.problem import Problem, Rounding
from resmax_sym.solve.result import MESSAGES, IterationRecord, Status
from resmax_sym.solve.sampling import row_count
from resmax_sym.solve.sketch import EstimatedLeverage, ExactLeverage, Sketch, Uniform
from resmax_sym.solve.solver import solve, solve_problem
from resmax_sym.solve.subproblem import QuadraticModel, Step

__all__ = [
    "MESSAGES",
    "Coordinates",
    "DaskData",
    "Data",
    "DataLost",
    "EstimatedLeverage",
    "ExactLeverage",
    "InputError",
    "IterationRecord",
    "Kernel",
    "LayeredKernel",
    "LayeredProblem",
    "Problem",
    "QuadraticModel",
    "RegionRecord",
    "Rounding",
    "SampledHessian",
    "SecularFunction",
    "Sketch",
    "Status",
    "Step",
    "Uniform",
    "add_arguments",
    "approximate_newton",
    "certified_fraction",
    "certified_sign",
    "coordinates_of",
    "extreme_eigenvalues",
    "hessian_core_spectrum",
    "kernel_of",
    "layered_kernel_of",
    "layered_problem",
    "layered_start",
    "load_matrix",
    "load_vector",
    "row_count",
    "run",
    "sampled_hessian",
    "solve",
    "solve_problem",
]

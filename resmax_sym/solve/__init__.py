"""Second-order minimisation of the regressions, running on generated formulas."""

from .command import add_arguments, run
from .coordinates import Coordinates, coordinates_of
from .data import Data
from .files import InputError, load_matrix, load_vector
from .guard import certified_fraction, certified_sign
from .kernels import Kernel, kernel_of
from .newton import approximate_newton
from .problem import Problem, Rounding
from .result import MESSAGES, IterationRecord, Status
from .solver import solve, solve_problem
from .subproblem import QuadraticModel, Step

__all__ = [
    "MESSAGES",
    "Coordinates",
    "Data",
    "InputError",
    "IterationRecord",
    "Kernel",
    "Problem",
    "QuadraticModel",
    "Rounding",
    "Status",
    "Step",
    "add_arguments",
    "approximate_newton",
    "certified_fraction",
    "certified_sign",
    "coordinates_of",
    "kernel_of",
    "load_matrix",
    "load_vector",
    "run",
    "solve",
    "solve_problem",
]

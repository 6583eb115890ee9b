"""exact, plain: a problem with an inner layer and a start, two ways down; "auto" is the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import OptimizeResult

from resmax_sym.solve.data import DataLost
from resmax_sym.solve.kernels import layered_kernel_of
from resmax_sym.solve.layered.plain import PlainCells
from resmax_sym.solve.layered.problem import LayeredProblem
from resmax_sym.solve.layered.run import CellRun
from resmax_sym.solve.layered.sides import Sides
from resmax_sym.solve.layered.start import default_start
from resmax_sym.solve.methods import METHODS, minimise, stopped
from resmax_sym.solve.objective import intermediate_callback
from resmax_sym.solve.options import Options

__all__ = ["layered_problem", "layered_start", "minimise_layered"]


def layered_problem(
    layers: Any, b: ArrayLike, omega: float | ArrayLike, unit: str, inner_layer: str, scheduler: Any = None
) -> LayeredProblem:
    """The problem for the pair (A1, A2), as `solve` takes it.

    Raises
    ------
    ValueError
        If `layers` is no pair, and as from `LayeredProblem`.
    """
    if not isinstance(layers, (tuple, list)) or len(layers) != 2:
        raise ValueError(
            f"A: expected the pair (A1, A2) beside inner_layer={inner_layer!r}, got {type(layers).__name__}; pass "
            "solve((A1, A2), b, inner_layer=...)"
        )
    kernel = layered_kernel_of(unit, inner_layer)
    Sides(kernel)
    return LayeredProblem(*layers, b, omega, kernel=kernel, scheduler=scheduler)


def layered_start(problem: LayeredProblem, seed: Any) -> np.ndarray:
    """The default start of a problem, for a seed that `minimise_layered` would take."""
    _check_seed(seed)
    return default_start(problem, Sides(problem.kernel), int(seed))


def _check_seed(seed: Any) -> None:
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed: expected an integer >= 0, got {seed!r}")


def minimise_layered(
    problem: LayeredProblem,
    start: np.ndarray,
    method: str = "auto",
    sketch: Any = None,
    seed: int = 0,
    callback: Callable | None = None,
    **options: Any,
) -> OptimizeResult:
    """The result of a method from a start; Ctrl-C and the loss of the data end it with the best point so far.

    A rho without kinks makes a smooth loss, for which the trust-region Newton method of the linear problem is used as it is.

    Raises
    ------
    ValueError
        On an unknown method, one that there is only for the linear problem, or an option out of range.
    """
    if method not in METHODS:
        raise ValueError(f"method: expected one of {', '.join(METHODS)}, got {method!r}")
    if method == "sampled" or sketch is not None:
        raise ValueError(
            "method: expected auto, exact or plain beside an inner layer, got sampled rows; they are for the linear problem"
        )
    _check_seed(seed)
    sides = Sides(problem.kernel)
    if method != "plain" and not sides.places.size:
        return minimise(problem, start, "exact", None, seed, callback, **options)
    settings = Options.read({"initial_radius": float(np.sqrt(problem.n))} | options)
    kind = PlainCells if method == "plain" else CellRun
    runs: list[Any] = []
    # The interrupt is caught as an exception; no signal handler is set, so that none can be left behind.
    try:
        runs.append(kind(problem, sides, settings, intermediate_callback(callback)))
        result = runs[-1].go(start)
    except (KeyboardInterrupt, DataLost) as reason:
        result = stopped(reason, start, runs)
    result.method = "plain" if method == "plain" else "exact"
    return result

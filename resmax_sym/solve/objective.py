"""fun, jac, hess of a SciPy caller as one counted object with dense derivatives."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sps
from scipy.optimize import Bounds, OptimizeResult
from scipy.sparse.linalg import LinearOperator

__all__ = ["Objective", "intermediate_callback", "refuse_constraints"]


class Objective:
    """Loss, gradient and Hessian with their arguments bound and their calls counted.

    Parameters
    ----------
    fun, jac, hess, hessp : callable
        As in `scipy.optimize.minimize`; ``hess(x)`` may return an ndarray, a sparse array or a LinearOperator. Without
        `hess` the Hessian is built from d products ``hessp(x, e_j)``.
    args : tuple
        Further arguments of all four.

    Raises
    ------
    ValueError
        If the gradient or the Hessian is missing or is not a function: differences are not offered, since they would
        bury the accuracy that the stop test asks for.
    """

    def __init__(self, fun: Callable, args: tuple, jac: Any, hess: Any, hessp: Any) -> None:
        if not callable(jac):
            raise ValueError(
                f"jac: expected a function that returns the gradient, got {jac!r}; pass jac=..., or jac=True"
            )
        if not callable(hess) and (hess is not None or not callable(hessp)):
            raise ValueError(
                f"hess: expected a function that returns the Hessian, got {hess!r}; pass hess=..., or hessp=... alone"
            )
        self._fun, self._jac, self._hess, self._hessp = fun, jac, hess, hessp
        self.args = args if isinstance(args, tuple) else (args,)
        self.nfev = self.njev = self.nhev = 0

    def fun(self, x: np.ndarray) -> float:
        """Loss as a float."""
        self.nfev += 1
        value = np.asarray(self._fun(x.copy(), *self.args), dtype=float)
        if value.size != 1:
            raise ValueError(f"fun: expected a number, got shape {value.shape}")
        return float(value.reshape(()))

    def jac(self, x: np.ndarray) -> np.ndarray:
        """Gradient, shape (d,)."""
        self.njev += 1
        value = np.asarray(self._jac(x.copy(), *self.args), dtype=float)
        if value.size != x.size:
            raise ValueError(f"jac: expected shape ({x.size},), got {value.shape}")
        return value.reshape(x.size)

    def hess(self, x: np.ndarray) -> np.ndarray:
        """Hessian, shape (d, d)."""
        self.nhev += 1
        if self._hess is None:
            columns = [self._hessp(x.copy(), e, *self.args) for e in np.eye(x.size)]
            value = np.column_stack([np.asarray(column, dtype=float).reshape(-1) for column in columns])
        else:
            value = self._hess(x.copy(), *self.args)
            if sps.issparse(value):
                value = value.toarray()
            elif isinstance(value, LinearOperator):
                value = value.matmat(np.eye(x.size))
            value = np.asarray(value, dtype=float)
        if value.shape != (x.size, x.size):
            raise ValueError(f"hess: expected shape ({x.size}, {x.size}), got {value.shape}")
        return value


def refuse_constraints(bounds: Any, constraints: Any) -> None:
    """Accept absent or infinite bounds and empty constraints; ValueError on any others."""
    if bounds is not None:
        if isinstance(bounds, Bounds):
            limits = np.concatenate([np.ravel(bounds.lb), np.ravel(bounds.ub)])
        else:
            limits = np.array([np.nan if end is None else end for pair in bounds for end in pair], dtype=float)
        if np.isfinite(limits).any():
            raise ValueError(
                "bounds: approximate_newton is unconstrained; drop the bounds or use method='trust-constr'"
            )
    if constraints is not None and (not isinstance(constraints, (list, tuple)) or len(constraints) > 0):
        raise ValueError("constraints: approximate_newton is unconstrained; use method='trust-constr'")


def intermediate_callback(callback: Callable | None) -> Callable[[OptimizeResult], None]:
    """A callback in either SciPy signature, ``callback(xk)`` or ``callback(intermediate_result=...)``, as one form.

    Raises
    ------
    ValueError
        If it cannot be called.
    """
    if callback is None:
        return lambda result: None
    if not callable(callback):
        raise ValueError(f"callback: expected a function of x or of an intermediate result, got {callback!r}")
    try:
        parameters = set(inspect.signature(callback).parameters)
    except (TypeError, ValueError):
        # Some callables written in C have no signature; SciPy's older form is the one they can take.
        parameters = set()
    if parameters == {"intermediate_result"}:
        return lambda result: callback(intermediate_result=result)
    return lambda result: callback(result.x.copy())

"""Keyword options of approximate_newton, checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["Options"]


@dataclass(frozen=True)
class Options:
    """The options by name; their meaning stands in `approximate_newton`."""

    gtol: float | None = None
    tol: float | None = None
    maxiter: int = 200
    initial_radius: float = 1.0
    disp: bool = False
    verbose: bool = False
    metric: ArrayLike | None = None
    basis: np.ndarray | None = None
    scaled_hess: Callable | None = None
    safe_fraction: Callable | None = None
    displacement: Callable | None = None
    rounding: Callable | None = None
    loss_scale: float | None = None

    @classmethod
    def read(cls, options: dict[str, Any]) -> Options:
        """Options from keywords; unknown ones are dropped, as SciPy asks of a custom method.

        Raises
        ------
        ValueError
            If an option is out of range.
        """
        known = {f.name for f in fields(cls)}
        read = cls(**{name: value for name, value in options.items() if name in known})
        if not 0 <= read.tolerance < np.inf:
            raise ValueError(f"gtol: expected a number >= 0, got {read.tolerance!r}")
        if not (isinstance(read.maxiter, (int, np.integer)) and read.maxiter >= 0):
            raise ValueError(f"maxiter: expected an integer >= 0, got {read.maxiter!r}")
        if not 0 < read.initial_radius < np.inf:
            raise ValueError(f"initial_radius: expected a positive number, got {read.initial_radius!r}")
        return read

    @property
    def tolerance(self) -> float:
        """gtol, else its alias tol, else 1e-9."""
        if self.gtol is not None:
            return self.gtol
        return 1e-9 if self.tol is None else self.tol

"""Keyword options of approximate_newton, checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["Options", "check_count", "check_share"]


def check_count(value: Any, name: str, least: int = 1) -> None:
    """Raise ValueError unless `value` is an integer of at least `least`."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name}: expected an integer >= {least}, got {value!r}")


def check_share(value: Any, name: str, *, closed: bool = False) -> None:
    """Raise ValueError unless `value` is a number in (0, 1), or (0, 1] where that is `closed`."""
    if not (_is_real(value) and value > 0 and (value <= 1 if closed else value < 1)):
        raise ValueError(f"{name}: expected a number in (0, 1{']' if closed else ')'}, got {value!r}")


def _is_real(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


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
        if not (_is_real(read.tolerance) and 0 <= read.tolerance < np.inf):
            raise ValueError(f"gtol: expected a number >= 0, got {read.tolerance!r}")
        check_count(read.maxiter, "maxiter", 0)
        if not (_is_real(read.initial_radius) and 0 < read.initial_radius < np.inf):
            raise ValueError(f"initial_radius: expected a positive number, got {read.initial_radius!r}")
        return read

    @property
    def tolerance(self) -> float:
        """gtol, else its alias tol, else 1e-9."""
        if self.gtol is not None:
            return self.gtol
        return 1e-9 if self.tol is None else self.tol

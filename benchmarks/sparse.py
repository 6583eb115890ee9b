"""time of a gradient = constant * nnz(A)^slope for sparse A, slope 1 +- 0.1 from 1e6 to 1e8 nonzeros."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sps

from benchmarks.rows import Row, side_by_side
from resmax_sym.solve import Problem

__all__ = ["row"]

COLUMNS, PER_ROW = 1000, 20
SIZES = (10**6, 10**7, 10**8)


def matrix(nonzeros: int, rng: np.random.Generator) -> sps.csr_array:
    """A CSR matrix with 20 nonzeros in each row, one in each group of 50 columns."""
    n, step = nonzeros // PER_ROW, COLUMNS // PER_ROW
    columns = np.arange(PER_ROW, dtype=np.int32) * step + rng.integers(0, step, (n, PER_ROW), dtype=np.int32)
    starts = np.arange(0, nonzeros + 1, PER_ROW, dtype=np.int32)
    return sps.csr_array((rng.standard_normal(nonzeros), columns.ravel(), starts), shape=(n, COLUMNS))


def seconds(nonzeros: int) -> float:
    """Median seconds of a gradient at a new point."""
    rng = np.random.default_rng(0)
    A = matrix(nonzeros, rng)
    problem = Problem(A, np.full(A.shape[0], 1 / A.shape[0]))
    points = iter(rng.standard_normal((100, COLUMNS)) / np.sqrt(PER_ROW))
    return side_by_side(lambda: problem.jac(next(points)), repeats=5)[0]


def row() -> Row:
    """The slope of log time against log nnz, by least squares."""
    times = [seconds(size) for size in SIZES]
    slope = float(np.polyfit(np.log(SIZES), np.log(times), 1)[0])
    detail = ", ".join(f"{size:.0e}: {1e3 * t:.1f} ms" for size, t in zip(SIZES, times, strict=True))
    return Row("slope of time per gradient in nnz(A), sparse, 1e6 to 1e8", slope, 1.1, 0.9 <= slope <= 1.1, detail)

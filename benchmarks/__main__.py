"""make bench: the generated code against its floors, as ratios of medians; writes build/bench.json."""

from __future__ import annotations

import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from resmax_sym.generated import soft_residual as kernel

REPEATS = 9
N, D = 200_000, 200


@dataclass(frozen=True)
class Row:
    """A measured ratio beside its target."""

    name: str
    ratio: float
    target: float
    met: bool
    detail: str


def ratio(name: str, target: float, ours: Callable[[], object], floor: Callable[[], object]) -> Row:
    """Median time of `ours` over that of `floor`, the two called in turn."""
    times: dict[Callable, list[float]] = {ours: [], floor: []}
    for run in range(REPEATS + 1):
        for call, measured in times.items():
            start = time.perf_counter()
            call()
            if run:  # the first round warms caches
                measured.append(time.perf_counter() - start)
    a, b = (statistics.median(measured) for measured in times.values())
    return Row(name, a / b, target, a / b <= target, f"{a * 1e3:.1f} ms against {b * 1e3:.1f} ms, {REPEATS} rounds")


def rows() -> list[Row]:
    """Everything that is measured."""
    rng = np.random.default_rng(0)
    A = rng.standard_normal((N, D))
    b = rng.random(N)
    b /= b.sum()
    x, z = rng.standard_normal((2, D)) / np.sqrt(D)
    q = A @ x
    delta, U, K = kernel.hessian_factors(A, x, b)

    def two_passes() -> None:
        A @ x
        A.T @ q

    def product() -> None:
        kernel.product_map(A, delta, z) + U @ (K @ (U.T @ z))

    return [
        ratio("gradient / two passes over A", 1.15, lambda: kernel.gradient(A, x, b), two_passes),
        ratio("Hessian-vector product / two passes over A", 1.15, product, two_passes),
        ratio("Hessian / A.T @ A", 1.6, lambda: kernel.hessian(A, x, b), lambda: A.T @ A),
        memory(rng),
    ]


def memory(rng: np.random.Generator) -> Row:
    """Peak memory of one Hessian besides the data."""
    A, x, b = rng.standard_normal((10**6, 20)), rng.standard_normal(20), rng.random(10**6)
    tracemalloc.start()
    kernel.hessian(A, x, b)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    name = "memory of a Hessian at n = 1e6, d = 20 / 128 MiB"
    return Row(name, peak / 128, 1.0, peak <= 128, f"{peak:.0f} MiB besides the data")


def main() -> int:
    found = rows()
    Path("build").mkdir(exist_ok=True)
    Path("build/bench.json").write_text(json.dumps({"rows": [asdict(row) for row in found]}, indent=1) + "\n")
    table = Table(title=f"n = {N}, d = {D} unless said", title_justify="left", box=None)
    for column in ("what", "ratio", "target", "met", "detail"):
        table.add_column(column)
    for row in found:
        table.add_row(row.name, f"{row.ratio:.2f}", f"{row.target:.2f}", "yes" if row.met else "no", row.detail)
    console = Console()
    (console if console.is_terminal else Console(width=140)).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())

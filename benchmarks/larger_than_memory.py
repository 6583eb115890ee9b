"""peak anonymous memory / 1 GiB for 2e7 rows x 20 columns read from disk, and mapped = in memory to 1e-10 where both fit.

The data are made in a temporary folder, the work is done by a process of its own: RssAnon of /proc/self/status counts what it
holds besides the pages of the file, which the system may drop at any time.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from benchmarks.rows import Row
from resmax_sym.generated import soft_residual as kernel
from resmax_sym.solve import Problem, solve_problem

__all__ = ["Anonymous", "make", "measure", "rows"]

ROWS, COLUMNS, FITTING = 20_000_000, 20, 1_000_000
LIMIT = 1 << 30
CLOSE = 1e-10
BLOCK = 100_000
NOISE, OMEGA, CONDITION = 0.1, 1e-6, 1e2


class Anonymous:
    """The largest RssAnon of this process, in bytes, while the context lasts."""

    def __init__(self, interval: float = 0.002) -> None:
        self.interval, self.peak = interval, self.now()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @staticmethod
    def now() -> int:
        """RssAnon in bytes."""
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))

    def _watch(self) -> None:
        while not self._stop.wait(self.interval):
            self.peak = max(self.peak, self.now())

    def __enter__(self) -> Anonymous:
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        self.peak = max(self.peak, self.now())


def make(folder: Path, n: int, d: int) -> None:
    """A.npy, Gaussian with columns of norms 1 to 1e-2, and b.npy, the model at a point times 1 + noise; block by block."""
    rng = np.random.default_rng(0)
    scale = np.logspace(0, -np.log10(CONDITION), d)
    x = rng.standard_normal(d) / (scale * np.sqrt(d))
    A = np.lib.format.open_memmap(folder / "A.npy", mode="w+", dtype=np.float64, shape=(n, d))
    u = np.empty(n)
    for start in range(0, n, BLOCK):
        block = rng.standard_normal((min(BLOCK, n - start), d)) * scale
        A[start : start + len(block)] = block
        t = block @ x
        u[start : start + len(block)] = kernel.unit_range(t, t)[0]
    A.flush()
    alpha = u.sum()
    for start in range(0, n, BLOCK):
        part = u[start : start + BLOCK]
        part *= (1 + NOISE * rng.standard_normal(len(part))) / alpha
    np.save(folder / "b.npy", u)


def measure(folder: Path) -> dict[str, Any]:
    """What this process needs for the file, and by how much the results differ from those in memory."""
    start = Anonymous.now()
    A = np.load(folder / "A.npy", mmap_mode="r")
    n, d = A.shape
    x, z = np.full(d, 0.1), np.ones(d)
    seconds: dict[str, float] = {}

    def timed(name: str, call: Callable[[], Any]) -> Any:
        begin = time.perf_counter()
        result = call()
        seconds[name] = time.perf_counter() - begin
        return result

    with Anonymous() as memory:
        b = np.load(folder / "b.npy")
        problem = timed("check", lambda: Problem(A, b, OMEGA))
        timed("coordinates", lambda: problem.coordinates)
        timed("gradient", lambda: problem.jac(x))
        timed("factors", lambda: problem.factors(x))
        timed("Hessian-vector product", lambda: problem.hessp(x, z))
        timed("Hessian", lambda: problem.hess(x))
        result = timed("solve", lambda: solve_problem(problem))
    few = min(n, FITTING)
    return {
        "shape": [n, d],
        "start": start,
        "peak": memory.peak,
        "seconds": seconds,
        "steps": result.nit,
        "message": result.message,
        "difference": difference(A[:few], b[:few] / b[:few].sum()),
        "compared": few,
    }


def difference(mapped: np.ndarray, b: np.ndarray) -> float:
    """Largest relative difference of gradient, product, Hessian and solution between a mapped array and its copy in memory."""
    x, z = np.full(mapped.shape[1], 0.1), np.ones(mapped.shape[1])
    found = []
    for A in (mapped, np.array(mapped)):
        problem = Problem(A, b, OMEGA)
        found.append([problem.jac(x), problem.hessp(x, z), problem.hess(x), solve_problem(problem).x])
    return max(float(np.linalg.norm(p - q) / np.linalg.norm(q)) for p, q in zip(*found, strict=True))


def rows(n: int = ROWS, d: int = COLUMNS, folder: str | None = None) -> Iterator[Row]:
    """The two rows of the benchmark; NaN where there is no room for the file."""
    memory = f"anonymous memory at n = {n:.0e}, d = {d}, from disk / 1 GiB"
    equal = f"mapped against in memory, n = {min(n, FITTING):.0e}, d = {d}: relative difference"
    place, needed = folder or tempfile.gettempdir(), 8 * n * (d + 1) + (1 << 28)
    free = shutil.disk_usage(place).free
    if free < needed:
        detail = f"not measured: {needed / 1e9:.1f} GB needed in {place}, {free / 1e9:.1f} GB free; set TMPDIR"
        yield Row(memory, np.nan, 1.0, False, detail)
        yield Row(equal, np.nan, CLOSE, False, detail)
        return
    with tempfile.TemporaryDirectory(dir=folder) as made:
        make(Path(made), n, d)
        command = [sys.executable, "-m", "benchmarks.larger_than_memory", "--measure", made]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    took = ", ".join(f"{name} {value:.1f} s" for name, value in found["seconds"].items())
    peak = found["peak"] / LIMIT
    detail = (
        f"{found['peak'] / 2**20:.0f} MiB, {found['start'] / 2**20:.0f} at the start; {took} ({found['steps']} steps)"
    )
    yield Row(memory, peak, 1.0, peak < 1, detail)
    worst = found["difference"]
    yield Row(equal, worst, CLOSE, worst <= CLOSE, "gradient, Hessian-vector product, Hessian and solution")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS, help="number of rows (default: %(default)s)")
    parser.add_argument("--columns", type=int, default=COLUMNS, help="number of columns (default: %(default)s)")
    parser.add_argument("--folder", help="where to put the file (default: the system's temporary folder)")
    parser.add_argument("--measure", type=Path, metavar="FOLDER", help="measure data made before; print JSON")
    given = parser.parse_args()
    if given.measure is not None:
        print(json.dumps(measure(given.measure)))
        return 0
    for row in rows(given.rows, given.columns, given.folder):
        print(f"{row.name}: {row.ratio:.3g}, target {row.target:.3g}, {'met' if row.met else 'not met'}; {row.detail}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

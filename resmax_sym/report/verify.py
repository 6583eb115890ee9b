"""derive, prove, compare, solve: the main job, from the claims of derivations/ to a fitted regression."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from resmax_sym import generated
from resmax_sym.codegen import difference
from resmax_sym.judge import Status, Verdict
from resmax_sym.judge.oracle import Comparison, compare, derivatives
from resmax_sym.kernels import MODULES, source
from resmax_sym.models import SOFT_RESIDUAL, SOFTMAX
from resmax_sym.report.check import claim_json
from resmax_sym.report.fits import DATA, Fit, fit
from resmax_sym.report.layered_fits import STARTS, LayeredFit, fit_layers

T = TypeVar("T")
POINTS = 200
"""Random points for each derivative."""


@dataclass(frozen=True)
class Timed:
    """A check, whether it passed, and how long it took."""

    name: str
    passed: bool
    method: str
    seconds: float


@dataclass
class Report:
    """Everything the main job found."""

    verdicts: list[Verdict] = field(default_factory=list)
    oracle: list[tuple[Comparison, float]] = field(default_factory=list)
    generated: list[Timed] = field(default_factory=list)
    fits: list[tuple[Fit, float]] = field(default_factory=list)
    layered: list[tuple[LayeredFit, float]] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        """What is not as expected, one line each."""
        found = [
            f"claim {v.claim.id}: {v.status}, expected {' or '.join(v.claim.expect)}"
            for v in self.verdicts
            if not v.expected
        ]
        found += [
            f"derivative {c.derivative!r}, unit {c.model.unit}: error {c.error:.1e} at {c.points} points"
            for c, _ in self.oracle
            if not c.passed
        ]
        found += [f"{g.name}: {g.method}" for g in self.generated if not g.passed]
        found += [f"fit {f.data}, {f.unit}: {f.message}" for f, _ in self.fits if not f.passed]
        found += [
            f"fit {f.data}, inner layer, start {f.start}: loss above SciPy's by {f.excess:.1e} of it, {f.message}"
            for f, _ in self.layered
            if not f.passed
        ]
        return found

    def to_json(self) -> dict[str, Any]:
        """Plain data: claims as `resmax-sym check --json` gives them, then derivatives, generated code and fits."""
        return {
            "file": "derivations",
            "claims": [claim_json(verdict) for verdict in self.verdicts],
            "derivatives": [
                {
                    "derivative": repr(c.derivative),
                    "unit": c.model.unit,
                    "inner_layer": c.model.inner_layer,
                    "points": c.points,
                    "error": c.error,
                    "passed": c.passed,
                }
                for c, _ in self.oracle
            ],
            "generated": [{"name": g.name, "passed": g.passed, "method": g.method} for g in self.generated],
            "fits": [{**vars(f), "passed": f.passed} for f, _ in self.fits],
            "layered_fits": [{**vars(f), "excess": f.excess, "passed": f.passed} for f, _ in self.layered],
            "failures": self.failures,
        }


def verify(verdicts: Iterable[Verdict], progress: Callable[[str, int], None] = lambda text, total: None) -> Report:
    """Runs the main job after the claims have been judged.

    Parameters
    ----------
    progress : called after each part, with what it was and how many parts there are
    """
    report = Report(list(verdicts))
    pairs = derivatives(verdict.claim for verdict in report.verdicts if verdict.status is not Status.INVALID)
    fits = [(name, unit) for name in DATA for unit in (SOFT_RESIDUAL, SOFTMAX)]
    total = len(pairs) + len(MODULES) + len(fits) + STARTS
    for model, derivative in pairs:
        report.oracle.append(_timed(partial(compare, model, derivative, POINTS)))
        progress(f"compared {derivative!r} with differences", total)
    for check in compare_generated():
        report.generated.append(check)
        progress(f"compared {check.name}", total)
    for name, unit in fits:
        report.fits.append(_timed(partial(fit, name, unit)))
        progress(f"fitted {name} with the unit {unit}", total)
    for seed in range(STARTS):
        report.layered.append(_timed(partial(fit_layers, seed)))
        progress(f"fitted digits with an inner layer from start {seed}", total)
    return report


def _timed(part: Callable[[], T]) -> tuple[T, float]:
    """What it gives, and how many seconds it took."""
    start = time.perf_counter()
    return part(), time.perf_counter() - start


def generated_path(name: str) -> Path:
    """Where a committed module lies."""
    return Path(generated.__file__).parent / f"{name}.py"


def compare_generated() -> Iterator[Timed]:
    """Each committed module against what the claims give now."""
    for name, model in MODULES.items():
        start = time.perf_counter()
        diff = difference(generated_path(name), source(*model))
        changed = sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in diff.splitlines())
        method = f"{changed} lines differ; run `resmax-sym generate`" if diff else "regenerated, equal bytes"
        yield Timed(f"generated/{name}.py", not diff, method, time.perf_counter() - start)

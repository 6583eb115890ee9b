"""Relative gradient against cost in gradients: a figure for each condition number of A."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.problem import GTOL
from resmax_sym.report.runs import Trace

__all__ = ["convergence"]

STYLE = Path(__file__).parents[1] / "notebooks" / "resmax.mplstyle"


def convergence(runs: Sequence[Trace], cond: float, file: Path) -> None:
    """One line a method, ours first; the dotted line is the tolerance."""
    import matplotlib.pyplot as plt

    with plt.style.context(STYLE):
        figure, axes = plt.subplots(figsize=(6.4, 4))
        for k, run in enumerate(runs):
            label = "sampled Newton (ours)" if k == 0 else run.name
            axes.loglog(run.units, run.relative, label=label, linewidth=2.5 if k == 0 else 1.2)
        axes.axhline(GTOL, linestyle=":", color="0.4", linewidth=1)
        axes.set(xlabel="cost (gradients)", ylabel=r"$\|\nabla L\| / \|\nabla L(0)\|$", title=f"cond(A) = {cond:.0e}")
        axes.legend()
        figure.savefig(file)
        plt.close(figure)

"""A.nyp -> A.npy: the file that a name may have meant."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

__all__ = ["beside"]


def beside(path: Path) -> str:
    """`did you mean ...?` with another file of the same folder whose name is close, or nothing."""
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.is_file() and entry != path]
    except OSError:
        names = []
    close = get_close_matches(path.name, names, n=1, cutoff=0.7)
    return f"did you mean {path.with_name(close[0])}?" if close else ""

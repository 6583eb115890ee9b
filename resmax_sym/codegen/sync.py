"""A generated file against what the claims give now: equal bytes, or a unified diff."""

from __future__ import annotations

import difflib
from pathlib import Path


def difference(path: Path, text: str) -> str:
    """The unified diff from the file to `text`; empty when the bytes are equal.

    Raises
    ------
    OSError
        The file is there but cannot be read.
    """
    old = path.read_bytes() if path.exists() else b""
    if old == text.encode():
        return ""
    before = old.decode(errors="replace").splitlines(keepends=True)
    lines = difflib.unified_diff(before, text.splitlines(keepends=True), str(path), f"{path} (regenerated)")
    return "".join(lines) or f"{path}: differs in bytes that are not text\n"

"""A generated file against what the claims give now: equal bytes, or a unified diff."""

from __future__ import annotations

import difflib
import os
import tempfile
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


def write(path: Path, text: str) -> None:
    """Writes `text` to a temporary file beside `path` and renames it: the old file or the new one, never a part.

    Raises
    ------
    OSError
        The folder is missing or not writable; the old file is then as it was.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:  # the caller knows the name of the file, not that of the temporary one
        raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

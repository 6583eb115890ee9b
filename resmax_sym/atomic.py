"""write(path, text): the old file or the new one, never a part."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Writes `text` to a temporary file beside `path` and renames it: the old file or the new one, never a part.

    Raises
    ------
    OSError
        The folder is missing or not writable, or `path` is a folder or a device; what was there is then as it was.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file", str(path))
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

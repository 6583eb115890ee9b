"""What a run writes: the place is claimed before the run, is none of its inputs, and the file appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from resmax_sym.solve.files import InputError

__all__ = ["reserved"]

Writer = Callable[[BinaryIO], None]


@contextmanager
def reserved(text: str | None, ending: str, taken: Sequence[str] = ()) -> Iterator[Callable[[Writer], None]]:
    """A function that has a writer fill the file; without a name it does nothing.

    Parameters
    ----------
    text : str or None
        The name of the file.
    ending : str
        What it has to end in, such as ".npy".
    taken : sequence of str
        Names of files that are read, or written by the same run; what is no file of the file system does not matter.

    Raises
    ------
    InputError
        The file cannot be written, or is one of those.
    """
    if text is None:
        yield lambda writer: None
        return
    # Through a link the file it points to is replaced, not the link.
    path = Path(os.path.realpath(text))
    _check(text, path, ending, taken)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        stream = partial.open("xb")
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(text, "a writable folder for the output", reason, "choose another") from None

    def save(writer: Writer) -> None:
        writer(stream)
        stream.close()
        os.replace(partial, path)

    try:
        yield save
    finally:
        stream.close()
        partial.unlink(missing_ok=True)


def _check(text: str, path: Path, ending: str, taken: Sequence[str]) -> None:
    if path.suffix != ending:
        raise InputError(text, f"an output file ending in {ending}", path.suffix or "no ending", "rename it")
    if path.exists() and not path.is_file():
        raise InputError(text, "an output file", "something that is not a regular file", "choose another name")
    if path.exists() and not os.access(path, os.W_OK):
        raise InputError(text, "a writable output file", "a read-only one", "change its permissions or choose another")
    if any(path == Path(os.path.realpath(other)) for other in taken):
        raise InputError(text, "an output file of its own", "a file that this run reads or writes already", "rename it")

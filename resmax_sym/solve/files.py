"""Matrices and vectors from .npy, .npz, .csv and .mtx files; nothing is ever unpickled."""

from __future__ import annotations

import math
import os
import warnings
import zipfile
import zlib
from pathlib import Path

import numpy as np
import scipy.io
import scipy.sparse as sps

from resmax_sym.solve.file_names import beside

__all__ = ["InputError", "load_matrix", "load_vector"]

Array = np.ndarray | sps.csr_array
# What the readers of NumPy, SciPy and the standard library raise on damaged files.
DAMAGE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    OverflowError,
    MemoryError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)
MAPPED_BYTES = 1 << 28
"""An .npy file of at least this size stays on disk: it is mapped, and read where it is needed."""
REMEDIES = {"b": "pass one row or column, flattened, as the last file"}
SPARSE_KEYS = {"format", "shape", "data"}


class InputError(ValueError):
    """A file that cannot be used; the message says what was expected, what came and what to do.

    Parameters
    ----------
    path : str or Path
        The file.
    expected, got, remedy : str
        The three parts of the message.
    """

    def __init__(self, path: str | os.PathLike, expected: str, got: str, remedy: str) -> None:
        super().__init__(" ".join(f"{path}: expected {expected}, got {got}; {remedy}".split()))
        self.path = Path(path)


def load_matrix(path: str | os.PathLike, name: str = "A") -> Array:
    """The matrix in a file, dense or CSR.

    Parameters
    ----------
    path : str or path
        ``.npy``, memory-mapped if large; ``.npz`` with one array, with an array called `name`, or written by
        `scipy.sparse.save_npz`; ``.csv`` with commas and at most one header line; ``.mtx`` (Matrix Market).
    name : str
        What the array is called.

    Raises
    ------
    InputError
        If the file is missing, empty, truncated, damaged, of another type, or holds Python objects.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            path,
            f"a file ending in {', '.join(READERS)}",
            path.suffix or "no ending",
            beside(path) or "convert or rename it",
        )
    if path.is_dir():
        raise InputError(path, "a file", "a folder", "name the file inside")
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise InputError(path, f"a file with {name}", "no such file", beside(path) or "check the path") from None
    except OSError as error:
        raise InputError(path, "a readable file", error.strerror or str(error), "check the path") from None
    if size == 0 and path.is_file():
        raise InputError(path, f"a file with {name}", "an empty file", "write it again")
    try:
        return reader(path, name)
    except InputError:
        raise
    except OSError as error:
        raise InputError(path, "a readable file", error.strerror or str(error), "check its permissions") from None
    except DAMAGE as error:
        said = str(error).strip().partition("\n")[0]
        reason = "a damaged one" if " object at 0x" in said else said or type(error).__name__
        raise InputError(path, f"a sound {path.suffix} file", reason, "write it again") from None


def load_vector(path: str | os.PathLike, name: str = "b") -> np.ndarray:
    """The vector in a file: as `load_matrix`, with a single row or column of a .csv or .mtx file taken as the vector."""
    array = load_matrix(path, name)
    if sps.issparse(array):
        array = array.toarray() if 1 in array.shape else array
    if Path(path).suffix.lower() in (".csv", ".mtx") and 1 in array.shape:
        array = array.reshape(-1)
    if array.ndim != 1:
        raise InputError(
            path,
            f"a vector {name}",
            f"an array of shape {array.shape}",
            REMEDIES.get(name, "pass one row or column, flattened"),
        )
    return array


def _npy(path: Path, name: str) -> np.ndarray:
    with path.open("rb") as stream:
        if stream.read(6) != b"\x93NUMPY":
            raise InputError(path, "an array written by numpy.save", "another kind of file", "write it with numpy.save")
        stream.seek(0)
        version = np.lib.format.read_magic(stream)
        if version in ((1, 0), (2, 0)):
            header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, _, dtype = header(stream)
            # Checked here, since NumPy would first ask for as much memory as a damaged header claims.
            missing = math.prod(shape) * dtype.itemsize - (path.stat().st_size - stream.tell())
            if dtype.hasobject:
                raise InputError(path, "numbers", "Python objects", "save the array with a numeric dtype")
            if missing > 0:
                raise InputError(
                    path, f"shape {shape}", f"a file {missing} bytes too short", "it was truncated; write it again"
                )
    mapped = path.stat().st_size >= MAPPED_BYTES
    return np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)


def _npz(path: Path, name: str) -> Array:
    if not zipfile.is_zipfile(path):
        raise InputError(
            path, "an archive written by numpy.savez", "another kind of file, or a truncated one", "write it again"
        )
    with np.load(path, allow_pickle=False) as archive:
        names = archive.files
        if not set(names) >= SPARSE_KEYS:
            chosen = names[0] if len(names) == 1 else name
            if chosen in names:
                array = archive[chosen]
                # Members that are not .npy files come back as bytes.
                if not isinstance(array, np.ndarray):
                    raise InputError(path, f"an array in member {chosen}", "other bytes", "write it with numpy.savez")
                return array
            listed = ", ".join(names) or "none"
            raise InputError(
                path, f"one array, or one called {name}", f"arrays {listed}", f"save {name} alone or by name"
            )
    return _sound(sps.load_npz(path))


def _csv(path: Path, name: str) -> np.ndarray:
    try:
        return _rows(path)
    except UnicodeDecodeError:
        raise InputError(path, "text in UTF-8", "other bytes", "export it as UTF-8") from None


def _rows(path: Path) -> np.ndarray:
    with path.open(encoding="utf-8-sig") as stream:
        first = stream.readline()
    header = 1 if _is_header(first) else 0
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*input contained no data", category=UserWarning)
        try:
            array = np.loadtxt(path, delimiter=",", skiprows=header, ndmin=2, encoding="utf-8-sig")
        except UnicodeDecodeError:  # a ValueError, but not about a row
            raise
        except ValueError as error:
            reason = str(error).split(";")[0]
            raise InputError(
                path, "rows of numbers between commas, all of one length", reason, "repair that row"
            ) from None
    if array.size == 0:
        raise InputError(path, "rows of numbers between commas", "no rows", "write it again")
    return array


def _is_header(line: str) -> bool:
    """Whether a line names columns: words alone; a line with a number in it is data, sound or not."""
    cells = [cell.strip() for cell in line.split("#")[0].split(",")]
    return all(cell and not _is_number(cell) for cell in cells)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _mtx(path: Path, name: str) -> Array:
    _check_entries(path)
    array = scipy.io.mmread(path)
    return _sound(array) if sps.issparse(array) else np.asarray(array)


def _check_entries(path: Path) -> None:
    """The file has the entries that it announces: SciPy's reader may crash on one that was cut short."""
    with path.open(encoding="ascii", errors="replace") as stream:
        header = stream.readline().split()
        if len(header) < 4 or not header[0].startswith("%%MatrixMarket"):
            raise InputError(path, "a Matrix Market file", "another kind of file", "write it with scipy.io.mmwrite")
        lines = (line for line in stream if line.strip() and not line.startswith("%"))
        sizes = next(lines, "").split()
        sparse = header[2].lower() == "coordinate"
        values = {"pattern": 0, "complex": 2}.get(header[3].lower(), 1)
        width = values + 2 * sparse
        if len(sizes) != 2 + sparse or not all(size.isdecimal() for size in sizes):
            raise InputError(path, "a line with the sizes", " ".join(sizes) or "nothing", "write it again")
        rows, columns = int(sizes[0]), int(sizes[1])
        found = sum(len(line.split()) == width for line in lines)
    general = len(header) < 5 or header[4].lower() == "general"
    announced = int(sizes[2]) if sparse else rows * columns if general else None
    if announced is not None and found != announced:
        raise InputError(path, f"{announced} entries", f"{found}", "it was truncated or damaged; write it again")


def _sound(matrix: sps.sparray | sps.spmatrix) -> sps.csr_array:
    """CSR with its indices checked: an index out of range would make compiled code read elsewhere in memory."""
    if matrix.ndim != 2:
        raise ValueError(f"a sparse array of {matrix.ndim} dimensions")
    if hasattr(matrix, "check_format"):
        matrix.check_format(full_check=True)
    if matrix.dtype.kind not in "biufc":
        raise ValueError(f"entries of type {matrix.dtype}")
    result = sps.csr_array(matrix)
    result.check_format(full_check=True)
    return result


READERS = {".npy": _npy, ".npz": _npz, ".csv": _csv, ".mtx": _mtx}

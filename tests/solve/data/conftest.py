"""Every kind of source for the same matrix."""

import warnings

import dask.array as da
import numpy as np
import pytest
import scipy.sparse as sps

from resmax_sym.solve.data import base


def saved(A, folder, name="a.npy"):
    np.save(folder / name, A)
    return np.load(folder / name, mmap_mode="r")


def unaligned(A, folder):
    """A file whose numbers start three bytes after the start, where BLAS cannot take them."""
    (folder / "raw.bin").write_bytes(b"xyz" + A.tobytes())
    return np.memmap(folder / "raw.bin", dtype=A.dtype, mode="r", offset=3, shape=A.shape)


def read_only(A):
    A = A.copy()
    A.flags.writeable = False
    return A


def diagonals(A):
    """By diagonals, which SciPy says is a waste for a tall matrix."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sps.SparseEfficiencyWarning)
        return sps.dia_matrix(A)


def rows(A, size):
    return da.from_array(A, chunks=(size, -1))


SOURCES = {
    "C": lambda A, folder: A,
    "F": lambda A, folder: np.asfortranarray(A),
    "read-only": lambda A, folder: read_only(A),
    "strided": lambda A, folder: np.repeat(A, 2, axis=1)[:, ::2],
    "every other row": lambda A, folder: np.repeat(A, 2, axis=0)[::2],
    "backwards": lambda A, folder: A[::-1].copy()[::-1],
    "big-endian": lambda A, folder: A.astype(">f8"),
    "list": lambda A, folder: A.tolist(),
    "float32": lambda A, folder: A.astype(np.float32),
    "float32 F": lambda A, folder: np.asfortranarray(A.astype(np.float32)),
    "longdouble": lambda A, folder: A.astype(np.longdouble),
    "mapped": lambda A, folder: saved(A, folder),
    "mapped F": lambda A, folder: saved(np.asfortranarray(A), folder),
    "mapped strided": lambda A, folder: saved(np.repeat(A, 2, axis=1), folder)[:, ::2],
    "mapped view": lambda A, folder: np.asarray(saved(np.vstack([A, A]), folder))[: len(A)],
    "mapped float32": lambda A, folder: saved(A.astype(np.float32), folder),
    "mapped unaligned": lambda A, folder: unaligned(A, folder),
    "mapped big-endian": lambda A, folder: saved(A.astype(">f8"), folder),
    "csr": lambda A, folder: sps.csr_array(A),
    "csr float32": lambda A, folder: sps.csr_array(A.astype(np.float32)),
    "csc": lambda A, folder: sps.csc_array(A),
    "coo": lambda A, folder: sps.coo_matrix(A),
    "bsr": lambda A, folder: sps.bsr_array(A),
    "lil": lambda A, folder: sps.lil_array(A),
    "dok": lambda A, folder: sps.dok_array(A),
    "dia": lambda A, folder: diagonals(A),
    "dask": lambda A, folder: rows(A, 37),
    "dask one chunk": lambda A, folder: rows(A, len(A)),
    "dask float32": lambda A, folder: rows(A.astype(np.float32), 37),
    "dask F": lambda A, folder: rows(np.asfortranarray(A), 37),
    "dask columns": lambda A, folder: da.from_array(A, chunks=(37, 2)),
    "dask empty chunks": lambda A, folder: da.concatenate(
        [rows(A[:0], 1), rows(A[:5], 5), rows(A[:0], 1), rows(A[5:], 60)]
    ),
    "dask mapped": lambda A, folder: rows(saved(A, folder), 37),
}


@pytest.fixture(params=SOURCES)
def source(request, tmp_path):
    """A -> the same matrix as an object of some kind."""
    return lambda A: SOURCES[request.param](A, tmp_path)


@pytest.fixture
def small_blocks(monkeypatch):
    """Row blocks so small that a test matrix has many."""
    monkeypatch.setattr(base, "BLOCK_BYTES", 1 << 10)


@pytest.fixture
def instance():
    """n, d -> A, b, omega, with A made of numbers that float32 has too."""

    def make(n=150, d=4, seed=0):
        rng = np.random.default_rng(seed)
        A = rng.normal(size=(n, d)).astype(np.float32).astype(float) * (rng.uniform(size=(n, d)) < 0.8)
        b = rng.exponential(size=n)
        return A, b / b.sum(), rng.uniform(size=n) / n

    return make

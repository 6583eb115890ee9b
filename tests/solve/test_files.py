"""Every format is read back; every damaged file gives one clear line and runs no code."""

import pickle
import zipfile

import numpy as np
import pytest
import scipy.io
import scipy.sparse as sps

from resmax_sym.solve import InputError, files, load_matrix, load_vector

A = np.arange(12.0).reshape(4, 3) / 7
V = np.array([0.25, 0.5, 0.125])


def saved(folder, array, suffix):
    path = folder / f"file{suffix}"
    if suffix == ".npy":
        np.save(path, array)
    elif suffix == ".npz":
        np.savez(path, array)
    elif suffix == ".csv":
        np.savetxt(path, array, delimiter=",")
    else:
        scipy.io.mmwrite(path, np.atleast_2d(array), precision=17)
    return path


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".csv", ".mtx"])
def test_round_trip(tmp_path, suffix):
    np.testing.assert_allclose(load_matrix(saved(tmp_path, A, suffix)), A, rtol=1e-15)
    np.testing.assert_allclose(load_vector(saved(tmp_path, V, suffix)), V, rtol=1e-15)


@pytest.mark.parametrize("suffix", [".csv", ".mtx"])
def test_a_column_is_a_vector(tmp_path, suffix):
    np.testing.assert_allclose(load_vector(saved(tmp_path, V[:, None], suffix)), V, rtol=1e-15)


@pytest.mark.parametrize("form", [sps.csr_array, sps.coo_array, sps.csc_matrix, sps.dia_array])
def test_sparse_archives(tmp_path, form):
    path = tmp_path / "a.npz"
    sps.save_npz(path, form(A))
    found = load_matrix(path)
    assert sps.issparse(found)
    np.testing.assert_array_equal(found.toarray(), A)


def test_sparse_market_file(tmp_path):
    scipy.io.mmwrite(tmp_path / "a.mtx", sps.coo_array(A), precision=17)
    found = load_matrix(tmp_path / "a.mtx")
    assert found.format == "csr"
    np.testing.assert_allclose(found.toarray(), A, rtol=1e-15)


def test_an_archive_with_names(tmp_path):
    np.savez(tmp_path / "both.npz", A=A, b=V)
    np.testing.assert_array_equal(load_matrix(tmp_path / "both.npz", "A"), A)
    np.testing.assert_array_equal(load_vector(tmp_path / "both.npz", "b"), V)
    with pytest.raises(InputError, match="expected one array, or one called x0, got arrays A, b"):
        load_vector(tmp_path / "both.npz", "x0")


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3,4\n",
        "a,b\n1,2\n3,4\n",
        "\ufeff1,2\n3,4\n",
        '"height","weight"\n1,2\n3,4\n',
        "# note\n1,2\n3,4\n",
        "1,2\r\n3,4",
    ],
    ids=["plain", "header", "bom", "quoted", "comment", "crlf"],
)
def test_csv_dialects(tmp_path, text):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    np.testing.assert_array_equal(load_matrix(tmp_path / "a.csv"), [[1, 2], [3, 4]])


def npy_bytes(array):
    import io

    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def npz_bytes(**arrays):
    import io

    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


HUGE = npy_bytes(A).replace(b"(4, 3), ", b"(4000000000, 3000000), ".ljust(0))[: len(npy_bytes(A)) + 30]

DAMAGED = {
    "empty.npy": b"",
    "truncated.npy": npy_bytes(A)[:-8],
    "header-only.npy": npy_bytes(A)[:40],
    "text.npy": b"1,2\n3,4\n",
    "zip.npy": npz_bytes(a=A),
    "huge.npy": HUGE,
    "empty.npz": b"",
    "truncated.npz": npz_bytes(a=A)[:-30],
    "text.npz": b"hello",
    "none.npz": npz_bytes(),
    "many.npz": npz_bytes(first=A, second=A),
    "empty.csv": b"",
    "blank.csv": b"\n\n",
    "header-only.csv": b"a,b\n",
    "ragged.csv": b"1,2\n3\n",
    "words.csv": b"1,2\n3,four\n",
    "missing-cell.csv": b"1,2\n3,\n",
    "semicolons.csv": b"1;2\n3;4\n",
    "latin.csv": b"a,\xe9\n1,2\n",
    "two-headers.csv": b"a,b\nc,d\n1,2\n",
    "empty.mtx": b"",
    "text.mtx": b"1 2 3\n",
    "truncated.mtx": b"%%MatrixMarket matrix coordinate real general\n3 3 2\n1 1 1.0\n",
    "range.mtx": b"%%MatrixMarket matrix coordinate real general\n3 3 1\n7 1 1.0\n",
    "a.txt": b"1,2\n",
    "noending": b"1,2\n",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files(tmp_path, name):
    (tmp_path / name).write_bytes(DAMAGED[name])
    with pytest.raises(InputError) as caught:
        load_matrix(tmp_path / name)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / name}: expected ")
    assert ", got " in message
    assert "; " in message
    assert "\n" not in message


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_matrix(tmp_path / "absent.npy")
    (tmp_path / "folder.npy").mkdir()
    with pytest.raises(InputError, match="got a folder"):
        load_matrix(tmp_path / "folder.npy")


def test_not_a_vector(tmp_path):
    for suffix in (".npy", ".csv"):
        with pytest.raises(InputError, match=r"expected a vector b, got an array of shape \(4, 3\)"):
            load_vector(saved(tmp_path, A, suffix))
    with pytest.raises(InputError, match=r"shape \(3, 1\)"):
        load_vector(saved(tmp_path, V[:, None], ".npy"))


def test_a_sparse_archive_with_wild_indices(tmp_path):
    np.savez(
        tmp_path / "wild.npz",
        format=np.array("csr"),
        shape=np.array([2, 2]),
        data=np.ones(2),
        indices=np.array([0, 1_000_000]),
        indptr=np.array([0, 1, 2]),
    )
    with pytest.raises(InputError):
        load_matrix(tmp_path / "wild.npz")


class Bomb:
    """Unpickling it leaves a trace."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return (open, (str(self.trace), "w"))


def test_nothing_is_unpickled(tmp_path):
    trace = tmp_path / "trace"
    objects = np.array([Bomb(trace)], dtype=object)
    np.save(tmp_path / "a.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "a.npz", objects, allow_pickle=True)
    (tmp_path / "raw.npy").write_bytes(pickle.dumps(Bomb(trace)))
    (tmp_path / "raw.npz").write_bytes(pickle.dumps(Bomb(trace)))
    with zipfile.ZipFile(tmp_path / "inner.npz", "w") as archive:
        archive.writestr("a.npy", pickle.dumps(Bomb(trace)))
    for name in ("a.npy", "a.npz", "raw.npy", "raw.npz", "inner.npz"):
        with pytest.raises(InputError) as caught:
            load_matrix(tmp_path / name)
        assert "\n" not in str(caught.value)
    assert not trace.exists()
    # The trace would be there: the same bytes, unpickled.
    pickle.loads(pickle.dumps(Bomb(trace))).close()
    assert trace.exists()


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_large_file_is_mapped(tmp_path, order, monkeypatch):
    path = tmp_path / "a.npy"
    np.save(path, np.asarray(A, order=order))
    assert not isinstance(load_matrix(path), np.memmap)
    monkeypatch.setattr(files, "MAPPED_BYTES", path.stat().st_size)
    found = load_matrix(path)
    assert isinstance(found, np.memmap)
    assert not found.flags.writeable
    np.testing.assert_array_equal(found, A)
    np.save(tmp_path / "v.npy", np.tile(V, 30))
    np.testing.assert_array_equal(load_vector(tmp_path / "v.npy"), np.tile(V, 30))


def test_a_damaged_large_file_is_seen_before_it_is_mapped(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAPPED_BYTES", 0)
    for name in ("truncated.npy", "header-only.npy", "text.npy", "huge.npy"):
        (tmp_path / name).write_bytes(DAMAGED[name])
        with pytest.raises(InputError):
            load_matrix(tmp_path / name)
    objects = np.array([1, None], dtype=object)
    np.save(tmp_path / "objects.npy", objects, allow_pickle=True)
    with pytest.raises(InputError, match="Python objects"):
        load_matrix(tmp_path / "objects.npy")


def test_a_damaged_header_is_said_without_an_address(tmp_path):
    np.save(tmp_path / "A.npy", np.zeros((20, 3)))
    damaged = (tmp_path / "A.npy").read_bytes().replace(b"(20, 3)", b"(9**9,)")
    (tmp_path / "A.npy").write_bytes(damaged)
    with pytest.raises(InputError, match=r"expected a sound \.npy file, got a damaged one; write it again"):
        load_matrix(tmp_path / "A.npy")

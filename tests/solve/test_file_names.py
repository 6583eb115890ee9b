"""A name that is not there is answered with a file of the same folder whose name is close."""

from resmax_sym.solve.file_names import beside


def test_a_name_that_is_close(tmp_path):
    for name in ("data.npy", "data.npz", "other.csv"):
        (tmp_path / name).write_text("1")
    (tmp_path / "datum.npy").mkdir()
    assert beside(tmp_path / "dat.npy") == f"did you mean {tmp_path / 'data.npy'}?"
    assert beside(tmp_path / "data.npy") == f"did you mean {tmp_path / 'data.npz'}?"  # and not itself
    assert beside(tmp_path / "far.mtx") == beside(tmp_path / "absent" / "data.npy") == ""

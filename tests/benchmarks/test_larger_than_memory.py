"""The measurement of memory sees what it is there to see, and its data are the same at any size of block."""

import mmap
from collections import namedtuple

import numpy as np
import pytest

from benchmarks import larger_than_memory
from benchmarks.larger_than_memory import Anonymous, make, measure, rows


def test_arrays_count_and_mapped_files_do_not(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(4_000_000))
    with Anonymous() as memory:
        start = memory.now()
        assert np.load(tmp_path / "a.npy", mmap_mode="r").sum() == 0
    assert memory.peak - start < 8_000_000
    with Anonymous() as memory:
        held = mmap.mmap(-1, 32_000_000, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        held.write(b"1" * len(held))
    held.close()
    assert memory.peak - start > 30_000_000


def test_a_small_run(tmp_path, monkeypatch):
    monkeypatch.setattr(larger_than_memory, "BLOCK", 1000)
    make(tmp_path, 2500, 3)
    assert np.load(tmp_path / "A.npy").shape == (2500, 3)
    assert np.load(tmp_path / "b.npy").sum() == pytest.approx(1, rel=0.1)
    found = measure(tmp_path)
    assert found["shape"] == [2500, 3]
    assert found["compared"] == 2500
    assert found["difference"] < 1e-10
    assert found["steps"] > 1
    assert 0 < found["start"] <= found["peak"]


def test_without_room_it_says_so(monkeypatch, tmp_path):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(larger_than_memory.shutil, "disk_usage", lambda place: usage(10**6))
    found = list(rows(10**6, 20, str(tmp_path)))
    assert len(found) == 2
    assert not any(row.met for row in found)
    assert all("not measured: 0.4 GB needed" in row.detail for row in found)
    assert not list(tmp_path.iterdir())

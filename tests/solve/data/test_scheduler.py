"""What a user may call a scheduler, and the line that answers anything else."""

import sys

import dask
import dask.array as da
import numpy as np
import pytest

from resmax_sym.solve import Data
from resmax_sym.solve.data.cluster import LocalRunner
from resmax_sym.solve.data.scheduler import runner_for

A = da.from_array(np.eye(4), chunks=(2, -1))


@pytest.mark.parametrize("name", ["threads", "synchronous", "sync", "single-threaded"])
def test_names_and_settings(name):
    expected = "threads" if name == "threads" else "synchronous"
    assert runner_for(name).scheduler == expected
    with dask.config.set(scheduler=name):
        assert runner_for(None).scheduler == expected
        assert runner_for("threads").scheduler == "threads"


def test_threads_without_another_word():
    found = runner_for(None)
    assert isinstance(found, LocalRunner)
    assert found.scheduler == "threads"


@pytest.mark.parametrize("scheduler", ["processes", "thread", 4, object()])
def test_what_is_no_scheduler(scheduler):
    with pytest.raises(ValueError, match=r"scheduler: expected 'threads'.*; pass one of these") as caught:
        Data(A, scheduler)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere://1:2"])
def test_nobody_at_the_address(address):
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "0.3s"}),
        pytest.raises(
            ValueError, match=f"expected a running Dask scheduler at {address}, got .*; check that it runs"
        ) as caught,
    ):
        Data(A, address)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("package", "scheduler"), [("distributed", "tcp://127.0.0.1:1"), ("threadpoolctl", "threads")])
def test_a_missing_package(package, scheduler, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        ValueError, match=rf"expected the package {package}, got none installed; pip install 'resmax-sym\[dask\]'"
    ):
        runner_for(scheduler)


def test_threads_need_no_distributed(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    np.testing.assert_array_equal(Data(A).matvec(np.arange(4.0)), np.arange(4.0))

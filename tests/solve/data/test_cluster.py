"""On a cluster of two processes: the same bits, whichever worker dies; one clear line when all are gone."""

import inspect
import logging
import os
import re
import signal
import time
from contextlib import suppress
from types import ModuleType, SimpleNamespace

import dask
import dask.array as da
import numpy as np
import pytest
from distributed import Client, LocalCluster
from distributed.scheduler import KilledWorker
from threadpoolctl import threadpool_info, threadpool_limits

from resmax_sym.generated import soft_residual
from resmax_sym.solve import Data, Problem, Status, solve, solve_problem
from resmax_sym.solve.data import DataLost, cluster

RNG = np.random.default_rng(0)
A = RNG.normal(size=(400, 4))
B = RNG.exponential(size=400)
B *= 20 / B.sum()
X = np.array([0.1, -0.2, 0.3, 0.0])
CHUNKED = da.from_array(A, chunks=(100, -1))


@pytest.fixture(scope="module", autouse=True)
def quiet():
    """Dask reports each death that these tests cause."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def workers():
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as found:
        yield found


@pytest.fixture
def client(workers):
    with Client(workers) as found:
        found.wait_for_workers(2, timeout=30)
        yield found


def in_threads():
    """A cluster in this process, cheap to start and to close."""
    return LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0")


def bits(problem):
    values = [problem.jac(X), problem.hess(X), problem.hessp(X, X), *problem.factors(X), problem.scaled_hess(X)]
    return [problem.fun(X).hex(), *(value.tobytes() for value in [*values, problem.data.rows(np.array([333, 2]))])]


def reference(**options):
    return Problem(CHUNKED, B, 0.01, scheduler="synchronous", **options)


def test_the_same_bits_as_on_this_process(client, workers):
    found = Problem(CHUNKED, B, 0.01)
    # The current client is taken without being named.
    assert found.data.runner.client is client
    expected = bits(reference())
    assert bits(found) == expected
    assert bits(Problem(CHUNKED.persist(), B, np.full(400, 0.01), scheduler=client)) == expected
    with Data(CHUNKED, workers.scheduler_address) as data:
        assert data.runner.client is not client
        assert Problem(data, B, 0.01).jac(X).tobytes() == reference().jac(X).tobytes()
    # What was opened for the data is closed with it, and nothing else.
    assert data.runner.client.status == "closed"
    assert client.status == "running"


def test_solve_closes_what_it_opened(workers, client):
    address = workers.scheduler_address
    found = solve(CHUNKED, B, omega=0.01, scheduler=address)
    assert found.x.tobytes() == solve_problem(reference()).x.tobytes()
    with pytest.raises(ValueError, match="b: expected length"):
        solve(CHUNKED, B[1:], scheduler=address)
    with pytest.raises(ValueError, match="finite numbers"):
        Data(CHUNKED * np.nan, address)
    assert {one.status for one in Client._instances if one is not client} <= {"closed"}
    assert client.status == "running"


def test_a_kernel_made_on_the_spot(client):
    # As for a unit without a committed module: workers cannot import it.
    kernel = ModuleType("resmax_sym.generated[made here]")
    exec(compile(inspect.getsource(soft_residual), kernel.__name__, "exec"), kernel.__dict__)
    assert bits(Problem(CHUNKED, B, 0.01, kernel=kernel, scheduler=client)) == bits(reference(kernel=kernel))


def test_a_worker_killed_between_two_steps(client):
    expected = solve_problem(reference())
    killed = []

    def kill(intermediate_result):
        if not killed:
            killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    # The chunks lie in the workers: half of them die, too.
    found = solve_problem(Problem(CHUNKED.persist(), B, 0.01, scheduler=client), callback=kill)
    assert killed
    assert expected.nit > 1
    assert found.success
    assert found.x.tobytes() == expected.x.tobytes()
    assert [record.fun for record in found.history] == [record.fun for record in expected.history]
    assert killed[0] not in client.run(os.getpid).values()


def deadly(block, trap):
    """Passes a block on; the first time that the trap is armed, the worker dies in the middle of its task."""
    with suppress(FileNotFoundError):
        os.remove(trap)
        os.kill(os.getpid(), signal.SIGKILL)
    return block


def test_a_worker_killed_in_the_middle_of_a_product(client, tmp_path):
    trap = tmp_path / "armed"
    problem = Problem(CHUNKED.map_blocks(deadly, trap, dtype=float, meta=np.zeros((0, 0))), B, 0.01, scheduler=client)
    before = client.run(os.getpid)
    problem.fun(X)
    trap.touch()
    assert problem.jac(X).tobytes() == reference().jac(X).tobytes()
    assert not trap.exists()
    client.wait_for_workers(2, timeout=30)
    assert client.run(os.getpid) != before


def condemned(block):
    if block.size:
        raise KilledWorker("a task", SimpleNamespace(address="tcp://gone"), 3)
    return block


def test_a_chunk_that_kills_whoever_computes_it():
    with pytest.raises(DataLost, match=r"rows 0:100 .*, got the death of every worker that tried; use smaller chunks"):
        Data(CHUNKED.map_blocks(condemned, dtype=float, meta=np.zeros((0, 0))), "synchronous")


def failing(block):
    if block.size and block[0, 0] == A[100, 0]:
        raise OSError("disk on fire")
    return block


def test_a_block_that_cannot_be_read(client):
    with pytest.raises(DataLost, match="expected rows 100:200 to be readable, got OSError: disk on fire; repair"):
        Data(CHUNKED.map_blocks(failing, dtype=float, meta=np.zeros((0, 0))), client)


def test_a_cluster_that_is_closed():
    with in_threads() as alone:
        problem = Problem(CHUNKED, B, 0.01, scheduler=alone)
        points = []

        def close(xk):
            points.append(xk)
            alone.close()

        lost = solve_problem(problem, callback=close)
        assert lost.status == Status.DATA_LOST
        assert re.search(r"expected a cluster that .*, got .*; restart it", lost.message)
        assert len(points) == 1
        assert "\n" not in lost.message
        np.testing.assert_array_equal(lost.x, points[0])
    # A later run takes up where that one ended.
    resumed = solve_problem(reference(), lost.x)
    np.testing.assert_allclose(resumed.x, solve_problem(reference()).x, rtol=1e-8)


def blas_threads():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def threads_of(block, vector):
    time.sleep(0.05)
    return max(blas_threads())


def test_a_run_that_is_left_suspended_gives_the_threads_back(client, monkeypatch):
    monkeypatch.setattr(cluster, "BATCH_BYTES", 1)
    with threadpool_limits(2, user_api="blas"), in_threads() as alone:
        before = blas_threads()
        for scheduler in (client, alone, "threads"):
            data = Data(CHUNKED, scheduler)
            parts = data.map_rows(threads_of, (B,))
            first = next(parts)
            assert blas_threads() == before
            time.sleep(0.2)
            # Tasks of this process had one thread all the same, also those that were in flight meanwhile.
            assert scheduler is client or {first, *parts} == {1}
            parts.close()


def test_a_cluster_without_workers(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.3)
    with LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as empty, Client(empty) as lonely:
        start = time.monotonic()
        with pytest.raises(DataLost, match=r"got no worker for 0.3 s; restart it"):
            Data(CHUNKED, lonely)
        assert time.monotonic() - start < 20


def test_rows_may_be_large(client, monkeypatch):
    monkeypatch.setattr(cluster, "BATCH_BYTES", 1)
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1B"}):
        with pytest.warns(UserWarning, match="Sending large graph"):
            client.compute(CHUNKED).cancel()
        # What travels here is meant to, so that there is nothing to warn of.
        np.testing.assert_allclose(Data(CHUNKED, client).rmatvec(B), A.T @ B, rtol=1e-12)

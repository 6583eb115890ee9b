"""Tasks in, results out in the same order: on threads of this process or on a Dask cluster, whatever dies meanwhile."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from types import ModuleType
from typing import Any, Protocol

from resmax_sym.solve.data.base import DataLost

__all__ = ["ClusterRunner", "Job", "LocalRunner", "Runner", "optional"]

BATCH_JOBS = 8
BATCH_BYTES = 4 << 20
ATTEMPTS = 3
POLL = 0.25
PATIENCE = 30.0
"""Seconds without any worker, or without the scheduler, after which a cluster is given up."""


@dataclass(frozen=True)
class Job:
    """A delayed call, what it is about for error messages, and the bytes of the arrays it carries along."""

    task: Any
    about: str
    nbytes: int


class Runner(Protocol):
    """Computes jobs; the results come in the order of the jobs."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Any]: ...

    def close(self) -> None: ...


def optional(name: str) -> ModuleType:
    """A module of the extra `dask`, imported when first needed; ValueError that says how to install it."""
    try:
        return import_module(name)
    except ImportError:
        package = name.split(".")[0]
        raise ValueError(
            f"scheduler: expected the package {package}, got none installed; pip install 'resmax-sym[dask]'"
        ) from None


class LocalRunner:
    """Jobs on this process, a few at a time, so that their results need not all be held."""

    def __init__(self, scheduler: str) -> None:
        self.dask, self.scheduler = optional("dask"), scheduler
        # The function, as Dask warns of the name while a client is open.
        self.get = optional("dask.threaded").get if scheduler == "threads" else optional("dask.local").get_sync
        self.blas = _Blas()

    def run(self, jobs: Iterable[Job]) -> Iterator[Any]:
        jobs = iter(jobs)
        size = BATCH_JOBS * self.dask.system.CPU_COUNT
        while batch := list(islice(jobs, size)):
            try:
                with self.blas.single():
                    results = self.dask.compute(*(job.task for job in batch), scheduler=self.get)
            except MemoryError:
                raise
            except Exception as error:
                raise _unreadable(f"{batch[0].about} or after", error) from error
            yield from results

    def close(self) -> None:
        """Nothing was opened."""


class ClusterRunner:
    """Jobs on a cluster, a window of them in flight.

    A job carries what it needs but the block of A, so that the scheduler can repeat it after the death of a worker. What the
    scheduler loses track of, as the results of a worker that left with the only copy, is sent again.
    """

    def __init__(self, client: Any, owned: bool) -> None:
        self.client, self.owned = client, owned
        self.dask, self.distributed = optional("dask"), optional("distributed")
        self.blas = _Blas()

    def run(self, jobs: Iterable[Job]) -> Iterator[Any]:
        batches, flying, free, shared = _batches(jobs), deque(), self._window(), self._is_shared()
        while True:
            # Not around the yield: who takes the results may never come back.
            with self.blas.single():
                while free > 0 and (batch := next(batches, None)):
                    flying.append((batch, self._send(batch)))
                    free -= len(batch)
                if not flying:
                    return
                batch, futures = flying.popleft()
                results = self._results(batch, futures)
                for future in (future for _, others in flying for future in others if shared):
                    self._wait(future)
            yield from results
            free += len(batch)

    def close(self) -> None:
        """Close a connection that was opened here."""
        if self.owned:
            self.client.close()

    def _window(self) -> int:
        """Jobs in flight: enough that no worker waits for the client."""
        return 2 + 2 * sum(self._workers().values())

    def _is_shared(self) -> bool:
        """Whether workers are threads of this process: no task of theirs may run while BLAS has its threads back."""
        return any(address.startswith("inproc://") for address in self._workers())

    def _workers(self) -> dict[str, int]:
        """Threads by worker; none if the scheduler does not answer."""
        try:
            return self.client.nthreads()
        except Exception:  # a lost connection has many names
            return {}

    def _send(self, batch: list[Job]) -> list[Any]:
        # The rows that travel with a job are meant to: they must come back after the death of any worker.
        with self.dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"}):
            try:
                return self.client.compute([job.task for job in batch], retries=ATTEMPTS - 1)
            except Exception as error:
                raise _gone(f"{type(error).__name__}: {error}") from error

    def _results(self, batch: list[Job], futures: list[Any]) -> list[Any]:
        reason = ""
        for _ in range(ATTEMPTS):
            for job, future in zip(batch, futures, strict=True):
                error = self._wait(future)
                if future.status == "error":
                    raise _unreadable(job.about, error) from error
            try:
                return list(self.client.gather(futures))
            except Exception as error:  # cancelled, or lost since
                reason = f"{type(error).__name__}: {error}"
            if self.client.status != "running":
                break
            futures = self._send(batch)
        raise _gone(reason)

    def _wait(self, future: Any) -> BaseException | None:
        """The future's error, once it is done; `DataLost` when for `PATIENCE` seconds nobody has been there to compute it."""
        alone_since = None
        while True:
            try:
                return future.exception(timeout=POLL)
            except TimeoutError:
                if self.client.status == "closed":
                    raise _gone("a closed connection") from None
                if self.client.status == "running" and self._workers():
                    alone_since = None
                    continue
                now = time.monotonic()
                alone_since = now if alone_since is None else alone_since
                if now - alone_since > PATIENCE:
                    raise _gone(f"no worker for {PATIENCE:g} s") from None


class _Blas:
    """One thread for each BLAS call: tasks run side by side already, and sums do not depend on the number of threads."""

    def __init__(self) -> None:
        self.controller = optional("threadpoolctl").ThreadpoolController()

    def single(self) -> AbstractContextManager:
        """A context in which it holds for this process."""
        return self.controller.limit(limits=1, user_api="blas")


def _batches(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    """Jobs in groups that carry at most `BATCH_BYTES` along, or are single."""
    batch, size = [], 0
    for job in jobs:
        if batch and size + job.nbytes > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(job)
        size += job.nbytes
    if batch:
        yield batch


def _unreadable(about: str, error: BaseException | None) -> DataLost:
    if type(error).__name__ == "KilledWorker":
        return DataLost(
            f"A: expected {about} to be computed, got the death of every worker that tried; use smaller chunks"
        )
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return DataLost(f"A: expected {about} to be readable, got {reason}; repair the source and start from the last x")


def _gone(reason: str) -> DataLost:
    reason = " ".join(reason.split())
    return DataLost(
        f"A: expected a cluster that holds or computes every chunk, got {reason}; restart it, load A again and start from the last x"
    )

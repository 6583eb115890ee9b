"""What a user calls a scheduler -> the runner that computes there."""

from __future__ import annotations

import sys
from typing import Any

from resmax_sym.solve.data.cluster import ClusterRunner, LocalRunner, Runner, optional

__all__ = ["runner_for"]

LOCAL = {name: name for name in ("threads", "synchronous")} | {"sync": "synchronous", "single-threaded": "synchronous"}


def runner_for(scheduler: Any) -> Runner:
    """The runner for what a user calls a scheduler.

    Parameters
    ----------
    scheduler : None, str, distributed.Client or cluster
        None: the current client if there is one, else Dask's own setting, else threads. A text: ``"threads"``,
        ``"synchronous"`` or the address of a scheduler, to which a connection is opened. A client or a cluster of
        distributed, LocalCluster for example, is used and left open.

    Raises
    ------
    ValueError
        If it is none of these or cannot be reached, or if the extra `dask` is not installed.
    """
    dask = optional("dask")
    if scheduler is None:
        scheduler = _current_client() or dask.config.get("scheduler", None) or "threads"
    if isinstance(scheduler, str) and scheduler in LOCAL:
        return LocalRunner(LOCAL[scheduler])
    said = "'threads', 'synchronous', a distributed Client or cluster, or an address such as 'tcp://host:8786'"
    distributed = optional("distributed")
    if isinstance(scheduler, distributed.Client):
        if scheduler.asynchronous:
            raise ValueError("scheduler: expected a synchronous Client, got an asynchronous one; open it without await")
        return ClusterRunner(scheduler, owned=False)
    is_address = isinstance(scheduler, str) and ":" in scheduler
    if not is_address and not isinstance(scheduler, distributed.deploy.Cluster):
        raise ValueError(f"scheduler: expected {said}, got {scheduler!r}; pass one of these")
    try:
        return ClusterRunner(distributed.Client(scheduler, set_as_default=False), owned=True)
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(
            f"scheduler: expected a running Dask scheduler at {scheduler}, got {reason}; check that it runs"
        ) from None


def _current_client() -> Any:
    distributed = sys.modules.get("distributed")
    if distributed is None:
        return None
    try:
        return distributed.default_client()
    except ValueError:
        return None

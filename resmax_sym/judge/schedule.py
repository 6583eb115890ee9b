"""verdicts of a whole ledger: on several processes, each claim after what it depends on, resumed from what is on record."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import active_children, get_context

from resmax_sym.judge.claim import Claim, Verdict
from resmax_sym.judge.judge import BUDGET, judge_after
from resmax_sym.judge.ledger import Ledger
from resmax_sym.judge.store import Store

Progress = Callable[[Verdict, int, int], None]

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""For processes that fill the cores: threads of the linear algebra would only wait for each other."""


def judge_ledger(
    ledger: Ledger,
    budget: float = BUDGET,
    seed: int = 0,
    jobs: int | None = None,
    store: Store | None = None,
    resume: bool = True,
    progress: Progress = lambda verdict, done, total: None,
) -> list[Verdict]:
    """The verdict on every claim, in the order of the ledger; the same whatever the number of processes.

    Parameters
    ----------
    jobs : int, optional
        Processes; as many as there are cores unless given. 1 judges in this process.
    store : Store, optional
        Where verdicts are put as they come, so that nothing is lost when the run is interrupted.
    resume : bool
        Whether verdicts on record are checked again and used.
    progress : callable
        Told of each verdict, how many there are by now, and of how many.
    """
    done: dict[str, Verdict] = {}

    def finish(verdict: Verdict) -> None:
        done[verdict.claim.id] = verdict
        progress(verdict, len(done), len(ledger.claims))

    known = store if resume else None
    with workers(jobs) as submit:
        running: set[Future] = set()
        waiting = ledger.order()
        while waiting or running:
            claim = next((claim for claim in waiting if done.keys() >= set(claim.depends)), None)
            if claim is not None:
                waiting.remove(claim)
                bases = {base: done[base] for base in claim.depends}
                running.add(submit(_verdict, claim, bases, known, budget, seed))
            # no waiting as long as another claim may be ready
            arrived, running = wait(running, None if claim is None else 0, FIRST_COMPLETED)
            for future in arrived:
                verdict, recorded = future.result()
                if store and not recorded:
                    store.save(verdict, budget, seed)
                finish(verdict)
    return [done[name] for name in ledger.claims]


def _verdict(
    claim: Claim, bases: Mapping[str, Verdict], known: Store | None, budget: float, seed: int
) -> tuple[Verdict, bool]:
    """The verdict on a claim whose bases are settled, and whether it was on record."""
    found = known.load(claim, budget, seed) if known else None
    return (judge_after(claim, bases, budget, seed), False) if found is None else (found, True)


@contextmanager
def workers(jobs: int | None = None) -> Iterator[Callable[..., Future]]:
    """What starts a task: on so many processes (as many as there are cores unless given), or for 1 here and now."""
    jobs = jobs or os.cpu_count() or 1
    if jobs == 1:
        yield _now
        return
    others, unset = set(active_children()), ONE_THREAD.keys() - os.environ.keys()
    os.environ.update({name: ONE_THREAD[name] for name in unset})  # a user's own choice stays
    quiet = (signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process: one of them answers, and ends the rest
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), signal.signal, quiet)
    try:
        yield pool.submit
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - others:
            process.terminate()
        raise
    finally:
        for name in unset:
            del os.environ[name]
    pool.shutdown()


def _now(function: Callable, *arguments: object) -> Future:
    future: Future = Future()
    future.set_result(function(*arguments))
    return future

"""Where pages are read: a pool of processes that know no database and can be lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, TypeVar

import cv2
from threadpoolctl import threadpool_limits

from cpims_scan.pipeline.steps import station

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

PR_SET_PDEATHSIG = 1  # prctl(2)


class Engine:
    """
    A pool of spawned processes with the packs loaded, opened again after it lost one.

    The seam is `concurrent.futures.Executor`; a pool that lost a process is broken for good
    and takes every page in flight with it, so it is thrown away and a new one is opened.
    """

    def __init__(self, workers: int, packs: Path | None = None) -> None:
        self.workers = workers
        self._packs = packs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def submit(
        self,
        work: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Future[Result]:
        """Hand work to a process; the future fails with BrokenProcessPool when it is lost."""
        return self._open().submit(work, *args, **kwargs)

    def call(
        self,
        work: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """
        Have work done in a process and wait for it.

        Raises:
            BrokenProcessPool: The work ended its process; the next call finds a new pool.
        """
        try:
            return self.submit(work, *args, **kwargs).result()
        except BrokenProcessPool:
            self.reopen()
            raise

    def reopen(self) -> None:
        """Throw a broken pool away."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def kill(self) -> None:
        """End the processes now, whatever they have in hand."""
        for process in list(getattr(self._pool, "_processes", {}).values()):
            process.kill()

    def close(self) -> None:
        """End the processes, after what they have in hand."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                max_workers=self.workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=prepare_worker,
                initargs=(self._packs, os.getpid()),
            )
        return self._pool


def prepare_worker(packs: Path | None, parent: int) -> None:
    """Runs in the worker: one thread a process, packs loaded, Ctrl-C left to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with(parent)
    use_one_core()
    station(packs)


def use_one_core() -> None:
    """Keep OpenCV and BLAS from starting threads: pages are read side by side, one a core."""
    cv2.setNumThreads(1)
    threadpool_limits(1, "blas")


def _end_with(parent: int) -> None:
    """Ask the kernel to end this worker when the parent is killed, so that none is left over."""
    if not Path("/proc/self").exists():  # not Linux
        return
    import ctypes  # only here: nothing else in the house talks to the kernel

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was killed before the call above
        os._exit(1)


def is_alive(process: int) -> bool:
    """Whether a process of this machine still runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

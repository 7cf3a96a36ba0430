"""Where pages are read: a pool of processes that know no database and can be lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import cv2

from cpims_scan.pipeline.steps import station


@contextmanager
def open_engine(workers: int, packs: Path | None = None) -> Iterator[Executor]:
    """
    Open a pool of spawned processes with the packs loaded.

    The seam is `concurrent.futures.Executor`: what runs above never asks which one it is.
    A pool that lost a process is broken for good and is opened again by the caller.
    """
    pool = ProcessPoolExecutor(
        max_workers=workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=prepare_worker,
        initargs=(packs, os.getpid()),
    )
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def prepare_worker(packs: Path | None, parent: int) -> None:
    """Runs in the worker: one thread a process, packs loaded, Ctrl-C left to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with(parent)
    cv2.setNumThreads(1)
    station(packs)


def _end_with(parent: int) -> None:
    """Ask the kernel to end this worker when the parent is killed, so that none is left over."""
    if not Path("/proc/self").exists():
        return
    import ctypes  # only here, and only on Linux

    PR_SET_PDEATHSIG = 1  # prctl(2)
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was killed before the call above
        os._exit(1)

"""A process of its own that loads a record and is killed on the way; run by test_crash.py."""

from __future__ import annotations

import os
import signal
from typing import Any

from sqlalchemy import event

from cpims_scan.central.load import load
from cpims_scan.central.plan import LoadPlan
from cpims_scan.store.database import open_database

COMMIT, AFTER = "commit", "after"


def load_and_die(url: str, plan: LoadPlan, when: str | int) -> None:
    """
    Load a record and be killed with SIGKILL.

    Args:
        url: Of the central database.
        plan: The record.
        when: At the n-th statement, at the `commit`, or `after` everything, before a work row
            could say that the record is loaded.
    """
    central = open_database(url)
    seen = 0

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == when:
            os.kill(os.getpid(), signal.SIGKILL)

    def die(_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    event.listen(central.engine, "before_cursor_execute", count)
    if when == COMMIT:
        event.listen(central.engine, "commit", die)
    load(central, plan)
    os.kill(os.getpid(), signal.SIGKILL)

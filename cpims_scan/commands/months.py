"""A month as a person types it."""

from __future__ import annotations

import re

from cpims_scan.errors import WrongUseError

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def month_of(typed: str) -> str:
    """
    A month as it is stored, YYYY-MM.

    Raises:
        WrongUseError: It is no month.
    """
    if not MONTH.fullmatch(typed):
        raise WrongUseError(f"--month {typed}: write it as YYYY-MM, for instance 2026-10.")
    return typed

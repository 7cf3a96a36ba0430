"""Where tables are printed: as wide as the terminal, and wide enough when there is none."""

from __future__ import annotations

import sys

from rich.console import Console

# A file or a pipe has no width; the widest table, the caseload, needs this many columns.
WIDTH_WITHOUT_TERMINAL = 132


def console() -> Console:
    """The console for results, on stdout."""
    width = None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(width=width, highlight=False)

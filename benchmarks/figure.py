"""One measured figure, and the line that is printed of it beside what was asked."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """
    What was measured, on how much, beside what is asked or what a peer reaches.

    Attributes:
        what: In plain words, conditions included.
        n: Of what: "6,102 boxes".
        measured: As printed, with its unit; ranges as `p50 / p95 / max`.
        asked: As printed; "" for a peer's line.
        is_reached: None where nothing is asked.
    """

    what: str
    n: str
    measured: str
    asked: str = ""
    is_reached: bool | None = None


def show(figures: Iterable[Figure]) -> None:
    """Print figures as they come, one a line."""
    for figure in figures:
        verdict = {None: "", True: "reached", False: "SHORT"}[figure.is_reached]
        sys.stdout.write(
            f"{figure.what:<60} {figure.n:>16}  {figure.measured:<28} "
            f"{figure.asked:<18} {verdict}\n"
        )
        sys.stdout.flush()

"""What a run is told from outside, read once at the door and passed down."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cpims_scan.errors import WrongUseError

DEFAULT_WORKSPACE = Path("cpims-workspace")
# Double keying leaves 0.14 % of fields wrong (pooled, 95 % interval 0.08 to 0.20): Garza et al.,
# Error rates of data processing methods in clinical research, a meta-analysis, 2025.
ACCURACY_TARGET = 0.0014
LEAST_WRONG = 0.01  # in 1,000: no sample is large enough to prove less
# A return of 160 accepted numbers gives three to check: about a quarter of a minute.
SAMPLE_SHARE = 0.02
UNKNOWN_CPIMS_USER = 404  # CPIMS's own default for "nobody knows who"


@dataclass(frozen=True, slots=True)
class Settings:
    """
    Where things are and how much a run may use.

    Attributes:
        workspace: Folder of both SQLite databases, the page store, the inbox and the keys.
        database: SQLAlchemy URL of the work database.
        central: SQLAlchemy URL of the central database.
        packs: A folder with `form_templates/` and `validators/`, or None for the bundled packs.
        workers: Processes that read pages.
        lease_seconds: How long a claimed page stays with one worker.
        task_lease_seconds: How long a review task stays with one person.
        cpims_user: Id of the CPIMS account that loaded rows are entered under.
        form_approval: Who approved our printed editions, and when, in the words that are printed
            on them; None while nobody has.
        accuracy_target: Share wrong that is allowed among accepted fields, 0..1.
        sample_share: Share of accepted answers that people check blind, 0..1; 0 checks none.
    """

    workspace: Path
    database: str
    central: str
    packs: Path | None = None
    workers: int = 1
    lease_seconds: float = 120.0
    task_lease_seconds: float = 900.0
    cpims_user: int = UNKNOWN_CPIMS_USER
    form_approval: str | None = None
    accuracy_target: float = ACCURACY_TARGET
    sample_share: float = SAMPLE_SHARE

    @property
    def page_store(self) -> Path:
        """Folder of the page pictures and their crops, by content."""
        return self.workspace / "pages"


def load_settings(
    workspace: Path | None = None,
    database: str | None = None,
    central: str | None = None,
    packs: Path | None = None,
    workers: int | None = None,
) -> Settings:
    """Combine what the command line says with the environment; the command line wins."""
    room = workspace or Path(os.environ.get("CPIMS_SCAN_WORKSPACE", DEFAULT_WORKSPACE))
    room = room.absolute()
    packs_named = os.environ.get("CPIMS_SCAN_PACKS")
    return Settings(
        workspace=room,
        database=database or os.environ.get("CPIMS_SCAN_DATABASE", f"sqlite:///{room}/work.sqlite"),
        central=central or os.environ.get("CPIMS_SCAN_CENTRAL", f"sqlite:///{room}/central.sqlite"),
        packs=packs or (Path(packs_named) if packs_named else None),
        workers=workers or min(os.cpu_count() or 1, 8),
        cpims_user=_number("CPIMS_SCAN_CPIMS_USER", UNKNOWN_CPIMS_USER),
        form_approval=os.environ.get("CPIMS_SCAN_FORM_APPROVAL", "").strip() or None,
        accuracy_target=_share(
            "CPIMS_SCAN_WRONG_IN_1000", 1000 * ACCURACY_TARGET, 1000, LEAST_WRONG
        ),
        sample_share=_share("CPIMS_SCAN_SAMPLE_SHARE", SAMPLE_SHARE, 1),
    )


def _number(name: str, otherwise: int) -> int:
    said = os.environ.get(name)
    if said is None:
        return otherwise
    if not said.isdigit():
        raise WrongUseError(f"{name} is set to '{said}'. Set it to a whole number.")
    return int(said)


def _share(name: str, otherwise: float, of: int, least: float = 0.0) -> float:
    """A number from `least` up to `of`, as a share of it."""
    said = os.environ.get(name, str(otherwise))
    try:
        number = float(said)
    except ValueError:
        number = -1.0
    if not least <= number <= of:
        raise WrongUseError(f"{name} is set to '{said}'. Set it to a number from {least} to {of}.")
    return number / of

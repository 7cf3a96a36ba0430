"""What a run is told from outside, read once at the door and passed down."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cpims_scan.errors import WrongUseError

DEFAULT_WORKSPACE = Path("cpims-workspace")
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
    """

    workspace: Path
    database: str
    central: str
    packs: Path | None = None
    workers: int = 1
    lease_seconds: float = 120.0
    task_lease_seconds: float = 900.0
    cpims_user: int = UNKNOWN_CPIMS_USER

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
    )


def _number(name: str, otherwise: int) -> int:
    said = os.environ.get(name)
    if said is None:
        return otherwise
    if not said.isdigit():
        raise WrongUseError(f"{name} is set to '{said}'. Set it to a whole number.")
    return int(said)

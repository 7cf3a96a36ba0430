"""Files sent from a browser wait here until a worker opens them: a request reads no page itself."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from cpims_scan.domain.paper import BatchContext
from cpims_scan.errors import InputError, StoreError
from cpims_scan.pipeline.arrive import Received, receive
from cpims_scan.pipeline.engine import Engine, is_alive
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.arrivals import escape_name
from cpims_scan.store.batches import open_batch

LARGEST_BYTES = 200 * 1024 * 1024  # of one file; as the intake has it
ABOUT = "about.json"
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as a browser sends it."""

    name: str
    stream: BinaryIO


def put(
    place: Workplace, sent: list[Sent], batch: str | None, context: BatchContext, by: str
) -> str:
    """
    Keep sent files until a worker takes them in; returns the name of their batch.

    A parcel becomes visible to workers only when all its files are whole on disk.

    Raises:
        InputError: A file is larger than is taken.
        StoreError: The inbox cannot be written.
    """
    with place.db.begin() as session:
        name = open_batch(session, batch, context, by, place.now()).name
    parcel = place.settings.workspace / "inbox" / f"{uuid.uuid4()}.part"
    try:
        parcel.mkdir(parents=True, mode=0o700)
        names = [_write(file, parcel / f"{i:04d}") for i, file in enumerate(sent)]
        about = {"batch": name, "names": names, "context": asdict(context), "by": by}
        (parcel / ABOUT).write_text(json.dumps(about), encoding="utf-8")
        parcel.rename(parcel.with_suffix(""))
    except OSError as error:
        shutil.rmtree(parcel, ignore_errors=True)
        raise StoreError(f"The inbox cannot be written: {error.strerror}. Try again.") from error
    except InputError:
        shutil.rmtree(parcel, ignore_errors=True)
        raise
    return name


def take_parcels(place: Workplace, engine: Engine) -> list[Received]:
    """
    Take every whole parcel into its batch; it is removed after its pages are entered.

    A worker first puts its process number on a parcel, so that no two take the same; one that
    a killed worker had is taken again.
    """
    inbox = place.settings.workspace / "inbox"
    received: list[Received] = []
    for parcel in sorted(p for p in inbox.glob("*") if _is_free(p)):
        mine = parcel.with_suffix(f".{os.getpid()}")
        try:
            parcel.rename(mine)
        except FileNotFoundError:  # another worker was quicker
            continue
        received += _take(place, engine, mine)
        shutil.rmtree(mine)
    return received


def _is_free(parcel: Path) -> bool:
    holder = parcel.suffix.removeprefix(".")
    return parcel.is_dir() and (not holder or (holder.isdigit() and not is_alive(int(holder))))


def _take(place: Workplace, engine: Engine, parcel: Path) -> list[Received]:
    about = json.loads((parcel / ABOUT).read_text(encoding="utf-8"))
    received = []
    for index, name in enumerate(about["names"]):
        held = parcel / f"{index:04d}"
        # The store goes by a file's ending; nothing else of a sent name reaches the disk.
        named = held.with_suffix(Path(name).suffix.lower())
        if held.exists():
            held.rename(named)
        received.append(receive(place, engine, about["batch"], named, shown_as=name))
    return received


def _write(file: Sent, target: Path) -> str:
    size = 0
    with target.open("wb") as sink:
        while chunk := file.stream.read(CHUNK):
            size += len(chunk)
            if size > LARGEST_BYTES:
                raise InputError(
                    f"{escape_name(file.name)}: the file is larger than 200 MB. "
                    "Scan fewer sheets into one file."
                )
            sink.write(chunk)
    return escape_name(Path(file.name).name)

"""Files that a county sends in pieces over a bad line: what was received stays received."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from cpims_scan.domain.paper import BatchContext
from cpims_scan.errors import InputError, StoreError
from cpims_scan.store.arrivals import escape_name
from cpims_scan.store.office_tables import UploadRow
from cpims_scan.store.pages import PageStore
from cpims_scan.store.states import UploadState

LARGEST = 200 * 1024 * 1024  # bytes, security.md section 3
CHUNK = 1 << 20
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What the sender says about a file before sending it; `sha256` is checked at the end."""

    sha256: str
    name: str
    size: int
    by: str
    context: BatchContext


def begin_upload(session: Session, new: NewUpload, now: dt.datetime) -> UploadRow:
    """
    Begin an upload, or go on with the one this sender began of the same file.

    Raises:
        InputError: The file is empty or too large, or its digest is none.
    """
    if not SHA256.fullmatch(new.sha256):
        raise InputError("The digest of the file is not a SHA-256. Send the file again.")
    if not 0 < new.size <= LARGEST:
        megabytes = LARGEST // (1024 * 1024)
        raise InputError(f"The file is empty or larger than {megabytes} MB. Send it in parts.")
    known = session.scalars(
        select(UploadRow).where(
            UploadRow.sha256 == new.sha256,
            UploadRow.by == new.by,
            UploadRow.size == new.size,
            UploadRow.state == UploadState.RECEIVING,
        )
    ).first()
    if known is not None:
        return known
    row = UploadRow(
        id=str(uuid.uuid4()),
        sha256=new.sha256,
        name=escape_name(new.name),
        size=new.size,
        received=0,
        state=UploadState.RECEIVING,
        office=new.context.office,
        month=new.context.month,
        by=new.by,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row


def find_upload(session: Session, upload_id: str, by: str) -> UploadRow | None:
    """An upload of this sender, or None; nobody sees another's."""
    return session.scalars(
        select(UploadRow).where(UploadRow.id == upload_id, UploadRow.by == by)
    ).one_or_none()


def receive(
    session: Session,
    store: PageStore,
    upload: UploadRow,
    piece: tuple[int, bytes],
    now: dt.datetime,
) -> int:
    """
    Write one piece (offset, bytes) and enter how far the file is safe on disk.

    A piece that came before is taken again without harm; one that leaves a gap is refused.

    Returns:
        Number of bytes received from the start: where the sender goes on.

    Raises:
        InputError: The piece leaves a gap, or goes beyond the file's size.
        StoreError: The store cannot be written.
    """
    session.refresh(upload, with_for_update=True)
    offset, data = piece
    if upload.state != UploadState.RECEIVING:
        return upload.received
    if offset < 0 or offset > upload.received:
        raise InputError(f"A piece is missing: go on from byte {upload.received}.")
    if offset + len(data) > upload.size:
        raise InputError("More came than the file has. Begin the upload again.")
    _write(store.upload_part(upload.id), offset, data)
    upload.received = max(upload.received, offset + len(data))
    upload.updated_at = now
    session.flush()
    return upload.received


def complete(
    session: Session, store: PageStore, upload: UploadRow, now: dt.datetime
) -> Path | None:
    """
    Check that all pieces together are the file that was announced.

    Returns:
        Where it lies until it is taken in and `forget_part` removes it. None when its digest
        differs: then the upload begins again from byte 0.

    Raises:
        InputError: Pieces are still missing.
    """
    session.refresh(upload, with_for_update=True)
    if upload.received != upload.size:
        raise InputError(f"A piece is missing: go on from byte {upload.received}.")
    part = store.upload_part(upload.id)
    if _sha256(part) != upload.sha256:
        upload.received, upload.updated_at = 0, now
        session.flush()
        return None
    upload.state, upload.updated_at = UploadState.DONE, now
    session.flush()
    return part


def forget_part(store: PageStore, upload_id: str) -> None:
    """Remove the gathered pieces, after the file is in the store and committed."""
    store.upload_part(upload_id).unlink(missing_ok=True)


def _write(part: Path, offset: int, data: bytes) -> None:
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "wb") as sink:
            sink.seek(offset)
            sink.write(data)
            sink.flush()
            os.fsync(sink.fileno())
    except OSError as error:
        raise StoreError(f"The upload cannot be kept: {error.strerror}.") from error


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise StoreError(f"The upload cannot be read back: {error.strerror}.") from error
    return digest.hexdigest()

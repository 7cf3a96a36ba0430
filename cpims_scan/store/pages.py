"""The only door to page bytes on disk: stored by content, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cpims_scan.errors import InputError, StoreError
from cpims_scan.store.folders import make_private

CHUNK = 1 << 20  # bytes copied at a time
PRIVATE_FILE = 0o600
DIGEST = re.compile(r"[0-9a-f]{64}")
# Kept for programs that go by it; a name from outside never gets further than this.
SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store: where it lies, its digest, its size in bytes, its suffix."""

    path: Path
    sha256: str
    size: int
    suffix: str


@dataclass(frozen=True, slots=True)
class PageStore:
    """Files as they came in and the pictures cut from their pages, under one folder."""

    root: Path

    def keep(self, source: Path) -> StoredFile:
        """
        Copy a file into the store under its digest; the source stays as it is.

        The bytes are written beside their place, synced, and moved there in one step: a power
        cut leaves the whole file or none. A file that is there already is read again, and
        replaced when a failing disk has changed it.

        Raises:
            InputError: The source cannot be read.
            StoreError: The store cannot be written.
        """
        suffix = _suffix(source)
        folder = self._folder("files")
        with _part(folder) as (part, sink):
            sha256, size = _copy(source, sink)
            target = self._path("files", sha256, suffix)
            if not _holds(target, sha256):
                _move(part, target)
        return StoredFile(target, sha256, size, suffix)

    def file(self, sha256: str, suffix: str) -> Path:
        """Where a kept file lies."""
        if not SUFFIX.fullmatch(suffix) and suffix != "":
            raise StoreError(f"{suffix!r} is not the ending of a kept file.")
        return self._path("files", sha256, suffix)

    def crops(self, content: str) -> Path:
        """Where the pictures cut from a page lie or will lie; its folder is made."""
        path = self._path("crops", content, ".crops")
        make_private(path.parent)
        return path

    def upload_part(self, upload_id: str) -> Path:
        """Where the pieces of an upload are gathered; its folder is made."""
        if not re.fullmatch(r"[0-9a-f-]{36}", upload_id):
            raise StoreError("This is not the number of an upload.")
        return self._folder("uploads") / f"{upload_id}.part"

    def is_whole(self, sha256: str, suffix: str) -> bool:
        """Whether a kept file, read back from disk, still has the digest it is named for."""
        return _holds(self.file(sha256, suffix), sha256)

    def discard_source(self, source: Path, stored: StoredFile) -> bool:
        """
        Remove a source file, when its kept copy reads back equal; call it after the commit.

        Returns:
            False when the source is no longer what was kept, or the copy is damaged: then
            both stay.
        """
        if not _holds(source, stored.sha256) or not _holds(stored.path, stored.sha256):
            return False
        try:
            source.unlink()
        except OSError as error:
            raise StoreError(f"{source}: cannot be removed: {error.strerror}.") from error
        return True

    def _folder(self, name: str) -> Path:
        return make_private(self.root / name)

    def _path(self, name: str, digest: str, suffix: str) -> Path:
        if not DIGEST.fullmatch(digest):
            raise StoreError("This is not the digest of a page or file.")
        return self.root / name / digest[:2] / f"{digest}{suffix}"


def _suffix(source: Path) -> str:
    suffix = source.suffix.lower()
    return suffix if SUFFIX.fullmatch(suffix) else ""


@contextmanager
def _part(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    part = folder / f".part-{secrets.token_hex(8)}"
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as sink:
            yield part, sink
    except OSError as error:
        raise StoreError(
            f"{folder}: the page store cannot be written: {error.strerror}."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, sink: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        digest.update(chunk)
        size += len(chunk)
        sink.write(chunk)
    sink.flush()
    os.fsync(sink.fileno())
    return digest.hexdigest(), size


def _chunks(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except OSError as error:
        raise InputError(f"{source}: cannot be read: {error.strerror}.") from error


def _move(part: Path, target: Path) -> None:
    make_private(target.parent)
    part.replace(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Without this a power cut may forget the name of a file that is safe itself."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _holds(file: Path, sha256: str) -> bool:
    if not file.is_file():
        return False
    digest = hashlib.sha256()
    for chunk in _chunks(file):
        digest.update(chunk)
    return digest.hexdigest() == sha256

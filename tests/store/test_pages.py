"""Bytes in the page store are whole or absent, and nothing outside of it is touched."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from cpims_scan.errors import InputError, StoreError
from cpims_scan.store.pages import PageStore

DIGEST = "ab" * 32


@pytest.fixture
def store(tmp_path: Path) -> PageStore:
    """An empty page store."""
    return PageStore(tmp_path / "pages")


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A file to be kept, larger than one copied piece."""
    file = tmp_path / "Scan 01.PDF"
    file.write_bytes(b"%PDF-1.4 " + os.urandom(3_000_000))
    return file


def everything(folder: Path) -> list[Path]:
    """All files below a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_keep__copies_under_the_digest(store: PageStore, scan: Path) -> None:
    """The file lies under its own digest, byte by byte, and the source stays."""
    stored = store.keep(scan)

    digest = hashlib.sha256(scan.read_bytes()).hexdigest()
    assert stored.path == store.root / "files" / digest[:2] / f"{digest}.pdf"
    assert stored.path.read_bytes() == scan.read_bytes()
    assert (stored.sha256, stored.size, stored.suffix) == (digest, scan.stat().st_size, ".pdf")
    assert store.file(digest, ".pdf") == stored.path


def test_keep__same_bytes_twice_are_one_file(store: PageStore, scan: Path) -> None:
    """A file that comes again is not stored again, and leaves nothing beside it."""
    first, second = store.keep(scan), store.keep(scan)

    assert first == second
    assert everything(store.root) == [first.path]


def test_keep__damaged_copy_is_replaced(store: PageStore, scan: Path) -> None:
    """A copy that a failing disk changed is written anew."""
    stored = store.keep(scan)
    stored.path.write_bytes(b"rotten")
    assert not store.is_whole(stored.sha256, ".pdf")

    store.keep(scan)

    assert store.is_whole(stored.sha256, ".pdf")


def test_keep__folders_and_files_are_private(store: PageStore, scan: Path) -> None:
    """Nobody but the program's own user may look in."""
    stored = store.keep(scan)
    crops = store.crops(DIGEST)

    folders = [store.root, store.root / "files", stored.path.parent, crops.parent]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert stat.S_IMODE(stored.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("wrong", [errno.ENOSPC, errno.EIO], ids=["full", "i/o"])
@pytest.mark.parametrize("call", ["fsync", "open"])
def test_keep__failing_disk_leaves_nothing_half(
    store: PageStore, scan: Path, monkeypatch: pytest.MonkeyPatch, wrong: int, call: str
) -> None:
    """A full or failing disk is one sentence, and no half file stays."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(wrong, os.strerror(wrong))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, fail)
        with pytest.raises(StoreError, match="cannot be written"):
            store.keep(scan)

    assert everything(store.root) == []


def test_keep__unreadable_source_is_the_sources_fault(store: PageStore, tmp_path: Path) -> None:
    """A source that is gone is bad input, not a broken store."""
    with pytest.raises(InputError, match="cannot be read"):
        store.keep(tmp_path / "gone.pdf")

    assert everything(store.root) == []


@pytest.mark.parametrize("name", ["x.p/../f", "x", "x.verylongsuffix", "x.a b", "x.é"])
def test_keep__odd_suffix_is_dropped(store: PageStore, tmp_path: Path, name: str) -> None:
    """Only a plain short suffix gets into a file name."""
    source = tmp_path / Path(name).name
    source.write_bytes(b"x")

    assert store.keep(source).suffix == ""


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "AB" * 32, DIGEST + "/x", "ab"])
def test_paths__only_digests_lead_anywhere(store: PageStore, digest: str) -> None:
    """Nothing but a digest names a place in the store."""
    with pytest.raises(StoreError):
        store.file(digest, ".pdf")
    with pytest.raises(StoreError):
        store.crops(digest)
    with pytest.raises(StoreError):
        store.upload_part(digest)


def test_file__only_plain_suffixes(store: PageStore) -> None:
    """A suffix cannot climb out of the store."""
    with pytest.raises(StoreError):
        store.file(DIGEST, "/../../x")


def test_discard_source__after_reading_back(store: PageStore, scan: Path) -> None:
    """A source goes when its kept copy reads back equal."""
    stored = store.keep(scan)

    assert store.discard_source(scan, stored)
    assert not scan.exists()
    assert store.is_whole(stored.sha256, stored.suffix)


def test_discard_source__damaged_copy_keeps_the_source(store: PageStore, scan: Path) -> None:
    """When the copy does not read back, the source is the only one and stays."""
    stored = store.keep(scan)
    stored.path.write_bytes(b"rotten")

    assert not store.discard_source(scan, stored)
    assert scan.exists()


def test_discard_source__source_that_grew_stays(store: PageStore, scan: Path) -> None:
    """A copier that was still writing loses nothing."""
    stored = store.keep(scan)
    with scan.open("ab") as more:
        more.write(b"more")

    assert not store.discard_source(scan, stored)
    assert scan.exists()

"""Scan files to pages: PDF, multi-page TIFF, JPEG, PNG and folders of them, with bounded sizes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cpims_scan.domain.paper import PageImage
from cpims_scan.errors import InputError
from cpims_scan.imaging.pdf import PdfPages
from cpims_scan.imaging.pictures import (
    JPEG_MAGIC,
    PNG_MAGIC,
    TIFF_MAGIC,
    Where,
    check_size,
    content_of_pixels,
    declared_dpi,
    decode_frame,
    decode_jpeg,
    make_page,
    open_picture,
)

SUFFIXES = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png")
MEGABYTE = 1_000_000
MAX_FILE_MEGABYTES = 200
MAX_PAGES = 500
PDF_MAGIC = b"%PDF-"
MAGIC_BYTES = 1024  # a PDF's mark may stand anywhere in its first kilobyte


class _Pages(Protocol):
    count: int

    def page(self, number: int) -> PageImage: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What is known of a page before it is read; a page with an `error` has no content."""

    number: int
    content: str | None
    width: int
    height: int
    dpi: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ScanFile:
    """An open scan file: its digest, and its pages one at a time."""

    path: Path
    sha256: str
    page_count: int
    _pages: _Pages

    def page(self, number: int) -> PageImage:
        """
        Decode one page, 1-based.

        Raises:
            InputError: There is no such page, or it is damaged, too large or too coarse.
        """
        if not 1 <= number <= self.page_count:
            raise InputError(
                f"{self.path.name}: there is no page {number}; the file has {self.page_count}."
            )
        return self._pages.page(number)


def find_scans(paths: list[Path]) -> list[Path]:
    """
    Expand folders (all levels, hidden files left out) into scan files, each once, sorted by name.

    Raises:
        InputError: A path is missing, unreadable, or a folder without a single scan.
    """
    found: dict[Path, None] = {}
    for path in paths:
        for file in _expand(path):
            found.setdefault(file, None)
    return list(found)


@contextmanager
def open_scan(path: Path) -> Iterator[ScanFile]:
    """
    Open a scan file by what it holds, whatever its name says.

    Raises:
        InputError: One sentence: what is wrong with the file, and what to do next.
    """
    start = _check_file(path)
    pages = _open_pages(path, start)
    try:
        if pages.count < 1:
            raise InputError(f"{path.name}: the file has no pages. Scan the sheets again.")
        if pages.count > MAX_PAGES:
            raise InputError(
                f"{path.name}: the file has {pages.count} pages, more than {MAX_PAGES}. Split it."
            )
        yield ScanFile(path, _sha256(path), pages.count, pages)
    finally:
        pages.close()


def list_pages(path: Path) -> list[PageInfo]:
    """
    Say what pages a file has; a bad page carries its error and does not stop the others.

    Raises:
        InputError: The file itself cannot be opened.
    """
    with open_scan(path) as scan:
        return [_page_info(scan, number) for number in range(1, scan.page_count + 1)]


def _page_info(scan: ScanFile, number: int) -> PageInfo:
    try:
        page = scan.page(number)
    except InputError as error:
        return PageInfo(number, None, 0, 0, 0.0, str(error))
    height, width = page.pixels.shape
    return PageInfo(number, page.content, width, height, page.dpi)


def _expand(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            _check_file(path)
            return [path]
        files = sorted(
            file
            for file in path.rglob("*")
            if file.suffix.lower() in SUFFIXES
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
            and file.is_file()
        )
        # rglob passes over what it may not enter; an unreadable folder must be heard of.
        list(path.iterdir())
    except PermissionError as error:
        raise InputError(
            f"{path}: this folder or file may not be read. Ask for the right to read it."
        ) from error
    if not files:
        kinds = ", ".join(SUFFIXES)
        raise InputError(f"{path}: no scan in this folder. Scans end in {kinds}.")
    return files


def _check_file(path: Path) -> bytes:
    """Check a file's presence and size; return its first bytes."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError(f"{path}: this is a folder, not a scan. Name the files in it.")
        if size == 0:
            raise InputError(f"{path.name}: the file is empty (0 bytes). Copy or scan it again.")
        if size > MAX_FILE_MEGABYTES * MEGABYTE:
            raise InputError(
                f"{path.name}: the file has {size // MEGABYTE} MB, more than "
                f"{MAX_FILE_MEGABYTES} MB. Split it, or scan at 300 dpi."
            )
        with path.open("rb") as stream:
            return stream.read(MAGIC_BYTES)
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file or folder. Check the name.") from error
    except PermissionError as error:
        raise InputError(
            f"{path}: this file may not be read. Ask for the right to read it."
        ) from error
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read. Copy it again.") from error


def _open_pages(path: Path, start: bytes) -> _Pages:
    if PDF_MAGIC in start:
        return PdfPages(path)
    if start.startswith(TIFF_MAGIC):
        return _FramePages(path)
    if start.startswith(JPEG_MAGIC):
        return _JpegPages(path)
    if start.startswith(PNG_MAGIC):
        return _FramePages(path)
    raise InputError(
        f"{path.name}: this is no PDF, TIFF, JPEG or PNG, whatever its name says. "
        "Save the scan as one of these."
    )


class _JpegPages:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 1

    def page(self, number: int) -> PageImage:
        where = Where(self.path, number)
        data = self.path.read_bytes()
        grey, chroma = decode_jpeg(data, where)
        dpi = declared_dpi(open_picture(data, where))
        return make_page(hashlib.sha256(data).hexdigest(), grey, chroma, dpi, where)

    def close(self) -> None:
        pass


class _FramePages:
    """A PNG, or the frames of a TIFF, one at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._picture = open_picture(path, Where(path))
        try:
            # Counting walks the directory of frames; a cut-off file fails here.
            self.count = int(getattr(self._picture, "n_frames", 1))
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            self._picture.close()
            raise InputError(f"{path.name}: the file is cut off. Copy or scan it again.") from error

    def page(self, number: int) -> PageImage:
        where = Where(self.path, number)
        try:
            self._picture.seek(number - 1)
        except (OSError, ValueError, EOFError) as error:
            raise InputError(f"{where}: this page is damaged. Scan the sheet again.") from error
        check_size(*self._picture.size, where)
        grey, chroma = decode_frame(self._picture, where)
        dpi = declared_dpi(self._picture)
        return make_page(content_of_pixels(grey, chroma), grey, chroma, dpi, where)

    def close(self) -> None:
        self._picture.close()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

"""Single pictures (JPEG, PNG, TIFF pages) to grey pixels, half-size colour and dots per inch."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from cpims_scan.domain.paper import PageImage, Pixels
from cpims_scan.errors import InputError

MEGAPIXEL = 1_000_000
# A4 at 600 dpi is 35 megapixels; a 541-byte file can claim 3600 (dependencies.md, bombs).
MAX_PAGE_MEGAPIXELS = 60
MIN_DPI = 100.0  # below, a 2 mm digit has fewer than 8 pixels
A4_LONG_INCH = 297 / 25.4
# Densities that programs write when they know nothing about paper.
SCREEN_DPI = (72.0, 96.0)
# Long side of paper that an office scans, inches: A6 (5.8) to A3 (16.5), with borders.
PAPER_LONG_INCH = (5.5, 18.5)

# A channel this far from the page's own neutral is colour, not JPEG noise (0..255).
COLOUR_DEVIATION = 14
# A page has colour when this share of half-size pixels has: one blue signature is 0.0004.
COLOUR_SHARE = 0.0001

JPEG_MAGIC = b"\xff\xd8\xff"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
TIFF_MAGIC = (b"II*\x00", b"MM\x00*")
JPEG_END = b"\xff\xd9"
# Phones append notes of their own after a JPEG's end.
JPEG_TAIL_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Where:
    """The file and page that a sentence is about."""

    path: Path
    number: int = 1

    def __str__(self) -> str:
        return f"{self.path.name}, page {self.number}"


def make_page(
    content: str, grey: Pixels, chroma: Pixels | None, declared_dpi: float | None, where: Where
) -> PageImage:
    """
    Put a page together and say what its resolution is.

    Raises:
        InputError: Less than 100 effective dpi.
    """
    dpi = effective_dpi(grey.shape[1], grey.shape[0], declared_dpi)
    if dpi < MIN_DPI:
        raise InputError(
            f"{where}: the picture has about {dpi:.0f} dots per inch, too few to read "
            f"(at least {MIN_DPI:.0f}). Scan the sheet again at 200 or 300 dpi."
        )
    return PageImage(content, np.ascontiguousarray(grey), chroma, dpi)


def effective_dpi(width: int, height: int, declared: float | None) -> float:
    """Dots per inch as declared when that makes a sheet of paper, else as if it were A4."""
    long_side = max(width, height)
    if declared and not any(abs(declared - screen) < 1 for screen in SCREEN_DPI):
        low, high = PAPER_LONG_INCH
        if low <= long_side / declared <= high:
            return float(declared)
    return long_side / A4_LONG_INCH


def check_size(width: int, height: int, where: Where) -> None:
    """
    Refuse a picture that is too large, before anything is decoded.

    Raises:
        InputError: More than 60 megapixels, or no pixels at all.
    """
    if width < 1 or height < 1:
        raise InputError(f"{where}: the picture has no pixels. Scan the sheet again.")
    if width * height > MAX_PAGE_MEGAPIXELS * MEGAPIXEL:
        raise InputError(
            f"{where}: the picture has {width} x {height} pixels, more than "
            f"{MAX_PAGE_MEGAPIXELS} megapixels. Scan the sheet at 300 dpi."
        )


def decode_jpeg(
    data: bytes, where: Where, honour_exif: bool = True
) -> tuple[Pixels, Pixels | None]:
    """
    Decode a JPEG to grey (H, W) and half-size colour, or None when it has none.

    Raises:
        InputError: It is damaged, cut off or too large.
    """
    picture = open_picture(data, where)
    check_size(*picture.size, where)
    if data.rfind(JPEG_END) < len(data) - JPEG_TAIL_BYTES:
        _load(picture, where)
    channels = cv2.IMREAD_GRAYSCALE if picture.mode == "L" else cv2.IMREAD_COLOR
    flags = channels | (0 if honour_exif else cv2.IMREAD_IGNORE_ORIENTATION)
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if decoded is None:
        raise InputError(f"{where}: the picture is damaged. Scan the sheet again.")
    return split_colour(cast(Pixels, decoded))


def split_colour(decoded: Pixels) -> tuple[Pixels, Pixels | None]:
    """Split grey (H, W) or BGR (H, W, 3) pixels into grey and half-size Cr/Cb, None if neutral."""
    if decoded.ndim == 2:
        return decoded, None
    height, width = decoded.shape[:2]
    half = cv2.resize(
        decoded, (max(width // 2, 1), max(height // 2, 1)), interpolation=cv2.INTER_AREA
    )
    chroma = cast(Pixels, cv2.cvtColor(half, cv2.COLOR_BGR2YCrCb)[:, :, 1:].copy())
    grey = cv2.cvtColor(decoded, cv2.COLOR_BGR2GRAY)
    return cast(Pixels, grey), chroma if has_colour(chroma) else None


def has_colour(chroma: Pixels) -> bool:
    """Whether enough pixels differ from the page's own neutral tint."""
    red, blue = np.median(chroma[::8, ::8].reshape(-1, 2), axis=0)
    low = (float(red) - COLOUR_DEVIATION, float(blue) - COLOUR_DEVIATION)
    high = (float(red) + COLOUR_DEVIATION, float(blue) + COLOUR_DEVIATION)
    total = chroma.shape[0] * chroma.shape[1]
    coloured = total - cv2.countNonZero(cv2.inRange(chroma, low, high))
    return bool(coloured > COLOUR_SHARE * total)


def open_picture(data: bytes | Path, where: Where) -> Image.Image:
    """
    Read a picture's header only.

    Raises:
        InputError: It is no picture, or claims to be absurdly large.
    """
    source = data if isinstance(data, Path) else io.BytesIO(data)
    try:
        with warnings.catch_warnings():
            # The size is checked by `check_size`, before any pixel is decoded.
            warnings.simplefilter("ignore")
            return Image.open(source)
    except Image.DecompressionBombError as error:
        raise InputError(
            f"{where}: the picture has more than {MAX_PAGE_MEGAPIXELS} megapixels. "
            "Scan the sheet at 300 dpi."
        ) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InputError(f"{where}: this is no readable picture. Scan the sheet again.") from error


def declared_dpi(picture: Image.Image) -> float | None:
    """Dots per inch that a picture's header states, or None."""
    dpi = picture.info.get("dpi")
    if not dpi:
        return None
    value = float(max(dpi))
    return value if value > 1 else None


def decode_frame(picture: Image.Image, where: Where) -> tuple[Pixels, Pixels | None]:
    """
    Decode the current frame of a PNG or TIFF, bilevel and 16-bit ones too, on white paper.

    Raises:
        InputError: It is damaged, cut off or too large.
    """
    check_size(*picture.size, where)
    _load(picture, where)
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I;16") or upright.mode in ("I", "F"):
        deep = np.asarray(upright).astype(np.float32)
        top = 65535.0 if deep.max() > 255 else 255.0
        return (deep * (255.0 / top)).clip(0, 255).astype(np.uint8), None
    if upright.mode in ("1", "L"):
        return np.asarray(upright.convert("L")), None
    if "A" in upright.mode or "transparency" in upright.info:
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright.convert("RGBA"))
    colour = np.asarray(upright.convert("RGB"))
    return split_colour(cast(Pixels, cv2.cvtColor(colour, cv2.COLOR_RGB2BGR)))


def content_of_pixels(grey: Pixels, chroma: Pixels | None) -> str:
    """sha256 of a page that exists as pixels only."""
    total = hashlib.sha256(f"{grey.shape}".encode())
    total.update(np.ascontiguousarray(grey).data)
    if chroma is not None:
        total.update(np.ascontiguousarray(chroma).data)
    return total.hexdigest()


def _load(picture: Image.Image, where: Where) -> None:
    try:
        picture.load()
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise InputError(
            f"{where}: the picture is cut off or damaged. Copy or scan it again."
        ) from error

"""The faces that forms are printed in, and where their files lie."""

from __future__ import annotations

import functools
from pathlib import Path

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
BUNDLED = Path(reportlab.__file__).parent / "fonts"

# Bitstream Vera comes with reportlab: it is there on every machine and may be embedded.
# Carlito has the widths of Calibri, DejaVu Sans the shapes of Tahoma, Liberation the widths of
# Helvetica and Times. Where one of these is missing, Vera is drawn into the width of the built-in
# face named last, so that every word still falls on its place and every face is embedded.
FACES = {
    "vera": ("Vera.ttf", "Helvetica"),
    "vera bold": ("VeraBd.ttf", "Helvetica-Bold"),
    "vera italic": ("VeraIt.ttf", "Helvetica-Oblique"),
    "vera bold italic": ("VeraBI.ttf", "Helvetica-BoldOblique"),
    "carlito": ("Carlito-Regular.ttf", "Helvetica"),
    "carlito bold": ("Carlito-Bold.ttf", "Helvetica-Bold"),
    "carlito italic": ("Carlito-Italic.ttf", "Helvetica-Oblique"),
    "carlito bold italic": ("Carlito-BoldItalic.ttf", "Helvetica-BoldOblique"),
    "dejavu": ("DejaVuSans.ttf", "Helvetica"),
    "dejavu bold": ("DejaVuSans-Bold.ttf", "Helvetica-Bold"),
    "helvetica": ("LiberationSans-Regular.ttf", "Helvetica"),
    "helvetica bold": ("LiberationSans-Bold.ttf", "Helvetica-Bold"),
    "helvetica bold italic": ("LiberationSans-BoldItalic.ttf", "Helvetica-BoldOblique"),
    "times": ("LiberationSerif-Regular.ttf", "Times-Roman"),
}
_STAND_INS = {
    "Helvetica": "Vera.ttf",
    "Helvetica-Bold": "VeraBd.ttf",
    "Helvetica-Oblique": "VeraIt.ttf",
    "Helvetica-BoldOblique": "VeraBI.ttf",
    "Times-Roman": "Vera.ttf",
}


@functools.cache
def embedded(name: str) -> str:
    """Name under which reportlab knows a face of FACES; registered once a process."""
    file_name, built_in = FACES[name]
    found = _file(file_name)
    pdfmetrics.registerFont(TTFont(name, str(found or BUNDLED / _STAND_INS[built_in])))
    return name


def natural_width(text: str, name: str, size: float) -> float:
    """How wide a word is in a face, in points; as its model's where the face is missing."""
    file_name, built_in = FACES[name]
    face = embedded(name) if _file(file_name) else built_in
    return float(pdfmetrics.stringWidth(text, face, size))


@functools.cache
def _file(file_name: str) -> Path | None:
    if (BUNDLED / file_name).exists():
        return BUNDLED / file_name
    for folder in FONT_FOLDERS:
        for file in folder.rglob(file_name) if folder.is_dir() else ():
            return file
    return None

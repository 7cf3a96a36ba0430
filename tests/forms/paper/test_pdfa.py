"""What makes a print an archive copy, looked for in the file itself."""

from __future__ import annotations

import re

import pypdfium2 as pdfium
import pytest

from cpims_scan.domain.paper import Box
from cpims_scan.forms.paper import primitives
from cpims_scan.forms.paper.draw import draw_pages
from cpims_scan.forms.paper.drawing import DrawnPage
from cpims_scan.forms.paper.pdfa import About


@pytest.fixture(scope="module")
def pages() -> list[DrawnPage]:
    """Two pages with words in three faces, a comb and a code."""
    inks = [
        primitives.words(20, 20, "title", "Trial"),
        primitives.words(20, 30, "text", "Date of birth"),
        primitives.words(20, 35, "text sw", "Tarehe ya kuzaliwa"),
        primitives.comb([Box(20 + 5 * i, 40, 5, 6) for i in range(8)]),
        primitives.Ink(bars=tuple(primitives.code_bars("CPIMS:TRIAL/1/1", 150, 20))),
    ]
    return [primitives.page((210, 297), inks)] * 2


@pytest.fixture(scope="module")
def copies(pages: list[DrawnPage]) -> bytes:
    """These pages as they are written when somebody prints them."""
    return draw_pages(pages, primitives.STYLES, About("Trial"), is_dated=True)


def test_pdf__is_an_archive_copy(copies: bytes) -> None:
    """PDF/A-2b says so of itself, and has a colour profile, an identity and its metadata plain."""
    assert copies.startswith(b"%PDF-1.7\n%")
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in copies
    assert re.search(rb"/OutputIntents \[ <<[^>]*/S /GTS_PDFA1", copies)
    assert re.search(rb"/ID\s*\n?\[<[0-9a-f]{32}><[0-9a-f]{32}>\]", copies)
    assert re.search(rb"/Metadata \d+ 0 R", copies)


def test_pdf__every_face_is_embedded(copies: bytes) -> None:
    """No face is left to the reader's machine."""
    faces = re.findall(rb"/BaseFont /(\S+)", copies)
    files = re.findall(rb"/FontFile2 \d+ 0 R", copies)

    assert len(faces) == len(set(faces)) == len(files) == 3
    assert all(b"BitstreamVera" in face for face in faces)


def test_pdf__has_nothing_transparent_or_moving(copies: bytes) -> None:
    """No transparency, no script, no encryption, nothing from outside the file."""
    forbidden = (
        b"/SMask",
        b"/CA ",
        b"/ca ",
        b"/JavaScript",
        b"/Encrypt",
        b"/EmbeddedFile",
        b"/AA ",
    )

    assert [word for word in forbidden if word in copies] == []


def test_pdf__streams_end_on_a_line_of_their_own(copies: bytes) -> None:
    """Every stream is as long as it says, and its end stands on a line of its own."""
    found = list(re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\n", copies))
    ends = [copies[m.end() + int(m[1]) :][:10] for m in found]

    assert len(found) >= 6
    assert set(ends) == {b"\nendstream"}


def test_pdf__says_alike_when_it_was_made(copies: bytes) -> None:
    """The moment in the file's own words is the moment in its metadata."""
    own = re.search(rb"/CreationDate \(D:(\d{14})\+00'00'\)", copies)
    said = re.search(rb"<xmp:CreateDate>([^<]*)\+00:00<", copies)

    assert own and said
    assert own[1].decode() == re.sub(r"\D", "", said[1].decode())


def test_pdf__opens_with_another_reader(copies: bytes) -> None:
    """The table of places was written anew rightly: every page is there and draws."""
    document = pdfium.PdfDocument(copies)
    darkest = [int(page.render(grayscale=True).to_numpy().min()) for page in document]
    document.close()

    assert len(darkest) == 2
    assert max(darkest) < 50


def test_pdf__without_a_date_is_the_same_file(pages: list[DrawnPage]) -> None:
    """A blank that is drawn again is the same, byte for byte."""
    drawn = [draw_pages(pages, primitives.STYLES, About("Trial")) for _ in range(2)]

    assert drawn[0] == drawn[1]


def test_pdf__title_may_hold_any_sign(pages: list[DrawnPage]) -> None:
    """Signs that XML keeps for itself are written as it wants them."""
    data = draw_pages(pages, primitives.STYLES, About("Boys & girls < 5"))

    assert b"Boys &amp; girls &lt; 5" in data

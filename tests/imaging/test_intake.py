"""Scan files become pages, or one clear sentence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cpims_scan.domain.paper import Pixels
from cpims_scan.errors import InputError
from cpims_scan.imaging.intake import find_scans, list_pages, open_scan

# A4 at 120 dpi keeps the tests quick.
WIDTH, HEIGHT, DPI = 992, 1403, 120


def page_pixels(seed: int = 1) -> Pixels:
    """Paper with a few black blocks, different for every seed."""
    rng = np.random.default_rng(seed)
    pixels = np.full((HEIGHT, WIDTH), 250, np.uint8)
    for x, y in rng.integers(50, 900, (30, 2)):
        pixels[y : y + 12, x : x + 60] = 20
    return pixels


def save(pixels: Pixels, file: Path, **how: object) -> Path:
    """Write a picture with its resolution."""
    Image.fromarray(pixels).save(file, dpi=(DPI, DPI), **how)  # type: ignore[arg-type]
    return file


def save_pdf(pages: list[Pixels], file: Path) -> Path:
    """Write pages as a PDF of JPEG scans."""
    pictures = [Image.fromarray(p) for p in pages]
    pictures[0].save(file, save_all=True, append_images=pictures[1:], resolution=DPI)
    return file


def message_of(file: Path) -> str:
    """The sentence with which a file, or its first page, is refused."""
    try:
        pages = list_pages(file)
    except InputError as error:
        return str(error)
    return str(pages[0].error)


def test_open_scan__jpeg_keeps_pixels_and_dpi(tmp_path: Path) -> None:
    """A JPEG file is one page of its own size and resolution."""
    file = save(page_pixels(), tmp_path / "a.jpg", quality=95)

    with open_scan(file) as scan:
        page = scan.page(1)

    assert (scan.page_count, page.pixels.shape, page.dpi) == (1, (HEIGHT, WIDTH), DPI)


def test_open_scan__pdf_gives_the_embedded_scan_as_it_is(tmp_path: Path) -> None:
    """A PDF page that is one image has the image's pixels, not a rendering at 300 dpi."""
    file = save_pdf([page_pixels(1), page_pixels(2)], tmp_path / "a.pdf")

    with open_scan(file) as scan:
        page = scan.page(2)

    assert (scan.page_count, page.pixels.shape, round(page.dpi)) == (2, (HEIGHT, WIDTH), DPI)


def test_content__jpeg_file_equals_pdf_that_holds_it(tmp_path: Path) -> None:
    """The same JPEG, bare or wrapped in a PDF, is the same content."""
    wrapped = save_pdf([page_pixels()], tmp_path / "a.pdf")
    data = wrapped.read_bytes()
    start = data.index(b"\xff\xd8\xff")
    bare = tmp_path / "a.jpg"
    bare.write_bytes(data[start : data.index(b"\xff\xd9", start) + 2])

    assert list_pages(wrapped)[0].content == list_pages(bare)[0].content


def test_open_scan__pdf_turn_is_honoured(tmp_path: Path) -> None:
    """A page with /Rotate 90 comes as a viewer shows it."""
    file = save_pdf([page_pixels()], tmp_path / "a.pdf")
    data = file.read_bytes()
    file.write_bytes(data.replace(b"/Type /Page\n", b"/Type /Page\n/Rotate 90\n", 1))

    with open_scan(file) as scan:
        page = scan.page(1)

    assert page.pixels.shape == (WIDTH, HEIGHT)


def test_open_scan__bilevel_tiff_with_two_pages(tmp_path: Path) -> None:
    """A fax-compressed TIFF gives its pages in black and white."""
    pages = [Image.fromarray(page_pixels(i)).convert("1") for i in (1, 2)]
    file = tmp_path / "a.tif"
    pages[0].save(
        file, save_all=True, append_images=pages[1:], compression="group4", dpi=(DPI, DPI)
    )

    with open_scan(file) as scan:
        second = scan.page(2)

    assert {0, 255} == set(np.unique(second.pixels).tolist())


def test_open_scan__exif_turn_of_a_phone_is_honoured(tmp_path: Path) -> None:
    """A camera's note that it was held sideways turns the page upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    file = save(page_pixels(), tmp_path / "a.jpg", exif=exif)

    with open_scan(file) as scan:
        assert scan.page(1).pixels.shape == (WIDTH, HEIGHT)


def test_open_scan__blue_ink_keeps_half_size_colour(tmp_path: Path) -> None:
    """A page with a blue line has chroma at half its size."""
    colour = np.dstack([page_pixels()] * 3)
    colour[700:706, 200:700] = (30, 40, 160)
    file = save(colour, tmp_path / "a.png")

    with open_scan(file) as scan:
        chroma = scan.page(1).chroma

    assert chroma is not None and chroma.shape == (HEIGHT // 2, WIDTH // 2, 2)


def test_open_scan__grey_page_saved_in_colour_has_none(tmp_path: Path) -> None:
    """A page that a scanner wrote as RGB without any colour in it is kept grey."""
    file = save(np.dstack([page_pixels()] * 3), tmp_path / "a.jpg")

    with open_scan(file) as scan:
        assert scan.page(1).chroma is None


def test_open_scan__screen_density_is_not_believed(tmp_path: Path) -> None:
    """72 dpi on a large photograph means that nobody knows; A4 is assumed."""
    file = tmp_path / "a.jpg"
    Image.fromarray(page_pixels()).save(file, dpi=(72, 72))

    with open_scan(file) as scan:
        assert scan.page(1).dpi == pytest.approx(DPI, abs=1)


def cut(file: Path, share: float = 0.5) -> Path:
    """Lose the end of a file."""
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    return file


def test_refusals__say_what_is_wrong(tmp_path: Path) -> None:
    """Every kind of bad file is named with its own cause."""
    empty, text = tmp_path / "empty.pdf", tmp_path / "text.pdf"
    empty.write_bytes(b"")
    text.write_text("a note")
    big, coarse = tmp_path / "big.png", tmp_path / "coarse.png"
    Image.new("1", (30000, 30000)).save(big)
    Image.new("L", (500, 700), 255).save(coarse)
    expected = {
        empty: "empty (0 bytes)",
        text: "no PDF, TIFF, JPEG or PNG",
        big: "more than 60 megapixels",
        coarse: "too few to read",
        tmp_path / "absent.pdf": "no such file",
        cut(save_pdf([page_pixels()], tmp_path / "cut.pdf")): "ends in the middle",
        cut(save(page_pixels(), tmp_path / "cut.jpg")): "cut off or damaged",
        cut(save(page_pixels(), tmp_path / "cut.png")): "cut off or damaged",
    }

    said = {file: message_of(file) for file in expected}

    assert [f.name for f, cause in expected.items() if cause not in said[f]] == []
    assert [f.name for f in expected if f.name not in said[f]] == []


PASSWORD_PDF = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>> endobj
4 0 obj <</Filter/Standard/V 1/R 2/P -4/Length 40
/O<0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef>
/U<0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef>>> endobj
trailer <</Root 1 0 R/Encrypt 4 0 R/Size 5
/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]>>
startxref
0
%%EOF
"""


def test_refusals__password(tmp_path: Path) -> None:
    """A PDF with a password says so."""
    file = tmp_path / "locked.pdf"
    file.write_bytes(PASSWORD_PDF)

    assert "password" in message_of(file)


def test_refusals__huge_page_is_not_rendered(tmp_path: Path) -> None:
    """A small PDF that claims a page of five metres is refused before it takes memory."""
    file = tmp_path / "bomb.pdf"
    locked = PASSWORD_PDF.replace(b"/Encrypt 4 0 R", b"").replace(b"595 842", b"14400 14400")
    file.write_bytes(locked)

    assert "more than 60 megapixels" in message_of(file)


def test_list_pages__bad_page_does_not_stop_the_file(tmp_path: Path) -> None:
    """A file of one good and one too coarse page has one page and one error."""
    good = Image.fromarray(page_pixels())
    coarse = Image.new("L", (400, 560), 255)
    file = tmp_path / "a.tif"
    good.save(file, save_all=True, append_images=[coarse], dpi=(DPI, DPI))

    assert [page.error is None for page in list_pages(file)] == [True, False]


def test_find_scans__folder_gives_its_scans_sorted(tmp_path: Path) -> None:
    """A folder becomes the scans in it; other and hidden files are left out."""
    for name in ("b.jpg", "a.PNG", "notes.txt", ".hidden.jpg"):
        (tmp_path / name).write_bytes(b"x")

    assert [file.name for file in find_scans([tmp_path])] == ["a.PNG", "b.jpg"]


def test_find_scans__empty_folder_is_said(tmp_path: Path) -> None:
    """A folder without scans is an error, not an empty batch."""
    with pytest.raises(InputError, match="no scan in this folder"):
        find_scans([tmp_path])


def test_open_scan__digest_is_of_the_file(tmp_path: Path) -> None:
    """The file's own digest is sha256 of its bytes."""
    file = save(page_pixels(), tmp_path / "a.jpg")

    with open_scan(file) as scan:
        assert hashlib.sha256(file.read_bytes()).hexdigest() == scan.sha256

"""All editions beside drawn decoys and near-duplicates: which page is it; and foreign pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np

from benchmarks.figure import Figure
from benchmarks.registration.pages import FIRST_SEED, everything, grey_of
from cpims_scan.domain.paper import CELL_PX_PER_MM, PageImage, Pixels
from cpims_scan.forms.template import BlankPage
from cpims_scan.imaging.blanks import Blank, BlankIndex, make_blank
from cpims_scan.imaging.codes import Codes
from cpims_scan.imaging.identify import identify
from tests.imaging.takings import KINDS, Taking
from tests.imaging.warps import kind, take, written

PAGES = 2000
FOREIGN = 2000
DECOYS = 40
TWINS = 10  # of the decoys are forms of ours whose lower half stands 3 mm lower
TWIN_SHIFT_MM = 3.0
SEED = FIRST_SEED + 200
ASKED_CODE, ASKED = 99.9, 99.7  # per cent right
A4_MM = (210.0, 297.0)
MARGIN_MM = 12.0
WORDS = 9  # printed in a row of a drawn form


def figures(scale: float) -> Iterator[Figure]:
    """Right pages with and without printed codes, near-duplicates, and foreign pages."""
    index = _with_decoys(everything())
    pages = max(round(PAGES * scale), 4)
    yield from _right(index, pages)
    yield _foreign(index, max(round(FOREIGN * scale), 4))


def _with_decoys(index: BlankIndex) -> BlankIndex:
    """Our blanks, drawn forms of like structure, and revisions of ours."""
    rng = np.random.default_rng(SEED)
    decoys = []
    for i in range(DECOYS):
        if i < TWINS:
            original = index.blanks[i % len(index.blanks)]
            picture, size = _revised(grey_of(original)), original.size_mm
        else:
            picture, size = drawn_form(rng), A4_MM
        page = BlankPage(1, index.editions[index.blanks[0].key[:2]].pages[0].file, 1, size)
        decoys.append(make_blank(f"decoy_{i}", "drawn", page, picture))
    editions = dict(index.editions)
    first = index.editions[index.blanks[0].key[:2]]
    for decoy in decoys:
        editions[decoy.key[:2]] = replace(first, places={})
    return BlankIndex((*index.blanks, *decoys), editions)


def _revised(grey: Pixels) -> Pixels:
    """The same form with its lower half a little lower."""
    lower = grey.shape[0] // 2
    revised = grey.copy()
    revised[lower:] = np.roll(grey[lower:], round(TWIN_SHIFT_MM * CELL_PX_PER_MM), axis=0)
    return revised


def drawn_form(rng: np.random.Generator) -> Pixels:
    """A form nobody uses: a heading, ruled blocks with labels, a table."""
    width, height = (round(side * CELL_PX_PER_MM) for side in A4_MM)
    page = np.full((height, width), 255, np.uint8)
    margin = round(MARGIN_MM * CELL_PX_PER_MM)
    _text(page, rng, (width // 4, margin + 20), 2.0, 3)
    top = margin + 60
    while top < height - 2 * margin:
        rows, columns = int(rng.integers(2, 14)), int(rng.integers(1, 9))
        pitch = int(rng.integers(36, 72))
        edges = np.sort(rng.integers(margin + 120, width - margin - 60, columns))
        bottom = min(top + rows * pitch, height - margin)
        for y in range(top, bottom + 1, pitch):
            cv2.line(page, (margin, y), (width - margin, y), (0.0,), 2)
            _text(page, rng, (margin + 8, y + pitch - 10), 0.7, int(rng.integers(1, 3)))
        for x in (margin, *edges.tolist(), width - margin):
            cv2.line(page, (int(x), top), (int(x), bottom), (0.0,), 2)
        top = bottom + int(rng.integers(30, 110))
        _text(page, rng, (margin, top - 12), 0.9, int(rng.integers(1, 5)))
    return page


def _text(
    page: Pixels, rng: np.random.Generator, at: tuple[int, int], size: float, words: int
) -> None:
    letters = np.array(list("ABCDEFGHIKLMNOPRSTUVWabcdefghiklmnoprstuvw"))
    said = " ".join("".join(rng.choice(letters, int(rng.integers(3, 10)))) for _ in range(words))
    thick = 1 if size < 1 else 2
    cv2.putText(page, said, at, cv2.FONT_HERSHEY_SIMPLEX, size, (0.0,), thick, cv2.LINE_AA)


def _right(index: BlankIndex, pages: int) -> Iterator[Figure]:
    rng = np.random.default_rng(SEED + 1)
    plain: dict[str, list[bool]] = {name: [] for name in KINDS}
    coded: list[bool] = []
    twins: list[bool] = []
    for i in range(pages):
        blank = index.blanks[int(rng.integers(len(index.blanks)))]
        name = KINDS[i % len(KINDS)]
        taken = take(written(grey_of(blank), rng), blank.size_mm, kind(name, rng), rng)
        match = identify(taken.page, index, Codes())
        is_right = (match.form, match.edition, match.page) == blank.key
        plain[name].append(is_right)
        if blank.form.startswith("decoy") and int(blank.form.split("_")[1]) < TWINS:
            twins.append(is_right)
        if _bears_code(index, blank):
            match = identify(taken.page, index)
            coded.append((match.form, match.edition, match.page) == blank.key)
    n = f"{len(index.blanks)} blanks"
    for name, right in plain.items():
        yield _share(f"identified without codes among {n}: {name}", right, ASKED)
    yield _share(
        "identified without codes, all kinds",
        [r for right in plain.values() for r in right],
        ASKED,
    )
    yield _share("revisions (lower half 3 mm lower) told apart", twins, ASKED)
    if coded:
        yield _share("blanks that print codes, codes allowed", coded, ASKED_CODE)


def _bears_code(index: BlankIndex, blank: Blank) -> bool:
    places = index.editions[blank.key[:2]].places.values()
    return any(place.reader == "qr" and place.page == blank.number for place in places)


def _share(what: str, right: list[bool], asked: float) -> Figure:
    share = 100 * float(np.mean(right)) if right else 0.0
    return Figure(what, f"{len(right):,} pages", f"{share:.2f} %", f">= {asked} %", share >= asked)


def _foreign(index: BlankIndex, pages: int) -> Figure:
    rng = np.random.default_rng(SEED + 2)
    draw = (drawn_form, _letter, _list, _photo, _answers)
    taken_for = 0
    for i in range(pages):
        picture = draw[i % len(draw)](rng)
        how = Taking(dpi=150, skew=rng.uniform(-3, 3), noise=3, turned=90 * int(rng.integers(4)))
        page: PageImage = take(written(picture, rng, 30), A4_MM, how, rng).page
        taken_for += not identify(page, index).is_unknown
    return Figure(
        "foreign pages (forms, letters, lists, photos, answer sheets) taken for a form",
        f"{pages:,} pages",
        str(taken_for),
        "0",
        taken_for == 0,
    )


def _letter(rng: np.random.Generator) -> Pixels:
    page = np.full((2376, 1680), 255, np.uint8)
    for y in range(300, int(rng.integers(900, 2200)), 44):
        _text(page, rng, (160, y), 0.9, WORDS)
    return page


def _list(rng: np.random.Generator) -> Pixels:
    page = np.full((2376, 1680), 255, np.uint8)
    columns = np.sort(rng.integers(120, 1500, 5))
    for y in range(200, 2200, int(rng.integers(34, 60))):
        for x in columns:
            _text(page, rng, (int(x), y), 0.7, 1)
    return page


def _photo(rng: np.random.Generator) -> Pixels:
    rough = rng.uniform(0, 255, (12, 9)).astype(np.float32)
    soft = cv2.resize(rough, (1680, 2376), interpolation=cv2.INTER_CUBIC)
    return (soft + rng.normal(0, 12, soft.shape)).clip(0, 255).astype(np.uint8)


def _answers(rng: np.random.Generator) -> Pixels:
    page = np.full((2376, 1680), 255, np.uint8)
    radius, pitch = int(rng.integers(10, 16)), int(rng.integers(44, 60))
    for y in range(400, 2250, pitch):
        for block in range(4):
            for option in range(4):
                x = 160 + block * 380 + option * 60
                cv2.circle(page, (x, y), radius, (0.0,), 2)
    return page

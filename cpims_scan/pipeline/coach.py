"""What the clerk is told about a run of pages: one missing, out of order, twice, or face down."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from cpims_scan.domain.paper import Quality
from cpims_scan.forms.catalog import Catalog
from cpims_scan.imaging.coaching.advice import advice_text, quality_text
from cpims_scan.pipeline.assembly.serials import FilePage

# A page that is only a back is told in tables, not one by one: a duplex stack is half of them.
QUIET = frozenset({"blank_back", "same_twice"})
# What only the order of a whole run shows, not the picture of a page.
OF_THE_RUN = frozenset({"missing_page", "out_of_order", "wrong_side", "same_twice"})
ORDINARY = frozenset({"blank_back", "foreign"})  # unsaid of a back in a form page's place
DUPLEX_SHARE = 0.5  # of the form pages are followed by an empty one when both sides are scanned
STRAY_SHARE = 0.34  # of the form pages: fewer empty pages than this came by mistake


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell about a page: id of its sentence; `page` is the one that is missing."""

    advice: str
    page: int = 0

    def text(self, quality: Quality, language: str = "en") -> str:
        """The sentence in English or Swahili."""
        if self.page:
            return advice_text(self.advice, language, page=str(self.page))
        return quality_text(self.advice, quality, language)


@dataclass(frozen=True, slots=True)
class RunPage:
    """
    A page of a run as the coach sees it.

    Attributes:
        file: Name of its file, as it arrived.
        number: 1-based in the file.
        state: As `read` says it.
        length: Pages of its edition; 0 where no form is known.
        page: 1-based page of the form.
        is_separator: A cover or a slip: no run goes on over it.
    """

    file: str
    number: int
    content: str
    state: str
    quality: Quality = field(default_factory=Quality)
    edition: tuple[str, str] = ("", "")
    length: int = 0
    page: int = 0
    serial: str = ""
    is_separator: bool = False

    @property
    def where(self) -> str:
        """File and page, as they are said; a file that would not open has no page."""
        return f"{self.file}, page {self.number}" if self.number else self.file


@dataclass(frozen=True, slots=True)
class Told:
    """A page and all that is to be told about it, its own picture first."""

    page: RunPage
    notes: tuple[Note, ...]

    def sentences(self, language: str = "en") -> list[str]:
        """Every note in words."""
        return [note.text(self.page.quality, language) for note in self.said]

    @property
    def said(self) -> tuple[Note, ...]:
        """The notes without those that another note says better."""
        is_wrong = any(note.advice == "wrong_side" for note in self.notes)
        return tuple(n for n in self.notes if not (is_wrong and n.advice in ORDINARY))


def run_page(page: FilePage, catalog: Catalog) -> RunPage:
    """A page of a file that was read, as the coach sees it."""
    reading, match = page.reading, page.reading.match
    seen = RunPage(
        page.file,
        page.number,
        reading.content,
        reading.state,
        reading.quality,
        is_separator=bool(reading.separator),
    )
    if match is None or match.form is None or match.edition is None:
        return seen
    length = len(catalog.edition(match.form, match.edition).pages)
    return dataclasses.replace(
        seen,
        edition=(match.form, match.edition),
        length=length,
        page=match.page,
        serial=match.serial,
    )


def tell(pages: Sequence[RunPage]) -> list[Told]:
    """
    Say of every page of one run what is to be told: its picture's faults, then its place.

    Args:
        pages: In the order the scanner gave them.
    """
    of_run: list[list[Note]] = [[] for _ in pages]
    _tell_doubles(pages, of_run)
    for stretch in _stretches(pages):
        _tell_stretch(pages, stretch, of_run)
    return [
        Told(page, tuple(dict.fromkeys([*map(Note, page.quality.advice), *notes])))
        for page, notes in zip(pages, of_run, strict=True)
    ]


def _tell_doubles(pages: Sequence[RunPage], of_run: list[list[Note]]) -> None:
    seen: set[str] = set()
    for notes, page in zip(of_run, pages, strict=True):
        if page.content and page.content in seen:
            notes.append(Note("same_twice"))
        seen.add(page.content)


def _stretches(pages: Sequence[RunPage]) -> list[list[int]]:
    """Places of the pages between covers and slips; a page that came before counts once."""
    seen: set[str] = set()
    found: list[list[int]] = [[]]
    for index, page in enumerate(pages):
        if page.is_separator:
            found.append([])
        elif not page.content or page.content not in seen:
            found[-1].append(index)
        seen.add(page.content)
    return [stretch for stretch in found if stretch]


def _tell_stretch(pages: Sequence[RunPage], stretch: list[int], of_run: list[list[Note]]) -> None:
    forms = [i for i in stretch if pages[i].length]
    blanks = [i for i in stretch if pages[i].state == "blank"]
    is_duplex = len(blanks) > DUPLEX_SHARE * len(forms)
    sheets = _sheets(pages, forms)
    for group in _disordered(pages, sheets):
        for index in group:
            of_run[index].append(Note("out_of_order"))
        sheets = [sheet for sheet in sheets if sheet[0] not in group]
    for sheet in sheets:
        missing = _missing(pages, sheet)
        empty = None if is_duplex else _blank_after(stretch, blanks, sheet[-1])
        if missing and empty is not None:
            of_run[empty].append(Note("wrong_side"))
            blanks.remove(empty)
        elif missing:
            of_run[sheet[-1]] += [Note("missing_page", number) for number in missing]
    is_all_blank = len(blanks) == len(stretch)
    if is_all_blank or len(blanks) <= STRAY_SHARE * len(forms):
        for index in blanks:
            of_run[index].append(Note("wrong_side"))


def _sheets(pages: Sequence[RunPage], forms: list[int]) -> list[list[int]]:
    """Pages by equal serial; the others in order, a new sheet wherever the number falls back."""
    by_serial: dict[tuple[tuple[str, str], str], list[int]] = {}
    plain: list[list[int]] = []
    for index in forms:
        page = pages[index]
        if page.serial:
            by_serial.setdefault((page.edition, page.serial), []).append(index)
            continue
        last = pages[plain[-1][-1]] if plain else None
        if last and last.edition == page.edition and last.page < page.page:
            plain[-1].append(index)
        else:
            plain.append([index])
    return [*by_serial.values(), *plain]


def _missing(pages: Sequence[RunPage], sheet: list[int]) -> list[int]:
    there = {pages[i].page for i in sheet}
    return [n for n in range(1, pages[sheet[0]].length + 1) if n not in there]


def _disordered(pages: Sequence[RunPage], sheets: list[list[int]]) -> list[list[int]]:
    """Neighbours that lack just what the other has; or all pages, when they came backwards."""
    plain = [sheet for sheet in sheets if not pages[sheet[0]].serial]
    lacking = [sheet for sheet in plain if _missing(pages, sheet)]
    order = [index for sheet in plain for index in sheet]
    backwards = _sheets(pages, order[::-1])
    if len(lacking) > 1 and not any(_missing(pages, sheet) for sheet in backwards):
        return [order]
    found: list[list[int]] = []
    for before, after in itertools.pairwise(plain):
        is_taken = bool(found) and before[0] in found[-1]
        if not is_taken and before in lacking and after in lacking:
            together = [*before, *after]
            is_one = pages[before[0]].edition == pages[after[0]].edition
            numbers = sorted(pages[i].page for i in together)
            if is_one and numbers == list(range(1, pages[before[0]].length + 1)):
                found.append(together)
    return found


def _blank_after(stretch: list[int], blanks: list[int], index: int) -> int | None:
    """The empty page that follows a page directly, if one does."""
    place = stretch.index(index) + 1
    following = stretch[place] if place < len(stretch) else None
    return following if following in blanks else None

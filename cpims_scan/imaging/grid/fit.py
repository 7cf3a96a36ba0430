"""A printed workbook on a page: which edition it is, and which of its cells are proven where."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cpims_scan.forms.grid import Grid
from cpims_scan.forms.template import Edition
from cpims_scan.imaging.grid.cells import Columns, TextLine, cells_of, columns_of, text_lines
from cpims_scan.imaging.grid.heads import ColumnMatch, match_columns
from cpims_scan.imaging.grid.pages import GridPage
from cpims_scan.imaging.grid.rows import RowMatch, match_rows
from cpims_scan.imaging.grid.values import PrintedValue, best_title, find_values
from cpims_scan.imaging.grid.words import PrintedWord, read_page_words

FEWEST_ROWS = 3  # certain rows, below which a page is no print of a workbook
LEAST_SHARE = 0.4  # of the labels of a table on the page that must be the edition's
TITLE_LIKE = 0.9
# Worth of what tells editions with the same rows apart, in rows.
HEADING_WORTH, VALUE_WORTH, NUMBERED_WORTH, TITLE_WORTH = 1.0, 1.5, 2.0, 2.0
CLEARLY = 0.9  # the next best edition must be worth this much less


@dataclass(frozen=True, slots=True)
class BlockFit:
    """
    One table of the edition on the page.

    Attributes:
        rows: Matched rows from top to bottom.
        columns: Which columns stand where.
        proven: Names of the rows (`categories.cdis`) that are where they seem, beyond doubt.
    """

    rows: tuple[RowMatch, ...]
    columns: ColumnMatch
    proven: frozenset[str]


@dataclass(frozen=True, slots=True)
class GridFit:
    """
    An edition found on a page.

    Attributes:
        blocks: By number of the edition's block; only those on this page.
        values: Header and footer, by field name.
        title: One of the period's titles or other titles, "" when none is printed.
        worth: How much speaks for the edition, in rows.
    """

    edition: Edition
    blocks: dict[int, BlockFit]
    values: dict[str, PrintedValue]
    title: str
    worth: float

    @property
    def rows(self) -> int:
        """How many rows are proven."""
        return sum(len(block.proven) for block in self.blocks.values())


@dataclass(frozen=True, slots=True)
class PageWords:
    """What was read on a page, and the lines that close its cells."""

    words: list[PrintedWord]
    lines: list[TextLine]
    columns: Columns


def read_page(grid: GridPage) -> PageWords:
    """Read the print of a page once, for all editions."""
    words = [word for word in read_page_words(grid) if any(c.isalnum() for c in word.text)]
    return PageWords(words, text_lines(grid, words), columns_of(grid))


def fit_editions(
    grid: GridPage, page: PageWords, editions: list[Edition]
) -> tuple[GridFit | None, str]:
    """
    The edition that a page prints, or None and why, in words.

    Editions with the same rows are told apart by their headings, titles and words above and below.
    """
    fits = [fit for edition in editions if (fit := fit_edition(grid, page, edition)) is not None]
    fits.sort(key=lambda fit: -fit.worth)
    if not fits or fits[0].rows < FEWEST_ROWS:
        return None, "no rows of a known workbook are printed on it"
    if len(fits) > 1 and fits[1].worth > fits[0].worth - CLEARLY:
        names = f"{fits[0].edition.name} and {fits[1].edition.name}"
        return None, f"its rows fit {names} alike and no heading tells which it is"
    return fits[0], ""


def fit_edition(grid: GridPage, page: PageWords, edition: Edition) -> GridFit | None:
    """Match one edition's rows, columns and values; None when hardly a label fits."""
    known = edition.grid
    if known is None:
        return None
    cells = cells_of(grid, page.columns, page.words)
    rows = match_rows(known, cells)
    if not rows:
        return None
    blocks = {
        number: _block(grid, page, known, [row for row in rows if row.block == number])
        for number in sorted({row.block for row in rows})
    }
    blocks = _sharing_columns(known, blocks)
    values = find_values((*known.header, *known.footer), page.lines)
    title, titled = _title(known, page.lines)
    worth = (
        sum(row.likeness for row in rows)
        + HEADING_WORTH * sum(block.columns.heads for block in blocks.values())
        + VALUE_WORTH * len(values)
        + TITLE_WORTH * titled
        + NUMBERED_WORTH * _numbering(known, page, blocks)
    )
    return GridFit(edition, blocks, values, title, worth)


def _block(grid: GridPage, page: PageWords, known: Grid, rows: list[RowMatch]) -> BlockFit:
    block = known.blocks[rows[0].block]
    columns = match_columns(grid, page.columns, block, rows, page.words)
    return BlockFit(tuple(rows), columns, _proven(rows))


def _sharing_columns(known: Grid, blocks: dict[int, BlockFit]) -> dict[int, BlockFit]:
    """A table whose headings were not read has the columns of one that stands on the same lines."""
    shared = dict(blocks)
    for number, block in blocks.items():
        if not block.columns.contradiction or not block.columns.lines:
            continue
        for other_number, other in blocks.items():
            is_alike = known.blocks[number].columns == known.blocks[other_number].columns
            on_same = other.columns.lines == block.columns.lines
            if is_alike and on_same and not other.columns.contradiction:
                shared[number] = replace(block, columns=replace(other.columns, heads=0))
    return shared


def _proven(rows: list[RowMatch]) -> frozenset[str]:
    """
    Rows that stand where their labels and their neighbours' say.

    Rows are proven in runs that follow each other on the paper as in the form: inside a run whose
    ends are certain by their own words, a label that is only possible is certain by its order.
    """
    runs: list[list[RowMatch]] = []
    for row in rows:
        if runs and _is_next(runs[-1][-1], row):
            runs[-1].append(row)
        else:
            runs.append([row])
    proven: set[str] = set()
    for run in runs:
        sure = [i for i, row in enumerate(run) if row.is_certain]
        if len(run) > 1 and len(sure) > 1:
            proven |= {row.row.name for row in run[sure[0] : sure[-1] + 1]}
    return frozenset(proven)


def _is_next(before: RowMatch, row: RowMatch) -> bool:
    return row.order == before.order + 1 and row.cell.above == before.cell.below


def _title(known: Grid, lines: list[TextLine]) -> tuple[str, float]:
    period = known.period
    if period is None or not (period.titles or period.others):
        return "", 0.0
    title, like = best_title([*period.titles, *period.others], lines)
    return (title, 1.0) if like >= TITLE_LIKE else ("", 0.0)


def _numbering(known: Grid, page: PageWords, blocks: dict[int, BlockFit]) -> float:
    """1 where rows are numbered as the edition says (or bear none, as it says), -1 where not."""
    told = []
    for number, fit in blocks.items():
        numbers = sum(
            1
            for row in fit.rows
            for word in page.words
            if word.text.isdigit() and _is_left_of(word, row)
        )
        has = numbers >= 0.5 * len(fit.rows)
        told.append(1.0 if has == known.blocks[number].numbered else -1.0)
    return sum(told) / len(told) if told else 0.0


def _is_left_of(word: PrintedWord, row: RowMatch) -> bool:
    label = row.cell.words[0]
    return word.right <= label.left and abs(word.middle[1] - label.middle[1]) < label.height

"""Machine-readable editions in the simulator: what is written is what their boxes take."""

from __future__ import annotations

import numpy as np
import pytest

from cpims_scan.domain.record import State
from cpims_scan.forms.catalog import Catalog, load_catalog
from cpims_scan.forms.paper.printing import PrintRun, print_run
from simulator.answers import Answer
from simulator.coded_paper import bears_codes, fitted, serial_of_seed
from simulator.printer import STRETCH, drawn_through, toner
from simulator.sheets import invent_answers

SEEDS = range(2420, 2430)
SHEET, SUMMARY = "case_record_sheet_a", "monthly_caseload_summary"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The project's own packs."""
    return load_catalog()


def _answers(catalog: Catalog, form: str, seed: int) -> dict[str, Answer]:
    edition = catalog.edition(form, "2026-mr")
    return fitted(invent_answers(form, seed), edition, catalog, seed)


def test_fitted__combs_take_what_is_written(catalog: Catalog) -> None:
    """No answer is longer than its comb, and every character is one of its alphabet."""
    edition = catalog.edition(SHEET, "2026-mr")
    written = [
        (edition.places[name], answer.written)
        for seed in SEEDS
        for name, answer in _answers(catalog, SHEET, seed).items()
        if edition.places[name].comb
    ]

    assert len(written) > 200
    assert [p.field for p, text in written if len(text) > len(p.comb)] == []
    assert [p.field for p, text in written if p.alphabet == "digits" and not text.isdigit()] == []


def test_fitted__codes_mean_the_answer(catalog: Catalog) -> None:
    """What the pen writes in a code box is the list's code of the true value."""
    edition = catalog.edition(SHEET, "2026-mr")
    answers = _answers(catalog, SHEET, SEEDS[0])
    place = edition.places["case_category"]

    assert place.codes[answers["case_category"].written] == answers["case_category"].value


def test_fitted__the_total_row_adds_up(catalog: Catalog) -> None:
    """The Total row of a block is the sum of its columns."""
    answers = _answers(catalog, SUMMARY, SEEDS[0])
    column = [
        a.value
        for n, a in answers.items()
        if n.startswith("categories.") and n.endswith(".m_06_10")
    ]

    assert answers["category_totals.all.m_06_10"].value == sum(
        v for v in column if isinstance(v, int)
    )


def test_fitted__only_answers_that_stand_on_the_paper(catalog: Catalog) -> None:
    """What this edition leaves out is not answered, and blanks are left out."""
    edition = catalog.edition(SHEET, "2026-mr")
    answers = _answers(catalog, SHEET, SEEDS[1])

    assert set(answers) <= set(edition.places)
    assert State.BLANK not in {answer.state for answer in answers.values()}


def test_bears_codes__only_our_own_editions(catalog: Catalog) -> None:
    """Legacy paper has no codes."""
    with_codes = {key[1] for key, edition in catalog.editions.items() if bears_codes(edition)}

    assert with_codes == {"2026-mr"}


def test_printer__feed_says_where_print_went(catalog: Catalog) -> None:
    """The map of the paper's way through the printer holds for a line of the page."""
    page = np.full((3508, 2480, 3), 255, np.uint8)
    page[1000:1004] = 0
    moved, feed = drawn_through(page, np.random.default_rng(SEEDS[2]))

    at = feed.on_paper(np.array([[100.0, 1001.5 / 300 * 25.4]]))[0, 1] / 25.4 * 300
    dark = np.flatnonzero(moved[:, 1240, 0] < 128)

    assert abs(float(dark.mean()) - at) < 0.7
    assert abs(feed.matrix[1, 1] - 1) <= STRETCH


def test_toner__is_there_or_not(catalog: Catalog) -> None:
    """Grey boxes come out as dots, black print stays black, paper stays white."""
    edition = catalog.edition(SUMMARY, "2026-mr")
    page = toner(print_run(edition, PrintRun(serial=serial_of_seed(SEEDS[3]))))[0]

    assert page.shape == (3507, 2480, 3) or page.shape == (3508, 2480, 3)
    assert page.min() == 0
    assert np.median(page) == 255

"""Sheets keep their pages revision by revision."""

from __future__ import annotations

import dataclasses

from cpims_scan.store.arrivals import arrivals_of
from cpims_scan.store.database import Database
from cpims_scan.store.sheets import (
    find_sheet,
    save_sheet,
    set_office,
    sheet_row,
    sheets_in,
    sheets_with,
    supersede_sheet,
)
from tests.store.work import NOW, add_batch, add_file, add_sheet, digest, stocked


def test_save_sheet__comes_back_equal(work_database: Database) -> None:
    """A sheet is what it was: pages, context, how it was joined."""
    with work_database.begin() as session:
        batch, sheet = stocked(session, ["a", "b"])

    with work_database.read() as session:
        assert find_sheet(session, sheet.key) == sheet
        assert sheets_in(session, batch.id) == [sheet]
        assert find_sheet(session, "none") is None


def test_save_sheet__again_is_harmless(work_database: Database) -> None:
    """Assembling once more after a crash makes no second sheet."""
    with work_database.begin() as session:
        batch, sheet = stocked(session, ["a"])

        assert not save_sheet(session, sheet, batch.id, NOW)
        assert len(sheets_in(session, batch.id)) == 1


def test_save_sheet__next_revision_replaces_the_pages(work_database: Database) -> None:
    """A sheet that came back with more ink has new pages; the old ones are no longer its own."""
    with work_database.begin() as session:
        batch, sheet = stocked(session, ["a"])
        add_file(session, batch, ["a2"], "later.pdf")
        newer = dataclasses.replace(sheet, revision=2, pages={1: digest("a2")})
        assert save_sheet(session, newer, batch.id, NOW)

        assert find_sheet(session, sheet.key) == newer
        assert sheets_with(session, digest("a")) == []
        assert sheets_with(session, digest("a2")) == [newer]


def test_supersede_sheet__no_longer_counts(work_database: Database) -> None:
    """A replaced sheet is kept and not listed."""
    with work_database.begin() as session:
        batch, sheet = stocked(session, ["a"])
        supersede_sheet(session, sheet.key, "other")

        assert sheets_in(session, batch.id) == []
        row = sheet_row(session, sheet.key)
        assert row is not None and row.superseded_by == "other"


def test_set_office__paper_goes_before_the_batch(work_database: Database) -> None:
    """One stack may hold two offices: each sheet says its own."""
    with work_database.begin() as session:
        _, sheet = stocked(session, ["a"])
        set_office(session, sheet.key, "031-002")

        found = find_sheet(session, sheet.key)
    assert found is not None and found.context.office == "031-002"


def test_sheets_with__page_of_two_sheets_of_two_batches(work_database: Database) -> None:
    """A page may stand in several sheets until a person says which is right."""
    with work_database.begin() as session:
        batch = add_batch(session)
        add_file(session, batch, ["a", "b"])
        both = [add_sheet(session, batch, ["a", "b"]), add_sheet(session, batch, ["a"])]

        found = {sheet.key for sheet in sheets_with(session, digest("a"))}
        assert found == {sheet.key for sheet in both}
        assert len(arrivals_of(session, batch.id)) == 2

"""Records are guarded against stale writers, and loaded by one at a time."""

from __future__ import annotations

import pytest

from cpims_scan.domain.record import LoadedRecord
from cpims_scan.errors import StoreError
from cpims_scan.store.database import Database
from cpims_scan.store.records import (
    StaleRecordError,
    claim_for_load,
    find_record,
    list_records,
    mark_loaded,
    record_row,
    save_record,
    set_state,
)
from cpims_scan.store.scope import Scope
from cpims_scan.store.sheets import supersede_sheet
from cpims_scan.store.states import RecordState
from tests.store.work import NOW, later, record_for, stocked


def ready(database: Database, count: int = 1) -> str:
    """A sheet with records that are ready; returns its key."""
    with database.begin() as session:
        _, sheet = stocked(session, ["a", "b"])
        for index in range(1, count + 1):
            save_record(session, record_for(sheet, index=index), RecordState.READY, NOW)
    return sheet.key


def test_save_record__comes_back_equal(work_database: Database) -> None:
    """A record is what it was, field by field and in order."""
    with work_database.begin() as session:
        _, sheet = stocked(session, ["a"])
        record = record_for(sheet)
        assert save_record(session, record, RecordState.REVIEW, NOW) == 1

    with work_database.read() as session:
        assert find_record(session, sheet.key) == record
        assert find_record(session, sheet.key, 2) is None


def test_save_record__stale_writer_is_refused(work_database: Database) -> None:
    """Of two people who saw the same version only the first one saves."""
    with work_database.begin() as session:
        _, sheet = stocked(session, ["a"])
        seen = save_record(session, record_for(sheet), RecordState.REVIEW, NOW, 0)
        save_record(session, record_for(sheet, "Langas"), RecordState.REVIEW, NOW, seen)

    with pytest.raises(StaleRecordError, match="somebody else"), work_database.begin() as session:
        save_record(session, record_for(sheet, "Huruma"), RecordState.REVIEW, NOW, seen)

    with work_database.read() as session:
        kept = find_record(session, sheet.key)
    assert kept is not None and kept.values["village"] == "Langas"


def test_save_record__new_one_is_made_once(work_database: Database) -> None:
    """Whoever expects no record yet is refused when there is one."""
    key = ready(work_database)

    with pytest.raises(StaleRecordError), work_database.begin() as session:
        record = find_record(session, key)
        assert record is not None
        save_record(session, record, RecordState.REVIEW, NOW, 0)


def test_set_state__unknown_record(work_database: Database) -> None:
    """A record that is not there cannot change."""
    with pytest.raises(StoreError, match="no such record"), work_database.begin() as session:
        set_state(session, ("nowhere", 1), RecordState.READY, NOW)


def test_record_row__out_of_scope_is_not_there(work_database: Database) -> None:
    """Another county's record looks the same as none."""
    key = ready(work_database)

    with work_database.read() as session:
        assert record_row(session, key, 1, Scope(("031*",))) is None
        assert record_row(session, key, 1, Scope(("047*",))) is not None


def test_list_records__by_state_batch_and_scope(work_database: Database) -> None:
    """Lists hold what was asked for and nothing of a replaced sheet."""
    key = ready(work_database, 2)

    with work_database.begin() as session:
        assert len(list_records(session, RecordState.READY)) == 2
        assert list_records(session, RecordState.HELD) == []
        assert list_records(session, None, Scope(())) == []
        assert list_records(session, batch_id=99) == []
        supersede_sheet(session, key, "other")
        assert list_records(session) == []


def test_claim_for_load__each_record_once(work_database: Database) -> None:
    """Two loaders get two records, and then none."""
    ready(work_database, 2)

    with work_database.begin() as session:
        first = claim_for_load(session, "l1", NOW, 60)
        second = claim_for_load(session, "l2", NOW, 60)
        assert {first.index, second.index} == {1, 2} if first and second else False
        assert claim_for_load(session, "l3", NOW, 60) is None


def test_claim_for_load__crashed_load_is_settled_first(work_database: Database) -> None:
    """A record that was being loaded when its loader ended comes before new ones."""
    ready(work_database, 2)
    with work_database.begin() as session:
        lost = claim_for_load(session, "gone", NOW, 60)
    with work_database.begin() as session:
        again = claim_for_load(session, "l2", later(61), 60)

    assert lost == again


def test_mark_loaded__once_by_who_holds_it(work_database: Database) -> None:
    """A loader that was too slow does not enter what another one settles."""
    key = ready(work_database)
    loaded = LoadedRecord(key, 1, {"child": "c-1"}, NOW, True)
    with work_database.begin() as session:
        claim_for_load(session, "slow", NOW, 60)
        claim_for_load(session, "l2", later(61), 60)

        assert not mark_loaded(session, 1, loaded, "slow")
        assert mark_loaded(session, 1, loaded, "l2")
        assert not mark_loaded(session, 1, loaded, "l2")

    with work_database.read() as session:
        row = record_row(session, key)
        assert row is not None
        assert (row.state, row.central_ids) == ("loaded", {"child": "c-1"})

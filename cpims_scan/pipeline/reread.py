"""Read open pages again, with newer packs or weights; what people settled stays."""

from __future__ import annotations

from cpims_scan.pipeline.assembly.arrange import save_sheet_record
from cpims_scan.pipeline.engine import Engine
from cpims_scan.pipeline.run import Told, work
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.queue import requeue
from cpims_scan.store.records import list_records
from cpims_scan.store.sheets import find_sheet, sheet_row
from cpims_scan.store.states import RecordState


def reread(place: Workplace, engine: Engine, told: Told = lambda _: None) -> int:
    """
    Read the pages of every record in review again and decode them anew; returns how many records.

    Records that are ready, loaded or held are left alone: nobody's finished work is reopened.
    """
    with place.db.begin() as session:
        keys = [row.sheet for row in list_records(session, RecordState.REVIEW)]
        sheets = [sheet for key in keys if (sheet := find_sheet(session, key)) is not None]
        contents = [content for sheet in sheets for content in sheet.pages.values()]
        requeue(session, contents, place.now())
    work(place, engine, told)
    for sheet in sheets:
        with place.db.begin() as session:
            owner = sheet_row(session, sheet.key)
            if owner is not None:
                save_sheet_record(place, session, sheet, owner.batch_id)
    return len(sheets)

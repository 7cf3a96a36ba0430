"""The demo's overlay pictures: every page that was read, with its boxes and values drawn on it."""

from __future__ import annotations

from pathlib import Path

import cv2

from cpims_scan.imaging.intake import open_scan
from cpims_scan.pipeline.overlay import draw_fields
from cpims_scan.pipeline.workplace import Workplace
from cpims_scan.store.queue import readings_of
from cpims_scan.store.records import list_records, record_of
from cpims_scan.store.sheets import find_sheet
from cpims_scan.store.tables import PageRow, ScanFileRow

LONGEST_SIDE_PX = 1600  # to be looked at on a screen


def write_pictures(place: Workplace, folder: Path) -> list[Path]:
    """Draw every page of every record; files are named by sheet key and page number."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with place.db.read() as session:
        for row in list_records(session):
            record, sheet = record_of(row), find_sheet(session, row.sheet)
            for number, content in sheet.pages.items() if sheet else ():
                page = session.get_one(PageRow, content)
                suffix = session.get_one(ScanFileRow, page.file_sha256).suffix
                with open_scan(place.pages.file(page.file_sha256, suffix)) as scan:
                    pixels = scan.page(page.number).pixels
                scale = LONGEST_SIDE_PX / max(pixels.shape)
                small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                picture = cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
                reading = readings_of(session, [content])[content]
                edition = place.catalog.edition(record.form, record.edition)
                draw_fields(picture, reading, edition, record.fields, scale)
                file = folder / f"{row.sheet[:8]}-page-{number}.jpg"
                cv2.imwrite(str(file), picture)
                written.append(file)
    return written
